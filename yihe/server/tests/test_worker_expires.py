"""`yihe work --once --at` does and shows what is due, also what goes when its time is up."""

from datetime import datetime

import pytest

from yihe.calls import actions
from yihe.calls.tests.builders import MONDAY, acting_as, make_district
from yihe.retention.actions import set_period
from yihe.retention.rules import KINDS
from yihe.server.worker import do_all
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


def test_what_goes_is_shown_call_by_call_and_the_rest_by_number():
    place = make_district()
    call = place.raised()
    actions.withdraw(call=call, acting=acting_as(place.resident), at=MONDAY)
    for kind in KINDS:
        set_period(kind=kind, months=kind.months, on=True, acting=SYSTEM, at=MONDAY)
    done = do_all(at=datetime(2036, 11, 24, 9, 30, tzinfo=MONDAY.tzinfo))
    shown = [(one.kind, one.subject) for one in done.done]
    assert ("forget_persons", call.number) in shown
    assert ("forget_words", call.number) in shown
    assert "messages" in dict(shown)
    assert done.failed == []
