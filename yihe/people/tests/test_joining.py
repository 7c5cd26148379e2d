"""Joining a home: by invitation, by a code on paper, by a clerk's confirmation."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from yihe.people.actions import decide_join, make_code, use_code
from yihe.people.models import JoinRequest, Residency
from yihe.people.tests.helpers import (
    EARLIER,
    asked,
    at_home,
    browser,
    invited,
    make_person,
    number_of,
    own,
    queries,
    settle,
    told,
)
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
NOT_RIGHT = "这个码不对，或者已经用过、过期了"


def paper(place) -> str:
    return make_code(
        unit=place.unit, way="paper", standing="owner", acting=SYSTEM, at=timezone.now()
    )[1]


class TestByInvitation:
    def test_the_owner_makes_a_code_and_it_is_shown_once(self, place):
        home = place.resident.residencies.get()
        client = browser(place.resident)
        plain = client.post(f"/home/{home.pk}/invite/", {"standing": "family"}).context["code"]
        assert plain not in client.get("/home/").text
        assert "给家人" in client.get("/home/").text
        assert plain.replace("-", "") not in str(list(place.unit.codes.values()))

    def test_whoever_has_the_code_joins_and_the_owner_is_told(self, place):
        _, plain = invited(place)
        sister = make_person("罗妹妹")
        answer = browser(sister).post("/home/join/", {"code": plain.lower().replace("-", " ")})
        assert answer.headers["Location"] == "/"
        home = sister.residencies.get()
        assert (home.unit, home.standing, home.way) == (place.unit, "family", "invitation")
        assert len(told(place.resident)) == 1
        assert (
            "有人登记进了您家 / 印象家园 3栋1单元101：罗妹妹，家人，家里人邀请"
            in told(place.resident)[0]
        )
        assert told(sister) == told(place.neighbour) == []
        entry = Entry.objects.filter(act="home.joined").latest("pk")
        assert entry.numbers == {"person": sister.pk, "residency": home.pk}

    def test_without_a_name_the_owner_reads_that_there_is_somebody(self, place):
        nameless = make_person()
        use_code(code=invited(place)[1], person=nameless, acting=own(nameless), at=timezone.now())
        assert told(place.resident)[0].startswith("有人登记进了您家")
        assert number_of(nameless) not in told(place.resident)[0]

    @pytest.mark.parametrize(
        ("standing", "may"), [("owner", True), ("family", True), ("tenant", False)]
    )
    def test_owner_and_family_invite_a_tenant_does_not(self, place, standing, may):
        home = settle(place, standing)
        client = browser(home.person)
        assert ("请家里人进来" in client.get("/home/").text) is may
        answer = client.post(f"/home/{home.pk}/invite/", {"standing": "family"})
        assert (answer.status_code == 200) is may

    @pytest.mark.parametrize("who", ["neighbour", "outsider", "community_clerk"])
    def test_nobody_invites_into_the_home_of_others(self, place, who):
        home = place.resident.residencies.get()
        answer = browser(getattr(place, who)).post(
            f"/home/{home.pk}/invite/", {"standing": "family"}
        )
        assert answer.status_code == 404
        assert not place.unit.codes.exists()

    def test_nobody_is_invited_as_owner(self, place):
        home = place.resident.residencies.get()
        answer = browser(place.resident).post(f"/home/{home.pk}/invite/", {"standing": "owner"})
        assert answer.status_code == 404

    def test_five_codes_may_lie_open_for_a_home(self, place):
        for _ in range(5):
            invited(place)
        home = place.resident.residencies.get()
        answer = browser(place.resident).post(f"/home/{home.pk}/invite/", {"standing": "family"})
        assert answer.status_code == 409
        assert "请先停用不要的" in answer.text


class TestByPaper:
    def test_the_owner_joins_with_the_code_from_the_letter_box(self, place):
        plain, buyer = paper(place), make_person("新业主")
        browser(buyer).post("/home/join/", {"code": plain})
        home = buyer.residencies.get()
        assert (home.standing, home.way) == ("owner", "paper")
        # An owner who knows nothing of it cannot remove another owner: the way is the community.
        assert "有人登记进了您家 / 印象家园 3栋1单元101：新业主" in told(place.resident)[0]
        assert "请打社区电话" in told(place.resident)[0]

    def test_the_clerk_prints_a_sheet_with_a_code_for_each_home(self, place):
        client = browser(place.community_clerk)
        labels = ["3栋1单元101", " 3栋2单元302室", "3栋1单元101", ""]
        sent = {"compound": place.compound.code, "homes": "\r\n".join(labels)}
        sheet = client.post("/home/paper/", sent).context["sheet"]
        assert [unit.label for unit, _ in sheet] == ["3栋1单元101", "3栋2单元302"]
        buyer = make_person("新业主")
        browser(buyer).post("/home/join/", {"code": sheet[1][1]})
        assert buyer.residencies.get().unit == sheet[1][0]

    def test_the_slip_says_where_to_go_and_whom_to_ring(self, place):
        place.community_desk.phone = "0755-28001234"
        place.community_desk.save(update_fields=["phone"])
        sent = {"compound": place.compound.code, "homes": "3栋1单元101"}
        page = browser(place.community_clerk).post("/home/paper/", sent).text
        assert "/home/join/" in page
        assert '<svg class="y-qr"' in page
        assert "0755-28001234" in page
        assert "data-print hidden" in page  # shown where scripts run; else the browser prints
        assert "style=" not in page

    def test_one_wrong_door_and_no_code_is_made(self, place):
        sent = {"compound": place.compound.code, "homes": "3栋1单元101\n3栋302\n锅炉房"}
        page = browser(place.community_clerk).post("/home/paper/", sent)
        assert "没有找到：3栋302（相近的有 3栋" in page.text
        assert "锅炉房" in page.text
        assert page.context["sheet"] == []
        assert not place.unit.codes.exists()

    def test_more_than_two_hundred_lines_are_not_cut_in_silence(self, place):
        sent = {"compound": place.compound.code, "homes": "\n".join(str(n) for n in range(201))}
        assert "一次最多做 200 户的，这里有 201 行" in browser(place.community_clerk).post(
            "/home/paper/", sent
        ).text  # fmt: skip

    def test_the_sheet_is_for_compounds_of_ones_own_community_only(self, place):
        place.compound.path = "440310/006/0011/x"  # begins alike, lies elsewhere
        place.compound.save()
        sent = {"compound": place.compound.code, "homes": "3栋1单元101"}
        assert browser(place.community_clerk).post("/home/paper/", sent).context["sheet"] == []

    @pytest.mark.parametrize("who", ["resident", "neighbour", "outsider", "subdistrict_clerk"])
    def test_it_is_not_there_for_anybody_else(self, place, who):
        assert browser(getattr(place, who)).get("/home/paper/").status_code == 404

    def test_asks_a_fixed_number_of_queries_for_each_code(self, place):
        client = browser(place.community_clerk)
        labels = list(place.compound.units.order_by("pk").values_list("label", flat=True))

        def ask(number: int) -> int:
            sent = {"compound": place.compound.code, "homes": "\n".join(labels[:number])}
            return queries(lambda: client.post("/home/paper/", sent))

        one, two, twelve = ask(1), ask(2), ask(12)
        assert twelve - two == 10 * (two - one)


class TestACodeThatIsNotRight:
    def test_wrong_used_expired_and_revoked_are_never_told_apart(self, place):
        (used, first), (revoked, second), (expired, third) = (invited(place) for _ in range(3))
        now = timezone.now()
        used.used_at, revoked.revoked_at, expired.expires_at = now, now, now
        for code in (used, revoked, expired):
            code.save()
        client = browser(make_person("某人"))
        pages = set()
        for plain in (first, second, third, "AAAAA-AAAAA", "-", "不是码"):
            page = client.post("/home/join/", {"code": plain})
            assert page.status_code == 200
            pages.add(str(page.context["code_form"].errors["code"]))
        assert len(pages) == 1
        assert NOT_RIGHT in pages.pop()
        assert at_home(place) == {"罗居民"}

    def test_a_code_works_once(self, place):
        _, plain = invited(place)
        for name in ("甲", "乙"):
            browser(make_person(name)).post("/home/join/", {"code": plain})
        assert at_home(place) == {"罗居民", "甲"}

    def test_an_invitation_ends_after_seven_days(self, place):
        _, plain = invited(place)
        with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
            page = browser(make_person("晚到")).post("/home/join/", {"code": plain})
            assert NOT_RIGHT in page.text

    def test_who_is_here_already_keeps_the_code_for_somebody_else(self, place):
        _, plain = invited(place)
        page = browser(place.resident).post("/home/join/", {"code": plain})
        assert "已经登记在这一户了" in page.text
        browser(make_person("甲")).post("/home/join/", {"code": plain})
        assert at_home(place) == {"罗居民", "甲"}

    def test_eight_tries_an_hour_then_even_the_right_one_waits(self, place):
        _, plain = invited(place)
        guesser, other = make_person("猜码人"), make_person("甲")
        client = browser(guesser)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _ in range(8):
                assert NOT_RIGHT in client.post("/home/join/", {"code": "AAAAA"}).text
                clock.shift(timedelta(minutes=2))
            assert "试得太多了" in client.post("/home/join/", {"code": plain}).text
            clock.shift(timedelta(minutes=10))
            assert "试得太多了" in client.post("/home/join/", {"code": plain}).text
            browser(other).post("/home/join/", {"code": invited(place)[1]})
            assert at_home(place) == {"罗居民", "甲"}
            clock.shift(timedelta(minutes=40))  # the first tries are an hour old
            assert client.post("/home/join/", {"code": plain}).status_code == 302

    def test_the_hour_holds_with_the_cache_that_all_web_processes_share(self, place, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "web_cache",
            }
        }
        client = browser(make_person("猜码人"))
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _ in range(8):
                client.post("/home/join/", {"code": "AAAAA"})
            clock.shift(timedelta(minutes=50))
            assert "试得太多了" in client.post("/home/join/", {"code": "AAAAA"}).text


class TestByTheClerk:
    ASK = {"home": "3栋1单元101", "standing": "tenant", "words": "租约在手上"}

    def ask(self, place, person):
        sent = {**self.ASK, "compound": place.compound.pk}
        return browser(person).post("/home/join/", sent)

    def test_asks_is_confirmed_and_told(self, place):
        tenant = make_person("田租客")
        assert self.ask(place, tenant).headers["Location"] == "/home/"
        request = JoinRequest.objects.get()
        clerk = browser(place.community_clerk)
        assert "田租客" in (page := clerk.get("/home/requests/").text)
        assert f"手机尾号 {number_of(tenant)[-4:]}" in page
        assert number_of(tenant) not in page
        clerk.post(f"/home/requests/{request.pk}/", {"confirm": "yes"})
        home = tenant.residencies.get()
        assert (home.unit, home.standing, home.way) == (place.unit, "tenant", "clerk")
        assert told(tenant) == [
            "您的住处社区核实好了 / 印象家园 3栋1单元101：现在可以呼叫，也能看小区的公开栏。"
        ]
        assert "有人登记进了您家 / 印象家园 3栋1单元101：田租客" in told(place.resident)[0]

    def test_is_declined_with_a_reason_and_told(self, place):
        stranger = make_person("某人")
        request = asked(place, stranger)
        clerk = browser(place.community_clerk)
        clerk.post(
            f"/home/requests/{request.pk}/", {"confirm": "no", "reason": "房产证上没有这个名字"}
        )
        assert not stranger.residencies.exists()
        assert told(stranger) == [
            "您的住处没有核实通过 / "
            "印象家园 3栋1单元101，原因是：房产证上没有这个名字。可以补上再申请一次。"
        ]
        assert "房产证上没有这个名字" in browser(stranger).get("/home/").text
        assert told(place.resident) == []
        assert Entry.objects.filter(act="home.declined").count() == 1

    def test_without_a_reason_nothing_is_declined(self, place):
        request = asked(place, make_person("某人"))
        answer = browser(place.community_clerk).post(
            f"/home/requests/{request.pk}/", {"confirm": "no", "reason": "  "}
        )
        assert answer.status_code == 409
        assert "请写一句没有通过的原因" in answer.text
        request.refresh_from_db()
        assert request.state == "open"

    def test_is_decided_once(self, place):
        request = asked(place, make_person("某人"))
        decide_join(request=request, confirm=False, reason="不是", acting=SYSTEM, at=timezone.now())
        with pytest.raises(Refusal, match="已经处理过"):
            decide_join(request=request, confirm=True, reason="", acting=SYSTEM, at=timezone.now())
        clerk = browser(place.community_clerk)
        assert clerk.post(f"/home/requests/{request.pk}/", {"confirm": "yes"}).status_code == 404

    def test_a_clerk_does_not_confirm_the_own_request(self, place):
        clerk = place.community_clerk
        request = asked(place, clerk)
        answer = browser(clerk).post(f"/home/requests/{request.pk}/", {"confirm": "yes"})
        assert answer.status_code == 409
        assert "请同事来核实" in answer.text

    @pytest.mark.parametrize(
        "who", ["resident", "neighbour", "outsider", "subdistrict_clerk", "secretary"]
    )
    def test_nobody_else_sees_or_decides_requests(self, place, who):
        request = asked(place, make_person("某人"))
        client = browser(getattr(place, who))
        assert client.get("/home/requests/").status_code == 404
        assert client.post(f"/home/requests/{request.pk}/", {"confirm": "yes"}).status_code == 404
        assert at_home(place) == {"罗居民"}

    def test_joining_otherwise_meanwhile_settles_the_request(self, place):
        person = make_person("急性子")
        request = asked(place, person)
        browser(person).post("/home/join/", {"code": invited(place)[1]})
        request.refresh_from_db()
        assert request.state == "withdrawn"
        assert "都核实完了" in browser(place.community_clerk).get("/home/requests/").text

    def test_who_is_here_or_asked_already_is_told_so(self, place):
        assert "已经登记在这一户了" in self.ask(place, place.resident).text
        person = make_person("某人")
        self.ask(place, person)
        assert "已经申请过这一户" in self.ask(place, person).text

    def test_at_most_three_wait_at_once(self, place):
        person = make_person("某人")
        labels = place.compound.units.order_by("pk").values_list("label", flat=True)[:4]
        answers = [
            browser(person).post(
                "/home/join/",
                {"compound": place.compound.pk, "home": label, "standing": "tenant"},
            )
            for label in labels
        ]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
        assert "已经有 3 个申请在等" in answers[-1].text

    def test_a_door_that_is_not_there_is_not_answered_with_doors_that_are(self, place):
        sent = {**self.ASK, "compound": place.compound.pk, "home": "3栋302"}
        page = browser(make_person("某人")).post("/home/join/", sent).text
        assert "请照 3栋2单元1502 的样子写" in page
        assert "3栋1单元302" not in page

    @pytest.mark.parametrize("written", ["3-1-101", "３—１—１０１", "3栋1单元101室", "3号楼1门101"])
    def test_a_door_is_written_in_ones_own_way(self, place, written):
        sent = {**self.ASK, "compound": place.compound.pk, "home": written}
        browser(make_person("某人")).post("/home/join/", sent)
        assert JoinRequest.objects.get().unit == place.unit

    def test_nobody_is_taken_for_an_owner_unasked(self, place):
        client = browser(make_person("某人"))
        page = client.get("/home/join/").text
        assert "请选小区" in page
        assert " checked" not in page
        sent = {"compound": place.compound.pk, "home": "3栋1单元101", "words": ""}
        assert "请选您是业主、家人还是租户" in client.post("/home/join/", sent).text
        assert not JoinRequest.objects.exists()

    def test_two_of_one_name_for_one_home_are_two_people(self, place):
        first, second = make_person("王伟"), make_person("王伟")
        requests = [asked(place, person) for person in (first, second)]
        page = browser(place.community_clerk).get("/home/requests/").text
        assert number_of(first)[-4:] in page
        assert number_of(second)[-4:] in page
        browser(place.community_clerk).post(f"/home/requests/{requests[1].pk}/", {"confirm": "yes"})
        assert not first.residencies.exists()
        assert second.residencies.exists()

    def test_asks_no_more_queries_with_more_requests(self, place):
        clerk = browser(place.community_clerk)
        asked(place, make_person("一"))
        few = queries(lambda: clerk.get("/home/requests/"))
        for number in range(20):
            asked(place, make_person(f"某{number}"))
        assert queries(lambda: clerk.get("/home/requests/")) == few <= 7


class TestWithdrawing:
    def test_who_asked_takes_it_back(self, place):
        person = make_person("某人")
        request = asked(place, person)
        client = browser(person)
        assert f"/home/requests/{request.pk}/withdraw/" in client.get("/home/").text
        client.post(f"/home/requests/{request.pk}/withdraw/")
        request.refresh_from_db()
        assert request.state == "withdrawn"
        assert "已撤回" in client.get("/home/").text
        assert "都核实完了" in browser(place.community_clerk).get("/home/requests/").text
        assert Entry.objects.filter(act="home.withdrawn", person_id=person.pk).count() == 1
        assert client.post(f"/home/requests/{request.pk}/withdraw/").status_code == 404

    @pytest.mark.parametrize("who", ["resident", "neighbour", "outsider", "community_clerk"])
    def test_nobody_else_does(self, place, who):
        request = asked(place, make_person("某人"))
        answer = browser(getattr(place, who)).post(f"/home/requests/{request.pk}/withdraw/")
        assert answer.status_code == 404
        request.refresh_from_db()
        assert request.state == "open"

    def test_what_was_decided_stays(self, place):
        person = make_person("某人")
        request = asked(place, person)
        decide_join(request=request, confirm=False, reason="不是", acting=SYSTEM, at=timezone.now())
        assert browser(person).post(f"/home/requests/{request.pk}/withdraw/").status_code == 404


class TestRevoking:
    def test_who_made_it_stops_it_and_it_opens_nothing(self, place):
        home = settle(place, "family", "罗妹妹")
        client = browser(home.person)
        plain = client.post(f"/home/{home.pk}/invite/", {"standing": "tenant"}).context["code"]
        code = place.unit.codes.get()
        assert f"/home/codes/{code.pk}/revoke/" in client.get("/home/").text
        assert client.post(f"/home/codes/{code.pk}/revoke/").headers["Location"] == "/home/"
        assert "给租户" not in client.get("/home/").text
        assert NOT_RIGHT in browser(make_person("甲")).post("/home/join/", {"code": plain}).text
        assert Entry.objects.filter(act="home.code_revoked").count() == 1

    def test_the_owner_stops_what_the_family_made_and_not_the_other_way_round(self, place):
        owners, _ = invited(place)
        family = settle(place, "family", "罗妹妹")
        familys, _ = make_code(
            unit=place.unit, way="invitation", standing="family", acting=own(family.person),
            at=timezone.now(),
        )  # fmt: skip
        sister = browser(family.person)
        assert sister.post(f"/home/codes/{owners.pk}/revoke/").status_code == 404
        assert f"/home/codes/{owners.pk}/revoke/" not in sister.get("/home/").text
        assert browser(place.resident).post(f"/home/codes/{familys.pk}/revoke/").status_code == 302

    @pytest.mark.parametrize("who", ["neighbour", "outsider", "subdistrict_clerk", "secretary"])
    def test_nobody_from_elsewhere_does(self, place, who):
        code, _ = invited(place)
        answer = browser(getattr(place, who)).post(f"/home/codes/{code.pk}/revoke/")
        assert answer.status_code == 404
        code.refresh_from_db()
        assert code.revoked_at is None

    def test_a_code_that_was_used_or_stopped_is_not_there(self, place):
        code, plain = invited(place)
        person = make_person("甲")
        use_code(code=plain, person=person, acting=own(person), at=timezone.now())
        client = browser(place.resident)
        assert client.post(f"/home/codes/{code.pk}/revoke/").status_code == 404
        again, _ = invited(place)
        client.post(f"/home/codes/{again.pk}/revoke/")
        assert client.post(f"/home/codes/{again.pk}/revoke/").status_code == 404

    def test_the_clerk_stops_a_lost_sheet(self, place):
        plain = paper(place)
        code = place.unit.codes.get()
        assert browser(place.resident).post(f"/home/codes/{code.pk}/revoke/").status_code == 404
        clerk = browser(place.community_clerk)
        url = f"/home/registered/?compound={place.compound.code}&home=3栋1单元101"
        page = clerk.get(url).text
        assert f"/home/codes/{code.pk}/revoke/" in page
        assert plain not in page
        clerk.post(f"/home/codes/{code.pk}/revoke/")
        assert NOT_RIGHT in browser(make_person("甲")).post("/home/join/", {"code": plain}).text


def test_a_person_stands_once_in_a_home_and_may_come_back(place):
    home = settle(place, "tenant", "田租客")
    with pytest.raises(Refusal, match="已经登记在这一户了"):
        settle(place, "tenant", person=home.person)
    Residency.objects.filter(pk=home.pk).update(since=EARLIER, until=EARLIER)
    settle(place, "tenant", person=home.person)
    assert home.person.residencies.count() == 2
