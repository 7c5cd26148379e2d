"""Whoever keeps the house sees how the channels are, and hears once when one is stuck."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yihe.accounts.actions import as_oneself
from yihe.accounts.choices import add_address
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import acting_as, make_seat
from yihe.outbox.channels import ALL
from yihe.outbox.models import Line, Message
from yihe.outbox.rules import EMERGENCY, NEWS, YOURS, Later, Refused, Trouble
from yihe.outbox.sending import send_all
from yihe.outbox.spreading import spread
from yihe.people.tests.helpers import browser, queries
from yihe.portal.outside import EVERY, watch_lines

pytestmark = pytest.mark.django_db
PAGE = "/house/outside/"


@pytest.fixture
def place(district, monkeypatch):
    monkeypatch.setattr("yihe.outbox.rules.Quiet.over_at", lambda self, at: at)
    return district


def failing(monkeypatch, error):
    def send(*rest: object) -> str:
        raise error

    monkeypatch.setattr(type(ALL["sms"]), "send", send)


def reachable(person):
    add_address(user=person, channel="sms", acting=as_oneself(person), at=timezone.now())


def answered(place) -> Call:
    call: Call = place.raised(at=timezone.now())
    actions.answer(
        call=call, text="修好了。", evidence="看过。", acting=acting_as(place.community_clerk),
        at=timezone.now(),
    )  # fmt: skip
    return call


def out() -> None:
    spread(at=timezone.now())
    send_all(at=timezone.now())


class TestTheHandlersPage:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (None, "最近一次告诉本人：短信已发出"),
            (Refused("isv.MOBILE_NUMBER_ILLEGAL"), "最近一次告诉本人：短信没有送到"),
            (Later("isv.BUSINESS_LIMIT_CONTROL"), "最近一次告诉本人：短信还在发"),
        ],
    )
    def test_says_whether_the_reporter_was_reached(self, place, monkeypatch, error, words):
        reachable(place.resident)
        if error is not None:
            failing(monkeypatch, error)
        call = answered(place)
        out()
        page = browser(place.community_clerk).get(f"/calls/{call.number}/").text
        assert words in page
        for who in (place.resident, place.neighbour, place.secretary):
            assert "最近一次告诉本人" not in browser(who).get(f"/calls/{call.number}/").text

    def test_says_nothing_where_nothing_went_out(self, place):
        call = answered(place)
        out()
        page = browser(place.community_clerk).get(f"/calls/{call.number}/").text
        assert "最近一次告诉本人" not in page


class TestHowMuchAMessageAsks:
    def test_follows_from_the_call(self, place):
        call = answered(place)
        told = Message.objects.filter(subject_key=call.number)
        mine = told.filter(person_id=place.resident.pk)
        assert mine.get(title__contains="答复").urgency == YOURS
        assert set(told.exclude(person_id=place.resident.pk).values_list("urgency", flat=True)) == {
            YOURS
        }

    def test_is_most_in_an_emergency_for_the_desk_and_not_for_the_reporter(self, place):
        call = place.raised(topic=place.emergency, at=timezone.now())
        assert call.emergency
        actions.accept(call=call, acting=acting_as(place.community_clerk), at=timezone.now())
        told = Message.objects.filter(subject_key=call.number)
        desk = told.exclude(person_id=place.resident.pk)
        assert desk.exists()
        assert set(desk.values_list("urgency", flat=True)) == {EMERGENCY}
        mine = told.filter(person_id=place.resident.pk).values_list("urgency", flat=True)
        assert set(mine) <= {NEWS, YOURS}


class TestThePage:
    def test_tells_numbers_and_no_addresses(self, place, monkeypatch):
        keeper = make_seat(place.district_desk, "administrator")
        reachable(place.resident)
        answered(place)
        out()
        page = browser(keeper).get(PAGE).text
        assert "没有堵住的" in page
        assert place.resident.phone not in page
        assert browser(place.district_clerk).get(PAGE).status_code == 404

    def test_says_what_is_wrong_in_words(self, place):
        keeper = make_seat(place.district_desk, "administrator")
        since = timezone.now() - timedelta(hours=1)
        Line.objects.create(
            channel="sms", troubles=9, error="isv.OUT_OF_SERVICE", held_at=since, hold_until=since
        )
        page = browser(keeper).get(PAGE).text
        assert "短信堵住了" in page
        assert "短信账户欠费停机" in page

    def test_asks_no_more_with_rows(self, place):
        keeper = make_seat(place.district_desk, "administrator")
        client = browser(keeper)
        few = queries(lambda: client.get(PAGE))
        reachable(place.resident)
        for _ in range(5):
            answered(place)
        out()
        assert queries(lambda: client.get(PAGE)) == few


class TestTheAlarm:
    def test_rings_once_for_a_channel_that_is_stuck_and_once_when_it_runs(self, place, monkeypatch):
        keeper = make_seat(place.district_desk, "administrator")
        reachable(place.resident)
        failing(monkeypatch, Trouble("timeout"))
        now = timezone.now()
        answered(place)

        def titles() -> list[str]:
            mine = Message.objects.filter(person_id=keeper.pk, subject_kind="channel")
            return list(mine.order_by("pk").values_list("title", flat=True))

        for minute in range(90):
            spread(at=now + timedelta(minutes=minute))
            send_all(at=now + timedelta(minutes=minute))
            watch_lines(at=now + timedelta(minutes=minute))
        assert titles() == ["短信发不出去"]
        monkeypatch.setattr(type(ALL["sms"]), "send", lambda *rest: "")
        for minute in range(90, 400):
            send_all(at=now + timedelta(minutes=minute))
            watch_lines(at=now + timedelta(minutes=minute))
        assert titles() == ["短信发不出去", "短信又通了"]

    def test_looks_once_in_five_minutes(self, place):
        now = timezone.now()
        watch_lines(at=now)
        assert queries(lambda: watch_lines(at=now + EVERY / 2)) == 1
