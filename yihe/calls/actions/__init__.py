"""Every act on a call, each a function named by its verb: the only place that writes calls."""

from yihe.calls.actions.conference import decide_conference, list_for_conference
from yihe.calls.actions.facts import ask_facts, give_facts
from yihe.calls.actions.handling import (
    accept,
    add_evidence,
    add_note,
    answer,
    ask,
    assign,
    extend,
    first_contact,
)
from yihe.calls.actions.moving import correct_topic, hand_over, pass_up, send_back
from yihe.calls.actions.raising import raise_call
from yihe.calls.actions.reporting import add_text, confirm, rate, reopen, reply, urge, withdraw
from yihe.calls.actions.screening import screen

__all__ = [
    "accept",
    "add_evidence",
    "add_note",
    "add_text",
    "answer",
    "ask",
    "ask_facts",
    "assign",
    "confirm",
    "correct_topic",
    "decide_conference",
    "extend",
    "first_contact",
    "give_facts",
    "hand_over",
    "list_for_conference",
    "pass_up",
    "raise_call",
    "rate",
    "reopen",
    "reply",
    "screen",
    "send_back",
    "urge",
    "withdraw",
]
