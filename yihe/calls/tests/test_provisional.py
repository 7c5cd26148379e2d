"""Moments beyond the announced calendar: kept, marked, and reckoned again when the year is entered."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yihe.calendar.actions import enter_year
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, acting_as, make_district
from yihe.calls.work import recompute_provisional
from yihe.trail.models import Entry
from yihe.worktime import SHANGHAI

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 30, 10, 0, tzinfo=SHANGHAI)  # a Wednesday; 2027 is not announced
LATER = datetime(2026, 12, 31, 17, 0, tzinfo=SHANGHAI)


@pytest.fixture
def place() -> District:
    return make_district()


def enter_2027() -> None:
    """New Year off from Friday to Monday."""
    off = {date(2027, 1, 1): (False, "元旦"), date(2027, 1, 4): (False, "元旦")}
    enter_year(year=2027, odd_days=off, at=LATER)


def test_a_call_is_never_refused_for_want_of_a_calendar_and_is_reckoned_again(place):
    call = place.raised(at=LATE)
    actions.first_contact(call=call, acting=acting_as(place.community_clerk), at=LATE)
    call.refresh_from_db()
    assert call.due_provisional
    promised = call.due_at
    recompute_provisional(at=LATE)
    enter_2027()
    done = recompute_provisional(at=LATER)
    assert [one.kind for one in done.done] == ["recompute"]
    call.refresh_from_db()
    assert not call.due_provisional
    assert call.due_at is not None
    assert promised is not None
    assert (call.due_at - promised).days == 2  # Friday and Monday are off
    assert Entry.objects.filter(act="call.recompute", subject_key=call.number).count() == 1


def test_also_while_the_reporter_is_waited_for(place):
    asked, answered = place.raised(at=LATE), place.raised(at=LATE)
    clerk = acting_as(place.community_clerk)
    actions.ask(call=asked, text="哪一部电梯？", acting=clerk, at=LATE)
    actions.answer(call=answered, text="修好了。", evidence="看过。", acting=clerk, at=LATE)
    before = dict(Call.objects.values_list("pk", "due_at"))
    enter_2027()
    assert len(recompute_provisional(at=LATER).done) == 2
    for call in Call.objects.all():
        assert not call.due_provisional
        assert call.due_at > before[call.pk]  # type: ignore[operator]


def test_nothing_is_looked_at_twice(place):
    place.raised(at=LATE)
    recompute_provisional(at=LATE)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert recompute_provisional(at=LATER).done == []
    assert len(seen) <= 2
