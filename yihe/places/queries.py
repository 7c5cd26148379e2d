import json
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from yihe.places.models import Compound, Division, Kind, Stage
from yihe.trail.acting import Acting
from yihe.web.prepared import prepared

OUTLINES = Path(__file__).parent / "data" / "districts.geojson"


def district() -> Division | None:
    """The one district that lives here, once it was chosen."""
    return Division.objects.filter(here=True).first()


@cache
def outlines() -> dict[str, dict[str, Any]]:
    """GeoJSON geometry (GCJ-02) of the districts that we have one of, by their six digits."""
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code"]: feature["geometry"] for feature in features}


def divisions(level: int) -> QuerySet[Division]:
    """Our own district's places of a level, in the order of their codes."""
    return Division.objects.filter(level=level).exclude(path="-").order_by("code")


def places_below(scope: str, *, compounds: bool = False) -> list[tuple[str, str]]:
    """The places right below a scope as (path, name): subdistricts, then communities, then compounds."""
    if compounds:
        inside = Compound.objects.filter(path__startswith=f"{scope}/", stage__in=INHABITED)
        return list(inside.order_by("sort_key").values_list("path", "name"))
    below = Division.objects.filter(parent__path=scope) if scope else divisions(4)
    return list(below.exclude(path="-").order_by("code").values_list("path", "name"))


def named_place(path: str) -> list[tuple[str, str]]:
    """The one place of a path as (path, name), or none."""
    found = Division.objects.filter(path=path).exclude(path="-").values_list("path", "name")[:1]
    return list(found) or list(Compound.objects.filter(path=path).values_list("path", "name")[:1])


def compounds(acting: Acting) -> QuerySet[Compound]:
    """The compounds in the places that somebody answers for or lives in."""
    place = Q(pk__in=[])
    for scope in acting.scopes:
        place |= Q(path=scope) | Q(path__startswith=f"{scope}/") if scope else Q()
    return (
        Compound.objects.filter(place).select_related("community", "community__parent")
    ).order_by("path", "sort_key")


@prepared
def compounds_called(acting: Acting, code: str) -> QuerySet[Compound]:
    """The one of that code among them, or none."""
    return compounds(acting).filter(code=code)


def presales(found: QuerySet[Compound], year: int) -> int:
    """How many of these began to be sold before they were built in that year."""
    return found.filter(presale_on__year=year).count()


def counts(found: QuerySet[Compound]) -> dict[str, dict[str, int]]:
    """How many of each kind and stage; `inhabited` is what the district counts as its compounds."""
    rows = found.order_by().values("kind", "stage").annotate(n=Count("pk"))
    by_kind = dict.fromkeys(Kind.values, 0)
    by_stage = dict.fromkeys(Stage.values, 0)
    for row in rows:
        by_stage[row["stage"]] += row["n"]
        if row["stage"] in INHABITED:
            by_kind[row["kind"]] += row["n"]
    return {"kind": by_kind, "stage": by_stage}


INHABITED = frozenset({Stage.MOVING_IN, Stage.SETTLED})
