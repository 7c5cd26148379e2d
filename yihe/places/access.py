"""Who keeps the list of compounds. Who sees a compound follows from the place: `queries.compounds`."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.places.models import Building, Compound
from yihe.places.queries import compounds
from yihe.trail.acting import Acting

KEEPERS = frozenset({"administrator", "head", "clerk"})


def keeps_places(acting: Acting) -> bool:
    """The district's office keeps the list of compounds and their stages."""
    return acting.kind == "seat" and acting.body_kind == "district" and acting.post in KEEPERS


def building_to_read(acting: Acting, code: str, building_id: int) -> Building:
    """A building with its units, or 404. Which doors there are is for posts alone."""
    if acting.kind != "seat":
        raise Http404
    compound = get_object_or_404(compounds(acting), code=code)
    building = get_object_or_404(Building, pk=building_id, compound=compound)
    building.compound = compound
    return building


def compound_to_keep(acting: Acting, code: str) -> Compound:
    """A compound for whoever keeps the list, or 404."""
    if not keeps_places(acting):
        raise Http404
    return get_object_or_404(compounds(acting), code=code)
