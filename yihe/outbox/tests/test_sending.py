"""Deliveries: nothing lost, nothing twice, one that fails holds up nothing, partial is not delivered."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yihe.outbox.models import Delivery, Message
from yihe.outbox.rules import (
    EMAIL,
    EMERGENCY,
    MOST_A_DAY,
    MOST_TRIES,
    NEWS,
    PUSH,
    SMS,
    TOO_OLD,
    Later,
    Refused,
)
from yihe.outbox.sending import send_all, send_out
from yihe.outbox.spreading import spread
from yihe.outbox.tests import people
from yihe.outbox.tests.looks import MINUTE, NOON, states, through, until_quiet
from yihe.outbox.tests.people import somebody, told

pytestmark = pytest.mark.django_db


class TestTheAct:
    def test_pays_one_query_however_many_are_told(self):
        for persons in (1, 50):
            with CaptureQueriesContext(connection) as asked:
                told(*range(1, persons + 1), at=NOON)
            assert len([one for one in asked if 'INTO "outbox_message"' in one["sql"]]) == 1
            assert len(asked) == 1

    def test_that_is_taken_back_tells_nobody(self, providers):
        somebody(1, SMS)
        with transaction.atomic():
            told(1, at=NOON)
            transaction.set_rollback(True)
        spread(at=NOON)
        assert not Delivery.objects.exists()


class TestSpreading:
    def test_asks_no_more_for_many_than_for_one(self, providers):
        def asked(persons: int) -> int:
            for person in range(1, persons + 1):
                somebody(person, SMS, EMAIL)
            told(*range(1, persons + 1), at=NOON)
            with CaptureQueriesContext(connection) as queries:
                spread(at=NOON)
            return len(queries)

        asked(1)
        assert asked(2) == asked(60)

    def test_does_each_message_once(self, providers):
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)
        spread(at=NOON + MINUTE)
        assert Delivery.objects.count() == 1

    def test_leaves_who_chose_nothing_with_the_message_in_the_app(self, providers):
        told(1, at=NOON)
        spread(at=NOON)
        assert Message.objects.get().spread_at == NOON
        assert not Delivery.objects.exists()

    def test_does_not_send_what_is_old_when_a_channel_is_opened(self, providers):
        somebody(1, SMS)
        told(1, at=NOON - TOO_OLD)
        spread(at=NOON)
        assert not Delivery.objects.exists()


class TestSending:
    def test_writes_what_the_provider_said(self, providers):
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)
        report = send_all(at=NOON)
        row = Delivery.objects.get()
        assert (row.state, row.receipt, row.tries, row.done_at) == ("sent", "receipt-1", 1, NOON)
        assert [one.kind for one in report.done] == ["send"]
        assert providers[SMS].sent == ["sms-of-1"]

    def test_goes_to_the_address_as_it_is_now(self, providers):
        somebody(1, SMS)
        told(1, at=NOON)
        spread(at=NOON)
        somebody(1, EMAIL)  # the phone was taken out meanwhile
        send_all(at=NOON)
        assert providers[SMS].asked == []
        assert Delivery.objects.get().error == "gone"

    def test_one_bad_address_among_a_thousand_holds_up_nothing(self, providers):
        bad = 500
        for person in range(1, 1001):
            somebody(person, SMS)
        providers[SMS].answer = lambda value: (
            Refused("isv.MOBILE_NUMBER_ILLEGAL") if value == f"sms-of-{bad}" else None
        )
        told(*range(1, 1001), at=NOON)
        spread(at=NOON, limit=1000)
        until_quiet(NOON)
        assert states() == {"sent": 999, "failed": 1}
        assert Delivery.objects.get(state="failed").error == "isv.MOBILE_NUMBER_ILLEGAL"
        assert len(providers[SMS].asked) == 1000, "each was asked for once"

    @pytest.mark.parametrize(
        "error", [RuntimeError("x"), UnicodeEncodeError("a", "", 0, 1, "b"), Later("busy")]
    )
    def test_a_poisoned_row_is_tried_some_times_and_given_up(self, providers, error):
        somebody(1, SMS)
        somebody(2, SMS)
        providers[SMS].answer = lambda value: error if value.endswith("-1") else None
        told(1, 2, at=NOON)
        through(NOON, timedelta(hours=12), 5 * MINUTE)
        assert providers[SMS].asked.count("sms-of-2") == 1
        assert providers[SMS].asked.count("sms-of-1") == MOST_TRIES
        assert states() == {"sent": 1, "given_up": 1}

    def test_grows_the_distance_between_tries(self, providers):
        somebody(1, SMS)
        providers[SMS].answer = lambda value: Later("busy")
        told(1, at=NOON)
        spread(at=NOON)
        gaps = []
        moment = NOON
        for _ in range(MOST_TRIES - 1):
            send_all(at=moment)
            wake = Delivery.objects.get().wake_at
            gaps.append((wake - moment) / MINUTE)
            moment = wake
        assert gaps == [1, 2, 4, 8, 16, 32, 60]

    def test_what_was_read_meanwhile_is_not_sent(self, providers):
        somebody(1, SMS, EMAIL)
        told(1, at=NOON)
        spread(at=NOON)
        Message.objects.update(read_at=NOON)
        send_all(at=NOON)
        assert states() == {"skipped": 2}
        assert providers[SMS].asked == []

    def test_an_address_that_is_gone_is_taken_out(self, providers):
        somebody(1, PUSH)
        providers[PUSH].answer = lambda value: Refused("http:410", gone=True)
        told(1, at=NOON)
        spread(at=NOON)
        send_all(at=NOON)
        assert people.GONE == [10]

    def test_one_person_gets_no_flood_but_every_emergency(self, providers):
        somebody(1, SMS, works=True)
        most = MOST_A_DAY[SMS]
        for number in range(most + 5):
            told(1, at=NOON, key=str(number))
        spread(at=NOON)
        until_quiet(NOON)
        assert states() == {"sent": most, "skipped": 5}
        told(1, at=NOON, urgency=EMERGENCY)
        spread(at=NOON)
        until_quiet(NOON)
        assert len(providers[SMS].sent) == most + 1

    def test_emergencies_overtake_what_waits(self, providers):
        for person in range(1, 41):
            somebody(person, SMS, works=True)
        told(*range(1, 40), at=NOON)
        spread(at=NOON)
        told(40, at=NOON + MINUTE, urgency=EMERGENCY)
        spread(at=NOON + MINUTE)
        send_out(channel=SMS, at=NOON + MINUTE)
        assert providers[SMS].sent[0] == "sms-of-40"


class TestFallingBack:
    def test_the_next_channel_takes_over_when_the_first_refuses(self, providers):
        somebody(1, SMS, EMAIL)
        providers[SMS].answer = lambda value: Refused("isv.MOBILE_NUMBER_ILLEGAL")
        told(1, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert states(SMS) == {"failed": 1}
        assert states(EMAIL) == {"sent": 1}

    def test_is_not_needed_when_the_first_arrived(self, providers):
        somebody(1, SMS, EMAIL)
        told(1, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert states(SMS) == {"sent": 1}
        assert states(EMAIL) == {"skipped": 1}
        assert providers[EMAIL].asked == []

    def test_begins_after_some_tries_and_ends_the_first(self, providers):
        somebody(1, SMS, EMAIL)
        providers[SMS].answer = lambda value: Later("isv.BUSINESS_LIMIT_CONTROL")
        told(1, at=NOON)
        through(NOON, timedelta(hours=3), MINUTE)
        assert states(EMAIL) == {"sent": 1}
        assert states(SMS) == {"skipped": 1}
        assert len(providers[SMS].asked) == 3

    def test_news_goes_by_one_channel_only(self, providers):
        somebody(1, SMS, EMAIL)
        providers[SMS].answer = lambda value: Refused("x")
        told(1, at=NOON, urgency=NEWS)
        through(NOON, MINUTE, MINUTE)
        assert providers[EMAIL].asked == []

    def test_one_of_several_devices_is_enough(self, providers):
        somebody(1, PUSH, PUSH, SMS)
        providers[PUSH].answer = lambda value: None
        told(1, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert states(PUSH) == {"sent": 2}
        assert states(SMS) == {"skipped": 1}

    def test_an_emergency_that_arrived_one_way_is_not_delivered_the_other(self, providers):
        """Partial delivery is not delivery: each channel counts for itself."""
        somebody(1, SMS, EMAIL, works=True)
        providers[SMS].answer = lambda value: Later("busy")
        told(1, at=NOON, urgency=EMERGENCY)
        spread(at=NOON)
        until_quiet(NOON)
        assert states(EMAIL) == {"sent": 1}
        assert states(SMS) == {"waiting": 1}

    def test_a_message_to_many_is_delivered_to_those_it_reached(self, providers):
        somebody(1, SMS)
        somebody(2, SMS)
        providers[SMS].answer = lambda value: Refused("x") if value.endswith("2") else None
        told(1, 2, at=NOON)
        through(NOON, MINUTE, MINUTE)
        assert dict(Delivery.objects.values_list("person_id", "state")) == {1: "sent", 2: "failed"}
