"""What changes counts from the next request on, whatever process looks: nothing is remembered."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.bodies.actions import end_seat
from yihe.bodies.models import Body, Seat
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, make_district, make_seat
from yihe.outbox.models import Message
from yihe.topics.actions import set_route, set_term
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


def program(user: User) -> Client:
    _, raw = issue_token(user=user, label="度量", acting=SYSTEM, at=timezone.now())
    return Client(headers={"Authorization": f"Bearer {raw}"})


def post(api: Client, path: str, body: object, key: str = "") -> int:
    headers = {"Idempotency-Key": key} if key else {}
    sent = json.dumps(body)
    answer = api.post(f"/api/v1{path}", sent, content_type="application/json", headers=headers)
    return answer.status_code


def raised(api: Client, place: District) -> Call:
    body = {"compound": place.compound.code, "text": "灯坏了", "topic": place.topic.code}
    assert post(api, "/calls", body) == 201
    return Call.objects.latest("pk")


def told_of(call: Call) -> set[int]:
    return set(Message.objects.filter(subject_key=call.number).values_list("person_id", flat=True))


class TestACallThatIsRaised:
    def test_is_told_to_who_sits_at_the_desk_now(self, place):
        api = program(place.resident)
        assert told_of(raised(api, place)) == {place.community_clerk.pk}
        new = make_seat(place.community_desk, "clerk")
        assert told_of(raised(api, place)) == {place.community_clerk.pk, new.pk}
        seat = Seat.objects.get(person=place.community_clerk)
        end_seat(seat=seat, acting=SYSTEM, at=timezone.now())
        assert told_of(raised(api, place)) == {new.pk}

    def test_goes_where_the_route_leads_now(self, place):
        api = program(place.resident)
        assert raised(api, place).desk == place.community_desk
        Body.objects.filter(pk=place.company.pk).update(level=1)
        place.company.refresh_from_db()
        set_route(topic=place.topic, desk=place.company, acting=SYSTEM, at=timezone.now())
        assert raised(api, place).desk == place.company

    def test_has_the_term_of_now(self, place):
        api = program(place.resident)
        before = raised(api, place)
        set_term(
            level=1, clock="contact", amount=1, unit="hours", acting=SYSTEM, at=timezone.now(),
        )  # fmt: skip
        after = raised(api, place)
        assert (before.contact_amount, before.contact_unit) != (1, "hours")
        assert (after.contact_amount, after.contact_unit) == (1, "hours")


class TestASeat:
    def test_that_comes_to_its_end_sees_and_does_nothing_more(self, place, monkeypatch):
        call = place.raised()
        api = program(place.community_clerk)
        Seat.objects.filter(person=place.community_clerk).update(
            until=timezone.now() + timedelta(hours=1)
        )
        assert api.get(f"/api/v1/calls/{call.number}").status_code == 200
        later = timezone.now() + timedelta(hours=2)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert api.get(f"/api/v1/calls/{call.number}").status_code == 404
        assert post(api, f"/calls/{call.number}/accept", {}) == 404


class TestAWrite:
    """The number of statements is the cost; where BEGIN and COMMIT would be, the test has savepoints."""

    def test_of_a_call_asks_at_most_14_times(self, place):
        api = program(place.resident)
        raised(api, place)
        body = {"compound": place.compound.code, "text": "灯坏了"}
        with CaptureQueriesContext(connection) as seen:
            assert post(api, "/calls", body, "a") == 201
        assert len(seen) <= 14, [one["sql"][:90] for one in seen.captured_queries]

    def test_of_an_acceptance_asks_at_most_14_times(self, place):
        api, call = program(place.community_clerk), place.raised()
        with CaptureQueriesContext(connection) as seen:
            assert post(api, f"/calls/{call.number}/accept", {}, "a") == 200
        assert len(seen) <= 14, [one["sql"][:90] for one in seen.captured_queries]

    def test_of_an_acceptance_on_its_page_asks_at_most_13_times(self, place):
        browser, call = Client(), place.raised()
        browser.force_login(place.community_clerk)
        session = browser.session
        session["second_factor_set_up"] = True
        session.save()
        with CaptureQueriesContext(connection) as seen:
            assert browser.post(f"/calls/{call.number}/accept/").status_code == 302
        assert len(seen) <= 13, [one["sql"][:90] for one in seen.captured_queries]
