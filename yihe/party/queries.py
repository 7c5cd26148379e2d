from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from yihe.bodies.models import Body, BodyKind, Seat
from yihe.party.models import Branch, Cover, Mandate
from yihe.party.rules import FORMAL, LIVED_IN, PROVISIONAL, Term, state_of
from yihe.people.models import Residency
from yihe.places.models import Compound, Stage
from yihe.places.queries import compounds
from yihe.trail.acting import Acting

# Stages in which a branch is spoken of at all.
SPOKEN_OF = (Stage.ON_SALE, Stage.HANDED_OVER, Stage.MOVING_IN, Stage.SETTLED)


def branches_near(person_id: int) -> QuerySet[Body]:
    """The branches of the compounds where somebody lives, owns or serves."""
    homes = Residency.objects.filter(person_id=person_id, until=None)
    seats = Seat.objects.filter(person_id=person_id, until=None)
    here = Q(compound__in=homes.values("unit__compound")) | Q(
        compound__in=seats.exclude(body__compound=None).values("body__compound")
    )
    covers = Cover.objects.filter(here, until=None, branch__body__until=None)
    return Body.objects.filter(pk__in=covers.values("branch")).order_by("name", "pk")


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


def _with_branch(found: QuerySet[Compound]) -> QuerySet[Compound]:
    now = Cover.objects.filter(until=None).select_related("branch__body")
    return found.select_related("community", "intent").prefetch_related(
        Prefetch("covers", now, to_attr="covers_now")
    )


def standings(found: QuerySet[Compound]) -> list[Standing]:
    """Of each compound the branch, its kind and what is wanting. Three queries however many."""
    listed = list(_with_branch(found))
    own = {one.covers_now[0].branch_id for one in listed if one.covers_now}  # type: ignore[attr-defined]
    several = _covering_several(own)
    return [_standing(one, several) for one in listed]


def _standing(compound: Compound, several: set[int]) -> Standing:
    covers = compound.covers_now  # type: ignore[attr-defined]
    branch = covers[0].branch if covers else None
    joint = branch is not None and branch.pk in several
    return Standing(compound, branch, joint, hasattr(compound, "intent"))


def _covering_several(branch_ids: Iterable[int]) -> set[int]:
    covers = Cover.objects.filter(branch__in=list(branch_ids), until=None).order_by()
    counted = covers.values("branch").annotate(n=Count("pk")).filter(n__gt=1)
    return set(counted.values_list("branch", flat=True))


def compounds_spoken_of(acting: Acting) -> QuerySet[Compound]:
    return compounds(acting).filter(stage__in=SPOKEN_OF)


def lacking(found: QuerySet[Compound]) -> QuerySet[Compound]:
    """Those that should have a branch by now, or an intent."""
    without = found.exclude(covers__in=Cover.objects.filter(until=None))
    late = Q(stage__in=(*LIVED_IN, Stage.HANDED_OVER)) | Q(stage=Stage.ON_SALE, intent=None)
    return without.filter(late)


def provisional(found: QuerySet[Compound]) -> QuerySet[Compound]:
    now = Cover.objects.filter(until=None, branch__form=PROVISIONAL)
    return found.filter(covers__in=now)


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
    """Branches by kind, and the compounds that have one, among these compounds. Two queries."""
    covers = Cover.objects.filter(until=None, compound__in=found, branch__body__until=None)
    pairs = list(covers.order_by().values_list("branch", "compound", "branch__form"))
    forms = {branch: form for branch, _, form in pairs}
    several = _covering_several(forms)
    return {
        "formal": sum(form == FORMAL for form in forms.values()),
        "provisional": sum(form == PROVISIONAL for form in forms.values()),
        "joint": len(several),
        "compounds_covered": len({compound for _, compound, _ in pairs}),
    }
