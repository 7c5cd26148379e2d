"""Who asks, and in which capacity: the token, the seat that was named, the one that may act."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Header, Router
from ninja.security import HttpBearer

from yihe.accounts.actions import touch_token
from yihe.accounts.models import User
from yihe.bodies.backend import by_token
from yihe.bodies.capacities import Capacity, capacities
from yihe.calls.access import (
    Seen,
    call_for,
    held_for,
    seen_as,
    sees,
)
from yihe.calls.api.shapes import Problem
from yihe.calls.models import Call
from yihe.calls.rules import REPORTER_ACTS, Act
from yihe.trail.acting import Acting


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = by_token(token) if token.isascii() and len(token) < 200 else None
        if found is None:
            return None
        touch_token(token=found, at=timezone.now())
        request.user = found.user
        return found.user


VISIBLE = r"^[ -~]+$"  # ASCII as one can see it; a header holds nothing else


Seat = Annotated[str | None, Header(None, alias="X-Seat", max_length=20, pattern=VISIBLE)]


def named_seat(request: HttpRequest, seat: str | None) -> tuple[list[Capacity], Capacity | None]:
    known = capacities(asker(request))
    if not seat:
        return known, None
    for capacity in known:
        if str(capacity.acting.seat_id) == seat:
            return known, capacity
    raise Problem(409, "您没有这个任职。", seats=_seats(known))


def _seats(known: list[Capacity]) -> list[dict[str, Any]]:
    return [
        {"seat": one.acting.seat_id, "words": one.acting.words}
        for one in known
        if one.acting.seat_id is not None
    ]


def asker(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # noqa: S101  Bearer put them there
    return person


def as_nobody(request: HttpRequest) -> Acting:
    return Acting(request.user.pk, "visitor", None, "访客", ())


def to_read(request: HttpRequest, number: str, seat: str | None) -> tuple[Seen, Acting]:
    """The call in the first capacity that sees it."""
    for acting in _able(request, *named_seat(request, seat)):
        try:
            return call_for(acting, number), acting
        except Http404:
            continue
    raise Problem(404, "没有这件呼叫。")


def _able(request: HttpRequest, known: list[Capacity], chosen: Capacity | None) -> list[Acting]:
    """The capacities that may be meant, in order."""
    return [chosen.acting] if chosen else [*(one.acting for one in known), as_nobody(request)]


def to_act(request: HttpRequest, number: str, act: Act, seat: str | None) -> tuple[Seen, Acting]:
    """The call, held for the act, in the one capacity that may do this.

    Of several seats the one at the call's own desk acts; is there none, or more than one: 409
    naming the seats that may. A reporter acts as such, whatever seats they hold.
    """
    known, chosen = named_seat(request, seat)
    call: Call | None = None
    able = []
    for acting in _able(request, known, chosen):
        if call is None:
            try:
                seen = held_for(acting, number)
            except Http404:
                continue
            call = seen.call
        elif sees(acting, call):
            seen = seen_as(call, acting)
        else:
            continue
        if act in seen.may:
            able.append((seen, acting))
    if call is None:
        raise Problem(404, "没有这件呼叫。")
    if not able:
        raise Problem(404, "没有这件呼叫，或者这件事不由您来办。")
    if len(able) == 1 or act in REPORTER_ACTS:
        return able[0]
    here = [one for one in able if one[1].body_id == call.desk_id]
    if len(here) == 1:
        return here[0]
    may = {acting.seat_id for _, acting in able}
    raise Problem(
        409,
        "您有几个任职都能办，请用 X-Seat 选一个。",
        seats=_seats([one for one in known if one.acting.seat_id in may]),
    )


router = Router(auth=Bearer())
