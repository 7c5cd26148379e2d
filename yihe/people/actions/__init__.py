"""What changes who belongs to a home: one function for each act."""

from yihe.people.actions.codes import count_try, make_code, print_codes, revoke_code, use_code
from yihe.people.actions.homes import leave_home, move_in, record_move_out
from yihe.people.actions.requests import ask_to_join, decide_join, withdraw_join

__all__ = [
    "ask_to_join",
    "count_try",
    "decide_join",
    "leave_home",
    "make_code",
    "move_in",
    "print_codes",
    "record_move_out",
    "revoke_code",
    "use_code",
    "withdraw_join",
]
