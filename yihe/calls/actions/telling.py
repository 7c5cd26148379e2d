"""Who is told what about calls: found out for one message or for many, in the same few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from yihe.bodies.models import Seat
from yihe.bodies.queries import persons_at
from yihe.calls.models import Call, Placement, Visibility
from yihe.outbox.actions import tell_all, written
from yihe.web.text import mask


@dataclass(frozen=True)
class Telling:
    """A message about a call, to persons, to bodies, or to those who have the call in hand."""

    call: Call
    title: str
    body: str
    at: datetime
    urgency: str
    persons: tuple[int, ...] = ()
    at_bodies: frozenset[int] = frozenset()  # whoever handles calls there
    sitting_in: int | None = None  # whoever has a seat there
    in_hand: bool = False


def send(tellings: Sequence[Telling]) -> None:
    """All of one moment, in the transaction of the acts. Where calls lie, who sits where: asked once."""
    if not tellings:
        return
    at = tellings[0].at
    lying = _lying([one.call.pk for one in tellings if one.in_hand])
    bodies = {body for one in tellings for body in one.at_bodies}
    bodies |= {desk for desks in lying.values() for desk in desks}
    people = persons_at(bodies) if bodies else {}
    sitting = _sitting({one.sitting_in for one in tellings if one.sitting_in}, at)
    persons = [_persons(one, lying.get(one.call.pk, {}), people, sitting) for one in tellings]
    about = {one.call.about_id for one in tellings if one.call.about_id}
    inside = _inside(about, persons, at)
    tell_all(
        message
        for one, found in zip(tellings, persons, strict=True)
        for message in written(
            [person for person in found if _may_hear(one.call, person, inside)],
            title=one.title,
            body=_words(one),
            link=reverse("calls:call", args=[one.call.number]),
            on=("call", one.call.number),
            at=one.at,
            urgency=one.urgency,
        )
    )


def _lying(calls: list[int]) -> dict[int, dict[int, bool]]:
    """Call → the desks where it lies now, and whether each leads."""
    found: dict[int, dict[int, bool]] = {}
    if calls:
        placed = Placement.objects.filter(call__in=calls, until=None)
        for call, desk, lead in placed.values_list("call_id", "desk_id", "lead"):
            found.setdefault(call, {})[desk] = lead
    return found


def _sitting(bodies: set[int], at: datetime) -> dict[int, set[int]]:
    """Body → whoever has a seat there now."""
    found: dict[int, set[int]] = {}
    if bodies:
        seats = Seat.objects.held(at).filter(body_id__in=bodies)
        for body, person in seats.values_list("body_id", "person_id"):
            found.setdefault(body, set()).add(person)
    return found


def _persons(
    one: Telling,
    leading: dict[int, bool],
    people: dict[int, list[int]],
    sitting: dict[int, set[int]],
) -> list[int]:
    """The handler if there is one still, else everyone at the lead desk; and all at joint desks."""
    told = {*one.persons, *sitting.get(one.sitting_in or 0, ())}
    told |= {person for body in one.at_bodies for person in people.get(body, ())}
    if one.in_hand:
        lead = {each for desk, leads in leading.items() if leads for each in people.get(desk, ())}
        joint = {
            each for desk, leads in leading.items() if not leads for each in people.get(desk, ())
        }
        told |= (lead & {one.call.assignee_id} or lead) | joint
    return sorted(told)


def _inside(bodies: set[int], persons: list[list[int]], at: datetime) -> set[tuple[int, int]]:
    """Who of them sits in one of the bodies that complaints are about: (body, person)."""
    if not bodies:
        return set()
    everyone = {person for some in persons for person in some}
    there = Seat.objects.held(at).filter(body_id__in=bodies, person_id__in=everyone)
    return set(there.values_list("body_id", "person_id"))


def _may_hear(call: Call, person: int, inside: set[tuple[int, int]]) -> bool:
    """Whoever sits where a complaint is about hears nothing of it, unless it is their own."""
    return (call.about_id, person) not in inside or person == call.reporter_id


def _words(one: Telling) -> str:
    """What is said besides the title. It lies, perhaps, where a hidden reporter is not known."""
    hidden = one.call.visibility == Visibility.DESK
    return (mask(one.body) if hidden else one.body) or summary(one.call)


def summary(call: Call) -> str:
    first = call.text.split("\n", 1)[0]
    first = mask(first) if call.visibility == Visibility.DESK else first
    return first if len(first) <= 24 else first[:24] + "……"
