"""The capacities a person has: each current seat, each home. One of them is chosen to act in."""

from dataclasses import dataclass, field

from yihe.accounts.models import User
from yihe.bodies.models import Post, Seat
from yihe.bodies.queries import current_seats
from yihe.bodies.rules import capacity_words
from yihe.people.models import Residency, Standing
from yihe.people.queries import homes_of
from yihe.trail.acting import VISITOR, Acting


@dataclass(frozen=True)
class Capacity:
    key: str  # "seat:12" or "home:7"
    acting: Acting
    # For the person alone: words and trail never name a home.
    home: Residency | None = field(default=None, compare=False)

    @property
    def door(self) -> str:
        return self.home.unit.label if self.home else ""

    @property
    def title(self) -> str:
        return f"{self.acting.words} {self.door}".strip()


def of_seat(seat: Seat) -> Capacity:
    acting = Acting(
        person_id=seat.person_id,
        kind="seat",
        seat_id=seat.pk,
        words=capacity_words(seat.body.name, Post(seat.post).label),
        scopes=(seat.body.scope, *getattr(seat, "also", ())),
        body_id=seat.body_id,
        body_kind=seat.body.kind,
        post=seat.post,
    )
    return Capacity(f"seat:{seat.pk}", acting)


def of_home(residency: Residency) -> Capacity:
    compound = residency.unit.compound
    acting = Acting(
        person_id=residency.person_id,
        kind="home",
        seat_id=None,
        words=capacity_words(compound.name, Standing(residency.standing).label),
        scopes=(compound.path,),
        home_id=residency.pk,
    )
    return Capacity(f"home:{residency.pk}", acting, residency)


def capacities(user: User) -> list[Capacity]:
    """Seats first, in order of level, then homes. A query for each of the two that the person has."""
    seats = current_seats.rows(user.pk) if getattr(user, "has_seat", True) else []
    homes = homes_of.rows(user.pk) if getattr(user, "has_home", True) else []
    return [of_seat(seat) for seat in seats] + [of_home(home) for home in homes]


def acting_for(user: User, chosen: str | None, known: list[Capacity] | None = None) -> Acting:
    """The chosen capacity while the person still has it, else the first, else a person without one."""
    known = capacities(user) if known is None else known
    for capacity in known:
        if capacity.key == chosen:
            return capacity.acting
    if known:
        return known[0].acting
    return Acting(user.pk, "visitor", None, VISITOR.words, ())
