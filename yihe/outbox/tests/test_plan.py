"""Who hears of what, by which channel, and when it may ring."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihe.outbox.rules import (
    ALL,
    CHANNELS,
    EMAIL,
    EMERGENCY,
    LONGEST,
    MINE,
    NEWS,
    ONLY_EMERGENCY,
    PUSH,
    RESERVE,
    SMS,
    WAITING,
    YOURS,
    Address,
    Later,
    Quiet,
    Reader,
    back_off,
    plan,
)
from yihe.worktime import SHANGHAI

NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)


def at(hour: int, minute: int = 0, day: int = 25) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


class TestQuiet:
    @pytest.mark.parametrize(
        ("begin", "end", "now", "over"),
        [
            (22, 7, at(12), at(12)),
            (22, 7, at(21, 59), at(21, 59)),
            (22, 7, at(22), at(7, day=26)),  # over midnight
            (22, 7, at(23, 59), at(7, day=26)),
            (22, 7, at(0), at(7)),  # after midnight: the same day
            (22, 7, at(6, 59), at(7)),
            (22, 7, at(7), at(7)),
            (12, 14, at(13), at(14)),  # within a day
            (12, 14, at(14), at(14)),
            (8, 8, at(8), at(8)),  # the same twice: none
            (0, 0, at(3), at(3)),
        ],
    )
    def test_ends_when_the_person_said(self, begin, end, now, over):
        assert Quiet(time(begin), time(end)).over_at(now) == over

    @given(st.times(), st.times(), st.integers(0, 366 * 24 * 60))
    def test_ends_within_a_day_and_is_over_then(self, begin, end, minutes):
        begin, end = (one.replace(second=0, microsecond=0) for one in (begin, end))
        now = NOON + timedelta(minutes=minutes)
        then = Quiet(begin, end).over_at(now)
        assert now <= then <= now + timedelta(days=1)
        assert Quiet(begin, end).over_at(then) == then


BOTH = (Address(1, SMS), Address(2, EMAIL))


class TestPlan:
    @pytest.mark.parametrize(
        ("urgency", "what", "found"),
        [
            (NEWS, ALL, [(SMS, WAITING)]),  # one channel is enough for news
            (NEWS, MINE, []),
            (NEWS, ONLY_EMERGENCY, []),
            (YOURS, ALL, [(SMS, WAITING), (EMAIL, RESERVE)]),
            (YOURS, MINE, [(SMS, WAITING), (EMAIL, RESERVE)]),
            (YOURS, ONLY_EMERGENCY, []),
            (EMERGENCY, ONLY_EMERGENCY, [(SMS, WAITING), (EMAIL, WAITING)]),  # all at once
        ],
    )
    def test_goes_by_what_the_person_chose(self, urgency, what, found):
        planned = plan(urgency, Reader(BOTH, what), at=NOON, open_channels=CHANNELS)
        assert [(one.address.channel, one.state) for one in planned] == found

    def test_counts_the_devices_of_a_person_as_one_channel(self):
        reader = Reader((Address(1, PUSH), Address(2, PUSH), Address(3, SMS)), ALL)
        planned = plan(NEWS, reader, at=NOON, open_channels=CHANNELS)
        assert [one.address.key for one in planned] == [1, 2]

    def test_leaves_out_what_the_house_does_not_have(self):
        planned = plan(YOURS, Reader(BOTH, ALL), at=NOON, open_channels=[EMAIL])
        assert [(one.address.channel, one.state) for one in planned] == [(EMAIL, WAITING)]

    @pytest.mark.parametrize(
        ("urgency", "works", "rings"),
        [
            (NEWS, False, False),
            (YOURS, True, False),
            (EMERGENCY, False, False),
            (EMERGENCY, True, True),
        ],
    )
    def test_rings_at_night_only_for_who_has_to_act_in_an_emergency(self, urgency, works, rings):
        night = at(23)
        (first, *_) = plan(
            urgency, Reader(BOTH, ALL, works=works), at=night, open_channels=CHANNELS
        )
        assert first.wake_at == (night if rings else at(7, day=26))


class TestBackOff:
    @given(st.integers(0, 1000), st.floats(0, 1))
    def test_grows_to_an_hour_and_no_further(self, tries, chance):
        span = back_off(tries, chance=chance)
        assert timedelta(seconds=45) <= span <= LONGEST * 1.25

    def test_is_not_the_same_for_all(self):
        assert len({back_off(5) for _ in range(20)}) > 1


def test_a_code_never_carries_an_address():
    assert Later("550 <13812345678@mail.example> no").code == "550mail.exampleno"
