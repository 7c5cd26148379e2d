"""The figures as programs read them: `yihe figures --json` and `GET /api/v1/figures`. Fixed form."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef

from yihe.bodies.models import Body, BodyKind, Post, Seat
from yihe.insight.queries import by_key, by_month, cube, named
from yihe.insight.rules import Count, split
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
    committees = there.filter(kind=BodyKind.COMMITTEE)
    own_secretary = Seat.objects.held().filter(
        person=OuterRef("person"), post=Post.SECRETARY, body__kind=BodyKind.BRANCH,
        body__compound=OuterRef("body__compound"), body__until=None,
    )  # fmt: skip
    directors = Seat.objects.held().filter(body__in=committees, post=Post.DIRECTOR)
    both = directors.filter(Exists(own_secretary)).count()
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
        "branches": {
            "formal": None,
            "provisional": None,
            "joint": None,
            "compounds_covered": branches.filter(compound__in=lived_in).aggregate(
                n=CountOf("compound", distinct=True)
            )["n"],
        },
        "committees": {
            "total": committees.count(),
            "directors_members_share": None,
            "same_person_share": _share(both, committees.count()),
            "members_share": None,
        },
        "secretaries": {
            "total": heads.count(),
            "owners_or_tenants": heads.filter(Exists(lives_there)).count(),
        },
        "residents_committees": there.filter(kind=BodyKind.RESIDENTS_COMMITTEE).count(),
        "buildings_without_lead": sum(f"{path}/{name}" not in areas for path, name in buildings),
    }


def _share(part: int, of: int) -> float | None:
    return round(part / of, 4) if of else None


def figures(
    place: str, since: date | None, until: date | None, *, hidden: Iterable[int] = ()
) -> dict[str, Any]:
    return {"calls": calls(place, since, until, hidden=hidden), "bodies": bodies(place)}
