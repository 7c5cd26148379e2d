"""Shares of a whole, and the two ways of reaching one.

以上 includes the figure itself (民法典第一千二百五十九条). 过半数 is not in that article's list; its
ordinary meaning excludes exactly one half. Two methods, so that nobody mixes them up.
"""

from dataclasses import dataclass
from fractions import Fraction

WORDS = {
    Fraction(1, 2): "半数",
    Fraction(1, 5): "五分之一",
    Fraction(2, 3): "三分之二",
    Fraction(3, 4): "四分之三",
}


@dataclass(frozen=True)
class Share:
    """An exact part of a whole, as 2/3. Amounts are exact numbers of any one unit (heads, m²)."""

    value: Fraction

    def reached_by(self, part: Fraction, of: Fraction) -> bool:
        """以上: at least this share; the figure itself is enough."""
        return part * self.value.denominator >= of * self.value.numerator

    def exceeded_by(self, part: Fraction, of: Fraction) -> bool:
        """过半数: more than this share; the figure itself is not enough."""
        return part * self.value.denominator > of * self.value.numerator

    def is_exactly(self, part: Fraction, of: Fraction) -> bool:
        return part * self.value.denominator == of * self.value.numerator


@dataclass(frozen=True)
class Threshold:
    """What a test needs: a share, and whether the figure itself is enough (`inclusive`)."""

    share: Share
    inclusive: bool

    def met_by(self, part: Fraction, of: Fraction) -> bool:
        if self.inclusive:
            return self.share.reached_by(part, of)
        return self.share.exceeded_by(part, of)

    def __str__(self) -> str:
        """As in the output of `yihe tally`: `>=2/3`, `>1/2`."""
        return f"{'>=' if self.inclusive else '>'}{self.share.value}"

    @property
    def words(self) -> str:
        name = WORDS.get(self.share.value, str(self.share.value))
        if self.inclusive:
            return f"{name}以上"
        return "过半数" if name == "半数" else f"超过{name}"


def threshold(share: str, test: str) -> Threshold:
    """From a book: `share` as "2/3", `test` "at_least" (以上) or "more_than" (过半数).

    Raises ValueError for anything else: a book with a slip must not load.
    """
    if test not in ("at_least", "more_than"):
        raise ValueError(f"unknown test {test!r}")
    value = Fraction(share)
    if not 0 < value <= 1:
        raise ValueError(f"not a share: {share!r}")
    return Threshold(Share(value), inclusive=test == "at_least")
