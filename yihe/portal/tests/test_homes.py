"""Several homes, and what waits to be checked: doorway, capacities, navigation."""

import pytest
from django.utils import timezone

from yihe.bodies.actions import seat_person
from yihe.bodies.models import Body
from yihe.calls.models import Call
from yihe.calls.tests.builders import make_seat
from yihe.people.actions import move_in
from yihe.people.models import JoinRequest
from yihe.people.tests.helpers import asked, browser, make_person, queries
from yihe.places.models import Unit
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(district):
    return district


def also_at(person, unit, standing="owner"):
    return move_in(
        person=person, unit=unit, standing=standing, way="clerk", acting=SYSTEM, at=timezone.now()
    )


class TestSeveralHomes:
    def test_one_acts_from_the_home_that_one_chose(self, place):
        person = place.resident
        far = also_at(person, Unit.objects.filter(compound=place.other).first(), "tenant")
        client = browser(person)
        assert "您的家：3栋1单元101" in client.get("/").text
        assert client.get(f"/compounds/{place.other.code}/board/").status_code == 404
        client.post("/capacity/", {"capacity": f"home:{far.pk}"})
        assert f"您的家：{far.unit.label}" in client.get("/").text
        assert client.get(f"/compounds/{place.other.code}/board/").status_code == 200
        assert client.get(f"/compounds/{place.compound.code}/board/").status_code == 404

    def test_two_homes_in_one_compound_are_told_apart(self, place):
        person = place.resident
        unit = Unit.objects.filter(compound=place.compound).order_by("-pk")[0]
        second = also_at(person, unit)
        client = browser(person)
        page = client.get("/").text
        assert "印象家园·业主 3栋1单元101" in page
        assert f"印象家园·业主 {unit.label}" in page
        client.post("/capacity/", {"capacity": f"home:{second.pk}"})
        assert f"您的家：{unit.label}" in client.get("/").text
        form = {"text": "水管漏了", "spot_kind": "home", "visibility": "handlers", "once": "k1"}
        client.post("/calls/new/", form)
        assert Call.objects.get().unit == unit

    def test_leaving_the_chosen_home_one_acts_from_the_other(self, place):
        person = place.resident
        far = also_at(person, Unit.objects.filter(compound=place.other).first())
        client = browser(person)
        client.post("/capacity/", {"capacity": f"home:{far.pk}"})
        client.post(f"/home/{far.pk}/leave/")
        assert "您的家：3栋1单元101" in client.get("/").text

    def test_who_has_a_seat_keeps_it(self, place):
        person = place.neighbour
        seat_person(body=place.branch, person=person, post="lead", acting=SYSTEM, at=timezone.now())
        home = person.residencies.get()
        client = browser(person)
        client.post("/capacity/", {"capacity": f"home:{home.pk}"})
        client.post(f"/home/{home.pk}/leave/")
        assert "楼栋长" in client.get("/home/").text

    def test_nobody_chooses_the_home_of_others(self, place):
        home = place.resident.residencies.get()
        answer = browser(place.neighbour).post("/capacity/", {"capacity": f"home:{home.pk}"})
        assert answer.status_code == 404


class TestWhatWaitsInTheNavigation:
    def test_the_communitys_clerks_see_how_many_wait(self, place):
        clerk = browser(place.community_clerk)
        assert "核实住处 " not in (page := clerk.get("/desk/").text)
        assert "核实住处" in page
        for number in range(3):
            asked(place, make_person(f"某{number}"))
        assert clerk.get("/desk/").text.count("核实住处 3") == 2  # above, and below on a phone
        JoinRequest.objects.filter(person__name="某0").update(state="withdrawn")
        assert "核实住处 2" in clerk.get("/desk/").text

    def test_nobody_else_does(self, place):
        asked(place, make_person("某人"))
        far = Body.objects.create(
            kind="community", name="老坑社区党委", scope="440310/006/002", level=1,
            division=place.community, since=timezone.localdate(),
        )  # fmt: skip
        assert "核实住处 1" not in browser(make_seat(far, "clerk")).get("/desk/").text
        for who in (place.resident, place.subdistrict_clerk, place.secretary, place.manager):
            assert "核实住处" not in browser(who).get("/inbox/").text

    def test_the_desk_stays_within_eight_queries_with_fifty_calls_and_fifty_requests(self, place):
        for number in range(50):
            place.raised(at=timezone.now())
            asked(place, make_person(f"某{number}"))
        clerk = browser(place.community_clerk)
        assert "核实住处 50" in clerk.get("/desk/").text
        assert queries(lambda: clerk.get("/desk/")) <= 8
