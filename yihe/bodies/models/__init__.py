"""Every body, every seat, and what is handed over between those who sit there."""

from yihe.bodies.models.body import Alias, Body, BodyKind, Coverage, Group, Term
from yihe.bodies.models.handover import Handover, HandoverItem
from yihe.bodies.models.seat import Ending, Post, Seat, SeatQuerySet, Secondment, Side

__all__ = [
    "Alias",
    "Body",
    "BodyKind",
    "Coverage",
    "Ending",
    "Group",
    "Handover",
    "HandoverItem",
    "Post",
    "Seat",
    "SeatQuerySet",
    "Secondment",
    "Side",
    "Term",
]
