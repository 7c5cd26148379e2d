from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from yihe.bodies.actions.common import locked, log_of
from yihe.bodies.actions.seats import end_seat
from yihe.bodies.composition import refuse, size_remarks
from yihe.bodies.models import Alias, Body, Coverage, Ending
from yihe.bodies.rules import OF_A_COMPOUND, SELF_GOVERNING, counted
from yihe.places.models import Compound, Division
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record


@transaction.atomic
def found_body(
    *,
    kind: str,
    name: str,
    acting: Acting,
    at: datetime,
    division: Division | None = None,
    compound: Compound | None = None,
    parent: Body | None = None,
    level: int | None = None,
    code: str | None = None,
    phone: str = "",
    size: int | None = None,
    group: str = "",
    purpose: str = "",
    since: date | None = None,
) -> Body:
    """An organisation begins to act here; its scope is its division or its compound.

    `size`: how many seats were agreed upon. `since`: the day it was founded, today when not said.
    """
    if division is None and compound is None:
        raise Refusal("请写明这个组织管哪个地方。")
    if kind == "group" and not group:
        raise Refusal("请选这个小组是做什么的。")
    today = timezone.localdate(at)
    if since is not None and since > today:
        raise Refusal("成立的日期还没有到。")
    name = name.strip()
    if not name:
        raise Refusal("请写组织的名称。")
    place = compound or division
    assert place is not None  # noqa: S101  for the type checker: one of the two stands
    refuse(size_remarks(kind, size, place=place.path[:6], on=since or today))
    body = Body.objects.create(
        kind=kind,
        name=name,
        division=division,
        compound=compound,
        scope=place.path,
        parent=parent,
        level=level,
        code=code,
        phone=phone,
        size=size,
        group=group if kind == "group" else "",
        purpose=purpose.strip(),
        since=since or today,
    )
    record(
        acting=acting,
        act="body.found",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        kinds={"kind": kind, "group": body.group},
        numbers={"level": level or 0, "size": size or 0},
    )
    for told in settings.AFTER_A_BODY_IS_FOUNDED:
        import_string(told)(body=body)
    return body


@transaction.atomic
def add_alias(*, body: Body, name: str, acting: Acting, at: datetime) -> None:
    """Another spelling under which the same desk is known."""
    Alias.objects.get_or_create(body=body, name=name)
    record(acting=acting, act="body.alias", on=("body", body.pk), at=at)


@transaction.atomic
def change_body(
    *,
    body: Body,
    name: str,
    phone: str,
    acting: Acting,
    at: datetime,
    parent: Body | None = None,
    size: int | None = None,
    purpose: str | None = None,
) -> Body:
    """Its name, its public phone number, the desk above it, its seats and what it is for, from now on.

    `size` and `purpose` stay as they are when nothing is said. Nobody loses a seat by it.
    """
    body = locked(body)
    name = name.strip()
    if not name:
        raise Refusal("请写组织的名称。")
    above = parent
    while above is not None:
        if above.pk == body.pk:
            raise Refusal("一个组织不能在自己的上面。")
        above = above.parent
    if name != body.name:
        Alias.objects.get_or_create(body=body, name=body.name)
    if size is not None:
        sitting = sum(counted(seat.post) for seat in body.seats.held(at))
        if sitting > size:
            raise Refusal(f"现在有 {sitting} 人在任，席位不能少于 {sitting} 个。")
        today = timezone.localdate(at)
        refuse(size_remarks(body.kind, size, place=body.scope[:6], on=today))
        body.size = size
    if purpose is not None:
        body.purpose = purpose.strip()
    body.name, body.phone, body.parent = name, phone.strip(), parent
    body.save(update_fields=["name", "phone", "parent", "size", "purpose"])
    record(
        acting=acting,
        act="body.change",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        numbers={"parent": parent.pk if parent else 0, "size": body.size or 0},
    )
    return body


@transaction.atomic
def close_body(*, body: Body, acting: Acting, at: datetime) -> Body:
    """It acts no more. Nobody may still sit in it, and other parts may refuse: an open call lies there."""
    body = locked(body)
    if body.seats.unended(at).exists():
        raise Refusal("还有人在这里任职，请先办卸任。")
    for check in settings.BEFORE_A_BODY_CLOSES:
        import_string(check)(body_id=body.pk)
    body.until = timezone.localdate(at)
    body.save(update_fields=["until"])
    record(
        acting=acting,
        act="body.close",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
    )
    return body


@transaction.atomic
def dissolve_body(*, body: Body, acting: Acting, at: datetime) -> Body:
    """A body of a compound ends with all its seats; who sat there when stays to be read."""
    body = locked(body)
    if body.kind not in SELF_GOVERNING:
        raise Refusal("这类组织请先给每个人办卸任，再停用。")
    for seat in body.seats.unended(at).order_by("pk"):
        end_seat(seat=seat, ending=Ending.DISSOLVED, acting=acting, at=at)
    for reach in body.coverage.filter(until=None):
        uncover_compound(body=body, compound=reach.compound, acting=acting, at=at)
    return close_body(body=body, acting=acting, at=at)


@transaction.atomic
def cover_compound(*, body: Body, compound: Compound, acting: Acting, at: datetime) -> Coverage:
    """A body of a compound acts for one more from now on, as a joint branch does."""
    body = locked(body)
    if body.kind not in OF_A_COMPOUND:
        raise Refusal("这类组织按区、街道或社区来管，不用另写小区。")
    if compound.pk == body.compound_id or body.coverage.filter(compound=compound, until=None):
        raise Refusal("这个小区已经归它管。")
    reach = Coverage.objects.create(body=body, compound=compound, since=timezone.localdate(at))
    record(
        acting=acting,
        act="body.cover",
        on=("body", body.pk),
        at=at,
        log=compound.code,
        numbers={"compound": compound.pk},
    )
    return reach


@transaction.atomic
def uncover_compound(*, body: Body, compound: Compound, acting: Acting, at: datetime) -> None:
    """From now on it acts for this further compound no more."""
    body = locked(body)
    if not body.coverage.filter(compound=compound, until=None).update(until=timezone.localdate(at)):
        raise Refusal("这个小区不归它管。")
    record(
        acting=acting,
        act="body.uncover",
        on=("body", body.pk),
        at=at,
        log=compound.code,
        numbers={"compound": compound.pk},
    )
