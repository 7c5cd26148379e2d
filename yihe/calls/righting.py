"""Deadlines that a clock running ahead has set: reckoned again from the moment it was set right."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from yihe.calls.actions.acts import CLOCK_FIELDS, save, set_due, set_wait
from yihe.calls.models import Call, Due, Status
from yihe.topics.models import Clock
from yihe.trail.acting import SYSTEM
from yihe.trail.actions import record
from yihe.web.away import is_away
from yihe.web.logs import frames

log = structlog.get_logger(__name__)
# Who was put off waits a day at most, who is overdue at the top a week of workdays.
LONGEST_PUT_OFF, LONGEST_OVERDUE = timedelta(days=1), timedelta(days=30)


def right_calls(*, at: datetime, slack: timedelta) -> int:
    """How many got a new deadline. What was done to them by the wrong clock stays done."""
    working = Call.objects.open().filter(wake_at__gt=at)
    working.filter(failures__gt=0, wake_at__gt=at + LONGEST_PUT_OFF + slack).update(wake_at=at)
    working.filter(due_at__lte=at, wake_at__gt=at + LONGEST_OVERDUE).update(wake_at=at)
    ahead = Call.objects.open().filter(
        Q(clock_from__gt=at + slack)
        | Q(contacted_at__gt=at + slack)
        | Q(paused_at__gt=at + slack)
        | Q(status=Status.ANSWERED, answered_at__gt=at + slack)
    )
    done = 0
    for pk in list(ahead.values_list("pk", flat=True)):
        try:
            _right(pk, at)
            done += 1
        except Exception as error:
            if is_away(error):
                raise
            log.error("call.not_righted", error=type(error).__name__, at=frames(error))
    return done


@transaction.atomic
def _right(pk: int, at: datetime) -> None:
    Call.objects.select_for_update().values_list("pk").get(pk=pk)  # locked alone, read afterwards
    call = Call.objects.select_related("topic", "compound").get(pk=pk)
    call.clock_from = min(call.clock_from, at)
    call.contacted_at = min(call.contacted_at, at) if call.contacted_at else None
    call.paused_at = min(call.paused_at, at) if call.paused_at else None
    if call.status == Status.ASKED:
        set_wait(call, Due.ASKED, Clock.ASKED, at)
    elif call.status == Status.ANSWERED:
        set_wait(call, Due.SILENCE, Clock.SILENCE, at)
    else:
        set_due(call, at)
    save(call, *CLOCK_FIELDS)
    record(
        acting=SYSTEM,
        act="call.recompute",
        on=("call", call.number),
        at=at,
        log=call.compound.code if call.compound else "",
        kinds={"due": call.due_kind},
    )
