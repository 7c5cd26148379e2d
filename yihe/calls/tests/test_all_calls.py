"""The list of all calls that a capacity sees: closed ones too, and never more than one may see."""

import pytest
import time_machine

from yihe.calls.actions import answer, confirm
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.tests.test_pages import client

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def closed(place: District, text: str):
    call = place.raised(text=text)
    clerk = acting_as(place.community_clerk)
    answer(
        call=call, text="换好了。", evidence="换了灯。", met_whom="物业", acting=clerk, at=MONDAY
    )
    return confirm(call=call, acting=acting_as(place.resident), at=MONDAY)


def test_a_clerk_finds_what_was_closed_long_ago(place):
    call = closed(place, "东门的灯坏了，晚上看不见路。")
    browser = client(place.community_clerk)
    assert call.number not in browser.get("/all/").text
    assert call.number in browser.get("/all/?state=over").text
    assert call.number in browser.get("/all/?state=any&q=看不见路").text


def test_is_narrowed_by_level_place_and_lateness(place):
    call = place.raised()
    browser = client(place.district_clerk)
    street = place.community.parent
    assert call.number in browser.get(f"/all/?level=1&place={street.path}").text
    assert call.number not in browser.get("/all/?level=2").text
    assert call.number not in browser.get("/all/?state=late").text
    with time_machine.travel(MONDAY.replace(hour=17), tick=False):
        assert call.number in browser.get("/all/?state=late").text


def test_counts_and_does_not_show_what_is_for_handlers_alone(place):
    call = place.raised(visibility="handlers", text="楼下半夜打麻将，很吵。")
    page = client(place.district_clerk).get("/all/").text
    assert call.number not in page
    assert "另有 1 件" in page
    assert "另有" not in client(place.district_clerk).get("/all/?q=麻将").text


def test_a_complaint_is_not_even_counted_for_whom_it_is_about(place):
    place.raised(about=place.district_desk, text="区里的人态度不好。")
    assert "另有" not in client(place.district_clerk).get("/all/").text


def test_shows_no_number_of_the_reporter(place):
    place.raised(text="灯坏了，打 13900001234 找我")
    page = client(place.subdistrict_clerk).get("/all/").text
    assert "灯坏了" in page
    assert "13900001234" not in page


@pytest.mark.parametrize("who", ["resident", "neighbour", "outsider"])
def test_is_not_there_for_residents(place, who):
    assert client(getattr(place, who)).get("/all/").status_code == 404


@pytest.mark.parametrize(
    "query", ["state=x&level=9&place=-", "page=99999999999", "q=" + "长" * 300]
)
def test_strange_queries_find_what_can_be_found(place, query):
    assert client(place.district_clerk).get(f"/all/?{query}").status_code == 200
