"""What is open: who opens it, what is in it, and what two looks at it give away."""

import csv
import io
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from yihe.calls import actions
from yihe.calls.actions.counting import fold
from yihe.calls.models import Call
from yihe.calls.tests.builders import (
    MONDAY,
    District,
    acting_as,
    make_district,
    make_person,
    make_seat,
)
from yihe.opendata.actions import open_up, shut
from yihe.opendata.models import Month, Row
from yihe.opendata.rules import OTHER
from yihe.opendata.work import publish, publish_in_turn
from yihe.people.actions import move_in
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
SETTLED = datetime(2027, 3, 2, 9, 0, tzinfo=MONDAY.tzinfo)  # November may be published


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)


@pytest.fixture
def place() -> District:
    return make_district()


def raised_by_many(place: District, many: int, **more: object) -> list[Call]:
    """Calls of as many different neighbours."""
    found = []
    for number in range(many):
        person = make_person(f"欧阳邻居{number}")
        unit = Unit.objects.filter(compound=place.compound).order_by("pk")[number % 6]
        move_in(person=person, unit=unit, standing="tenant", way="clerk", acting=SYSTEM, at=MONDAY)
        values = {"acting": acting_as(person), "reporter": person, "text": "欧阳说灯坏了", **more}
        found.append(place.raised(**values))
    return found


def opened(*, at: datetime = SETTLED) -> None:
    open_up(acting=SYSTEM, at=at)
    while publish(at=at).more:
        pass


def table() -> list[dict[str, str]]:
    text = Client().get("/open/calls.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestOpening:
    def test_nothing_is_there_before(self, place, client):
        raised_by_many(place, 12)
        assert publish(at=SETTLED).done == []
        for address in ("/open/", "/open/calls.csv", "/open/calls.json"):
            assert client.get(address).status_code == 404

    def test_is_an_act_of_the_districts_office_which_confirms_it(self, place):
        client = Client()
        client.force_login(make_seat(place.district_desk, "head"))
        assert "还没有开放" in client.get("/open/").text
        sent = client.post("/open/switch/", {"do": "open"}, follow=True)
        assert "请先打勾" in sent.text
        sent = client.post("/open/switch/", {"do": "open", "sure": "on"}, follow=True)
        assert "停止开放" in sent.text
        assert Entry.objects.get(act="opendata.open").numbers == {"least": 10}
        assert Client().get("/open/").status_code == 200
        client.post("/open/switch/", {"do": "shut"})
        assert Client().get("/open/calls.csv").status_code == 404
        assert Entry.objects.filter(act="opendata.shut").exists()

    def test_is_nobody_elses(self, place):
        for user in (place.resident, place.community_clerk, place.department_clerk):
            client = Client()
            client.force_login(user)
            assert client.post("/open/switch/", {"do": "open", "sure": "on"}).status_code == 404
        with pytest.raises(Refusal):
            shut(acting=SYSTEM, at=MONDAY)


class TestTheTable:
    def test_holds_months_and_places_and_no_person_word_number_or_day(self, place):
        calls = raised_by_many(place, 12)
        opened()
        rows = table()
        assert len(rows) == 1
        assert rows[0] == {
            "月份": "2026-11", "街道": "龙田街道", "社区": "龙田社区", "小区": "印象家园", "类别": "电梯",
            "来源": "网页", "级别": "社区", "结果": "还没办完", "首次联系": "还没有", "首次答复": "还没有",
            "件数": "12",
        }  # fmt: skip
        for address in ("/open/calls.csv", "/open/calls.json"):
            text = Client().get(address).content.decode()
            for secret in (
                "欧阳",
                "1390",
                "灯坏了",
                "3栋",
                "11-23",
                *(call.number for call in calls),
            ):
                assert secret not in text

    def test_says_the_same_to_programs(self, place):
        raised_by_many(place, 12)
        opened()
        data = Client().get("/open/calls.json").json()
        assert data["rows"][0]["calls"] == 12
        assert set(data["columns"]) == set(data["rows"][0])
        assert (data["licence"], data["least"]) == ("CC BY 4.0", 10)

    def test_holds_no_complaint_about_anybody(self, place):
        raised_by_many(place, 12)
        raised_by_many(place, 12, about=place.company)
        opened()
        assert sum(int(row["件数"]) for row in table()) == 12

    def test_is_not_changed_by_what_happens_to_a_published_month(self, place):
        calls = raised_by_many(place, 12)
        opened()
        before = table()
        actions.answer(
            call=calls[0], text="好了。", evidence="看过。",
            acting=acting_as(place.community_clerk), at=SETTLED,
        )  # fmt: skip
        reporter = calls[1].reporter
        assert reporter is not None
        actions.withdraw(call=calls[1], acting=acting_as(reporter), at=SETTLED)
        shut(acting=SYSTEM, at=SETTLED)
        opened(at=SETTLED + timedelta(days=20))
        assert table() == before

    def test_of_two_days_differs_by_whole_months_alone(self, place):
        raised_by_many(place, 12)
        opened()
        before = table()
        raised_by_many(place, 12, at=datetime(2026, 12, 3, 9, 0, tzinfo=MONDAY.tzinfo))
        assert publish(at=SETTLED + timedelta(days=20)).done == []
        publish(at=datetime(2027, 4, 1, 9, 0, tzinfo=MONDAY.tzinfo))
        after = table()
        assert [row for row in after if row["月份"] == "2026-11"] == before
        assert {row["月份"] for row in after} == {"2026-11", "2026-12"}

    def test_joined_with_the_board_leaves_nobody_alone(self, place):
        raised_by_many(place, 11)
        raised_by_many(place, 1, visibility="desk", text="欧阳不想让人知道")
        raised_by_many(place, 1, visibility="handlers")
        opened()
        assert [int(row["件数"]) for row in table()] == [11]  # what the board shows, and no more

    def test_shows_a_compound_only_where_enough_persons_are(self, place):
        raised_by_many(place, 11)
        for _ in range(10):
            place.raised(
                compound=place.other, reporter=place.outsider, acting=acting_as(place.outsider)
            )
        opened()
        assert {row["小区"] for row in table()} == {OTHER}
        assert place.other.name not in Client().get("/open/calls.csv").content.decode()


class TestFetching:
    def test_is_not_sent_again_where_nothing_is_new(self, place):
        raised_by_many(place, 12)
        opened()
        for address in ("/open/calls.csv", "/open/calls.json"):
            first = Client().get(address)
            assert "max-age" in first.headers["Cache-Control"]
            again = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b"")

    def test_too_often_is_refused_in_words(self, place, settings):
        settings.ACCOUNT_RATE_LIMITS = {"open_data": "2/m/ip"}
        opened()
        client = Client()
        codes = [client.get("/open/calls.csv").status_code for _ in range(3)]
        assert codes == [200, 200, 429]

    def test_asks_no_more_with_more_rows(self, place, django_assert_max_num_queries):
        raised_by_many(place, 12)
        opened()
        month = Month.objects.get()
        row = Row.objects.get()
        for number in range(50):
            row.pk, row.compound, row.month = None, f"小区{number}", month
            row.save()
        with django_assert_max_num_queries(24):
            Client().get("/open/calls.csv")


def test_the_worker_builds_a_month_once_and_looks_every_hour(place):
    raised_by_many(place, 12)
    raised_by_many(place, 12, at=MONDAY - timedelta(days=31))
    while fold(at=MONDAY).more:
        pass
    assert publish_in_turn(at=SETTLED).done == []
    open_up(acting=SYSTEM, at=SETTLED)
    assert [one.subject for one in publish_in_turn(at=SETTLED).done] == ["2026-10"]
    assert [one.subject for one in publish_in_turn(at=SETTLED).done] == ["2026-11"]
    assert publish_in_turn(at=SETTLED + timedelta(hours=2)).done == []
    assert Entry.objects.filter(act="opendata.month").count() == 2


def test_the_page_says_how_persons_are_kept_safe(place):
    raised_by_many(place, 12)
    opened()
    with time_machine.travel(SETTLED, tick=False):
        page = Client().get("/open/").text
    for words in ("至少来自 10 个不同的人", "2026年11月", "CC BY 4.0", "公开栏", "subdistrict"):
        assert words in page
