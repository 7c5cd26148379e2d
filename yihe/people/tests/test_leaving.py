"""Leaving a home: by oneself, by the clerk's or the owner's word. What one saw by it is gone at once."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from yihe.people.actions import leave_home, record_move_out
from yihe.people.hooks import erase, export
from yihe.people.models import Residency
from yihe.people.tests.helpers import (
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
WHY = {"reason": "租约到期，钥匙交还了"}


def out(home: Residency) -> str:
    return f"/home/registered/{home.pk}/out/"


class TestLeaving:
    def test_what_one_saw_by_the_home_is_gone_at_once(self, place):
        call = place.raised(at=timezone.now(), visibility="compound")
        mine = place.raised(
            reporter=place.neighbour, acting=own(place.neighbour), at=timezone.now()
        )
        board = f"/compounds/{place.compound.code}/board/"
        client = browser(place.neighbour)
        assert client.get(board).status_code == 200
        assert client.get(f"/calls/{call.number}/").status_code == 200
        home = place.neighbour.residencies.get()
        client.post(f"/home/{home.pk}/leave/")
        assert client.get(board).status_code == 404
        assert client.get(f"/calls/{call.number}/").status_code == 404
        assert client.get(f"/calls/{mine.number}/").status_code == 200  # one's own stays
        assert "还没有登记住处" in client.get("/home/").text
        assert "先登记您的住处" in client.get("/").text
        assert Entry.objects.filter(act="home.left", person_id=place.neighbour.pk).count() == 1

    def test_the_same_when_somebody_else_wrote_it_down(self, place):
        home = settle(place, "tenant", "田租客")
        client = browser(home.person)
        board = f"/compounds/{place.compound.code}/board/"
        assert client.get(board).status_code == 200
        browser(place.resident).post(out(home), WHY)
        assert client.get(board).status_code == 404

    def test_one_leaves_once_and_only_the_own_home(self, place):
        home = place.resident.residencies.get()
        for who in (place.neighbour, place.outsider, place.community_clerk):
            assert browser(who).post(f"/home/{home.pk}/leave/").status_code == 404
        client = browser(place.resident)
        assert client.post(f"/home/{home.pk}/leave/").status_code == 302
        assert client.post(f"/home/{home.pk}/leave/").status_code == 404
        with pytest.raises(Refusal, match="已经不在这一户了"):
            leave_home(residency=home, acting=SYSTEM, at=timezone.now())

    def test_the_invitations_of_who_left_open_nothing(self, place):
        _, plain = invited(place)
        leave_home(residency=place.resident.residencies.get(), acting=SYSTEM, at=timezone.now())
        page = browser(make_person("甲")).post("/home/join/", {"code": plain})
        assert "这个码不对" in page.text
        assert at_home(place) == set()


class TestWrittenDownByTheClerk:
    def test_looks_up_who_is_recorded_and_sees_only_the_tail_of_the_number(self, place):
        tenant = settle(place, "tenant", "田租客")
        url = f"/home/registered/?compound={place.compound.code}&home=3栋1单元101室"
        page = browser(place.community_clerk).get(url).text
        for words in (
            "罗居民",
            "田租客",
            "业主",
            "租户",
            "社区核实",
            number_of(tenant.person)[-4:],
        ):
            assert words in page
        assert number_of(tenant.person) not in page
        assert number_of(tenant.person)[:7] not in page

    def test_writes_down_with_a_reason_and_the_person_is_told(self, place):
        home = place.resident.residencies.get()
        clerk = browser(place.community_clerk)
        assert "罗居民搬走了" in clerk.get(out(home)).text
        answer = clerk.post(out(home), WHY)
        assert answer.headers["Location"].startswith("/home/registered/?compound=")
        assert "这一户还没有人登记" in clerk.get(answer.headers["Location"]).text
        home.refresh_from_db()
        assert home.until is not None
        assert (home.ended_by, home.end_reason) == (place.community_clerk, WHY["reason"])
        [words] = told(place.resident)
        assert "记下了您已经搬走 / 印象家园 3栋1单元101" in words
        assert "龙田社区党委·经办人记的，原因是：租约到期，钥匙交还了" in words
        entry = Entry.objects.get(act="home.moved_out")
        assert entry.person_id == place.community_clerk.pk
        assert entry.numbers == {"person": place.resident.pk, "residency": home.pk}
        assert WHY["reason"] not in str(entry.__dict__)

    def test_without_a_reason_nothing_happens(self, place):
        home = place.resident.residencies.get()
        page = browser(place.community_clerk).post(out(home), {"reason": " "})
        assert "请写一句是怎么知道的" in page.text
        with pytest.raises(Refusal, match="怎么知道的"):
            record_move_out(residency=home, reason=" ", acting=SYSTEM, at=timezone.now())
        assert at_home(place) == {"罗居民"}

    def test_in_the_own_home_the_clerk_is_no_clerk(self, place):
        settle(place, "family", person=place.community_clerk)
        home = place.resident.residencies.get()
        clerk = browser(place.community_clerk)
        assert clerk.get(out(home)).status_code == 404
        url = f"/home/registered/?compound={place.compound.code}&home=3栋1单元101"
        assert "记下搬走" not in clerk.get(url).text

    def test_shows_doors_that_look_alike_when_there_is_none(self, place):
        clerk = browser(place.community_clerk)
        page = clerk.get(f"/home/registered/?compound={place.compound.code}&home=3栋302")
        assert "没有找到这个门牌" in page.text
        assert page.text.count("btn-outline-primary") == 3
        assert "3栋1单元302" in page.text

    def test_finds_no_home_outside_the_own_community(self, place):
        place.compound.path = "440310/006/002/x"
        place.compound.save()
        clerk = browser(place.community_clerk)
        url = f"/home/registered/?compound={place.compound.code}&home=3栋1单元101"
        assert "罗居民" not in clerk.get(url).text
        assert clerk.get(out(place.resident.residencies.get())).status_code == 404

    def test_asks_no_more_queries_with_the_household(self, place):
        clerk = browser(place.community_clerk)
        url = f"/home/registered/?compound={place.compound.code}&home=3栋1单元101"
        invited(place)
        few = queries(lambda: clerk.get(url))
        for number in range(6):
            settle(place, "family", f"某{number}")
        for _ in range(3):
            invited(place)
        assert queries(lambda: clerk.get(url)) == few <= 9


class TestWrittenDownByTheOwner:
    @pytest.mark.parametrize("standing", ["tenant", "family"])
    def test_for_a_tenant_and_for_family(self, place, standing):
        home = settle(place, standing, "田某")
        owner = browser(place.resident)
        assert out(home) in owner.get("/home/").text
        assert owner.post(out(home), WHY).headers["Location"] == "/home/"
        assert at_home(place) == {"罗居民"}
        assert "印象家园·业主记的" in told(home.person)[-1]

    def test_not_for_another_owner_and_not_for_oneself(self, place):
        home = settle(place, "owner", "共有人")
        owner = browser(place.resident)
        assert out(home) not in owner.get("/home/").text
        assert owner.post(out(home), WHY).status_code == 404
        assert owner.post(out(place.resident.residencies.get()), WHY).status_code == 404
        assert at_home(place) == {"罗居民", "共有人"}

    @pytest.mark.parametrize("standing", ["tenant", "family"])
    def test_nobody_but_the_owner_of_the_home(self, place, standing):
        home, other = settle(place, "tenant", "田租客"), settle(place, standing, "某人")
        for who in (other.person, place.neighbour, place.outsider, place.secretary, place.manager):
            assert browser(who).post(out(home), WHY).status_code == 404
        assert "田租客" in at_home(place)

    def test_an_owner_who_left_may_no_more(self, place):
        home = settle(place, "tenant", "田租客")
        owner = browser(place.resident)
        owner.post(f"/home/{place.resident.residencies.get().pk}/leave/")
        assert owner.post(out(home), WHY).status_code == 404

    def test_of_two_tenants_of_one_name_only_the_one_goes(self, place):
        first, second = settle(place, "tenant", "王伟"), settle(place, "tenant", "王伟")
        browser(place.resident).post(out(first), WHY)
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.until is not None
        assert second.until is None


class TestTheDatabase:
    def test_refuses_a_reason_to_have_gone_of_who_stays(self, place):
        with pytest.raises(IntegrityError, match="who_stays"), transaction.atomic():
            Residency.objects.update(end_reason="搬走了")


def rows(person, name):
    return next(part.rows for part in export(person) if part.key == name)


class TestErasing:
    def test_takes_along_and_then_erases_reasons_and_the_name_told_to_owners(self, place):
        home = settle(place, "tenant", "田租客")
        asked(place, person := make_person("某人"))
        record_move_out(residency=home, reason="退租", acting=SYSTEM, at=timezone.now())
        assert rows(home.person, "homes")[0]["why_ended"] == "退租"
        assert rows(person, "join_requests")[0]["state"] == "待核实"
        erase(home.person, SYSTEM, timezone.now())
        erase(person, SYSTEM, timezone.now())
        home.refresh_from_db()
        assert home.end_reason == ""
        assert told(place.resident)[0].startswith("有人登记进了您家")
        assert rows(person, "join_requests")[0]["state"] == "已撤回"
