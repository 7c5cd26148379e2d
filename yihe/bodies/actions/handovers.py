"""Seal, files and accounts go from those who leave to those who come: a checklist with dates."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from yihe.bodies.actions.common import locked, log_of, meanwhile
from yihe.bodies.models import Body, Handover, HandoverItem, Seat
from yihe.bodies.rules import handed_over
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record


@transaction.atomic
def begin_handover(
    *,
    body: Body,
    reason: str,
    acting: Acting,
    at: datetime,
    due_on: date | None = None,
    items: Sequence[str] | None = None,
) -> Handover:
    """A checklist begins; without `items` with what such a body hands over as a rule."""
    body = locked(body)
    if not reason.strip():
        raise Refusal("请写为什么移交。")
    today = timezone.localdate(at)
    if due_on is not None and due_on < today:
        raise Refusal("办完的日期不能早于今天。")
    names = list(dict.fromkeys(handed_over(body.kind) if items is None else items))
    with meanwhile():
        handover = Handover.objects.create(
            body=body, reason=reason.strip()[:200], begun_on=today, due_on=due_on
        )
    HandoverItem.objects.bulk_create(
        HandoverItem(handover=handover, position=place, name=name)
        for place, name in enumerate(names, 1)
    )
    record(
        acting=acting,
        act="handover.begin",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        numbers={"handover": handover.pk, "items": len(names)},
    )
    return handover


def _open(handover: Handover) -> tuple[Handover, Body]:
    """With its body locked. One that is done is not changed any more."""
    body = Body.objects.select_for_update(of=("self",), no_key=True).select_related("compound")
    of = body.get(pk=handover.body_id)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if handover.done_at is not None:
        raise Refusal("这份移交已经办完了。")
    return handover, of


@transaction.atomic
def add_item(*, handover: Handover, name: str, acting: Acting, at: datetime) -> HandoverItem:
    """One more thing on the checklist."""
    handover, body = _open(handover)
    if not name.strip():
        raise Refusal("请写要移交的是什么。")
    with meanwhile():
        item = HandoverItem.objects.create(
            handover=handover, position=handover.items.count() + 1, name=name.strip()[:80]
        )
    record(
        acting=acting,
        act="handover.add",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        numbers={"handover": handover.pk, "item": item.position},
    )
    return item


@transaction.atomic
def hand_item_over(
    *,
    item: HandoverItem,
    gave: Seat,
    took: Seat,
    on: date,
    acting: Acting,
    at: datetime,
    note: str = "",
) -> HandoverItem:
    """One thing went from one seat to another on a day."""
    handover, body = _open(item.handover)
    item = HandoverItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.given_on is not None:
        raise Refusal("这一样已经交过了。")
    if gave.pk == took.pk:
        raise Refusal("交的人和接的人不能是同一个。")
    if not handover.begun_on <= on <= timezone.localdate(at):
        raise Refusal("移交的日期在开始移交那天和今天之间。")
    item.gave, item.took, item.given_on, item.note = gave, took, on, note.strip()[:200]
    item.save(update_fields=["gave", "took", "given_on", "note"])
    record(
        acting=acting,
        act="handover.give",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        kinds={"on": f"{on}"},
        numbers={
            "handover": handover.pk,
            "item": item.position,
            "gave": gave.pk,
            "took": took.pk,
        },
    )
    return item


@transaction.atomic
def finish_handover(*, handover: Handover, acting: Acting, at: datetime) -> Handover:
    """All was handed over; the list stays as it is."""
    handover, body = _open(handover)
    missing = handover.items.filter(given_on=None).count()
    if missing:
        raise Refusal(f"还有 {missing} 样没有交。")
    handover.done_at = at
    handover.save(update_fields=["done_at"])
    record(
        acting=acting,
        act="handover.finish",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        numbers={"handover": handover.pk},
    )
    return handover
