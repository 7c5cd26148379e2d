"""The figures as programs read them: `yihe figures --json` and `GET /api/v1/figures`. Fixed form."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yihe.bodies.models import Body, BodyKind, Post, Seat
from yihe.insight.queries import by_key, by_month, cube, named
from yihe.insight.rules import Count, split
from yihe.party.ledger.queries import share_among
from yihe.party.ledger.rules import share
from yihe.party.queries import figures as branch_figures
from yihe.people.models import Residency
from yihe.places.models import Building, Compound
from yihe.places.queries import INHABITED, counts

BY = ("subdistrict", "community", "compound", "topic", "channel", "nature", "level")


def calls(
    place: str, since: date | None, until: date | None, *, hidden: Iterable[int] = ()
) -> dict[str, Any]:
    """Raised on these days, both with. Withdrawn calls count nowhere."""
    found = cube(place, ("all", *BY), split(since, until), hidden=hidden, timed=False)
    whole = by_key(found, "all").get("", Count())
    rate = whole.rate
    return {
        **_numbers(whole),
        "on_time_rate": None if rate is None else round(float(rate), 4),
        "by": {
            **{dim: _table(named(found, dim)) for dim in BY},
            "month": _table({f"{m:%Y-%m}": count for m, count in by_month(found).items()}),
        },
    }


def _numbers(count: Count) -> dict[str, int]:
    return {
        "total": count.total,
        "open": count.open,
        "closed_in_time": count.in_time,
        "closed_late": count.late,
        "unknown": count.unknown,
    }


def _table(counts: dict[str, Count]) -> dict[str, dict[str, int]]:
    return {name: _numbers(counts[name]) for name in sorted(counts) if counts[name].total}


def bodies(place: str) -> dict[str, Any]:
    """What is on record of compounds and their bodies. null: nothing is kept yet that would say it."""
    compounds = Compound.objects.filter(path__startswith=f"{place}/") | Compound.objects.filter(
        path=place
    )
    lived_in = compounds.filter(stage__in=INHABITED)
    numbers = counts(compounds)
    there = Body.objects.filter(until=None, compound__in=compounds)
    branches = there.filter(kind=BodyKind.BRANCH)
    heads = Seat.objects.held().filter(body__in=branches, post=Post.SECRETARY)
    lives_there = Residency.objects.filter(
        person=OuterRef("person"), until=None, unit__compound=OuterRef("body__compound"),
        standing__in=("owner", "tenant"),
    )  # fmt: skip
    areas = set(Seat.objects.held().filter(post=Post.LEAD).values_list("area", flat=True))
    buildings = Building.objects.filter(compound__in=lived_in).values_list("compound__path", "name")
    return {
        "compounds": {
            "total": sum(numbers["kind"].values()),  # as a district counts them: people live there
            "by_stage": numbers["stage"],
            "by_kind": numbers["kind"],
        },
        "branches": branch_figures(lived_in),
        "committees": _committees(there, whole="/" not in place),
        "secretaries": {
            "total": heads.count(),
            "owners_or_tenants": heads.filter(Exists(lives_there)).count(),
        },
        "residents_committees": there.filter(kind=BodyKind.RESIDENTS_COMMITTEE).count(),
        "buildings_without_lead": sum(f"{path}/{name}" not in areas for path, name in buildings),
    }


def _committees(there: QuerySet[Body], *, whole: bool) -> dict[str, Any]:
    """How many there are, and over a whole district how posts are held crosswise (交叉任职).

    Whose political status is known to no branch counts as none. null: too few to be told without
    singling somebody out, or no district.
    """
    committees = there.filter(kind=BodyKind.COMMITTEE)
    shares = dict.fromkeys(("directors_members_share", "same_person_share", "members_share"))
    if whole:
        on_it = (Post.DIRECTOR, Post.DEPUTY_DIRECTOR, Post.MEMBER)
        seats = Seat.objects.held().filter(body__in=committees, post__in=on_it)
        held = list(seats.values_list("person_id", "post", "body__compound"))
        directors = {person for person, post, _ in held if post == Post.DIRECTOR}
        lead = Seat.objects.held().filter(
            body__kind=BodyKind.BRANCH, body__until=None, post=Post.SECRETARY
        )
        leads = set(lead.values_list("person_id", "body__compound"))
        both = {one for one, post, at in held if post == Post.DIRECTOR and (one, at) in leads}
        shares = {
            "directors_members_share": _told(share_among(directors)),
            "same_person_share": _told(share(len(both), len(directors))),
            "members_share": _told(share_among({person for person, _, _ in held})),
        }
    return {"total": committees.count(), **shares}


def _told(found: Fraction | None) -> float | None:
    return None if found is None else round(float(found), 4)


def figures(
    place: str, since: date | None, until: date | None, *, hidden: Iterable[int] = ()
) -> dict[str, Any]:
    return {"calls": calls(place, since, until, hidden=hidden), "bodies": bodies(place)}
