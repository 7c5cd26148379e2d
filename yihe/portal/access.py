"""Who may read what was done on a subject."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.bodies.access import body_for, keeps_bodies
from yihe.calls.access import call_for
from yihe.people.access import is_home_clerk
from yihe.places.access import compound_to_keep
from yihe.places.models import Unit
from yihe.topics.access import topic_to_edit
from yihe.trail.acting import Acting

# Of a call those inside it, of a home the community's clerk, of the rest whoever keeps it.
KEPT = frozenset({"calendar", "division", "person"})


def trail_to_read(acting: Acting, kind: str, key: str) -> int | None:
    """404 for whom it is not there. Of a call: who reported it, for they are named 反映人."""
    if kind == "call":
        seen = call_for(acting, key)
        if not seen.inside:
            raise Http404
        return seen.call.reporter_id
    if kind == "unit":
        unit = get_object_or_404(Unit.objects.select_related("compound"), pk=_number(key))
        if not (is_home_clerk(acting) and acting.covers(unit.compound.path)):
            raise Http404
    elif kind == "compound":
        compound_to_keep(acting, key)
    elif kind == "topic":
        topic_to_edit(acting, key)
    elif kind == "body":
        if not keeps_bodies(acting):
            raise Http404
        body_for(acting, _number(key))
    elif kind not in KEPT or not keeps_bodies(acting):
        raise Http404
    return None


def _number(key: str) -> int:
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        raise Http404
    return int(key)
