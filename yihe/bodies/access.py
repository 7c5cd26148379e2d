"""Who may see and change bodies and seats."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.bodies.models import Body
from yihe.bodies.queries import bodies_ever, chain_above
from yihe.trail.acting import Acting

KEEPERS = frozenset({"administrator", "head"})


def sees_bodies(acting: Acting) -> None:
    """Everybody in a post sees who sits where in the places of that post."""
    if acting.kind != "seat":
        raise Http404


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


def seats_people(acting: Acting, body: Body) -> bool:
    """Who keeps bodies; and the head of an office for its own body and those below it."""
    if body.until is not None:
        return False
    if keeps_bodies(acting):
        return True
    return (
        acting.kind == "seat"
        and acting.post == "head"
        and acting.body_kind in ("subdistrict", "community")
        and body.kind not in ("district", "department", "conference")
        and acting.covers(body.scope)
    )
