"""Providers that are down, nights, clocks, workers that die, several workers: nothing lost, nothing twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from yihe.outbox import sending
from yihe.outbox.models import Delivery, Line
from yihe.outbox.queries import lines
from yihe.outbox.rules import (
    AT_ONCE,
    EMAIL,
    EMERGENCY,
    LEASE,
    SMS,
    TOO_OLD,
    Later,
    Quiet,
    Trouble,
)
from yihe.outbox.sending import claim, send_all, send_out
from yihe.outbox.spreading import spread
from yihe.outbox.tests import people
from yihe.outbox.tests.looks import MINUTE, NOON, states, through, until_quiet
from yihe.outbox.tests.people import somebody, told

pytestmark = pytest.mark.django_db


class TestAProviderThatIsDown:
    def test_for_a_day_costs_no_message_and_few_questions(self, providers):
        for person in range(1, 101):
            somebody(person, SMS)
        providers[SMS].answer = lambda value: Trouble("timeout")
        told(*range(1, 101), at=NOON)
        through(NOON, timedelta(days=1), 5 * MINUTE)
        assert states() == {"waiting": 100}
        assert len(providers[SMS].asked) < 150, "while it is down one is tried now and then"
        (line,) = lines(channels=[SMS], at=NOON + timedelta(days=1))
        assert (line.down, line.waiting, line.error) == (True, 100, "timeout")
        assert line.stuck(NOON + timedelta(days=1))
        providers[SMS].answer = lambda value: None
        through(NOON + timedelta(days=1), 30 * MINUTE, MINUTE)
        assert states() == {"sent": 100}
        assert len(providers[SMS].sent) == len(set(providers[SMS].sent))
        assert not lines(channels=[SMS], at=NOON + timedelta(days=1, hours=1))[0].down

    def test_for_longer_than_two_days_gives_up_what_is_no_news_any_more(self, providers):
        somebody(1, SMS)
        providers[SMS].answer = lambda value: Trouble("timeout")
        told(1, at=NOON)
        through(NOON, TOO_OLD + timedelta(hours=3), 10 * MINUTE)
        row = Delivery.objects.get()
        assert (row.state, row.error) == ("given_up", "timeout")

    def test_holds_up_no_other_channel(self, providers):
        somebody(1, SMS)
        somebody(2, EMAIL)
        providers[SMS].answer = lambda value: Trouble("timeout")
        told(1, 2, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert providers[EMAIL].sent == ["email-of-2"]

    def test_lets_what_is_urgent_go_by_the_next_channel(self, providers):
        Line.objects.create(channel=SMS, troubles=9, hold_until=NOON + 10 * MINUTE, held_at=NOON)
        somebody(1, SMS, EMAIL)
        told(1, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert providers[SMS].asked == []
        assert providers[EMAIL].sent == ["email-of-1"]

    def test_one_row_in_trouble_does_not_close_the_channel(self, providers):
        for person in range(1, 31):
            somebody(person, SMS)
        providers[SMS].answer = lambda value: Trouble("http:500") if value.endswith("-7") else None
        told(*range(1, 31), at=NOON)
        spread(at=NOON)
        until_quiet(NOON)
        assert states() == {"sent": 29, "waiting": 1}


class TestQuietHours:
    def test_over_midnight_wait_for_the_morning(self, providers):
        night = NOON.replace(hour=23)
        somebody(1, SMS, quiet=Quiet())
        told(1, at=night)
        through(night, timedelta(hours=7, minutes=59), 10 * MINUTE)
        assert providers[SMS].asked == []
        through(NOON.replace(day=26, hour=7), MINUTE, MINUTE)
        assert providers[SMS].sent == ["sms-of-1"]
        assert Delivery.objects.get().tries == 1, "waiting is no try"

    def test_that_begin_while_it_is_tried_again_are_kept(self, providers):
        evening = NOON.replace(hour=21, minute=58)
        somebody(1, SMS, quiet=Quiet())
        providers[SMS].answer = lambda value: Later("busy")
        told(1, at=evening)
        through(evening, timedelta(hours=3), MINUTE)
        assert len(providers[SMS].asked) == 2  # at 21:58 and 21:59
        assert Delivery.objects.get().wake_at == NOON.replace(day=26, hour=7)

    def test_that_were_changed_meanwhile_count_as_they_are_now(self, providers):
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)
        somebody(1, SMS, quiet=Quiet(NOON.time(), NOON.replace(hour=13).time()))
        send_all(at=NOON)
        assert Delivery.objects.get().wake_at == NOON.replace(hour=13)

    def test_do_not_hold_an_emergency_from_who_has_to_act(self, providers):
        night = NOON.replace(hour=23)
        somebody(1, SMS, quiet=Quiet(), works=True)
        told(1, at=night, urgency=EMERGENCY)
        through(night, MINUTE, MINUTE)
        assert providers[SMS].sent == ["sms-of-1"]


class TestTheClock:
    def test_that_steps_back_does_not_leave_rows_in_the_future(self, providers):
        ahead = NOON + timedelta(days=30)
        somebody(1, SMS)
        providers[SMS].answer = lambda value: Later("busy")
        told(1, at=NOON)
        spread(at=ahead - timedelta(days=29))
        send_out(channel=SMS, at=ahead - timedelta(days=29))
        assert Delivery.objects.get().wake_at > NOON + timedelta(hours=12)
        providers[SMS].answer = lambda value: None
        send_all(at=NOON)  # the clock is right again
        assert states() == {"sent": 1}

    def test_nor_a_channel_resting_for_ever(self, providers):
        ahead = NOON + timedelta(days=30)
        Line.objects.create(channel=SMS, troubles=5, hold_until=ahead, held_at=ahead)
        somebody(1, SMS)
        told(1, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert states() == {"sent": 1}


class TestAWorkerThatDies:
    def test_before_it_asks_loses_nothing(self, providers):
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)
        claim(channel=SMS, at=NOON, limit=10)  # and dies
        send_all(at=NOON + LEASE / 2)
        assert providers[SMS].asked == [], "still the dead one's"
        send_all(at=NOON + LEASE)
        assert states() == {"sent": 1}

    def test_after_the_provider_said_yes_sends_again_under_the_same_key(
        self, providers, monkeypatch
    ):
        """At least once. Providers that know repetitions by their key see one."""
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)

        def die(*rest: object) -> None:
            raise SystemExit

        with monkeypatch.context() as patched:
            patched.setattr(sending, "_arrived", die)
            with pytest.raises(SystemExit):
                send_all(at=NOON)
        send_all(at=NOON + LEASE)
        assert states() == {"sent": 1}
        first, second = providers[SMS].keys
        assert first == second

    def test_whose_answer_comes_too_late_does_not_undo_what_went_out(self, providers):
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)
        (slow,) = claim(channel=SMS, at=NOON, limit=1)
        send_all(at=NOON + LEASE)
        sending._later(slow, Later("busy"), NOON + LEASE)
        assert states() == {"sent": 1}


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_spread_and_send_each_once(self, providers):
        for person in range(1, 201):
            somebody(person, SMS, EMAIL)
        told(*range(1, 201), at=timezone.now())
        at, start = timezone.now(), Barrier(3)

        def work(_: int) -> None:
            try:
                start.wait(10)
                while spread(at=at, limit=20).more:
                    pass
                while send_out(channel=SMS, at=at).more:
                    pass
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(work, range(3)))
        spread(at=at)
        until_quiet(at)
        assert Counter(Counter(providers[SMS].sent).values()) == {1: 200}
        assert states(SMS) == {"sent": 200}
        assert AT_ONCE < 200


def test_a_row_says_nothing_about_who_it_goes_to(providers):
    somebody(1, SMS)
    told(1, at=NOON)
    spread(at=NOON)
    assert "sms-of-1" not in str(Delivery.objects.values().get())
    assert "sms-of-1" not in repr(people.VALUES[10])
