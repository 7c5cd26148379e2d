"""What the worker does: the rows whose time is up, a few at a time, each kind by its index.

Many workers may run: rows that another one holds are skipped. A row that fails waits with growing
distance and holds up nothing.
"""

from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from yihe.retention.actions import erase, note_run
from yihe.retention.models import Stuck
from yihe.retention.queries import Standing, due, standing
from yihe.web.logs import frames
from yihe.web.models import Mark
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)
LOOKED, EVERY = "retention_looked", timedelta(minutes=10)
DONE = {"persons": "forget_persons", "words": "forget_words"}


def let_expire(*, at: datetime, limit: int = 50) -> WorkDone:
    """A batch of each kind that is on. While there is more, the next look is not put off."""
    found = WorkDone()
    for one in standing():
        if one.running(at):
            part = _batch(one, at=at, limit=max(limit, one.kind.batch))
            found.done.extend(part.done)
            found.failed.extend(part.failed)
            found = WorkDone(found.done, found.failed, found.more or part.more)
    return found


def let_expire_in_turn(*, at: datetime, limit: int = 50) -> WorkDone:
    """The same in the worker's round: looked at every ten minutes, and at once while there is more."""
    if not my_turn(LOOKED, every=EVERY, at=at):
        return WorkDone()
    part = let_expire(at=at, limit=limit)
    if part.more:
        Mark.objects.filter(pk=LOOKED).update(at=at - EVERY)
    return part


def _batch(one: Standing, *, at: datetime, limit: int) -> WorkDone:
    rows = list(due(one.kind, one.months, at=at).values_list("pk", flat=True)[:limit])
    if not rows:
        return WorkDone()
    if one.kind.one_by_one:
        part = _each(one, rows, at=at)
        if part.done:
            note_run(one.kind, len(part.done), at=at)
    else:
        part = _together(one, rows, at=at)
    # what was skipped is another worker's; only what was done or failed makes the next look different
    moved = bool(part.done or part.failed)
    return WorkDone(part.done, part.failed, more=len(rows) == limit and moved)


def _together(one: Standing, rows: list[int], *, at: datetime) -> WorkDone:
    """All in one statement; where one of them cannot go, each by itself, and only that one waits."""
    try:
        number, _ = erase(one, rows, at=at)
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing is wrong with the rows
    except Exception as error:
        if len(rows) == 1:
            return WorkDone(failed=[_put_off(one, rows[0], error, at)])
        parts = [_together(one, [row], at=at) for row in rows]
        gone = sum(int(done.subject) for part in parts for done in part.done)
        failed = [one for part in parts for one in part.failed]
        return WorkDone([Done(one.kind.key, str(gone))] if gone else [], failed)
    return WorkDone([Done(one.kind.key, str(number))] if number else [])


def _each(one: Standing, rows: list[int], *, at: datetime) -> WorkDone:
    found = WorkDone()
    for row in rows:
        try:
            gone, number = erase(one, [row], at=at)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            found.failed.append(_put_off(one, row, error, at))
        else:
            if gone:
                found.done.append(Done(DONE[one.kind.key], number))
    return found


@transaction.atomic
def _put_off(one: Standing, row: int, error: Exception, at: datetime) -> Done:
    """An hour, two, four … up to a week."""
    key = one.kind.key
    log.error("retention.failed", kind=key, row=row, error=type(error).__name__, at=frames(error))
    stuck, made = Stuck.objects.select_for_update().get_or_create(
        kind=key, row=row, defaults={"error": type(error).__name__[:60], "wake_at": at}
    )
    if not made:
        stuck.tries = min(stuck.tries + 1, 99)
    stuck.error = type(error).__name__[:60]
    stuck.wake_at = at + min(timedelta(hours=2 ** min(stuck.tries - 1, 8)), timedelta(days=7))
    stuck.save()
    return Done(f"retention.{key}", str(row))
