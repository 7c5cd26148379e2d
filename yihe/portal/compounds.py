"""A compound's own page, put together from all floors: where, of what kind, who governs it, its buildings."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.models import Body, BodyKind, Post
from yihe.bodies.queries import bodies_of, desk_for
from yihe.places.access import keeps_places
from yihe.places.models import Compound, Entrance
from yihe.places.queries import compounds
from yihe.places.rules import FOLLOWS
from yihe.web.requests import PersonRequest, Response

EXPECTED = (BodyKind.BRANCH, BodyKind.COMMITTEE, BodyKind.COMPANY)


@require_GET
def place(request: PersonRequest, code: str) -> Response:
    compound = get_object_or_404(compounds(request.acting), code=code)
    seat = request.acting.kind == "seat"
    page = {
        "compound": compound,
        "bodies": _governing(compound),
        "buildings": _buildings(compound),
        "stages": compound.stages.order_by("-since", "-pk"),
        "kinds": compound.kinds.order_by("-since", "-pk"),
        "keeps": keeps_places(request.acting),
        "goes_on": bool(FOLLOWS[compound.stage]),
        "seat": seat,
    }
    return render(request, "portal/place.html", page)


def _governing(compound: Compound) -> list[dict[str, Any]]:
    """The core first, then the others, then the community's desk; a kind that is missing is said."""
    there = list(bodies_of(compound))
    rows = []
    for kind in EXPECTED:
        found = [body for body in there if body.kind == kind]
        rows += [_row(body) for body in found] or [{"kind": BodyKind(kind).label, "body": None}]
    rows += [_row(body) for body in there if body.kind not in EXPECTED]
    desk = desk_for(1, compound.path)
    if desk is not None:
        rows.append({"kind": desk.get_kind_display(), "body": desk, "posts": ""})
    return rows


def _row(body: Body) -> dict[str, Any]:
    now = timezone.now()
    posts = Counter(seat.post for seat in body.seats.all() if seat.held(now))
    words = [f"{post.label} {posts[post.value]} 人" for post in Post if posts[post.value]]
    return {"kind": body.get_kind_display(), "body": body, "posts": "，".join(words)}


def _buildings(compound: Compound) -> list[dict[str, Any]]:
    """Floors, entrances and units of each. Three queries."""
    entrances = dict(
        Entrance.objects.filter(building__compound=compound)
        .values_list("building_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    units = dict(compound.units.values_list("building_id").annotate(n=Count("pk")).order_by())
    return [
        {"one": one, "entrances": entrances.get(one.pk, 0), "units": units.get(one.pk, 0)}
        for one in compound.buildings.order_by("position", "pk")
    ]
