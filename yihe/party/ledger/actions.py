"""Acts on the ledger of members. What the person does oneself names nobody in the trail: it could not be
taken back there, and so it would outlive the consent (docs/decisions/0031)."""

from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from yihe.accounts.models import User
from yihe.accounts.rules import normalise_phone
from yihe.bodies.models import Body, BodyKind
from yihe.outbox.actions import tell
from yihe.outbox.rules import YOURS
from yihe.party.ledger.models import Member, Reading
from yihe.party.ledger.queries import anybody_kept, row_of
from yihe.party.ledger.rules import (
    LEAVINGS,
    PURPOSES,
    SELF,
    SIGNED,
    VERSION,
    Duty,
    Kept,
)
from yihe.party.ledger.sealing import make_key, mark, seal, unseal
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import as_name

ONESELF = Acting(None, "home", None, "本人", ())
LONGEST = 60  # of what is typed: an organisation, a duty, where a sheet lies


def _record(act: str, row: Member, acting: Acting, at: datetime, **kinds: str) -> None:
    record(acting=acting, act=act, on=("member", str(row.pk)), at=at, kinds=kinds)


def _open_branch(branch: Body) -> Body:
    found = Body.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    if found.kind != BodyKind.BRANCH or found.until is not None:
        raise Refusal("这个支部已经停用了，不能再登记。")
    return found


def _put(branch: Body, kept: Kept, *, way: str, given_on: date) -> Member:
    """One row a person in the whole district: a new consent takes the place of an older one."""
    branch = _open_branch(branch)
    if not anybody_kept():
        make_key()
    known = mark(kept.person)
    Member.objects.filter(mark=known).delete()
    row = Member(mark=known, branch=branch, notice=VERSION, way=way, given_on=given_on)
    row.sealed = seal(row.pk, kept)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("刚刚有人登记过，请刷新再看。") from error
    return row


@transaction.atomic
def enter_oneself(
    *,
    person: User,
    branch: Body,
    standing: str,
    relation: str,
    relation_on: date | None,
    came_from: str,
    at: datetime,
) -> Member:
    """A member writes oneself down, having read the notice. Not before a branch confirms does it count.

    An earlier row, in whichever branch, is taken away: its consent named other readers.
    """
    kept = Kept(
        person=person.pk,
        standing=standing,
        relation=relation,
        relation_on=relation_on.isoformat() if relation_on else "",
        came_from=came_from.strip()[:LONGEST],
    )
    row = _put(branch, kept, way=SELF, given_on=timezone.localdate(at))
    _record("member.entered", row, ONESELF, at, way=SELF)
    return row


@transaction.atomic
def enter_signed(
    *,
    branch: Body,
    name: str,
    phone: str,
    standing: str,
    relation: str,
    relation_on: date | None,
    came_from: str,
    paper: str,
    signed_on: date,
    acting: Acting,
    at: datetime,
) -> Member:
    """The branch writes down a member who signed the notice on paper; the person is told at once."""
    if not paper.strip():
        raise Refusal("请写签了字的同意书编号，或者放在哪里。")
    if signed_on > timezone.localdate(at):
        raise Refusal("签字的日子还没有到，请核对。")
    person = known_here(phone=phone, name=name)
    kept = Kept(
        person=person.pk,
        standing=standing,
        relation=relation,
        relation_on=relation_on.isoformat() if relation_on else "",
        came_from=came_from.strip()[:LONGEST],
        paper=paper.strip()[:LONGEST],
    )
    row = _put(branch, kept, way=SIGNED, given_on=signed_on)
    row.confirmed_on = timezone.localdate(at)
    row.save(update_fields=["confirmed_on"])
    _record("member.entered", row, acting, at, way=SIGNED)
    _tell(person.pk, at)
    return row


def known_here(*, phone: str, name: str) -> User:
    """Whoever has that number. Nobody is made known for the ledger's sake: that would stand beside this
    act in the trail, and say of whom it was."""
    person = User.objects.filter(phone=normalise_phone(phone), erased_at=None).first()
    if person is None:
        raise Refusal("这个手机号还没有在这里登记过。请本人先登录一次，或者先请社区登记住处。")
    if person.name != as_name(name):
        raise Refusal("这个手机号登记的是另一个姓名，请与本人核对。")
    return person


def _tell(person_id: int, at: datetime) -> None:
    """Without a word of what it is: messages leave the house and outlive the consent."""
    tell(
        persons=[person_id],
        title="有一条关于您的记录，请看一看",
        body="在“这里记着您的什么”里可以看到是谁写的、写了什么，也可以删去。",
        link=reverse("accounts:data"),
        on=("person", ""),
        at=at,
        urgency=YOURS,
    )


def _held(row: Member) -> tuple[Member, Kept]:
    found = Member.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise Refusal("这一行已经删去了。")
    return found, unseal(found.pk, found.sealed)


def _keep(row: Member, kept: Kept) -> None:
    row.sealed = seal(row.pk, kept)
    row.save(update_fields=["sealed", "confirmed_on"])


@transaction.atomic
def confirm(*, row: Member, acting: Acting, at: datetime) -> Member:
    """The branch checked what a member wrote down."""
    row, _ = _held(row)
    if row.confirmed_on is not None:
        raise Refusal("已经核对过了。")
    row.confirmed_on = timezone.localdate(at)
    row.save(update_fields=["confirmed_on"])
    _record("member.confirmed", row, acting, at)
    return row


@transaction.atomic
def change(
    *,
    row: Member,
    standing: str,
    relation: str,
    relation_on: date | None,
    came_from: str,
    acting: Acting,
    at: datetime,
) -> Member:
    """Probationary to full, floating to transferred: with its date. By the branch, or oneself."""
    row, kept = _held(row)
    kept = replace(
        kept,
        standing=standing,
        relation=relation,
        relation_on=relation_on.isoformat() if relation_on else "",
        came_from=came_from.strip()[:LONGEST],
    )
    if acting is ONESELF:
        row.confirmed_on = None
    _keep(row, kept)
    _record("member.changed", row, acting, at)
    if acting is not ONESELF:
        _tell(kept.person, at)
    return row


@transaction.atomic
def give_duty(*, row: Member, what: str, acting: Acting, at: datetime) -> Member:
    """A group, a building, from today."""
    row, kept = _held(row)
    what = what.strip()[:LONGEST]
    if not what:
        raise Refusal("请写是哪个小组、哪一栋。")
    if any(one.what == what and not one.until for one in kept.duties):
        raise Refusal("这一项已经写着了。")
    duty = Duty(what, timezone.localdate(at).isoformat())
    _keep(row, replace(kept, duties=(*kept.duties, duty)))
    _record("member.duty", row, acting, at)
    _tell(kept.person, at)
    return row


@transaction.atomic
def end_duty(*, row: Member, what: str, acting: Acting, at: datetime) -> Member:
    row, kept = _held(row)
    today = timezone.localdate(at).isoformat()
    duties = tuple(
        replace(one, until=today) if one.what == what and not one.until else one
        for one in kept.duties
    )
    if duties == kept.duties:
        raise Refusal("这一项已经结束了。")
    _keep(row, replace(kept, duties=duties))
    _record("member.duty_ended", row, acting, at)
    return row


@transaction.atomic
def read(*, row: Member, purpose: str, acting: Acting, at: datetime) -> Reading:
    """Opening a row is an act: for what, in which capacity. The member sees it."""
    if purpose not in PURPOSES:
        raise Refusal("请选为了什么查阅。")
    row, _ = _held(row)
    found = Reading.objects.create(
        member=row, seat_id=acting.seat_id or 0, words=acting.words[:120], purpose=purpose, at=at
    )
    _record("member.read", row, acting, at, purpose=purpose)
    return found


@transaction.atomic
def withdraw(*, person: User, at: datetime) -> bool:
    """The consent ends: the row goes with all that hangs on it. The trail keeps that a row was taken
    away, not whose. False when there was none."""
    row = row_of(person.pk)
    if row is None:
        return False
    _record("member.withdrawn", row, ONESELF, at)
    row.delete()
    return True


@transaction.atomic
def strike(*, row: Member, reason: str, acting: Acting, at: datetime) -> None:
    """The branch takes a row away; the person is told, unless there is nobody to tell any more."""
    if reason not in LEAVINGS:
        raise Refusal("请选为什么删去。")
    row, kept = _held(row)
    _record("member.struck", row, acting, at, reason=reason)
    row.delete()
    if reason != "died":
        _tell(kept.person, at)
