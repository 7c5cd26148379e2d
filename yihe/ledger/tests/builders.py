"""A district, entries in its logs, and a clock that goes on as far as one says."""

from datetime import datetime, timedelta

from yihe.ledger.models import Ledger
from yihe.ledger.work import make_checkpoints
from yihe.places.models import Division
from yihe.trail.acting import SYSTEM
from yihe.trail.actions import record


class At:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def later(self, **more: float) -> datetime:
        self.now += timedelta(**more)
        return self.now


def make_place() -> None:
    Division.objects.get_or_create(
        code="440310", defaults={"level": 3, "name": "演示区", "path": "", "here": True}
    )


def write(clock: At, number: int = 1, log: str = "c1") -> None:
    for one in range(number):
        record(
            acting=SYSTEM, act="test.act", on=("thing", one), at=clock.now, log=log,
            numbers={"n": one, "area": "12.50"}, published=True,
        )  # fmt: skip


def work(clock: At) -> list[str]:
    """One look of the worker, five seconds later; the origins it dealt with, failed ones with a mark."""
    part = make_checkpoints(at=clock.later(seconds=5))
    return [one.subject for one in part.done] + [f"!{one.subject}" for one in part.failed]


def ledger(log: str = "c1") -> Ledger:
    return Ledger.objects.select_related("log").get(log__key=log, current=True)
