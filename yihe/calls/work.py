"""What the clock does with calls: remind, climb, go on, close. Due rows are claimed batch by batch.

Many workers may run: the rows of a batch are locked, looked at again and dealt with in one
transaction, and rows that another worker holds are skipped. A batch that fails is dealt with again row
by row, each in a transaction of its own; a row that fails is put off with growing distance and holds
up nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

import structlog
from django.db import transaction

from yihe.bodies.models import Body, BodyKind
from yihe.calendar.queries import version
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
from yihe.calls.actions.hands import Batch
from yihe.calls.actions.moving import LEVEL_WORDS, PLACE_FIELDS, first_desks_above, place
from yihe.calls.actions.reporting import close_in_silence
from yihe.calls.models import Audience, Call, CallQuerySet, Due, Status, Step, Way
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
TOGETHER = 50  # calls in one transaction; their logs and rows are locked so long


def do_due(*, at: datetime, limit: int = 100) -> WorkDone:
    """All that is due at `at`, up to `limit` rows; `more` says that another look is worth it."""
    total, seen = WorkDone(), 0
    while seen < limit:
        wanted = min(TOGETHER, limit - seen)
        claimed: dict[int, str] = {}
        try:
            with transaction.atomic():
                claimed = _claimed(Call.objects.due_for_work(at)[:wanted])
                done = _deal(claimed, at)
        except Exception as error:
            if is_away(error) or not claimed:
                raise  # the database is away: nothing is wrong with a row
            _one_by_one(claimed, at, total)
        else:
            total.done.extend(done)
        seen += len(claimed)
        if len(claimed) < wanted:
            break
    return WorkDone(done=total.done, failed=total.failed, more=seen == limit)


def _one_by_one(claimed: Mapping[int, str], at: datetime, total: WorkDone) -> None:
    """The rows of a batch that failed: which of them it is, nobody knows."""
    for pk, number in claimed.items():
        try:
            kind = do_one(pk, at)
        except Exception as error:
            if is_away(error):
                raise  # nothing is wrong with the row
            log.error("call.work_failed", call=number, error=type(error).__name__, at=frames(error))
            _put_off(pk, at)
            total.failed.append(Done("call", number))
        else:
            if kind:
                total.done.append(Done(kind, number))


def _put_off(pk: int, at: datetime) -> None:
    """Five minutes, ten, twenty … up to a day; unless another worker dealt with it meanwhile. A row that
    cannot even be put off holds up no other."""
    try:
        with transaction.atomic():
            call = Call.objects.select_for_update().filter(pk=pk, wake_at__lte=at).first()
            if call is not None:
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
    done = _deal(_claimed(Call.objects.due_for_work(at).filter(pk=pk)), at)
    return done[0].kind if done else ""


def _claimed(due: CallQuerySet) -> dict[int, str]:
    """Locked alone, with their numbers; what somebody else holds is passed over."""
    return dict(due.select_for_update(skip_locked=True).values_list("pk", "number"))


def _deal(claimed: Iterable[int], at: datetime) -> list[Done]:
    """Calls that are locked and due: each as its state and its moment want it."""
    calls = list(
        Call.objects.filter(pk__in=list(claimed))
        .select_related("topic__parent__parent", "compound", "desk", "about", "raised_seat")
        .defer("grams", "salt", "compound__outline")
        .order_by("wake_at", "pk")
    )
    batch = Swept(calls, at)
    done = [Done(_move(call, at, batch), call.number) for call in calls]
    batch.write()
    return done


class Swept(Batch):
    """The calls that the clock takes up together."""

    def was_late(self, call: Call) -> bool:
        """Whether it was said before that this moment passed on the highest level."""
        return (call.pk, call.due_at) in self._late

    @cached_property
    def _late(self) -> set[tuple[int, datetime | None]]:
        said = Step.objects.filter(
            call__in=[call.pk for call in self.calls], kind=Act.OVERDUE.value
        )
        return set(said.values_list("call_id", "due_at"))

    @cached_property
    def offices(self) -> list[int]:
        """The district's, which hear of what is late at the top."""
        found = Body.objects.filter(kind=BodyKind.DISTRICT, until=None)
        return list(found.values_list("pk", flat=True))


def _move(call: Call, at: datetime, batch: Swept) -> str:
    if call.due_at is None:
        raise ValueError("a call that has to be looked at is due at no moment")
    call.failures = 0
    if at < call.due_at:
        return _remind(call, at, batch)
    if call.status == Status.ANSWERED:
        close_in_silence(call=call, acting=SYSTEM, at=at, hand=batch)
        return "close"
    if call.status == Status.ASKED:
        return _resume(call, at, batch)
    return _climb(call, at, batch)


def _remind(call: Call, at: datetime, batch: Swept) -> str:
    call.wake_at = call.due_at
    save(call, "wake_at", "failures", hand=batch)
    waiting = call.status in (Status.ASKED, Status.ANSWERED)
    step(
        call,
        Act.REMIND,
        acting=SYSTEM,
        at=at,
        audience=Audience.REPORTER if waiting else Audience.HANDLERS,
        due_at=call.due_at,
        hand=batch,
    )
    if call.status == Status.ASKED:
        tell_reporter(call, f"{call.desk.name}还在等您补充", at=at, hand=batch)
    elif call.status == Status.ANSWERED:
        tell_reporter(call, "答复还等您确认：解决了没有", at=at, hand=batch)
    else:
        tell_desks(call, "快到期了", at=at, hand=batch)
    return "remind"


def _resume(call: Call, at: datetime, batch: Swept) -> str:
    """The reporter did not reply in time; the desk goes on with what it has."""
    resume_clock(call, at, batch)
    save(call, "status", *CLOCK_FIELDS, hand=batch)
    step(
        call,
        Act.RESUME,
        acting=SYSTEM,
        at=at,
        audience=Audience.REPORTER,
        due_at=call.due_at,
        hand=batch,
    )
    tell_desks(call, "等补充的时间到了，请继续办", at=at, hand=batch)
    return "resume"


def _climb(call: Call, at: datetime, batch: Swept) -> str:
    """The deadline passed: one level up. At the top it stays, marked late, and is brought up again weekly."""
    if call.level >= TOP:
        return _overdue(call, at, batch)
    try:
        level, desks = first_desks_above(call, batch)
    except Refusal:
        return _overdue(call, at, batch)
    before, missed, left = call.level, call.due_at, call.desk
    kind = call.due_kind
    place(call, desks=desks, level=level, way=Way.CLIMBED, at=at, hand=batch)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS, hand=batch)
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
        hand=batch,
    )
    up = [found.desk.pk for found in desks]
    tell_bodies(call, up, "一件呼叫到期没办，升到您这里", at=at, hand=batch)
    tell_bodies(call, [left.pk], "一件呼叫到期没办，已经自动升级", at=at, hand=batch)
    words = f"{left.name}没有按时办，您的呼叫自动升到了{LEVEL_WORDS[level]}"
    tell_reporter(call, words, at=at, hand=batch)
    return "climb"


def _overdue(call: Call, at: datetime, batch: Swept) -> str:
    first = not batch.was_late(call)
    call.wake_at = batch.calendar().add_workdays(at, 1 if first else 5).at
    save(call, "wake_at", "failures", hand=batch)
    if first:
        step(call, Act.OVERDUE, acting=SYSTEM, at=at, due_at=call.due_at, hand=batch)
    told = {call.desk_id, *batch.offices}
    words = "一件呼叫在最高一级超期了"
    tell_bodies(call, told, words, at=at, body=call.number, hand=batch)
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
