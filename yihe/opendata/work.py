"""What the worker does: the months that are settled by now, one at a time."""

from datetime import datetime, timedelta

from django.utils import timezone

from yihe.opendata.actions import build_month
from yihe.opendata.queries import LOOKED, is_open, missing_months
from yihe.web.models import Mark
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

EVERY = timedelta(hours=1)


def publish(*, at: datetime, limit: int = 1) -> WorkDone:
    """One month of those that are settled; `more` while there are others."""
    if not is_open():
        return WorkDone()
    months = missing_months(timezone.localdate(at))
    if not months:
        return WorkDone()
    built = build_month(month=months[0], at=at)
    done = [Done("publish", f"{months[0]:%Y-%m}")] if built is not None else []
    return WorkDone(done, more=len(months) > 1)


def publish_in_turn(*, at: datetime, limit: int = 1) -> WorkDone:
    """The same in the worker's round: looked at every hour, and at once while there is more."""
    if not my_turn(LOOKED, every=EVERY, at=at):
        return WorkDone()
    part = publish(at=at)
    if part.more:
        Mark.objects.filter(pk=LOOKED).update(at=at - EVERY)
    return part
