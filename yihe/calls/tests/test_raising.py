"""Who may raise a call is the same on the page, in the API and in what is offered."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.bodies.actions import seat_person
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, make_district, make_person, make_seat
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
ROLES = [
    ("resident", True),
    ("lead", True),
    ("secretary", True),
    ("member", False),  # of the branch: speaks through its secretary, or from a home
    ("manager", True),
    ("community_clerk", True),
    ("department_clerk", True),
    ("district_clerk", True),
    ("administrator", False),
    ("convener", True),
    ("visitor", False),
]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> District:
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    return make_district()


def somebody(place: District, role: str) -> User:
    if role in ("lead", "member"):
        return make_seat(place.branch, role)
    if role == "administrator":
        return make_seat(place.district_desk, role)
    return make_person() if role == "visitor" else getattr(place, role)


def sent_by_program(place: District, person: User, **more: str) -> Any:
    _, raw = issue_token(user=person, label="test", acting=SYSTEM, at=timezone.now())
    body = {"compound": place.compound.code, "text": "灯坏了", **more}
    client = Client(headers={"Authorization": f"Bearer {raw}"})
    return client.post("/api/v1/calls", json.dumps(body), "application/json")


@pytest.mark.parametrize(("role", "may"), ROLES)
def test_page_program_and_tabs_agree(place, role, may):
    person = somebody(place, role)
    browser = Client()
    browser.force_login(person)
    page = browser.get("/calls/new/")
    answer = sent_by_program(place, person)
    if may:
        assert (page.status_code, answer.status_code) == (200, 201)
    elif role == "visitor":  # first a home
        assert (page.status_code, answer.status_code) == (302, 404)
    else:
        assert (page.status_code, answer.status_code) == (404, 409)
        assert "这个身份不发呼叫" in answer.json()["detail"]
        assert 'href="/calls/new/"' not in browser.get("/", follow=True).text
    assert Call.objects.exists() == may


def test_who_may_not_through_a_seat_still_may_from_home(place):
    from_home = place.neighbour
    make_seat_of(from_home, place)
    answer = sent_by_program(place, from_home)
    assert answer.status_code == 201
    assert Call.objects.get().raised_seat is None


def test_for_somebody_else_the_capacity_that_may_is_found(place):
    person = place.resident
    make_seat_of(person, place)
    make_seat_of(person, place, post="lead")
    answer = sent_by_program(place, person, on_behalf_of="陈阿婆")
    assert answer.status_code == 201
    raised = Call.objects.get()
    assert raised.raised_seat is not None
    assert (raised.raised_seat.post, raised.contact_name) == ("lead", "陈阿婆")


def make_seat_of(person: User, place: District, post: str = "member") -> None:
    seat_person(body=place.branch, person=person, post=post, acting=SYSTEM, at=timezone.now())
