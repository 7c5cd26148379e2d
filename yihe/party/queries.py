from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from yihe.bodies.models import Body, BodyKind, Coverage, Seat
from yihe.party.models import Branch, Mandate
from yihe.party.rules import FORMAL, LIVED_IN, PROVISIONAL, Term, state_of
from yihe.people.models import Residency
from yihe.places.models import Compound, Stage
from yihe.places.queries import compounds
from yihe.trail.acting import Acting

# Stages in which a branch is spoken of at all.
SPOKEN_OF = (Stage.ON_SALE, Stage.HANDED_OVER, Stage.MOVING_IN, Stage.SETTLED)


def _more() -> QuerySet[Coverage]:
    """What branches that act cover besides their own compound."""
    branches = {"body__kind": BodyKind.BRANCH, "body__until": None}
    return Coverage.objects.filter(**branches, until=None)


def _acting() -> QuerySet[Branch]:
    return Branch.objects.filter(body__until=None).select_related("body")


def branches_near(person_id: int) -> QuerySet[Body]:
    """The branches of the compounds where somebody lives, owns or serves."""
    homes = Residency.objects.filter(person_id=person_id, until=None)
    seats = Seat.objects.held().filter(person_id=person_id).exclude(body__compound=None)
    near = Compound.objects.filter(
        Q(pk__in=homes.values("unit__compound")) | Q(pk__in=seats.values("body__compound"))
    )
    own = Q(compound__in=near) | Q(pk__in=_more().filter(compound__in=near).values("body"))
    return Body.objects.filter(own, kind=BodyKind.BRANCH, until=None).order_by("name", "pk")


def branch_over(compound: Compound, *, besides: Body | None = None) -> Branch | None:
    """A compound's own branch, else the joint one that covers it."""
    others = _acting().exclude(body=besides) if besides else _acting()
    own = others.filter(body__compound=compound).first()
    if own is not None:
        return own
    return others.filter(body__in=_more().filter(compound=compound).values("body")).first()


@dataclass(frozen=True)
class Standing:
    """How one compound stands with its branch."""

    compound: Compound
    branch: Branch | None
    joint: bool
    has_intent: bool

    @property
    def state(self) -> str:
        return state_of(
            self.compound.stage, has_branch=self.branch is not None, has_intent=self.has_intent
        )


def standings(found: Iterable[Compound]) -> list[Standing]:
    """Of each compound the branch, its form and what is wanting. Three queries however many, if they
    come with their intents (`with_intents`)."""
    listed = list(found)
    over = _branches_over([one.pk for one in listed])
    several = _covering_more({branch.pk for branch in over.values()})
    return [
        Standing(one, branch, branch is not None and branch.pk in several, hasattr(one, "intent"))
        for one in listed
        for branch in (over.get(one.pk),)
    ]


def _branches_over(compound_ids: list[int] | QuerySet[Any]) -> dict[int, Branch]:
    own = _acting().filter(body__compound__in=compound_ids)
    more = _more().filter(compound__in=compound_ids).select_related("body__branch")
    joint = {one.compound_id: one.body.branch for one in more if hasattr(one.body, "branch")}
    return joint | {one.body.compound_id: one for one in own if one.body.compound_id}


def _covering_more(branch_ids: set[int]) -> set[int]:
    return set(_more().filter(body__in=branch_ids).order_by().values_list("body", flat=True))


def with_intents(found: QuerySet[Compound]) -> QuerySet[Compound]:
    return found.select_related("community", "intent")


def standing_of(compound: Compound) -> Standing:
    return standings(with_intents(Compound.objects.filter(pk=compound.pk)))[0]


def compounds_spoken_of(acting: Acting) -> QuerySet[Compound]:
    return with_intents(compounds(acting).filter(stage__in=SPOKEN_OF))


def lacking(found: QuerySet[Compound]) -> QuerySet[Compound]:
    """Those that should have a branch by now, or an intent."""
    own = Body.objects.filter(kind=BodyKind.BRANCH, until=None, compound__isnull=False)
    late = Q(stage__in=(*LIVED_IN, Stage.HANDED_OVER)) | Q(stage=Stage.ON_SALE, intent=None)
    without = found.exclude(pk__in=own.values("compound"))
    return without.exclude(pk__in=_more().values("compound")).filter(late)


def provisional(found: QuerySet[Compound]) -> QuerySet[Compound]:
    now = _acting().filter(form=PROVISIONAL)
    more = _more().filter(body__in=now.values("pk"))
    return found.filter(Q(pk__in=now.values("body__compound")) | Q(pk__in=more.values("compound")))


def mandates_of(compound: Compound) -> QuerySet[Mandate]:
    """The newest first; each with the day on which a committee was first seated after it began."""
    seated = (
        Seat.objects.filter(
            body__compound=OuterRef("compound"),
            body__kind=BodyKind.COMMITTEE,
            since__date__gte=OuterRef("since"),
        )
        .order_by()
        .values("body__compound")
        .annotate(first=Min("since"))
        .values("first")
    )
    found = Mandate.objects.filter(compound=compound).select_related("branch__body")
    return found.annotate(committee_at=Subquery(seated)).order_by("-since", "-pk")


def term_of(mandate: Mandate) -> Term:
    """Of a mandate that `mandates_of` found."""
    at = mandate.committee_at  # type: ignore[attr-defined]
    committee = timezone.localdate(at) if at else None
    return Term(mandate.since, mandate.until, mandate.ended_on, committee)


def mandate_on(compound: Compound, day: date) -> Mandate | None:
    """By which the branch acts on that day; None where it may not."""
    for one in mandates_of(compound):
        if term_of(one).holds_on(day):
            return one
    return None


def figures(found: QuerySet[Compound]) -> dict[str, int]:
    """Branches by form, and the compounds that have one, among these compounds. Three queries."""
    over = _branches_over(found.order_by().values("pk"))
    branches = {one.pk: one for one in over.values()}
    return {
        "formal": sum(one.form == FORMAL for one in branches.values()),
        "provisional": sum(one.form == PROVISIONAL for one in branches.values()),
        "joint": len(_covering_more(set(branches))),
        "compounds_covered": len(over),
    }
