"""Did a motion carry? The verdict, from the numbers of a decision and the books of its day and place.

民法典第二百七十八条第二款: two thirds of heads and of area take part; of those, more than half (three
quarters for items 6–8) of heads and of area agree. Before 2021 物权法第七十六条: of all owners.
"""

from dataclasses import dataclass
from fractions import Fraction

from yihe.law.heads import exact_decimal
from yihe.law.intervals import Corner, Known, corners, met, one
from yihe.law.shares import Threshold
from yihe.law.shelf import Composed, Rule
from yihe.law.values import MEASURES, Count, HouseRules, Measure, Motion, Outcome


@dataclass(frozen=True)
class Test:
    """One test of one measure: `have` of `of`, what is needed, and whether it is met.

    `have` and `of` are the numbers counted; where deemed votes of unknown size had to leave, they are
    as printed, and `met` is what can be proven all the same. `needed` is None where the law asks for
    nothing; `missing` names the fields that keep it open.
    """

    __test__ = False  # not a test case

    measure: Measure
    have: Fraction | None
    of: Fraction | None
    needed: Threshold | None
    met: bool | None
    missing: tuple[str, ...] = ()
    exactly: bool = False


@dataclass(frozen=True)
class Verdict:
    """The outcome of one way of counting, with its four tests."""

    outcome: Outcome
    quorum: dict[Measure, Test]
    approval: dict[Measure, Test]

    @property
    def tests(self) -> list[Test]:
        return [*self.quorum.values(), *self.approval.values()]

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which a test stays open, in the order of the tests."""
        found = [path for test in self.tests for path in test.missing]
        return tuple(dict.fromkeys(found))


def known_numbers(motion: Motion, measure: Measure) -> Known:
    """The numbers of one measure as the notice has them."""
    deemed: Fraction | None = Fraction(0)
    side = None
    if motion.deemed is not None:
        deemed, side = motion.deemed.count.by(measure), motion.deemed.side
    most = motion.agree_heads_most if measure == "heads" else None
    return Known(
        totals=motion.totals.by(measure),
        participation=motion.participation.by(measure),
        agree=motion.agree.by(measure),
        others=(
            motion.against.by(measure),
            motion.abstain.by(measure),
            motion.invalid.by(measure),
        ),
        deemed=deemed,
        side=side,
        agree_most=None if most is None else Fraction(most),
    )


def decide(motion: Motion, law: Composed, house: HouseRules) -> Verdict:
    """The verdict on a motion by the deciding book of `law`, with deemed votes as `house` has it.

    Deemed participation off: deemed votes leave participation and whatever side they are counted on,
    for who did not take part did not vote. Deemed participation on and deemed majority off: they stay
    in participation and leave their side. Without a deciding book: undetermined.
    """
    rule = law.approval(motion.matter)
    if rule is None:
        return Verdict(Outcome.UNDETERMINED, *_open(motion))
    asked = law.quorum()
    quorum: dict[Measure, Test] = {}
    approval: dict[Measure, Test] = {}
    for measure in MEASURES:
        known = known_numbers(motion, measure)
        found = corners(
            known,
            keep_participation=house.deemed_participation,
            keep_votes=house.deemed_participation and house.deemed_to_majority,
        )
        quorum[measure] = _quorum(known, found, asked, measure, house)
        approval[measure] = _approval(known, found, rule, measure, house)
    return Verdict(_outcome(quorum, approval, asked is not None), quorum, approval)


def _open(motion: Motion) -> tuple[dict[Measure, Test], dict[Measure, Test]]:
    quorum: dict[Measure, Test] = {}
    approval: dict[Measure, Test] = {}
    for measure in MEASURES:
        part, whole = motion.participation.by(measure), motion.totals.by(measure)
        quorum[measure] = Test(measure, part, whole, None, None)
        approval[measure] = Test(measure, motion.agree.by(measure), part, None, None)
    return quorum, approval


def _outcome(
    quorum: dict[Measure, Test], approval: dict[Measure, Test], quorum_asked: bool
) -> Outcome:
    """One measure that fails is enough, whatever the other."""
    present = [test.met for test in quorum.values()] if quorum_asked else []
    agreed = [test.met for test in approval.values()]
    if False in present:
        return Outcome.NO_QUORUM
    if False in agreed:
        return Outcome.NOT_PASSED
    if None in present or None in agreed:
        return Outcome.UNDETERMINED
    return Outcome.PASSED


def _quorum(
    known: Known, found: list[Corner], rule: Rule | None, measure: Measure, house: HouseRules
) -> Test:
    have = _shown([corner.participation for corner in found], known.participation)
    of = known.totals
    if rule is None:  # participation is shown and decides nothing
        return Test(measure, have, of, None, None)
    needed = rule.threshold()
    pairs = [(corner.participation, corner.totals) for corner in found]
    verdict = met(needed, pairs)
    missing = []
    if verdict is None and not known.impossible:
        if not known.participation_is_known():
            missing.append(f"participation.{measure}")
        if known.totals is None:
            missing.append(f"totals.{measure}")
        if known.deemed is None and not house.deemed_participation:
            missing.append(f"deemed.{measure}")
    return Test(measure, have, of, needed, verdict, tuple(missing), _exactly(needed, pairs))


def _approval(
    known: Known, found: list[Corner], rule: Rule, measure: Measure, house: HouseRules
) -> Test:
    needed = rule.threshold()
    of_all = rule.numbers["of"] == "totals"
    pairs = [(corner.agree, corner.totals if of_all else corner.participation) for corner in found]
    have = _shown([part for part, _ in pairs], known.agree)
    if known.agree_most is not None and known.agree_most != known.agree:
        have = one([part for part, _ in pairs])
    printed = known.totals if of_all else known.participation
    of = printed if of_all else _shown([whole for _, whole in pairs], printed)
    verdict = met(needed, pairs)
    missing = []
    if verdict is None and not known.impossible:
        if known.agree is None:
            missing.append(f"agree.{measure}")
        if of_all and known.totals is None:
            missing.append(f"totals.{measure}")
        if not of_all and not known.participation_is_known():
            missing.append(f"participation.{measure}")
        if known.deemed is None and not (house.deemed_participation and house.deemed_to_majority):
            missing.append(f"deemed.{measure}")
    return Test(measure, have, of, needed, verdict, tuple(missing), _exactly(needed, pairs))


def _shown(values: list[Fraction], printed: Fraction | None) -> Fraction | None:
    """What was counted, where that is one number; else what the notice prints."""
    counted = one(values)
    return printed if counted is None else counted


def _exactly(needed: Threshold, pairs: list[tuple[Fraction, Fraction]]) -> bool:
    """Whether part and whole are known, and stand right on the threshold."""
    if len(set(pairs)) != 1 or not pairs[0][1]:
        return False
    return needed.share.is_exactly(*pairs[0])


def number_text(value: Fraction | None, measure: Measure) -> str | int | None:
    """Heads as a whole number, area as exact text; None where unknown."""
    if value is None:
        return None
    return int(value) if measure == "heads" else f"{exact_decimal(value):f}"


def as_given(test_value: Fraction | None, printed: Count, measure: Measure) -> str | int | None:
    """The number as the notice writes it where it is that number (92508.760 stays so)."""
    as_area = printed.area if measure == "area" else None
    if test_value is not None and as_area is not None and Fraction(as_area) == test_value:
        return f"{as_area:f}"
    return number_text(test_value, measure)
