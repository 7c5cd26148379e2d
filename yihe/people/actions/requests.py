from datetime import datetime

from django.db import transaction
from django.urls import reverse

from yihe.accounts.models import User
from yihe.outbox.actions import tell
from yihe.outbox.rules import YOURS
from yihe.people.actions.homes import ALREADY, home_record, move_in, one_at_a_time
from yihe.people.models import JoinRequest, Residency, Standing, Way
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import Acting

WAITING = 3  # requests that a person may have open at once


@transaction.atomic
def ask_to_join(
    *, person: User, unit: Unit, standing: str, words: str, acting: Acting, at: datetime
) -> JoinRequest:
    """Ask the community's clerk to check that somebody belongs to a home."""
    one_at_a_time(person.pk)
    if standing not in Standing.values:
        raise Refusal("请选您是业主、家人还是租户。")
    if Residency.objects.filter(person=person, unit=unit, until=None).exists():
        raise Refusal(ALREADY)
    waiting = JoinRequest.objects.filter(person=person, state=JoinRequest.State.OPEN)
    if waiting.filter(unit=unit).exists():
        raise Refusal("已经申请过这一户，社区正在核实。")
    if waiting.count() >= WAITING:
        raise Refusal(f"已经有 {WAITING} 个申请在等社区核实，请先等一等。")
    asked = JoinRequest.objects.create(
        person=person, unit=unit, standing=standing, words=words.strip()[:200], asked_at=at
    )
    home_record("home.asked", unit, acting, at, person=person.pk, request=asked.pk)
    return asked


def _held(request: JoinRequest) -> JoinRequest:
    one_at_a_time(request.person_id)
    asked = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "unit__compound", "person")
        .get(pk=request.pk)
    )
    if asked.state != JoinRequest.State.OPEN:
        raise Refusal("这个申请已经处理过了。")
    return asked


@transaction.atomic
def withdraw_join(*, request: JoinRequest, acting: Acting, at: datetime) -> JoinRequest:
    """Whoever asked does not want it any more."""
    asked = _held(request)
    asked.state, asked.decided_at = JoinRequest.State.WITHDRAWN, at
    asked.save(update_fields=["state", "decided_at"])
    home_record("home.withdrawn", asked.unit, acting, at, request=asked.pk)
    return asked


@transaction.atomic
def decide_join(
    *, request: JoinRequest, confirm: bool, reason: str, acting: Acting, at: datetime
) -> JoinRequest:
    """A clerk of the community checked, and says yes or no with a reason; who asked is told."""
    asked = _held(request)
    reason = reason.strip()[:200]
    if asked.person_id == acting.person_id:
        raise Refusal("自己的申请，请同事来核实。")
    if not confirm and not reason:
        raise Refusal("请写一句没有通过的原因。")
    asked.state = JoinRequest.State.CONFIRMED if confirm else JoinRequest.State.DECLINED
    asked.decided_at, asked.decided_by_id, asked.reason = at, acting.person_id, reason
    asked.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    _tell_applicant(asked, at)
    if confirm:
        move_in(
            person=asked.person,
            unit=asked.unit,
            standing=asked.standing,
            way=Way.CLERK,
            acting=acting,
            at=at,
        )
    else:
        home_record("home.declined", asked.unit, acting, at, request=asked.pk)
    return asked


def _tell_applicant(asked: JoinRequest, at: datetime) -> None:
    place = f"{asked.unit.compound.name} {asked.unit.label}"
    if asked.state == JoinRequest.State.CONFIRMED:
        title, body = "您的住处社区核实好了", f"{place}：现在可以呼叫，也能看小区的公开栏。"
    else:
        title = "您的住处没有核实通过"
        body = f"{place}，原因是：{asked.reason}。可以补上再申请一次。"
    tell(
        persons=[asked.person_id],
        title=title,
        body=body,
        link=reverse("people:homes"),
        on=("join_request", str(asked.pk)),
        at=at,
        urgency=YOURS,
    )
