"""Figures by program: of one's own places, in the fixed form."""

import pytest
from django.test import Client

from yihe.accounts.actions import issue_token
from yihe.calls.tests.builders import MONDAY, District, make_district
from yihe.trail.acting import SYSTEM


@pytest.fixture
def place(db) -> District:
    return make_district()


def ask(user, query: str = ""):
    _, raw = issue_token(user=user, label="program", acting=SYSTEM, at=MONDAY)
    client = Client(headers={"Authorization": f"Bearer {raw}"})
    return client.get(f"/api/v1/figures{query}")


def test_an_office_reads_its_own_places(place):
    place.raised()
    found = ask(place.district_clerk).json()
    assert found["calls"]["total"] == found["calls"]["by"]["topic"]["电梯"]["open"] == 1
    code = place.compound.code
    assert ask(place.subdistrict_clerk, f"?place={code}").json()["calls"]["total"] == 1
    assert ask(place.manager, f"?place={place.other.code}").status_code == 404
    assert ask(place.community_clerk, "?place=440310000000").status_code == 404


def test_a_complaint_about_the_asker_is_not_even_counted(place):
    place.raised(about=place.company)
    assert ask(place.manager).json()["calls"]["total"] == 0
    assert ask(place.secretary).json()["calls"]["total"] == 1


@pytest.mark.parametrize("who", ["resident", "department_clerk"])
def test_others_read_none(place, who):
    assert ask(getattr(place, who)).status_code == 404


@pytest.mark.parametrize(
    "query", ["?from=2026-13-01", "?place=龙田", "?from=2026-02-02&to=2026-02-01"]
)
def test_bad_questions_are_refused_in_words(place, query):
    answer = ask(place.district_clerk, query)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
