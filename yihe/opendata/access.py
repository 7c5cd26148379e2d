"""Whoever sits in the district's office opens and shuts; what is open is everybody's."""

from django.http import Http404

from yihe.bodies.models import BodyKind
from yihe.opendata.queries import is_open
from yihe.trail.acting import Acting


def may_open(acting: Acting) -> bool:
    return acting.kind == "seat" and acting.body_kind == BodyKind.DISTRICT


def open_or_404() -> None:
    """What is not open is not there."""
    if not is_open():
        raise Http404
