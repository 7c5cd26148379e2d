"""Who reads which figures: an office those of its places, a body of a compound those of the compound."""

from django.http import Http404

from yihe.bodies.models import Seat
from yihe.calls.access import COUNTED_FOR, may_handle
from yihe.calls.models import Call
from yihe.insight.queries import home, place_at, place_of
from yihe.places.models import Compound, Division
from yihe.trail.acting import Acting


def reads_figures(acting: Acting) -> bool:
    """A department sees what lies with it: the page of its own desk."""
    return acting.kind == "seat" and acting.body_kind in COUNTED_FOR


def place_to_read(acting: Acting, code: str = "") -> Division | Compound:
    """One's own place, or one within it by its code; else 404."""
    if not reads_figures(acting):
        raise Http404
    scope = acting.scopes[0]
    place = place_of(code) if code else (place_at(scope) if scope else home())
    if place is None or not acting.covers(place.path):
        raise Http404
    return place


def desk_to_read(acting: Acting) -> int:
    """The desk somebody handles calls at; else 404."""
    if not may_handle(acting) or acting.body_id is None:
        raise Http404
    return acting.body_id


def hidden_from(acting: Acting) -> tuple[int, ...]:
    """The bodies somebody sits in: of complaints about them they learn nothing, not even how many."""
    own = Seat.objects.held().filter(person_id=acting.person_id or 0)
    bodies = tuple(own.order_by().values_list("body_id", flat=True).distinct())
    return bodies if bodies and Call.objects.filter(about_id__in=bodies).exists() else ()
