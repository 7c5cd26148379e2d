"""Deadlines where the district has entered none, and a first guess at a topic. Plain values.

The amounts are this product's operating defaults, open to change by each district; they claim no law.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class TermValue(NamedTuple):
    amount: int
    unit: str  # hours, workhours, workdays


_WAITS = {
    "extension": TermValue(5, "workdays"),
    "asked": TermValue(5, "workdays"),
    "silence": TermValue(5, "workdays"),
}
DEFAULTS: Mapping[int, Mapping[str, TermValue]] = {
    1: {"contact": TermValue(4, "workhours"), "answer": TermValue(5, "workdays"), **_WAITS},
    2: {"contact": TermValue(7, "workhours"), "answer": TermValue(5, "workdays"), **_WAITS},
    3: {"contact": TermValue(7, "workhours"), "answer": TermValue(10, "workdays"), **_WAITS},
    4: {"contact": TermValue(3, "workdays"), "answer": TermValue(15, "workdays"), **_WAITS},
}
_URGENT = {
    "contact": TermValue(1, "hours"),
    "answer": TermValue(24, "hours"),
    "extension": TermValue(24, "hours"),
}
EMERGENCY: Mapping[int, Mapping[str, TermValue]] = {
    level: {**DEFAULTS[level], **_URGENT} for level in DEFAULTS
}


def default_terms(level: int, emergency: bool) -> dict[str, TermValue]:
    return dict((EMERGENCY if emergency else DEFAULTS)[level])


def _weight(word: str, text: str) -> int:
    """“电梯+困” stands where all its parts do."""
    parts = [part for part in word.split("+") if part]
    return sum(map(len, parts)) ** 2 if parts and all(part in text for part in parts) else 0


def best_guesses(text: str, words_of: Iterable[tuple[int, str]], most: int = 3) -> list[int]:
    """Which topics' words stand in a text: longer words weigh more, the heaviest topics first."""
    weights: dict[int, int] = {}
    for key, words in words_of:
        weight = sum(_weight(word, text) for word in set(words.split()))
        if weight:
            weights[key] = weights.get(key, 0) + weight
    return sorted(weights, key=lambda key: (-weights[key], key))[:most]


TRUST = 3  # how many cases elsewhere weigh as much as all that was seen nearer by


def shares(seen: Sequence[Mapping[int, int]]) -> dict[int, float]:
    """How likely each desk deals with a case, from how often it did, widest group first.

    Each narrower group of cases is believed the more, the more cases it has; where it has few, the
    wider group speaks (Dirichlet smoothing, group by group). The shares add up to 1, or there are none.
    """
    known: dict[int, float] = {}
    for counts in seen:
        total = sum(counts.values())
        if not total:
            continue
        weight = TRUST if known else 0
        known = {
            desk: (counts.get(desk, 0) + weight * known.get(desk, 0.0)) / (total + weight)
            for desk in {*counts, *known}
        }
    return known


def likeliest(seen: Sequence[Mapping[int, int]], most: int = 3) -> list[tuple[int, float]]:
    """The desks with the largest shares, and these; the same for the same counts."""
    return sorted(shares(seen).items(), key=lambda one: (-one[1], one[0]))[:most]
