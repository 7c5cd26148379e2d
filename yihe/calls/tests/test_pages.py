"""The pages of a call: who sees what, what they say, how often they ask the database."""

from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yihe.accounts.models import User
from yihe.calls.actions import correct_topic
from yihe.calls.models import Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.topics.actions import add_topic, set_term
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
FORM = {"text": "东门的灯坏了", "spot_kind": "compound", "visibility": "compound", "once": "k1"}


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def client(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["second_factor_set_up"] = True
    session.save()
    return browser


def queries(show: Callable[[], object]) -> int:
    show()
    with CaptureQueriesContext(connection) as seen:
        show()
    return len(seen)


class TestRaisePage:
    def test_a_resident_raises_a_call(self, place):
        response = client(place.resident).post("/calls/new/", FORM)
        call = Call.objects.get()
        assert response.headers["Location"] == f"/calls/{call.number}/"
        assert (call.reporter, call.desk) == (place.resident, place.community_desk)

    def test_the_same_form_sent_twice_makes_one_call(self, place):
        browser = client(place.resident)
        for _ in range(2):
            assert browser.post("/calls/new/", FORM).status_code == 302
        assert Call.objects.count() == 1

    def test_the_second_answer_waits_for_the_disk_too(self, place):
        browser = client(place.resident)
        browser.post("/calls/new/", FORM)
        with CaptureQueriesContext(connection) as asked:
            browser.post("/calls/new/", FORM)
        assert any("pg_logical_emit_message" in one["sql"] for one in asked.captured_queries)

    def test_keeps_what_was_typed_when_something_is_missing(self, place):
        response = client(place.resident).post("/calls/new/", {**FORM, "text": " ", "spot": "东门"})
        assert "请写一写是什么事" in response.text
        assert "东门" in response.text

    def test_a_secretary_calls_for_the_compound(self, place):
        client(place.secretary).post("/calls/new/", {**FORM, "compound": place.compound.pk})
        call = Call.objects.get()
        assert (call.channel, call.raised_words) == ("body", "印象家园党支部·支部书记")

    def test_a_clerk_writes_down_for_a_caller_without_an_account(self, place):
        client(place.community_clerk).post(
            "/calls/new/",
            {
                **FORM,
                "compound": place.compound.pk,
                "contact_name": "王婆婆",
                "contact_phone": "13711112222",
            },
        )
        call = Call.objects.get()
        assert (call.reporter, call.contact_name, call.contact_phone) == (
            None,
            "王婆婆",
            "13711112222",
        )

    def test_asks_the_database_at_most_25_times(self, place):
        browser = client(place.resident)
        browser.post("/calls/new/", {**FORM, "once": "warm"})
        with CaptureQueriesContext(connection) as seen:
            browser.post("/calls/new/", {**FORM, "topic": place.topic.pk})
        assert len(seen) <= 25, [query["sql"][:90] for query in seen.captured_queries]


class TestCallPage:
    def test_a_stranger_sees_nothing(self, place):
        call = place.raised()
        assert client(place.outsider).get(f"/calls/{call.number}/").status_code == 404
        assert Client().get(f"/calls/{call.number}/").status_code == 302

    def test_a_neighbour_sees_no_phone_number_and_no_name(self, place):
        call = place.raised(text="灯坏了，打我电话 139-0000-1234")
        page = client(place.neighbour).get(f"/calls/{call.number}/").text
        assert "1234" not in page
        assert "罗居民" not in page
        assert place.resident.phone not in page

    def test_the_desk_sees_how_to_reach_the_reporter(self, place):
        call = place.raised()
        assert (
            place.resident.phone in client(place.community_clerk).get(f"/calls/{call.number}/").text
        )

    def test_a_refusal_keeps_what_was_typed(self, place):
        call = place.raised()
        response = client(place.community_clerk).post(
            f"/calls/{call.number}/answer/", {"text": "都修好了", "version": call.version}
        )
        assert response.status_code == 409
        assert "见了谁" in response.text
        assert "都修好了" in response.text

    @pytest.mark.parametrize("act", ["answer", "pass_up", "accept", "decide", "nonsense"])
    @pytest.mark.parametrize("who", ["neighbour", "outsider", "resident", "manager"])
    def test_who_may_not_act_finds_nothing(self, place, who, act):
        call = place.raised()
        response = client(getattr(place, who)).post(f"/calls/{call.number}/{act}/", {"reason": "x"})
        assert response.status_code == 404
        call.refresh_from_db()
        assert (call.status, call.level) == ("new", 1)

    def test_asks_the_database_at_most_12_times_and_not_more_with_history(self, place):
        call = place.raised()
        browser = client(place.resident)
        before = queries(lambda: browser.get(f"/calls/{call.number}/"))
        for text in ("一", "二", "三"):
            browser.post(f"/calls/{call.number}/add/", {"text": f"补充{text}"})
        browser.get(f"/calls/{call.number}/")
        assert queries(lambda: browser.get(f"/calls/{call.number}/")) == before <= 12


class TestDesk:
    def test_shows_what_bites_first_on_top(self, place):
        later = place.raised()
        sooner = place.raised(topic=place.emergency)
        page = client(place.community_clerk).get("/desk/").text
        assert page.index(sooner.number) < page.index(later.number)

    def test_finds_chinese_text_and_numbers(self, place):
        lamp, lift = place.raised(text="东门的路灯坏了"), place.raised(text="电梯停运三天")
        browser = client(place.community_clerk)
        assert lamp.number in (found := browser.get("/desk/?q=路灯").text)
        assert lift.number not in found
        assert lift.number in browser.get(f"/desk/?q={lift.number}").text

    def test_asks_the_database_at_most_8_times_for_50_rows(self, place):
        for _ in range(3):
            place.raised()
        browser = client(place.community_clerk)
        few = queries(lambda: browser.get("/desk/"))
        for _ in range(48):
            place.raised()
        assert queries(lambda: browser.get("/desk/")) == few <= 8

    def test_is_not_there_for_residents(self, place):
        assert client(place.resident).get("/desk/").status_code == 404


class TestBoard:
    def test_shows_no_person_and_never_asks_more_with_rows(self, place):
        place.raised(text="灯坏了，13900001234", visibility="compound")
        place.raised(text="别人不该看到", visibility="handlers")
        url = f"/compounds/{place.compound.code}/board/"
        browser = client(place.neighbour)
        page = browser.get(url).text
        assert "灯坏了" in page
        assert "13900001234" not in page
        assert "别人不该看到" not in page
        few = queries(lambda: browser.get(url))
        for _ in range(10):
            place.raised()
        assert queries(lambda: browser.get(url)) == few <= 6

    def test_is_closed_to_other_compounds(self, place):
        url = f"/compounds/{place.compound.code}/board/"
        assert client(place.outsider).get(url).status_code == 404


class TestPromise:
    def test_the_page_promises_what_the_district_set_and_not_a_fixed_number(self, place):
        assert "4 个工作小时内" in client(place.resident).get("/calls/new/").text
        set_term(level=1, clock="contact", amount=2, unit="workdays", acting=SYSTEM, at=MONDAY)
        page = client(place.resident).get("/calls/new/").text
        assert "4 个工作小时内" not in page
        assert "2 个工作日内" in page
        assert "2 个工作日内" in client(place.resident).get("/").text


class TestPlaceFilter:
    def test_a_queue_can_be_narrowed_to_one_compound(self, place):
        place.raised(text="灯坏了，这里很黑。")
        place.raised(text="门关不上，很吵。", compound=place.other)
        browser = client(place.community_clerk)
        page = browser.get(f"/desk/?place={place.other.code}").text
        assert "门关不上" in page
        assert "灯坏了" not in page
        assert "灯坏了" in browser.get("/desk/?place=nowhere").text


class TestCorrections:
    def test_are_counted_from_what_to_what_for_the_districts_office_alone(self, place):
        other = add_topic(code="99", name="别的类别", acting=SYSTEM, at=MONDAY)
        clerk = acting_as(place.community_clerk)
        with time_machine.travel(MONDAY, tick=False):
            for _ in range(2):
                correct_topic(call=place.raised(), topic=other, acting=clerk, at=MONDAY)
            page = client(place.district_clerk).get("/corrections/").text
            assert "2 件呼叫，人工改正 2 次" in page
            assert place.topic.name in page
            assert "别的类别" in page
            assert client(place.community_clerk).get("/corrections/").status_code == 404
            call = Call.objects.latest("pk")
            story = client(place.community_clerk).get(f"/calls/{call.number}/").text
            assert f"{place.topic.name} 改为 别的类别" in story
