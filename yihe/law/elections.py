"""Who is elected, and which of several rivals: each needs the majorities of the law, then the order.

More votes than the others is not enough (民法典第二百七十八条: 过半数 of those who take part). Where
more candidates have the majorities than there are seats, the order is for the adopted house rules
(物业管理条例第十八条); none is built in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from yihe.law.values import MEASURES, Count, Outcome
from yihe.refusal import Refusal

Order = Literal["heads", "area"]


@dataclass(frozen=True)
class Candidate:
    """One name, the outcome of its motion, and who agreed, by heads and area."""

    name: str
    outcome: Outcome
    agree: Count


@dataclass(frozen=True)
class Elected:
    """Who holds the seats, who follows as alternate in order, who is left open and who did not reach it.

    `open` are candidates of whom it cannot be said whether they are in: a tie, an order that no house
    rule settles, or a count that is undetermined.
    """

    elected: tuple[str, ...]
    alternates: tuple[str, ...]
    open: tuple[str, ...]
    not_elected: tuple[str, ...]


def elect(candidates: Sequence[Candidate], seats: int, order: Order | None = None) -> Elected:
    """Fill `seats` from the candidates; the order in which they are given never matters.

    `order`: whether the adopted house rules rank by heads or by area. Without it one candidate stands
    before another only when not behind in either and ahead in one. Raises Refusal for seats below 1
    and for a name that stands twice.
    """
    if seats < 1:
        raise Refusal("至少要有一个席位。")
    names = [one.name for one in candidates]
    if len(set(names)) != len(names):
        raise Refusal("同一位候选人写了两次。")
    passed = [one for one in candidates if one.outcome is Outcome.PASSED]
    doubtful = [one for one in candidates if one.outcome is Outcome.UNDETERMINED]
    rivals = [*passed, *doubtful]
    elected, later, left_open = [], [], [one.name for one in doubtful]
    for one in passed:
        others = [other for other in rivals if other is not one]
        surely_ahead = sum(_before(other, one, order) for other in others if other in passed)
        surely_behind = sum(_before(one, other, order) for other in others)
        if len(rivals) - 1 - surely_behind < seats:
            elected.append(one)
        elif surely_ahead >= seats:
            later.append(one)
        else:
            left_open.append(one.name)
    return Elected(
        elected=tuple(one.name for one in _sorted(elected, order)),
        alternates=_alternates(later, order),
        open=tuple(sorted(left_open)),
        not_elected=tuple(
            sorted(
                one.name
                for one in candidates
                if one.outcome in (Outcome.NOT_PASSED, Outcome.NO_QUORUM)
            )
        ),
    )


def choose_one(rivals: Sequence[Candidate], order: Order | None = None) -> str | None:
    """Which of several rivals for one contract carries; None where none does or it is open."""
    found = elect(rivals, 1, order)
    return found.elected[0] if found.elected else None


def votes_exceed(rivals: Sequence[Count], participation: Count, each: int = 1) -> bool:
    """Whether rivals together have more votes than those who took part could give, `each` apiece."""
    for measure in MEASURES:
        of = participation.by(measure)
        votes = [one.by(measure) for one in rivals]
        known = sum((vote for vote in votes if vote is not None), Fraction(0))
        if of is not None and known > each * of:
            return True
    return False


def _before(one: Candidate, other: Candidate, order: Order | None) -> bool:
    """Whether one certainly stands before the other."""
    if order is not None:
        mine, theirs = one.agree.by(order), other.agree.by(order)
        return mine is not None and theirs is not None and mine > theirs
    pairs = [(one.agree.by("heads"), other.agree.by("heads")),
             (one.agree.by("area"), other.agree.by("area"))]  # fmt: skip
    ahead = False
    for mine, theirs in pairs:
        if mine is None or theirs is None or mine < theirs:
            return False
        ahead = ahead or mine > theirs
    return ahead


def _sorted(candidates: list[Candidate], order: Order | None) -> list[Candidate]:
    return sorted(
        candidates,
        key=lambda one: (-sum(_before(one, other, order) for other in candidates), one.name),
    )


def _alternates(candidates: list[Candidate], order: Order | None) -> tuple[str, ...]:
    """In order, as far as the order is certain: from the first tie on nobody is named."""
    ranked = _sorted(candidates, order)
    named: list[str] = []
    for place, one in enumerate(ranked):
        if not all(_before(one, other, order) for other in ranked[place + 1 :]):
            break
        named.append(one.name)
    return tuple(named)
