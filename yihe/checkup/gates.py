"""The four tests of a vote as bars: how far it came, where the law's line is, and words beside."""

from dataclasses import dataclass
from fractions import Fraction

from yihe.law.counting import Test, number_text
from yihe.law.printed import percent_words
from yihe.law.shares import Threshold
from yihe.law.values import Measure

UNIT: dict[Measure, str] = {"heads": "人", "area": "㎡"}
MEASURE: dict[Measure, str] = {"heads": "人数", "area": "面积"}


@dataclass(frozen=True)
class Bar:
    """One bar. `fill` and `tick` are percentages for the drawing; words say the same and more."""

    measure: str
    met: bool | None
    verdict: str  # 够了, 差 12 人, 定不了
    fill: str | None
    tick: str
    need: str
    said: str
    before: bool  # the words of the tick stand before it

    @property
    def tone(self) -> str:
        return "y-lamp" if self.met is None else "y-fine" if self.met else "y-late"

    @property
    def icon(self) -> str:
        return "ask" if self.met is None else "check" if self.met else "no"

    @property
    def colour(self) -> str:
        return "c6" if self.met is None else "c1" if self.met else "c4"

    @property
    def beside(self) -> int:
        return -6 if self.before else 6

    @property
    def anchor(self) -> str:
        return "end" if self.before else "start"

    @property
    def label(self) -> str:
        return f"{self.measure}：{self.said.removesuffix('。')}；{self.need}；{self.verdict}"


def spoken(value: Fraction | int, measure: Measure) -> str:
    """With commas and unit: 92,508.70 ㎡."""
    text = str(number_text(Fraction(value), measure))
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}{'.' + rest.ljust(2, '0') if rest else ''} {UNIT[measure]}"


def bar(test: Test, *, gate: str, base: str) -> Bar:
    """`gate`: 参与 or 同意; `base`: of whom, as 全体 or 参与."""
    needed = test.needed
    assert needed is not None  # noqa: S101  a test that asks for nothing has no bar
    share = 100 * needed.share.value
    return Bar(
        measure=MEASURE[test.measure],
        met=test.met,
        verdict=_verdict(test, needed),
        fill=_fill(test),
        tick=f"{float(share):.3f}%",
        need=_need(test, needed),
        said=_said(test, gate, base),
        before=share > 62,
    )


def _fill(test: Test) -> str | None:
    if test.have is None or not test.of:
        return None
    return f"{float(min(100 * test.have / test.of, Fraction(100))):.2f}%"


def least(needed: Threshold, of: Fraction, measure: Measure) -> Fraction:
    """The smallest number that is enough: whole heads; area to the line itself."""
    line = needed.share.value * of
    if measure == "area":
        return line
    whole = line.numerator // line.denominator
    if needed.inclusive and line.denominator == 1:
        return Fraction(whole)
    return Fraction(whole + 1)


def _hundredths_up(value: Fraction) -> Fraction:
    return Fraction(-(-value * 100 // 1), 100)


def _need(test: Test, needed: Threshold) -> str:
    if not test.of:
        return f"要{needed.words}"
    line = least(needed, test.of, test.measure)
    if test.measure == "heads" or needed.inclusive:
        return f"要 {spoken(_hundredths_up(line), test.measure)}"
    return f"要多于 {spoken(Fraction(line * 100 // 1, 100), test.measure)}"


def _verdict(test: Test, needed: Threshold) -> str:
    if test.met is None:
        return "定不了"
    if test.met:
        return "够了" if needed.inclusive else "过半" if needed.words == "过半数" else "够了"
    short = f"没到{needed.words.removesuffix('以上')}" if needed.inclusive else "没有过半"
    if test.have is None or not test.of or test.measure == "area":
        return short
    return f"{short}，差 {spoken(least(needed, test.of, 'heads') - test.have, 'heads')}"


def _said(test: Test, gate: str, base: str) -> str:
    what = MEASURE[test.measure]
    if test.have is None or test.of is None:
        return f"{_lacks(test, gate, base)}{_all_the_same(test)}"
    of = spoken(test.of, test.measure)
    gap = "" if test.measure == "heads" else " "
    share = percent_words(test.have, test.of)
    more = _more(test)
    words = f"{gate} {spoken(test.have, test.measure)}，占{base} {of}{gap}的 {share}{more}。"
    if test.met is None:
        return f"{words}{'“视为”的数没有写。' if test.missing else f'这些{what}的数自相矛盾。'}"
    return words


def _more(test: Test) -> str:
    if not test.met or test.measure == "area" or test.needed is None or test.have is None:
        return ""
    over = test.have - least(test.needed, test.of or Fraction(0), test.measure)
    return f"，多出 {spoken(over, test.measure)}" if over > 0 else "，一个不多"


def _lacks(test: Test, gate: str, base: str) -> str:
    what = MEASURE[test.measure]
    if test.have is None and test.of is None:
        return f"{gate}的{what}、{base}的{what}都没有写。"
    if test.have is None:
        assert test.of is not None  # noqa: S101
        return f"{gate}的{what}没有写；{base} {spoken(test.of, test.measure)}。"
    return f"{gate} {spoken(test.have, test.measure)}；{base}的{what}没有写。"


def _all_the_same(test: Test) -> str:
    if test.met is None:
        return ""
    return f"不论是多少，都{'够' if test.met else '不够'}。"
