from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from yihe.accounts.models import User
from yihe.bodies.actions import cover_compound, dissolve_body, found_body, uncover_compound
from yihe.bodies.models import Body, BodyKind, Seat
from yihe.party.ledger.actions import confirm, enter_oneself
from yihe.party.ledger.rules import FULL, HERE
from yihe.party.models import Branch, Check, FormChange, Intent, Mandate
from yihe.party.queries import branch_over, mandate_on
from yihe.party.rules import CHECKS, FORMAL, PROVISIONAL, TASKS, UNSTATED
from yihe.places.models import Compound, Stage
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM, Acting
from yihe.trail.actions import record


def _record(
    act: str, compound: Compound, acting: Acting, at: datetime, /, **numbers: int | str
) -> None:
    record(
        acting=acting, act=act, on=("compound", compound.code), at=at, log=compound.code,
        numbers=numbers,
    )  # fmt: skip


def _alone(compound: Compound) -> Compound:
    """One at a time on one compound: two clerks do not set up two branches."""
    return Compound.objects.select_for_update(of=("self",)).get(pk=compound.pk)


def _not_ahead(day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise Refusal("写的日子还没有到，请核对。")


@transaction.atomic
def register_intent(
    *, compound: Compound, words: str, planned_on: date | None, acting: Acting, at: datetime
) -> Intent:
    """While a compound is built or on sale: when and how a branch is to be set up. Nothing of persons."""
    compound = _alone(compound)
    words = words.strip()[:200]
    if not words:
        raise Refusal("请写一句打算怎样组建。")
    if compound.stage not in (Stage.BUILDING, Stage.ON_SALE, Stage.HANDED_OVER):
        raise Refusal("组建意向在建设、在售和交付的时候登记。")
    if branch_over(compound):
        raise Refusal("这个小区已经有支部了。")
    intent, _ = Intent.objects.update_or_create(
        compound=compound, defaults={"words": words, "planned_on": planned_on, "at": at}
    )
    _record("branch.intent", compound, acting, at)
    return intent


@transaction.atomic
def set_up(
    *,
    compound: Compound,
    name: str,
    form: str,
    since: date,
    reference: str,
    acting: Acting,
    at: datetime,
) -> Branch:
    """A branch of its own: provisional before people move in; formal only where it already was one
    when it was first written down here."""
    compound = _alone(compound)
    if form not in (PROVISIONAL, FORMAL):
        raise Refusal("请选临时的还是正式的。")
    _not_ahead(since, at)
    if branch_over(compound):
        raise Refusal("这个小区已经有支部了。")
    body = found_body(
        kind=BodyKind.BRANCH, name=name, compound=compound, since=since, acting=acting, at=at
    )
    return _become(branch_of(body), form, since, reference, acting, at)


def branch_of(body: Body) -> Branch:
    """The branch that a body of that kind is; written down when the body is founded."""
    branch, _ = Branch.objects.get_or_create(body=body, defaults={"form_since": body.since})
    return branch


@transaction.atomic
def state_form(
    *, branch: Branch, form: str, since: date, reference: str, acting: Acting, at: datetime
) -> Branch:
    """Of a branch that was there before it was written down here: provisional or formal, since when."""
    branch = _held(branch)
    if branch.form != UNSTATED:
        raise Refusal("已经写明了。要转为正式支部，请按清单办。")
    if form not in (PROVISIONAL, FORMAL):
        raise Refusal("请选临时的还是正式的。")
    _not_ahead(since, at)
    return _become(branch, form, since, reference, acting, at)


@transaction.atomic
def enter_member(*, person: User, branch: Body, at: datetime) -> None:
    """A member writes oneself down as full and transferred, and the branch confirms: what the demo is
    built with, which does not reach into the ledger itself."""
    row = enter_oneself(
        person=person, branch=branch, standing=FULL, relation=HERE, relation_on=None, came_from="",
        at=at,
    )  # fmt: skip
    confirm(row=row, acting=SYSTEM, at=at)


def _become(
    branch: Branch, form: str, since: date, reference: str, acting: Acting, at: datetime
) -> Branch:
    branch.form, branch.form_since = form, since
    branch.save(update_fields=["form", "form_since"])
    FormChange.objects.create(
        branch=branch, form=form, since=since, reference=reference.strip()[:80]
    )
    compound = branch.body.compound
    record(
        acting=acting, act="branch.form", on=("body", branch.pk), at=at,
        log=compound.code if compound else "", kinds={"form": form},
    )  # fmt: skip
    return branch


def _held(branch: Branch) -> Branch:
    found = Branch.objects.select_for_update(of=("self",)).select_related("body__compound")
    branch = found.get(pk=branch.pk)
    if branch.body.until is not None:
        raise Refusal("这个支部已经撤销了。")
    return branch


@transaction.atomic
def check_off(
    *, branch: Branch, item: str, done_on: date, evidence: str, acting: Acting, at: datetime
) -> Check:
    """One item of the list that leads to a formal branch, with what shows it. A later line corrects."""
    branch = _held(branch)
    if item not in CHECKS:
        raise Refusal("清单里没有这一项。")
    if not evidence.strip():
        raise Refusal("请写凭什么：文号、会议记录或者公告。")
    _not_ahead(done_on, at)
    check, _ = Check.objects.update_or_create(
        branch=branch, item=item, defaults={"done_on": done_on, "evidence": evidence.strip()[:120]}
    )
    compound = branch.body.compound
    record(
        acting=acting, act="branch.check", on=("body", branch.pk), at=at,
        log=compound.code if compound else "", kinds={"item": item},
    )  # fmt: skip
    return check


@transaction.atomic
def make_formal(
    *, branch: Branch, since: date, reference: str, acting: Acting, at: datetime
) -> Branch:
    """From provisional to formal, once everything on the list is done."""
    branch = _held(branch)
    if branch.form == FORMAL:
        raise Refusal("已经是正式党支部了。")
    if not reference.strip():
        raise Refusal("请写上级党组织批复的文号。")
    _not_ahead(since, at)
    done = set(branch.checks.values_list("item", flat=True))
    missing = [words for item, words in CHECKS.items() if item not in done]
    if missing:
        raise Refusal(f"清单里还差：{'；'.join(missing)}。")
    return _become(branch, FORMAL, since, reference, acting, at)


@transaction.atomic
def join(*, branch: Branch, compound: Compound, acting: Acting, at: datetime) -> None:
    """A branch takes in one compound more from today: a joint branch."""
    branch, compound = _held(branch), _alone(compound)
    if branch_over(compound):
        raise Refusal("这个小区已经有支部了。")
    cover_compound(body=branch.body, compound=compound, acting=acting, at=at)


@transaction.atomic
def part(*, compound: Compound, acting: Acting, at: datetime) -> None:
    """A compound leaves a joint branch."""
    compound = _alone(compound)
    branch = branch_over(compound)
    if branch is None or branch.body.compound_id == compound.pk:
        raise Refusal("这个小区没有并在别的支部里。")
    uncover_compound(body=branch.body, compound=compound, acting=acting, at=at)


@transaction.atomic
def dissolve(*, branch: Branch, reference: str, acting: Acting, at: datetime) -> None:
    """A branch ends with its seats; other parts may refuse: people still stand in its ledger."""
    branch = _held(branch)
    if not reference.strip():
        raise Refusal("请写上级党组织的批复文号。")
    dissolve_body(body=branch.body, acting=acting, at=at)
    FormChange.objects.create(
        branch=branch, form=branch.form, since=timezone.localdate(at),
        reference=f"撤销：{reference.strip()}"[:80],
    )  # fmt: skip


@transaction.atomic
def give_mandate(
    *,
    branch: Branch,
    compound: Compound,
    tasks: Collection[str],
    vote: str,
    decided_on: date,
    since: date,
    until: date,
    acting: Acting,
    at: datetime,
) -> Mandate:
    """Owners let the branch do some things where no committee exists; none of them binds anybody."""
    branch, compound = _held(branch), _alone(compound)
    wanted = [task for task in TASKS if task in tasks]
    if not wanted:
        raise Refusal("请至少选一件业主授权的事。")
    if not vote.strip():
        raise Refusal("请写业主的决定：哪一次表决，公告在哪里。")
    _not_ahead(decided_on, at)
    if since < decided_on:
        raise Refusal("授权要从业主决定的那天或者以后开始。")
    if until < since:
        raise Refusal("到期的日子要在开始以后。")
    if branch_over(compound) != branch:
        raise Refusal("这个支部不管这个小区。")
    sitting = Seat.objects.held(at).filter(body__compound=compound, body__until=None)
    if sitting.filter(body__kind=BodyKind.COMMITTEE).exists():
        raise Refusal("这个小区有业委会，不能再授权支部代行。")
    if mandate_on(compound, timezone.localdate(at)):
        raise Refusal("现在已经有一份授权，请先结束它。")
    mandate = Mandate.objects.create(
        branch=branch, compound=compound, tasks=wanted, vote=vote.strip()[:120],
        decided_on=decided_on, since=since, until=until,
    )  # fmt: skip
    _record("branch.mandate", compound, acting, at, mandate=mandate.pk)
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, reason: str, acting: Acting, at: datetime) -> Mandate:
    """Before its time: the owners took it back, or the branch gave it back."""
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if mandate.ended_on is not None:
        raise Refusal("这份授权已经结束了。")
    if not reason.strip():
        raise Refusal("请写一句为什么结束。")
    mandate.ended_on, mandate.why_ended = timezone.localdate(at), reason.strip()[:200]
    mandate.save(update_fields=["ended_on", "why_ended"])
    compound = Compound.objects.get(pk=mandate.compound_id)
    _record("branch.mandate_ended", compound, acting, at, mandate=mandate.pk)
    return mandate
