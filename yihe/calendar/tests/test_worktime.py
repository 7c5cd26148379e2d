"""Working time against the announced calendar, and what must hold of any."""

import csv
import gzip
import json
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihe.calendar.queries import _shipped
from yihe.worktime import SHANGHAI, Calendar

CALENDAR = Calendar(_shipped())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23T09:30", 4, "2026-11-23T15:30"),  # over the midday break
        ("2026-11-23T17:00", 4, "2026-11-24T12:00"),  # one hour today, three tomorrow
        ("2026-11-21T10:00", 1, "2026-11-23T10:00"),  # Saturday starts on Monday
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),  # over the National Day holiday
        ("2026-11-23T22:00", 7, "2026-11-24T18:00"),  # after hours: the whole next day
    ],
)
def test_adds_working_hours(start, hours, due):
    assert CALENDAR.add_workhours(at(start), hours) == (at(due), False)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23T09:30", 5, "2026-11-30T18:00"),  # the day of receipt does not count
        ("2026-09-30T09:00", 1, "2026-10-08T18:00"),
        ("2026-02-13T09:00", 1, "2026-02-14T18:00"),  # a Saturday worked to make up
    ],
)
def test_adds_workdays(start, days, due):
    assert CALENDAR.add_workdays(at(start), days) == (at(due), False)


def test_a_year_not_announced_is_provisional():
    assert CALENDAR.add_workdays(at("2026-12-30T09:00"), 5).provisional
    assert not CALENDAR.add_hours(at("2026-12-31T23:00"), 24).provisional


def test_agrees_with_the_announced_days(shared):
    path = shared("data/calendar/china_workdays_2018_2026.csv")
    with path.open(encoding="utf-8") as lines:
        wrong = [
            row["date"]
            for row in csv.DictReader(lines)
            if CALENDAR.is_workday(date.fromisoformat(row["date"])) != (row["is_workday"] == "1")
        ]
    assert wrong == []


EPOCH = at("2019-01-01T00:00")
moments = st.integers(0, 7 * 365 * 86400).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


@given(moments, st.integers(0, 200))
def test_working_hours_added_are_the_working_hours_between(start, hours):
    due = CALENDAR.add_workhours(start, hours).at
    assert CALENDAR.workhours_between(start, due) == Fraction(hours)


@given(moments, st.integers(0, 40), st.integers(0, 40))
def test_more_days_are_never_due_sooner(start, few, more):
    few, more = sorted((few, more))
    assert CALENDAR.add_workdays(start, few).at <= CALENDAR.add_workdays(start, more).at


def test_answered_messages_fall_within_as_many_workdays_as_known(shared):
    """Of the messages answered since 2018: 38.0, 64.2 and 78.5 % within 5, 10 and 15 workdays."""
    path = shared("data/messages/messages_with_replies.jsonl.gz")
    days = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            asked, replied = row.get("time"), row.get("reply_time")
            if asked and replied and asked[:4] >= "2018":
                a, b = date.fromisoformat(asked[:10]), date.fromisoformat(replied[:10])
                if b >= a:
                    days.append(CALENDAR.workdays_between(a, b))
    for limit, share in ((5, 38.0), (10, 64.2), (15, 78.5)):
        assert abs(100 * sum(n <= limit for n in days) / len(days) - share) <= 0.2
