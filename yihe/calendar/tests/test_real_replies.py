"""Working days between real messages of citizens and the replies they got, by the calendar that ships."""

import gzip
import json
from datetime import date, datetime

import pytest

from yihe.calendar.queries import calendar

pytestmark = pytest.mark.django_db
DUE = {5: 38.0, 10: 64.2, 15: 78.5}  # per cent answered within so many workdays
ANSWERED = 1737


def test_how_many_were_answered_within_so_many_workdays(shared):
    days, counted = calendar(), []
    with gzip.open(
        shared("data/messages/messages_with_replies.jsonl.gz"), "rt", encoding="utf-8"
    ) as lines:
        for line in lines:
            told = json.loads(line)
            if not told["reply_time"]:
                continue
            asked = datetime.fromisoformat(told["time"]).date()
            replied = datetime.fromisoformat(told["reply_time"]).date()
            if asked >= date(2018, 1, 1):
                counted.append(days.workdays_between(asked, replied))
    assert len(counted) == ANSWERED
    for within, due in DUE.items():
        share = 100 * sum(one <= within for one in counted) / len(counted)
        assert share == pytest.approx(due, abs=0.2), f"{within} workdays"
