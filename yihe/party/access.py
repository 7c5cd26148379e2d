"""Who keeps the lives of branches, and who reads them."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.places.models import Compound
from yihe.places.queries import compounds
from yihe.trail.acting import Acting

OFFICES = frozenset({"community", "subdistrict", "district"})
POSTS = frozenset({"clerk", "head", "secretary", "administrator"})


def reads_branches(acting: Acting) -> bool:
    """The offices of the three levels see which compound has which branch."""
    return acting.kind == "seat" and acting.body_kind in OFFICES


def compound_to_read(acting: Acting, code: str) -> Compound:
    """What is said of a compound's branch: to the offices, and to whoever lives or serves there."""
    if acting.kind not in ("seat", "home"):
        raise Http404
    return get_object_or_404(compounds(acting).select_related("community"), code=code)


def keeps_branches(acting: Acting, compound: Compound) -> bool:
    """The community's Party committee, and the offices above it."""
    return (
        acting.kind == "seat"
        and acting.body_kind in OFFICES
        and acting.post in POSTS
        and acting.covers(compound.path)
    )


def compound_to_keep(acting: Acting, code: str) -> Compound:
    compound = compound_to_read(acting, code)
    if not keeps_branches(acting, compound):
        raise Http404
    return compound
