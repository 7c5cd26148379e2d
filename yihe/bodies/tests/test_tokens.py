"""A program's key does not carry more than its person showed when it was given out."""

import pytest
from django.test import Client

from yihe.accounts.actions import issue_token, register_person
from yihe.bodies.actions import seat_person
from yihe.bodies.tests.builders import AT
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_token_from_before_an_office_ends_with_the_seat_that_asks_for_a_second_factor(house):
    person = register_person(phone="13700000009", name="", acting=SYSTEM, at=AT)
    _, raw = issue_token(user=person, label="手机", acting=SYSTEM, at=AT)
    program = Client(headers={"Authorization": f"Bearer {raw}"})
    assert program.get("/api/v1/calls").status_code == 200
    seat_person(body=house.branch, person=person, post="lead", acting=SYSTEM, at=AT)
    assert program.get("/api/v1/calls").status_code == 200
    seat_person(body=house.near, person=person, post="clerk", acting=SYSTEM, at=AT)
    assert program.get("/api/v1/calls").status_code == 401
