"""How often the pages ask the database: for every role, for every kind of call, with any number of rows."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yihe.calls.actions import accept, add_note, list_for_conference, pass_up
from yihe.calls.models import Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.tests.test_pages import FORM, client, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def climbed_to(place: District, level: int, **more: object) -> Call:
    call = place.raised(**more)
    desks = (place.community_clerk, place.subdistrict_clerk, place.department_clerk)
    for clerk in desks[: level - 1]:
        call = pass_up(call=call, reason="这里定不了。", acting=acting_as(clerk), at=MONDAY)
    return call


AT_LEVEL = [
    # who opens it, and where it lies then
    ("resident", 1),
    ("neighbour", 1),
    ("secretary", 1),
    ("community_clerk", 1),
    ("community_clerk", 2),
    ("subdistrict_clerk", 2),
    ("department_clerk", 3),
    ("district_clerk", 3),
    ("convener", 4),
    ("district_clerk", 4),
]


class TestCallPage:
    @pytest.mark.parametrize(("who", "level"), AT_LEVEL)
    def test_asks_at_most_13_times(self, place, who, level):
        call = climbed_to(place, level)
        if level == 4:
            convener = acting_as(place.convener)
            list_for_conference(
                call=call,
                sitting_on=MONDAY.date(),
                departments=[place.housing, place.fire],
                acting=convener,
                at=MONDAY,
            )
        browser = client(getattr(place, who))
        assert browser.get(f"/calls/{call.number}/").status_code == 200
        assert queries(lambda: browser.get(f"/calls/{call.number}/")) <= 13

    def test_asks_at_most_13_times_for_a_complaint(self, place):
        call = place.raised(about=place.company)
        browser = client(place.community_clerk)
        assert queries(lambda: browser.get(f"/calls/{call.number}/")) <= 13

    def test_asks_no_more_with_history_at_the_desk(self, place):
        call = place.raised()
        clerk = acting_as(place.community_clerk)
        accept(call=call, acting=clerk, at=MONDAY)
        browser = client(place.community_clerk)
        few = queries(lambda: browser.get(f"/calls/{call.number}/"))
        for number in range(5):
            add_note(call=call, text=f"备注 {number}", acting=clerk, at=MONDAY)
        assert queries(lambda: browser.get(f"/calls/{call.number}/")) == few


class TestRaising:
    @pytest.mark.parametrize("topic", ["topic", "emergency", None])
    @pytest.mark.parametrize("who", ["resident", "secretary", "community_clerk"])
    def test_asks_at_most_25_times(self, place, who, topic):
        browser = client(getattr(place, who))
        more = {} if who == "resident" else {"compound": place.compound.pk}
        if who == "community_clerk":
            more["contact_phone"] = place.resident.phone
        browser.post("/calls/new/", {**FORM, **more, "once": "warm"})
        sent = {**FORM, **more, "about": place.company.pk if topic is None else ""}
        if topic:
            sent["topic"] = getattr(place, topic).pk
        with CaptureQueriesContext(connection) as seen:
            assert browser.post("/calls/new/", sent).status_code == 302
        # the test itself runs in a transaction: what would be BEGIN and COMMIT are savepoints here
        asked = [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= 25, [sql[:90] for sql in asked]


class TestAllCalls:
    def test_asks_at_most_8_times_and_not_more_with_rows(self, place):
        place.raised()
        place.raised(visibility="handlers")
        browser = client(place.district_clerk)
        few = queries(lambda: browser.get("/all/"))
        for _ in range(20):
            place.raised()
        assert queries(lambda: browser.get("/all/")) == few <= 8
