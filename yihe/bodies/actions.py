from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from yihe.accounts.actions import register_person, revoke_token
from yihe.accounts.models import User
from yihe.bodies.models import Alias, Body, Seat
from yihe.bodies.rules import OFFICES, posts_of
from yihe.places.models import Compound, Division
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import as_name


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
) -> Body:
    """An organisation begins to act here; its scope is its division or its compound."""
    if division is None and compound is None:
        raise Refusal("请写明这个组织管哪个地方。")
    name = name.strip()
    if not name:
        raise Refusal("请写组织的名称。")
    place = compound or division
    assert place is not None  # noqa: S101  for the type checker: one of the two stands
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
        since=timezone.localdate(at),
    )
    record(
        acting=acting,
        act="body.found",
        on=("body", body.pk),
        at=at,
        log=compound.code if compound else "",
        kinds={"kind": kind},
        numbers={"level": level or 0},
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
) -> Body:
    """Its name, its public phone number and the desk above it, from now on."""
    body = Body.objects.select_for_update(of=("self",)).select_related("compound").get(pk=body.pk)
    if body.until is not None:
        raise Refusal("这个组织已经停用了。")
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
    body.name, body.phone, body.parent = name, phone.strip(), parent
    body.save(update_fields=["name", "phone", "parent"])
    record(
        acting=acting,
        act="body.change",
        on=("body", body.pk),
        at=at,
        log=body.compound.code if body.compound else "",
        numbers={"parent": parent.pk if parent else 0},
    )
    return body


@transaction.atomic
def close_body(*, body: Body, acting: Acting, at: datetime) -> Body:
    """It acts no more. Nobody may still sit in it, and other parts may refuse: an open call lies there."""
    body = Body.objects.select_for_update(of=("self",)).select_related("compound").get(pk=body.pk)
    if body.until is not None:
        raise Refusal("这个组织已经停用了。")
    if body.seats.filter(until=None).exists():
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
        log=body.compound.code if body.compound else "",
    )
    return body


@transaction.atomic
def seat_person(
    *,
    body: Body,
    person: User,
    post: str,
    acting: Acting,
    at: datetime,
    area: str = "",
) -> Seat:
    """A person takes a post. Who sits in an office signs in with a second factor from then on."""
    if post not in posts_of(body.kind):
        raise Refusal("这类组织没有这个职务。")
    if Seat.objects.filter(body=body, person=person, post=post, area=area, until=None).exists():
        raise Refusal("这个人已经担任这个职务。")
    seat = Seat.objects.create(body=body, person=person, post=post, area=area, since=at)
    if body.kind in OFFICES and not person.works:
        person.works = True
        person.save(update_fields=["works"])
        for token in person.tokens.filter(revoked_at=None):  # given out without a second factor
            revoke_token(token=token, acting=acting, at=at)
    record(
        acting=acting,
        act="seat.taken",
        on=("body", body.pk),
        at=at,
        log=body.compound.code if body.compound else "",
        kinds={"post": post},
        numbers={"person": person.pk, "seat": seat.pk},
    )
    return seat


@transaction.atomic
def seat_by_phone(
    *,
    body: Body,
    post: str,
    name: str,
    phone: str,
    acting: Acting,
    at: datetime,
    area: str = "",
) -> Seat:
    """Whoever has that number takes a post; made known here if nobody has it yet."""
    person = register_person(phone=phone, name=name, acting=acting, at=at)
    name = as_name(name)
    if person.name and person.name != name:
        raise Refusal("这个手机号已经登记给另一个姓名，请核对。")
    if not person.name:
        person.name = name[:30]
        person.save(update_fields=["name"])
    return seat_person(body=body, person=person, post=post, area=area, acting=acting, at=at)


@transaction.atomic
def end_seat(*, seat: Seat, acting: Acting, at: datetime) -> Seat:
    """A person leaves a post; the row stays as history."""
    held = Seat.objects.select_for_update(of=("self",)).select_related("body", "body__compound")
    seat = held.get(pk=seat.pk)
    if seat.until is not None:
        raise Refusal("这个职务已经卸任了。")
    seat.until = at
    seat.save(update_fields=["until"])
    offices = Seat.objects.filter(
        person_id=seat.person_id, until=None, body__kind__in=OFFICES
    ).exists()
    if not offices:
        User.objects.filter(pk=seat.person_id).update(works=False)
    record(
        acting=acting,
        act="seat.left",
        on=("body", seat.body_id),
        at=at,
        log=seat.body.compound.code if seat.body.compound else "",
        kinds={"post": seat.post},
        numbers={"person": seat.person_id, "seat": seat.pk},
    )
    return seat
