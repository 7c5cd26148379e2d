from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yihe.web.turns import my_turn

pytestmark = pytest.mark.django_db
NOON, HOUR = datetime(2026, 11, 23, 12, tzinfo=UTC), timedelta(hours=1)


def test_a_turn_comes_once_in_its_time_and_costs_a_query():
    assert my_turn("sweep", every=HOUR, at=NOON)
    assert not my_turn("sweep", every=HOUR, at=NOON + HOUR - timedelta(seconds=1))
    assert my_turn("sweep", every=HOUR, at=NOON + HOUR)
    assert my_turn("other", every=HOUR, at=NOON)
    with CaptureQueriesContext(connection) as asked:
        my_turn("sweep", every=HOUR, at=NOON + HOUR)
    assert len(asked) == 1


def test_a_clock_that_was_set_back_does_not_stop_it():
    assert my_turn("sweep", every=HOUR, at=NOON)
    assert my_turn("sweep", every=HOUR, at=NOON - 3 * HOUR)
    assert not my_turn("sweep", every=HOUR, at=NOON - 3 * HOUR)
