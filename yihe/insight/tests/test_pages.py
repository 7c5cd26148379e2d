"""The pages of figures: who opens them, what they say, where their numbers lead, what they cost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yihe.calls import actions
from yihe.calls.actions.counting import fold
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.tests.test_pages import client
from yihe.places.models import Division

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    place = make_district()
    Division.objects.filter(level=3).update(here=True)
    return place


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def raised(place: District, months_ago: int, number: int = 1, **more: object) -> None:
    for _ in range(number):
        place.raised(at=MONDAY - timedelta(days=30 * months_ago), **more)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("district_clerk", 200),
        ("convener", 200),
        ("subdistrict_clerk", 200),
        ("community_clerk", 200),
        ("secretary", 200),
        ("manager", 200),
        ("department_clerk", 404),
        ("resident", 404),
    ],
)
def test_each_level_reads_its_own_place(place, who, status):
    raised(place, 2)
    assert client(getattr(place, who)).get("/figures/").status_code == status


def test_a_place_outside_is_not_there(place):
    assert client(place.manager).get(f"/figures/{place.other.code}/").status_code == 404
    assert client(place.community_clerk).get("/figures/440310000000/").status_code == 404
    assert client(place.district_clerk).get(f"/figures/{place.other.code}/").status_code == 200
    assert client(place.district_clerk).get("/figures/999/").status_code == 404


def test_without_calls_it_says_so(place):
    assert "这里还没有数字" in client(place.district_clerk).get("/figures/").text


def test_a_compound_that_fell_shows_by_how_much(place):
    """24 in a quarter, and 5 in the same quarter a year later."""
    for day, number in (("2025-08-10", 24), ("2026-08-10", 5)):
        for _ in range(number):
            place.raised(at=MONDAY.fromisoformat(f"{day}T10:00:00+08:00"))
    for folded in (False, True):
        if folded:
            fold(at=MONDAY)
        page = client(place.district_clerk).get("/figures/").text
        assert page.count("少 79.2%") >= 3  # the place, the quarter, the compound
        page = client(place.manager).get("/figures/").text
        assert "少 79.2%" in page


def test_a_few_calls_make_no_share(place):
    raised(place, 13, 3)
    raised(place, 1, 6)
    page = client(place.district_clerk).get("/figures/").text
    assert "去年 3 件" in page
    assert "100.0%" not in page


def test_what_residents_contest_stands_apart_and_beside_the_share(place):
    clerk, me = acting_as(place.community_clerk), acting_as(place.resident)
    before = MONDAY - timedelta(days=20)
    for stars in (5, 1):
        call = place.raised(at=before)
        actions.answer(call=call, text="好了。", evidence="看过。", acting=clerk, at=before)
        actions.confirm(call=call, acting=me, at=before)
        actions.rate(call=call, stars=stars, acting=me, at=before)
    page = client(place.district_clerk).get("/figures/?since=2026-11&until=2026-11").text
    assert "办完的按时 100.0%，其中 1 件居民不认可" in page
    assert "按时率是 50.0%" in page


def test_every_number_leads_to_as_many_calls(place):
    raised(place, 2, 3, channel="phone")
    raised(place, 3, 2, topic=None, nature="question", compound=place.other)
    browser = client(place.district_clerk)
    page = browser.get("/figures/").text
    found = re.findall(r'href="(/all/\?state=counted[^"]*)">(\d+)<', page)
    assert len(found) > 10
    for address, number in found:
        listed = browser.get(address.replace("&amp;", "&")).text
        assert f"共 {number} 件" in listed, (address, number)


def test_what_is_for_handlers_alone_is_counted_and_said(place):
    raised(place, 2, 1, visibility="handlers")
    browser = client(place.district_clerk)
    address = re.search(r'href="(/all/\?state=counted[^"]*)"', browser.get("/figures/").text)
    assert address is not None
    assert "另有 1 件" in browser.get(address[1].replace("&amp;", "&")).text


def test_a_complaint_about_ones_own_house_is_in_no_number(place):
    raised(place, 2, 1, about=place.company)
    assert "新呼叫 0 件" in client(place.manager).get("/figures/").text
    assert "新呼叫 1 件" in client(place.secretary).get("/figures/").text


def test_what_needs_attention_is_named_and_leads_to_it(place):
    place.raised(at=MONDAY - timedelta(days=3))
    browser = client(place.community_clerk)
    page = browser.get("/figures/").text
    assert "1 件超期" in page
    assert "共 1 件" in browser.get(f"/all/?state=late&place={place.community.path}").text


class TestDesk:
    def test_says_what_came_and_what_left(self, place):
        clerk = acting_as(place.community_clerk)
        at = MONDAY - timedelta(days=40)
        kept = place.raised(at=at)
        gone = place.raised(at=at)
        actions.pass_up(call=gone, reason="办不了。", acting=clerk, at=at)
        actions.first_contact(call=kept, acting=clerk, at=at)
        page = client(place.community_clerk).get("/figures/desk/").text
        assert "来了 2 次" in page
        assert "其中 1 次去了别处" in page
        assert "交给上级" in page

    def test_names_what_climbs_next(self, place):
        call = place.raised()
        page = client(place.community_clerk).get("/figures/desk/").text
        assert "印象家园" in page
        assert f"/calls/{call.number}/" in page

    @pytest.mark.parametrize("who", ["resident", "secretary"])
    def test_is_for_desks(self, place, who):
        assert client(getattr(place, who)).get("/figures/desk/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-13&until=x",
        "since=2031-01&until=2020-01",
        "since=1900-01&until=2099-12",
        "since=",
    ],
)
def test_strange_months_are_read_as_they_can_be(place, query):
    raised(place, 2)
    assert client(place.district_clerk).get(f"/figures/?{query}").status_code == 200
    assert client(place.community_clerk).get(f"/figures/desk/?{query}").status_code == 200


def queries(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/figures/", "/figures/desk/"])
def test_the_number_of_queries_does_not_grow(place, address):
    raised(place, 2)
    browser = client(place.community_clerk)
    few = queries(browser, address)
    raised(place, 3, 5, compound=place.other, topic=None)
    raised(place, 14, 5, nature="complaint")
    fold(at=MONDAY)
    assert queries(browser, address) <= few + 1
    assert few <= 30
