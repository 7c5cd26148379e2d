"""The demo stays alive: day after day its people raise calls, and do what their desks owe.

People look in at set moments of the day (`moments.slots`). Each moment is dealt with once, in one
transaction, under a lock on its mark: first what the clock has done by then, then the desks, the
residents, the fresh calls. What was missed while the house was off is made up for in the order of
time, before the clock goes on to the present. What visitors raise climbs as it would anywhere.
"""

from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import OperationalError, transaction

from yihe.calls.models import Call
from yihe.calls.work import do_one
from yihe.demo.desks import desks_act, last_step_at, night_duty
from yihe.demo.fresh import raise_fresh, stock_up
from yihe.demo.moments import MINUTE, slots
from yihe.demo.residents import residents_act
from yihe.demo.years import new_presales
from yihe.outbox.models import Message
from yihe.web.demo_mode import is_demo
from yihe.web.logs import frames
from yihe.web.models import Mark
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)
KEEPING = "demo_keeping"
CALM_AFTER = timedelta(days=10)  # a longer gap is made up for in fewer steps


def keep_alive(*, at: datetime, limit: int = 50) -> WorkDone:
    """The next moment at which the demo's people look in, if it has come; `hold`: the rest waits."""
    if not is_demo():
        return WorkDone()
    mark, _ = Mark.objects.get_or_create(pk=KEEPING, defaults={"at": at, "value": {}})
    if next(slots(mark.at, at, calm=False), None) is None:
        return WorkDone()
    with transaction.atomic():
        locked = Mark.objects.select_for_update(skip_locked=True).filter(pk=KEEPING).first()
        if locked is None:  # another worker is at it
            return WorkDone(hold=True)
        mark = locked
        calm = at - mark.at > CALM_AFTER
        slot = next(slots(mark.at, at, calm=calm), None)
        if slot is None:
            mark.at = max(mark.at, at)
            mark.save(update_fields=["at"])
            return WorkDone()
        moment, desks = slot
        _live_through(moment, desks=desks, calm=calm)
        mark.at = moment
        mark.save(update_fields=["at"])
    return WorkDone(done=[Done("demo_day", moment.isoformat())], more=True, hold=True)


def _live_through(moment: datetime, *, desks: bool, calm: bool) -> None:
    """What fails is logged and left out: the clock must go on."""
    raising = partial(raise_fresh, calm=calm)
    acting = (new_presales, desks_act, stock_up) if desks else (night_duty,)
    for do in (_clock, *acting, residents_act, raising, _read_up):
        try:
            with transaction.atomic():
                do(moment)
        except OperationalError:
            raise  # the database is away
        except Exception as error:
            log.error("demo.day_failed", error=type(error).__name__, at=frames(error))


def _read_up(moment: datetime) -> None:
    Message.objects.filter(read_at=None, at__lt=moment - timedelta(days=1)).update(read_at=moment)


def _clock(moment: datetime) -> None:
    """What was due by then, each at its own time."""
    seen: set[tuple[int, datetime]] = set()
    while True:
        due = Call.objects.due_for_work(moment - MINUTE).first()
        if due is None or due.wake_at is None or (due.pk, due.wake_at) in seen:
            return
        seen.add((due.pk, due.wake_at))
        do_one(due.pk, max(due.wake_at + MINUTE, last_step_at(due)))
