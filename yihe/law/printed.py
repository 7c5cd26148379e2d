"""The percentages a notice prints, held against its own numbers. They never decide anything."""

import re
from decimal import Decimal
from fractions import Fraction

from yihe.law.counting import known_numbers
from yihe.law.intervals import Known, corners
from yihe.law.values import MEASURES, Choice, Measure, Motion

_OTHERS = (Choice.AGAINST, Choice.ABSTAIN, Choice.INVALID)
_CHOICE_WORDS = {
    Choice.AGREE: "同意",
    Choice.AGAINST: "反对",
    Choice.ABSTAIN: "弃权",
    Choice.INVALID: "无效",
}
_PART = re.compile(r"(part|participation|participants|quorum|turnout|参与)")


def check(motion: Motion, *, of_totals: bool) -> list[tuple[str, str]]:
    """Findings (code, text) on the printed shares; `of_totals` where the law's base is all owners."""
    found: list[tuple[str, str]] = []
    for name, share in motion.printed.items():
        measure = next((m for m in MEASURES if m in name), None)
        if measure is None or not name.endswith("pct"):
            continue
        known = known_numbers(motion, measure)
        unit = "人数" if measure == "heads" else "面积"
        if _PART.match(name):
            bases = [("全体业主", known.totals)]
            found += _held(share, f"参与表决的{unit}", known.participation, bases, [], measure)
            continue
        choice = next((one for one in Choice if name.startswith(one.value)), Choice.AGREE)
        found += _of_choice(known, choice, share, unit, measure, of_totals=of_totals)
    return found


def _of_choice(
    known: Known, choice: Choice, share: Decimal, unit: str, measure: Measure, *, of_totals: bool
) -> list[tuple[str, str]]:
    part = known.agree if choice is Choice.AGREE else known.others[_OTHERS.index(choice)]
    participation = known.participation
    if participation is None and known.all_parts_known:
        participation = known.parts
    voters, everybody = ("参与表决的业主", participation), ("全体业主", known.totals)
    law = [everybody] if of_totals else [voters]
    others = [voters if of_totals else everybody]
    if known.agree is not None and known.others[0] is not None:
        for_and_against = known.agree + known.others[0]
        if known.others[1] is not None:
            others.append(("同意、反对、弃权三项之和", for_and_against + known.others[1]))
        others.append(("同意、反对两项之和", for_and_against))
    what = f"{_CHOICE_WORDS[choice]}的{unit}"
    found = _held(share, what, part, law, others, measure)
    if found and not of_totals and known.deemed and known.side is choice:
        # printed without its deemed votes: the law's base all the same
        for corner in corners(known, keep_participation=False, keep_votes=False):
            agree = corner.agree if choice is Choice.AGREE else None
            if _fits(share, agree, corner.participation):
                return []
    return found


def _held(
    share: Decimal,
    what: str,
    part: Fraction | None,
    law: list[tuple[str, Fraction | None]],
    others: list[tuple[str, Fraction | None]],
    measure: Measure,
) -> list[tuple[str, str]]:
    if part is None or any(_fits(share, part, base) for _, base in law):
        return []
    name, base = law[0]
    right = f"应约为{percent_words(part, base)}" if base else "数字没有印出来"
    for other, whole in others:
        if _fits(share, part, whole):
            return [
                (
                    "wrong_base",
                    f"{what}印的比例{share:f}%是按{other}算的；法律的基数是{name}，{right}。",
                )
            ]
    if base is None:
        return []
    return [
        ("printed_share_wrong", f"{what}印的比例是{share:f}%；按公告自己的数字，占{name}{right}。")
    ]


def _fits(share: Decimal, part: Fraction | None, whole: Fraction | None) -> bool:
    """Off by no more than one unit of the last digit printed."""
    if part is None or not whole:
        return False
    exponent = share.as_tuple().exponent
    unit = Fraction(10) ** min(exponent if isinstance(exponent, int) else 0, 0)
    return abs(Fraction(share) - 100 * part / whole) <= unit


def percent_words(part: Fraction, whole: Fraction | None) -> str:
    """A share for people to read, to the nearest hundredth of a per cent; never used to decide."""
    if not whole:
        return "算不出"
    hundredths = int(part * 10000 / whole + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
