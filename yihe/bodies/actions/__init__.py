"""Every act on bodies and seats, each a function named by its verb: the only place that writes them."""

from yihe.bodies.actions.bodies import (
    add_alias,
    change_body,
    close_body,
    cover_compound,
    dissolve_body,
    found_body,
    uncover_compound,
)
from yihe.bodies.actions.common import after, beginning
from yihe.bodies.actions.handovers import add_item, begin_handover, finish_handover, hand_item_over
from yihe.bodies.actions.names import show_name
from yihe.bodies.actions.seats import (
    end_seat,
    extend_seat,
    known_by_phone,
    seat_by_phone,
    seat_person,
    second_by_phone,
    second_person,
    substitute,
)
from yihe.bodies.actions.terms import begin_term, extend_term

__all__ = [
    "add_alias",
    "add_item",
    "after",
    "begin_handover",
    "begin_term",
    "beginning",
    "change_body",
    "close_body",
    "cover_compound",
    "dissolve_body",
    "end_seat",
    "extend_seat",
    "extend_term",
    "finish_handover",
    "found_body",
    "hand_item_over",
    "known_by_phone",
    "seat_by_phone",
    "seat_person",
    "second_by_phone",
    "second_person",
    "show_name",
    "substitute",
    "uncover_compound",
]
