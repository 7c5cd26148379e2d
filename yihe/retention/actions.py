"""A period is set, a call is held: by whoever keeps the house. What is due goes: by the system."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from yihe.calls.actions.expiring import forget_persons, forget_words
from yihe.calls.models import Call
from yihe.outbox.models import Delivery, Message
from yihe.people.models import JoinRequest, Residency
from yihe.refusal import Refusal
from yihe.retention.models import Hold, Period
from yihe.retention.queries import DUE, Standing
from yihe.retention.rules import GRACE, Kind, months_before, why_not
from yihe.trail.acting import SYSTEM, Acting
from yihe.trail.actions import record


@transaction.atomic
def set_period(*, kind: Kind, months: int, on: bool, acting: Acting, at: datetime) -> Period:
    """Nothing goes by it for a week when it is switched on or made shorter: a slip can be taken back."""
    words = why_not(kind, months)
    if words:
        raise Refusal(words)
    found = Period.objects.select_for_update().filter(pk=kind.key).first()
    period = found or Period(kind=kind.key, months=kind.months, starts_at=at)
    if found is not None and (period.months, period.on) == (months, on):
        return period
    if on and (not period.on or months < period.months):
        period.starts_at = at + GRACE
    period.months, period.on = months, on
    period.save()
    record(
        acting=acting,
        act="retention.period",
        on=("retention", kind.key),
        at=at,
        numbers={"months": months},
        kinds={"on": "yes" if on else "no"},
    )
    return period


@transaction.atomic
def hold(*, number: str, reason: str, look_on: date, acting: Acting, at: datetime) -> Hold:
    """A call in dispute is kept as it is until somebody says that it need not be."""
    call = Call.objects.select_for_update(of=("self",)).filter(number=number).first()
    if call is None:
        raise Refusal("没有这个编号的呼叫，请核对。")
    if not reason.strip():
        raise Refusal("请写为什么要留着，比如哪里在打官司。")
    if look_on <= timezone.localdate(at):
        raise Refusal("请写今天以后的日子：到那天再看要不要留。")
    if call.words_erased_at is not None:
        raise Refusal("这件呼叫的内容已经按期限删了，没有可以留的。")
    if Hold.objects.filter(call=call, until=None).exists():
        raise Refusal("这件呼叫已经留着了。")
    found = Hold.objects.create(
        call=call,
        reason=reason.strip()[:200],
        since=at,
        look_on=look_on,
        by_id=acting.person_id,
    )
    record(acting=acting, act="retention.hold", on=("call", number), at=at, log=_log(call))
    return found


@transaction.atomic
def let_go(*, hold_id: int, acting: Acting, at: datetime) -> Hold:
    """From now on its periods count again. Why it was held goes: it may name somebody."""
    found = Hold.objects.select_for_update(of=("self",)).filter(pk=hold_id, until=None).first()
    if found is None:
        raise Refusal("这件呼叫已经不留着了。")
    found.until, found.reason = at, ""
    found.save(update_fields=["until", "reason"])
    call = found.call
    record(acting=acting, act="retention.let_go", on=("call", call.number), at=at, log=_log(call))
    return found


def _log(call: Call) -> str:
    return call.compound.code if call.compound else ""


@transaction.atomic
def erase(one: Standing, rows: list[int], *, at: datetime) -> tuple[int, str]:
    """These rows of a kind, as far as they are still due and nobody else has them: how many, and the
    number of the call where it is one. One transaction with its entry in the trail."""
    due_rows = DUE[one.kind.key](months_before(at, one.months)).filter(pk__in=rows)
    if one.kind.one_by_one:
        call = (
            Call.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("reporter", "compound", "community", "topic")
            .filter(pk__in=due_rows.values("pk"))
            .first()
        )
        # read again under the lock: whoever holds a call locks its row first
        if call is None or not due_rows.exists():
            return 0, ""
        forget = forget_persons if one.kind.key == "persons" else forget_words
        forget(call=call, at=at)
        return 1, call.number
    locked = list(
        due_rows.order_by()
        .select_for_update(of=("self",), skip_locked=True)
        .values_list("pk", flat=True)
    )
    if locked:
        _erase_many(one.kind, due_rows.model, locked)
        note_run(one.kind, len(locked), at=at)
    return len(locked), ""


def _erase_many(kind: Kind, model: type[Model], rows: list[int]) -> None:
    if kind.key == "requests":
        JoinRequest.objects.filter(pk__in=rows).update(words="", reason="")
    elif kind.key == "departures":
        Residency.objects.filter(pk__in=rows).update(end_reason="")
    else:
        if model is Message:
            Delivery.objects.filter(message__in=rows).delete()
        model._base_manager.filter(pk__in=rows).delete()


def note_run(kind: Kind, rows: int, *, at: datetime) -> None:
    """An act of the system with its count; a call has an entry of its own besides."""
    record(
        acting=SYSTEM,
        act="retention.run",
        on=("retention", kind.key),
        at=at,
        numbers={"rows": rows},
    )
