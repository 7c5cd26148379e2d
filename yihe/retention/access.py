"""Who sets periods and holds calls: whoever keeps the house."""

from django.http import Http404

from yihe.bodies.access import keeps_bodies
from yihe.retention.rules import BY_KEY, Kind
from yihe.trail.acting import Acting


def keeps_periods(acting: Acting) -> None:
    if not keeps_bodies(acting):
        raise Http404


def kind_to_keep(acting: Acting, key: str) -> Kind:
    keeps_periods(acting)
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]
