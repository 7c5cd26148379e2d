"""What a person takes along, and what is left of them after they were deleted."""

import json

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.outbox.models import Message
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳暗香", "13955556666"


@pytest.fixture
def place() -> District:
    place = make_district()
    place.resident.name, place.resident.phone = NAME, PHONE
    place.resident.save()
    return place


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def lived_through(place: District) -> Call:
    """A closed call with the name and the number in every place where people write them."""
    me, clerk = acting_as(place.resident), acting_as(place.community_clerk)
    call = place.raised(text=f"灯坏了，{NAME}，{PHONE}", unit=place.unit, spot_kind="home")
    actions.add_text(call=call, text=f"找{NAME}", acting=me, at=MONDAY)
    actions.first_contact(call=call, text=f"{NAME}说在家", acting=clerk, at=MONDAY)
    actions.answer(
        call=call,
        text="修好了。",
        evidence="上门看过。",
        met_whom=NAME,
        met_at=MONDAY,
        acting=clerk,
        at=MONDAY,
    )
    actions.rate(call=call, stars=5, text=f"谢谢，{NAME}", acting=me, at=MONDAY)
    actions.confirm(call=call, acting=me, at=MONDAY)
    place.raised(
        acting=clerk, reporter=None, contact_name=NAME, contact_phone=PHONE, text="楼道灯不亮"
    )
    issue_token(user=place.resident, label=f"{NAME}的手机", acting=SYSTEM, at=timezone.now())
    return call


def everything() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_nothing_in_the_database_names_who_was_deleted(place):
    call = lived_through(place)
    assert everything().count(NAME) > 6
    browser = Client()
    browser.force_login(place.resident)
    assert browser.post("/me/erase/", {"sure": "on"}).status_code == 302
    left = everything()
    assert NAME not in left
    assert PHONE not in left
    call.refresh_from_db()
    assert call.text.startswith("灯坏了")
    assert call.unit is None
    assert call.steps.get(kind="answer").text == "修好了。"
    assert not Message.objects.filter(person_id=place.resident.pk).exists()


def test_what_is_taken_along_is_all_that_was_said_and_told(place):
    lived_through(place)
    browser = Client()
    browser.force_login(place.resident)
    data = browser.get("/me/export/").json()
    assert [one["text"] for one in data["said"]] == [f"找{NAME}", f"谢谢，{NAME}"]
    assert data["calls"][0]["stars_text"] == f"谢谢，{NAME}"
    assert data["tokens"][0]["label"] == f"{NAME}的手机"
    assert "答复了" in json.dumps(data["messages"], ensure_ascii=False)
    assert (data["seats"], data["join_requests"]) == ([], [])
