"""Is a test of one measure met, when only some of the numbers are known?

What is known bounds the rest: parts ≥ 0, parts together ≤ participation ≤ totals, deemed votes ≤ the
side they are counted on. Both tests are linear in the unknown numbers, so it is enough to look at the
corners of what is possible: met at every corner is proven, at none is refuted, else open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from yihe.law.shares import Threshold
from yihe.law.values import Choice

# Stands for “no upper bound known”: far beyond any number that can be read, so that a corner there
# decides as infinity would.
_BOUNDLESS = Fraction(10) ** 60
_NOUGHT = Fraction(0)


@dataclass(frozen=True)
class Known:
    """The numbers of one measure as the notice has them; None where it has none.

    `deemed` is nought where the notice counts no deemed votes. `agree_most` differs from `agree` only
    where an owner's units voted differently.
    """

    totals: Fraction | None
    participation: Fraction | None
    agree: Fraction | None
    others: tuple[Fraction | None, Fraction | None, Fraction | None]  # against, abstain, invalid
    deemed: Fraction | None = _NOUGHT
    side: Choice | None = None
    agree_most: Fraction | None = None

    @property
    def parts(self) -> Fraction:
        """All known parts together."""
        known = [self.agree, *self.others]
        return sum((part for part in known if part is not None), _NOUGHT)

    @property
    def all_parts_known(self) -> bool:
        return self.agree is not None and None not in self.others

    @property
    def on_deemed_side(self) -> Fraction | None:
        """What the notice counts on the side where its deemed votes are; None where unknown."""
        if self.side is None:
            return self.parts if self.all_parts_known else self.participation
        if self.side is Choice.AGREE:
            return self.agree
        order = (Choice.AGAINST, Choice.ABSTAIN, Choice.INVALID)
        return self.others[order.index(self.side)]

    @property
    def least_participation(self) -> Fraction:
        """All known parts, and deemed votes that are in a part which is not printed."""
        return self.parts + self._hidden_deemed

    @property
    def _hidden_deemed(self) -> Fraction:
        hidden = self.side is not None and self.on_deemed_side is None
        return self.deemed or _NOUGHT if hidden else _NOUGHT

    @property
    def impossible(self) -> str:
        """In words, which of the numbers cannot be true together; empty when they can.

        Parts that together exceed participation are a slip of addition, not an impossibility: they
        are counted on both bases (see `_participations`).
        """
        if self.totals == 0:
            return "总数是0"
        if _more(self.participation, self.totals):
            return "参与表决的比总数还多"
        most = max((part for part in (self.agree_most, self.agree, *self.others) if part is not None),
                   default=None)  # fmt: skip
        if _more(most, self.participation):
            return "有一项票数比参与表决的还多"
        if _more(self.least_participation, self.totals):
            return "各项票数加起来比总数还多"
        if _more(self.deemed, self.on_deemed_side) or _more(self.deemed, self.participation):
            return "“视为”的票比它所在的那一项还多"
        if self._hidden_deemed and _more(self.least_participation, self.participation):
            return "“视为”的票和其他各项加起来比参与表决的还多"
        return ""

    def participation_is_known(self) -> bool:
        return self.participation is not None or self.all_parts_known


def _more(one: Fraction | None, other: Fraction | None) -> bool:
    return one is not None and other is not None and one > other


@dataclass(frozen=True)
class Corner:
    """One possible truth: the numbers a test compares."""

    totals: Fraction
    participation: Fraction
    agree: Fraction


def corners(known: Known, *, keep_participation: bool, keep_votes: bool) -> list[Corner]:
    """The corners of what is possible, after deemed votes left where they may not stay.

    Empty when the numbers are impossible together.
    """
    if known.impossible:
        return []
    found: list[Corner] = []
    for participation, totals in _bases(known):
        for agree in _agrees(known, participation):
            for deemed, from_agree in _deemed(known, agree, participation):
                found.append(
                    Corner(
                        totals,
                        participation if keep_participation else participation - deemed,
                        agree if keep_votes else agree - from_agree,
                    )
                )
    return list(dict.fromkeys(found))


def _bases(known: Known) -> Iterator[tuple[Fraction, Fraction]]:
    for participation in _participations(known):
        if known.totals is not None:
            yield participation, known.totals
        else:  # at least who took part
            yield participation, participation
            yield participation, _BOUNDLESS


def _participations(known: Known) -> tuple[Fraction, ...]:
    if known.participation is not None:
        if known.parts > known.participation:  # a slip somewhere: both readings
            return known.participation, known.parts
        return (known.participation,)
    if known.all_parts_known:
        return (known.parts,)
    least = known.least_participation
    return least, max(least, known.totals if known.totals is not None else _BOUNDLESS)


def _agrees(known: Known, participation: Fraction) -> tuple[Fraction, ...]:
    if known.agree is not None:
        most = known.agree if known.agree_most is None else known.agree_most
        return known.agree, most
    deemed = known.deemed or _NOUGHT
    least = deemed if known.side is Choice.AGREE else _NOUGHT
    room = participation - sum((part for part in known.others if part is not None), _NOUGHT)
    if known.side not in (None, Choice.AGREE) and known.on_deemed_side is None:
        room -= deemed
    return least, max(least, room)


def _deemed(
    known: Known, agree: Fraction, participation: Fraction
) -> Iterator[tuple[Fraction, Fraction]]:
    """Deemed votes, and how many of them are among those who agree."""
    if known.deemed is not None:
        amounts: tuple[Fraction, ...] = (known.deemed,)
    elif known.side is Choice.AGREE:
        amounts = (_NOUGHT, agree)
    elif known.side is not None and (side := known.on_deemed_side) is not None:
        amounts = (_NOUGHT, side)
    elif known.side is not None:
        others = sum((part for part in known.others if part is not None), _NOUGHT)
        amounts = (_NOUGHT, max(_NOUGHT, participation - agree - others))
    else:
        amounts = (_NOUGHT, participation)
    for amount in amounts:
        if known.side is Choice.AGREE:
            yield amount, amount
        elif known.side is None:  # the notice does not say where they went
            yield amount, _NOUGHT
            yield amount, min(agree, amount)
        else:
            yield amount, _NOUGHT


def met(threshold: Threshold, pairs: list[tuple[Fraction, Fraction]]) -> bool | None:
    """Whether part reaches its share of the whole at every corner, at none, or it is open.

    `pairs` are (part, whole); an empty list, which is what impossible numbers give, is open.
    """
    answers = {threshold.met_by(part, whole) for part, whole in pairs}
    return answers.pop() if len(answers) == 1 else None


def one(values: list[Fraction]) -> Fraction | None:
    """The number, where all corners agree on it."""
    return values[0] if values and len(set(values)) == 1 else None
