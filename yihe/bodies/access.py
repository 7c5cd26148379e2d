"""Who may see and change bodies and seats."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.bodies.models import Body, BodyKind, Seat
from yihe.bodies.picture import with_buildings
from yihe.bodies.queries import bodies_ever, chain_above
from yihe.bodies.rules import READS_SEATS, SELF_GOVERNING
from yihe.places.models import Compound
from yihe.places.queries import compounds
from yihe.trail.acting import Acting

KEEPERS = frozenset({"administrator", "head"})


def reads_seats(acting: Acting) -> bool:
    """Who sits in an office, a branch, a committee, a board or a company reads who sits where by name.

    Members of councils and groups look at the picture, as their neighbours do.
    """
    return acting.kind == "seat" and acting.body_kind in READS_SEATS


def sees_bodies(acting: Acting) -> None:
    """Such a post sees who sits where in the places of that post; 404 for others."""
    if not reads_seats(acting):
        raise Http404


def compound_to_picture(acting: Acting, code: str) -> Compound:
    """Who lives in a compound or answers for it looks at the picture of who governs it; else 404."""
    return get_object_or_404(with_buildings(compounds(acting)), code=code)


def own_seat(acting: Acting, seat_id: int) -> Seat:
    """A seat that one holds oneself, or 404."""
    found = Seat.objects.select_related("body__compound").filter(person_id=acting.person_id or 0)
    return get_object_or_404(found, pk=seat_id)


def body_for(acting: Acting, body_id: int) -> Body:
    """A body in one's places, or 404. One that acts no more can still be read."""
    sees_bodies(acting)
    return get_object_or_404(bodies_ever(acting).select_related("compound"), pk=body_id)


def body_to_read(acting: Acting, body_id: int) -> tuple[Body, bool]:
    """A body as this post may read it, and whether as a whole: in one's places, who sits there and sat
    there; an office above one's own, its name, its telephone and its posts. Else 404."""
    sees_bodies(acting)
    found = bodies_ever(acting).filter(pk=body_id).select_related("compound", "parent").first()
    if found is not None:
        return found, True
    own = Body.objects.filter(pk=acting.body_id or 0).first()
    for office in chain_above(own) if own else ():
        if office.pk == body_id:
            return office, False
    raise Http404


def keeps_bodies(acting: Acting) -> bool:
    """The district's administrator and head found, change and close bodies."""
    return acting.kind == "seat" and acting.body_kind == "district" and acting.post in KEEPERS


def keeps_compounds(acting: Acting) -> bool:
    """A community's clerk and head keep what the people of its compounds govern themselves with."""
    return (
        acting.kind == "seat"
        and acting.body_kind == "community"
        and acting.post in ("clerk", "head")
    )


def founds_bodies(acting: Acting) -> frozenset[str]:
    """The kinds of body that somebody founds: the district's keepers all of them; nobody else an office."""
    if keeps_bodies(acting):
        return frozenset(BodyKind.values)
    return SELF_GOVERNING if keeps_compounds(acting) else frozenset()


def keeps_body(acting: Acting, body: Body) -> bool:
    """Who changes and closes it: the district's keepers; of a compound's own its community too."""
    if keeps_bodies(acting):
        return True
    return keeps_compounds(acting) and body.kind in SELF_GOVERNING and acting.covers(body.scope)


def seats_people(acting: Acting, body: Body) -> bool:
    """Who keeps a body; and the head of an office for its own body and those below it.

    A clerk seats nobody in an office, so that nobody makes themselves more than they are.
    """
    if body.until is not None:
        return False
    if keeps_body(acting, body):
        return True
    return (
        acting.kind == "seat"
        and acting.post == "head"
        and acting.body_kind in ("subdistrict", "community")
        and body.kind not in ("district", "department", "conference")
        and acting.covers(body.scope)
    )
