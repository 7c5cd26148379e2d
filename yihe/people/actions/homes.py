from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from yihe.accounts.models import User
from yihe.outbox.actions import tell
from yihe.outbox.rules import YOURS
from yihe.people.models import HomeCode, JoinRequest, Residency, Standing, Way
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record

ALREADY = "已经登记在这一户了。"


def home_record(act: str, unit: Unit, acting: Acting, at: datetime, **numbers: int) -> None:
    record(
        acting=acting,
        act=act,
        on=("unit", unit.pk),
        at=at,
        log=unit.compound.code,
        numbers=numbers,
    )


def one_at_a_time(person_id: int) -> None:
    """What is done to one person's homes waits in line: nobody joins twice, no two acts in a ring."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)


@transaction.atomic
def move_in(
    *,
    person: User,
    unit: Unit,
    standing: str,
    way: str,
    acting: Acting,
    at: datetime,
    lives_here: bool = True,
) -> Residency:
    """A person belongs to a home from now on. Its owners are told, whatever the way was."""
    one_at_a_time(person.pk)
    try:
        with transaction.atomic():
            home = Residency.objects.create(
                person=person,
                unit=unit,
                standing=standing,
                way=way,
                since=at,
                lives_here=lives_here,
            )
    except IntegrityError as error:  # the database says that the person is here already
        raise Refusal(ALREADY) from error
    JoinRequest.objects.filter(person=person, unit=unit, state=JoinRequest.State.OPEN).update(
        state=JoinRequest.State.WITHDRAWN, decided_at=at, reason="已经用别的办法登记进来了"
    )
    _tell_owners(home, at)
    home_record("home.joined", unit, acting, at, person=person.pk, residency=home.pk)
    return home


def _tell_owners(home: Residency, at: datetime) -> None:
    owners = Residency.objects.filter(unit_id=home.unit_id, until=None, standing=Standing.OWNER)
    others = owners.exclude(person_id=home.person_id).values_list("person_id", flat=True)
    if home.standing == Standing.OWNER:
        unknown = "请打社区电话"
    else:
        unknown = "可以在“我的家”里记下搬走了，也可以打社区电话"
    place = f"{home.unit.compound.name} {home.unit.label}"
    how = f"{Standing(home.standing).label}，{Way(home.way).label}"
    tell(
        persons=others,
        title="有人登记进了您家",
        body=f"{place}：{home.person.name or '有人'}，{how}。要是不认识，{unknown}。",
        link=reverse("people:homes"),
        on=("household", str(home.pk)),
        at=at,
        urgency=YOURS,
    )


@transaction.atomic
def leave_home(*, residency: Residency, acting: Acting, at: datetime) -> Residency:
    """A person goes. What they may see and do by this home ends with it."""
    home = _held(residency)
    _end(home, at)
    home_record("home.left", home.unit, acting, at, person=home.person_id, residency=home.pk)
    return home


@transaction.atomic
def record_move_out(
    *, residency: Residency, reason: str, acting: Acting, at: datetime
) -> Residency:
    """Somebody else writes down that a person went, and why; the person is told."""
    home = _held(residency)
    reason = reason.strip()[:200]
    if not reason:
        raise Refusal("请写一句是怎么知道的。")
    home.end_reason, home.ended_by_id = reason, acting.person_id
    _end(home, at)
    tell(
        persons=[home.person_id],
        title="记下了您已经搬走",
        body=f"{home.unit.compound.name} {home.unit.label}，{acting.words}记的，原因是：{reason}。"
        "要是不对，请打社区电话，或者重新登记。",
        link=reverse("people:homes"),
        on=("residency", str(home.pk)),
        at=at,
        urgency=YOURS,
    )
    home_record("home.moved_out", home.unit, acting, at, person=home.person_id, residency=home.pk)
    return home


def _held(residency: Residency) -> Residency:
    one_at_a_time(residency.person_id)
    home = Residency.objects.select_related("unit", "unit__compound").get(pk=residency.pk)
    if home.until is not None:
        raise Refusal("已经不在这一户了。")
    return home


def _end(home: Residency, at: datetime) -> None:
    """With the person go the invitations they made and nobody used."""
    home.until = at
    home.save(update_fields=["until", "end_reason", "ended_by"])
    HomeCode.objects.filter(
        unit_id=home.unit_id, made_by_id=home.person_id, way=Way.INVITATION
    ).filter(used_at=None, revoked_at=None).update(revoked_at=at)
