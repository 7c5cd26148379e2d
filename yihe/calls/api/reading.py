"""Compounds, topics, calls, desks and their people."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query

from yihe.bodies.capacities import capacities
from yihe.bodies.models import Body
from yihe.bodies.queries import desks_over, handlers
from yihe.calls.access import (
    found_by,
    may_handle,
)
from yihe.calls.api.shapes import (
    REFUSED,
    CallFull,
    CallsOut,
    CompoundsOut,
    DesksOut,
    PeopleOut,
    Problem,
    ProblemOut,
    TopicsOut,
    brief,
    clean,
    full,
    told_level,
)
from yihe.calls.api.who import Seat, as_nobody, asker, named_seat, router, to_act, to_read
from yihe.calls.models import OPEN, Call
from yihe.calls.queries import at_desk, listed
from yihe.calls.rules import Act
from yihe.places.queries import compounds as compounds_of
from yihe.topics.queries import tree


@router.get("/compounds", response={200: CompoundsOut, **REFUSED}, tags=["places"])
def compounds(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=60)] = "",
    cursor: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The compounds that this person lives in or answers for, in the order of their codes."""
    scopes = [scope for one in capacities(asker(request)) for scope in one.acting.scopes]
    everywhere = replace(as_nobody(request), scopes=tuple(scopes))
    found = compounds_of(everywhere).filter(name__icontains=clean(q)).order_by("code")
    if cursor:
        found = found.filter(code__gt=clean(cursor))
    rows = list(found[: limit + 1])
    return {
        "items": [
            {
                "code": compound.code,
                "name": compound.name,
                "kind": compound.kind,
                "stage": compound.stage,
                "community": compound.community.name,
            }
            for compound in rows[:limit]
        ],
        "next": rows[limit - 1].code if len(rows) > limit else None,
    }


@router.get("/topics", response={200: TopicsOut, 401: ProblemOut}, tags=["topics"])
def topics(request: HttpRequest) -> dict[str, Any]:
    """The catalogue in use."""
    return {
        "items": [
            {
                "code": topic.code,
                "name": topic.name,
                "parent": topic.parent.code if topic.parent else None,
                "depth": topic.depth,
                "emergency": topic.emergency,
            }
            for topic in tree()
        ],
        "next": None,
    }


@router.get("/calls", response={200: CallsOut, **REFUSED}, tags=["calls"])
def calls(
    request: HttpRequest,
    x_seat: Seat = None,
    desk: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    state: Annotated[Literal["open", "closed", ""], Query()] = "",
    topic: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Calls that this person sees, newest first: in the chosen capacity, else in the one at `desk`,
    else in the first."""
    known, chosen = named_seat(request, x_seat)
    if chosen is None:
        chosen = next((one for one in known if desk and one.acting.body_id == desk), None)
    acting = chosen.acting if chosen else known[0].acting if known else as_nobody(request)
    found = found_by(acting, clean(q))
    if desk is not None:
        found = at_desk(found, desk)
    if state == "open":
        found = found.filter(status__in=OPEN)
    elif state == "closed":
        found = found.exclude(status__in=OPEN)
    if topic:
        found = found.filter(topic__code=clean(topic))
    if cursor is not None:
        found = found.filter(pk__lt=cursor)
    rows = list(listed(found).order_by("-pk")[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [brief(call) for call in rows[:limit]],
        "next": str(rows[limit - 1].pk) if more else None,
    }


@router.get("/calls/{number}", response={200: CallFull, **REFUSED}, tags=["calls"])
def one_call(request: HttpRequest, number: str, x_seat: Seat = None) -> dict[str, Any]:
    """One call with its history, as far as this person sees it."""
    seen, _ = to_read(request, clean(number), x_seat)
    return full(seen)


@router.get("/desks", response={200: DesksOut, **REFUSED}, tags=["calls"])
def desks(
    request: HttpRequest, call: Annotated[str, Query(max_length=20)], x_seat: Seat = None
) -> dict[str, Any]:
    """The desks to which this call can be handed over now, for whoever may do so."""
    seen, _ = to_act(request, clean(call), Act.HAND_OVER, x_seat)
    return {
        "items": [
            {"id": desk.pk, "name": desk.name, "level": told_level(desk.level)}
            for desk in desks_to_hand_to(seen.call)
        ],
        "next": None,
    }


def desks_to_hand_to(call: Call) -> list[Body]:
    """The desks of the call's level, but for where it lies and whom it complains about."""
    away = (call.desk_id, call.about_id)
    return [
        desk for desk in desks_over(call.path) if desk.level == call.level and desk.pk not in away
    ]


@router.get("/desks/{desk}/people", response={200: PeopleOut, **REFUSED}, tags=["calls"])
def people_at_a_desk(
    request: HttpRequest, desk: Annotated[int, Path(ge=1, le=2**31)]
) -> dict[str, Any]:
    """Who handles calls at a desk at which one sits oneself."""
    if not any(
        may_handle(one.acting) and one.acting.body_id == desk for one in capacities(asker(request))
    ):
        raise Problem(404, "没有这个受理台，或者您不在这个受理台。")
    return {
        "items": [
            {"id": seat.person_id, "name": seat.person.name, "post": seat.get_post_display()}
            for seat in handlers(desk)
        ],
        "next": None,
    }
