import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yihe.accounts.models import User
from yihe.people.models import HomeCode, JoinRequest, Residency, Standing, Way
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike on paper
VALID = {Way.INVITATION: timedelta(days=7), Way.PAPER: timedelta(days=60)}


def _record(act: str, unit: Unit, acting: Acting, at: datetime, **numbers: int) -> None:
    record(
        acting=acting,
        act=act,
        on=("unit", unit.pk),
        at=at,
        log=unit.compound.code,
        numbers=numbers,
    )


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
    """A person belongs to a home from now on."""
    User.objects.select_for_update().values_list("pk").get(pk=person.pk)  # two codes at once
    if Residency.objects.filter(person=person, unit=unit, until=None).exists():
        raise Refusal("已经登记在这一户了。")
    home = Residency.objects.create(
        person=person, unit=unit, standing=standing, way=way, since=at, lives_here=lives_here
    )
    _record("home.joined", unit, acting, at, person=person.pk, residency=home.pk)
    return home


@transaction.atomic
def leave_home(*, residency: Residency, acting: Acting, at: datetime) -> Residency:
    home = Residency.objects.select_for_update().get(pk=residency.pk)
    if home.until is not None:
        raise Refusal("已经不在这一户了。")
    home.until = at
    home.save(update_fields=["until"])
    # The door closes behind who left: no code of theirs lets anybody in later.
    made = HomeCode.objects.filter(unit_id=home.unit_id, made_by_id=home.person_id)
    made.filter(way=Way.INVITATION, used_at=None, revoked_at=None).update(revoked_at=at)
    _record("home.left", home.unit, acting, at, person=home.person_id, residency=home.pk)
    return home


def _digest(code: str) -> str:
    plain = "".join(char for char in code.upper() if char in LETTERS)
    return hashlib.sha256(b"home-code:" + plain.encode()).hexdigest()


@transaction.atomic
def make_code(
    *, unit: Unit, way: str, standing: str, acting: Acting, at: datetime
) -> tuple[HomeCode, str]:
    """A code for a home, to send to family or to print; it is shown once and only its digest kept."""
    plain = "".join(secrets.choice(LETTERS) for _ in range(10))
    code = HomeCode.objects.create(
        unit=unit,
        digest=_digest(plain),
        way=way,
        standing=standing,
        made_by_id=acting.person_id,
        made_at=at,
        expires_at=at + VALID[Way(way)],
    )
    _record("home.code_made", unit, acting, at, code=code.pk)
    return code, f"{plain[:5]}-{plain[5:]}"


@transaction.atomic
def print_codes(*, units: Iterable[Unit], acting: Acting, at: datetime) -> list[tuple[Unit, str]]:
    """A sheet of codes on paper, one for each home's owner: all of them or none."""
    return [
        (
            unit,
            make_code(unit=unit, way=Way.PAPER, standing=Standing.OWNER, acting=acting, at=at)[1],
        )
        for unit in units
    ]


@transaction.atomic
def use_code(*, code: str, person: User, acting: Acting, at: datetime) -> Residency:
    """Join the home that a code was made for. What is wrong with a code is never told apart."""
    found = (
        HomeCode.objects.select_for_update(of=("self",))
        .select_related("unit", "unit__compound")
        .filter(Q(digest=_digest(code)), used_at=None, revoked_at=None, expires_at__gt=at)
        .first()
    )
    if found is None:
        raise Refusal("这个码不对，或者已经用过、过期了。请向家里人或社区再要一个。")
    found.used_at = at
    found.save(update_fields=["used_at"])
    return move_in(
        person=person, unit=found.unit, standing=found.standing, way=found.way, acting=acting, at=at
    )


@transaction.atomic
def ask_to_join(
    *, person: User, unit: Unit, standing: str, words: str, acting: Acting, at: datetime
) -> JoinRequest:
    if Residency.objects.filter(person=person, unit=unit, until=None).exists():
        raise Refusal("已经登记在这一户了。")
    if JoinRequest.objects.filter(person=person, state=JoinRequest.State.OPEN).count() >= 3:
        raise Refusal("已经有 3 个申请在等社区核实，请先等一等。")
    if JoinRequest.objects.filter(person=person, unit=unit, state=JoinRequest.State.OPEN).exists():
        raise Refusal("已经申请过这一户，社区正在核实。")
    if standing not in Standing.values:
        raise Refusal("请选您是业主、家人还是租户。")
    asked = JoinRequest.objects.create(
        person=person, unit=unit, standing=standing, words=words.strip()[:200], asked_at=at
    )
    _record("home.asked", unit, acting, at, person=person.pk, request=asked.pk)
    return asked


@transaction.atomic
def decide_join(
    *, request: JoinRequest, confirm: bool, reason: str, acting: Acting, at: datetime
) -> JoinRequest:
    """A clerk of the community checked, and says yes or no with a reason."""
    asked = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "unit__compound", "person")
        .get(pk=request.pk)
    )
    if asked.state != JoinRequest.State.OPEN:
        raise Refusal("这个申请已经处理过了。")
    if not confirm and not reason.strip():
        raise Refusal("请写一句没有通过的原因。")
    asked.state = JoinRequest.State.CONFIRMED if confirm else JoinRequest.State.DECLINED
    asked.decided_at, asked.decided_by_id = at, acting.person_id
    asked.reason = reason.strip()[:200]
    asked.save(update_fields=["state", "decided_at", "decided_by", "reason"])
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
        _record("home.declined", asked.unit, acting, at, request=asked.pk)
    return asked
