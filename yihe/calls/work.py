"""What the clock does with calls: remind, climb, go on, close. Due rows are claimed one by one.

Many workers may run: each row is locked, looked at again and dealt with in a transaction of its
own, and a row that another worker holds is skipped. A row that fails is put off with growing
distance and holds up nothing.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from yihe.bodies.models import Body, BodyKind
from yihe.calendar.queries import calendar, version
from yihe.calls.actions.acts import (
    CLOCK_FIELDS,
    DUE_FIELDS,
    save,
    set_due,
    set_wait,
    step,
    tell_bodies,
    tell_desks,
    tell_reporter,
)
from yihe.calls.actions.handling import resume_clock
from yihe.calls.actions.moving import LEVEL_WORDS, PLACE_FIELDS, first_desks_above, place
from yihe.calls.actions.reporting import close_in_silence
from yihe.calls.models import Audience, Call, Due, Status, Way
from yihe.calls.rules import TOP, Act, remind_at
from yihe.refusal import Refusal
from yihe.topics.models import Clock
from yihe.trail.acting import SYSTEM
from yihe.trail.actions import record
from yihe.web.away import is_away
from yihe.web.logs import frames
from yihe.web.models import Mark
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)


def do_due(*, at: datetime, limit: int = 100) -> WorkDone:
    """All that is due at `at`, up to `limit` rows; `more` says that another look is worth it."""
    numbers = list(Call.objects.due_for_work(at).values_list("pk", "number")[:limit])
    done: list[Done] = []
    failed: list[Done] = []
    for pk, number in numbers:
        try:
            kind = do_one(pk, at)
        except Exception as error:
            if is_away(error):
                raise  # nothing is wrong with the row
            log.error("call.work_failed", call=number, error=type(error).__name__, at=frames(error))
            _put_off(pk, at)
            failed.append(Done("call", number))
        else:
            if kind:
                done.append(Done(kind, number))
    return WorkDone(done=done, failed=failed, more=len(numbers) == limit)


def _put_off(pk: int, at: datetime) -> None:
    """Five minutes, ten, twenty … up to a day. A row that cannot even be put off holds up no other."""
    try:
        with transaction.atomic():
            call = Call.objects.select_for_update(of=("self",)).get(pk=pk)
            call.failures = min(call.failures + 1, 9)
            span = min(timedelta(minutes=5 * 2 ** (call.failures - 1)), timedelta(days=1))
            call.wake_at = at + span
            call.save(update_fields=["failures", "wake_at"])
    except Exception as error:
        if is_away(error):
            raise
        log.error("call.not_put_off", call=pk, error=type(error).__name__, at=frames(error))


@transaction.atomic
def do_one(pk: int, at: datetime) -> str:
    """What was done with one call, or "" when another worker has it or it is not due any more."""
    call = (
        Call.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("topic", "compound", "community", "desk", "about")
        .filter(pk=pk, wake_at__lte=at)
        .first()
    )
    if call is None or call.due_at is None:
        return ""
    call.failures = 0
    if at < call.due_at:
        return _remind(call, at)
    if call.status == Status.ANSWERED:
        close_in_silence(call=call, acting=SYSTEM, at=at)
        return "close"
    if call.status == Status.ASKED:
        return _resume(call, at)
    return _climb(call, at)


def _remind(call: Call, at: datetime) -> str:
    call.wake_at = call.due_at
    save(call, "wake_at", "failures")
    waiting = call.status in (Status.ASKED, Status.ANSWERED)
    step(
        call,
        Act.REMIND,
        acting=SYSTEM,
        at=at,
        audience=Audience.REPORTER if waiting else Audience.HANDLERS,
        due_at=call.due_at,
    )
    if call.status == Status.ASKED:
        tell_reporter(call, f"{call.desk.name}还在等您补充", at=at)
    elif call.status == Status.ANSWERED:
        tell_reporter(call, "答复还等您确认：解决了没有", at=at)
    else:
        tell_desks(call, "快到期了", at=at)
    return "remind"


def _resume(call: Call, at: datetime) -> str:
    """The reporter did not reply in time; the desk goes on with what it has."""
    resume_clock(call, at)
    save(call, "status", *CLOCK_FIELDS)
    step(call, Act.RESUME, acting=SYSTEM, at=at, audience=Audience.REPORTER, due_at=call.due_at)
    tell_desks(call, "等补充的时间到了，请继续办", at=at)
    return "resume"


def _climb(call: Call, at: datetime) -> str:
    """The deadline passed: one level up. At the top it stays, marked late, and is brought up again weekly."""
    if call.level >= TOP:
        return _overdue(call, at)
    try:
        level, desks = first_desks_above(call)
    except Refusal:
        return _overdue(call, at)
    before, missed, left = call.level, call.due_at, call.desk
    kind = call.due_kind
    place(call, desks=desks, level=level, way=Way.CLIMBED, at=at)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS)
    step(
        call,
        Act.CLIMB,
        acting=SYSTEM,
        at=at,
        from_level=before,
        to_desk_id=call.desk_id,
        due_at=missed,
        kinds={"missed": kind},
        numbers={"from_desk": left.pk},
    )
    tell_bodies(call, [found.desk.pk for found in desks], "一件呼叫到期没办，升到您这里", at=at)
    tell_bodies(call, [left.pk], "一件呼叫到期没办，已经自动升级", at=at)
    tell_reporter(call, f"{left.name}没有按时办，您的呼叫自动升到了{LEVEL_WORDS[level]}", at=at)
    return "climb"


def _overdue(call: Call, at: datetime) -> str:
    first = not call.steps.filter(kind=Act.OVERDUE.value, due_at=call.due_at).exists()
    call.wake_at = calendar().add_workdays(at, 1 if first else 5).at
    save(call, "wake_at", "failures")
    if first:
        step(call, Act.OVERDUE, acting=SYSTEM, at=at, due_at=call.due_at)
    offices = Body.objects.filter(kind=BodyKind.DISTRICT, until=None).values_list("pk", flat=True)
    tell_bodies(call, {call.desk_id, *offices}, "一件呼叫在最高一级超期了", at=at, body=call.number)
    return "overdue"


AGAIN = "calendar_again"
SEEN = "calendar_seen"  # the state of the calendar by which provisional moments were last reckoned


def recompute_provisional(*, at: datetime, limit: int = 100) -> WorkDone:
    """When a year's holidays were entered: what was reckoned Monday to Friday is reckoned again.

    Costs one look at two small rows until the calendar changes. A row that fails is tried again hourly.
    """
    now = list(version())
    mark = Mark.objects.filter(pk=SEEN).first()
    known = mark.value if mark is not None else {}
    left = known.get("left", [])
    if known.get("version") == now:
        if not left or not my_turn(AGAIN, every=timedelta(hours=1), at=at):
            return WorkDone()
        rows = left
    else:
        provisional = Call.objects.open().filter(due_provisional=True)
        rows = list(provisional.values_list("pk", flat=True))
    done: list[Done] = []
    failed: list[int] = []
    for pk in rows:
        try:
            number = _recompute(pk, at)
        except Exception as error:
            if is_away(error):
                raise
            log.error("call.not_reckoned", call=pk, error=type(error).__name__, at=frames(error))
            failed.append(pk)
        else:
            if number:
                done.append(Done("recompute", number))
    value = {"version": now, **({"left": failed} if failed else {})}
    Mark.objects.update_or_create(pk=SEEN, defaults={"value": value, "at": at})
    return WorkDone(done=done, failed=[Done("call", str(pk)) for pk in failed])


@transaction.atomic
def _recompute(pk: int, at: datetime) -> str:
    """One call's moment by the calendar as it is now; never earlier than what was promised."""
    Call.objects.select_for_update().values_list("pk").get(pk=pk)  # locked alone, read afterwards
    call = Call.objects.select_related("topic", "compound").get(pk=pk)
    promised = call.due_at
    if not call.due_provisional or promised is None:
        return ""
    if call.status == Status.ASKED and call.paused_at:
        set_wait(call, Due.ASKED, Clock.ASKED, call.paused_at)
    elif call.status == Status.ANSWERED and call.answered_at:
        set_wait(call, Due.SILENCE, Clock.SILENCE, call.answered_at)
    else:
        set_due(call, at)
    if call.due_at is None or call.due_at < promised:
        call.due_at = promised
    call.wake_at = max(remind_at(at, call.due_at), at) if call.due_at > at else call.due_at
    save(call, *DUE_FIELDS)
    if call.due_at == promised:
        return ""
    record(
        acting=SYSTEM,
        act="call.recompute",
        on=("call", call.number),
        at=at,
        log=call.compound.code if call.compound else "",
        kinds={"due": call.due_kind},
    )
    return call.number
