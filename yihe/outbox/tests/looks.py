"""Moments, and looks of the worker at them."""

from collections import Counter
from datetime import datetime, timedelta

from yihe.outbox.models import Delivery
from yihe.outbox.sending import send_all
from yihe.outbox.spreading import spread
from yihe.worktime import SHANGHAI

NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)


def states(channel: str = "") -> Counter[str]:
    rows = Delivery.objects.filter(channel=channel) if channel else Delivery.objects.all()
    return Counter(rows.values_list("state", flat=True))


def until_quiet(at: datetime, looks: int = 500) -> None:
    """As often as there is more to do at that moment."""
    for _ in range(looks):
        part = send_all(at=at)
        if not part.more:
            return


def through(start: datetime, span: timedelta, step: timedelta) -> None:
    moment = start
    while moment <= start + span:
        spread(at=moment)
        until_quiet(moment)
        moment += step
