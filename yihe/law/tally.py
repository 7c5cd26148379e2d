"""`tally`: a whole decision, motion by motion, with everything that a page or a report shows."""

from dataclasses import dataclass, replace

from yihe.law.counting import Verdict, decide
from yihe.law.findings import Finding, find
from yihe.law.shelf import Book, Composed, Rule, compose
from yihe.law.values import Decision, HouseRules, Motion, Outcome

_ALL = HouseRules(deemed_participation=True, deemed_to_majority=True)
_NONE = HouseRules()


@dataclass(frozen=True)
class MotionResult:
    """One motion: its outcome, the tests behind it, and what is missing or contradicts.

    `verdict` follows the house rules, `without_deemed` never counts a deemed vote. `quorum_rule` and
    `approval_rule` carry article and text; both None where no book holds. `straddles` is the verdict
    by the book of the day when voting closed, where that is another one.
    """

    motion: Motion
    outcome: Outcome
    verdict: Verdict
    without_deemed: Verdict
    quorum_rule: Rule | None
    approval_rule: Rule | None
    item: str
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    straddles: Verdict | None = None


@dataclass(frozen=True)
class Result:
    """A decision counted by the law of its day and place (`law`)."""

    decision: Decision
    law: Composed
    motions: tuple[MotionResult, ...]

    @property
    def book(self) -> Book | None:
        return self.law.deciding

    @property
    def decided(self) -> bool:
        """Whether every motion could be decided."""
        return all(one.outcome is not Outcome.UNDETERMINED for one in self.motions)


def tally(decision: Decision) -> Result:
    """Count a decision. Pure: the same decision always gives the same result; never raises for one
    that `yihe.law.read` returned."""
    law = compose(decision.place, decision.notice_on, decision.rules)
    later = None
    if decision.closed_on is not None:
        later = compose(decision.place, decision.closed_on, decision.rules)
        if _id(later) == _id(law):
            later = None
    return Result(
        decision, law, tuple(_motion(motion, decision, law, later) for motion in decision.motions)
    )


def _id(law: Composed) -> str:
    return law.deciding.id if law.deciding else ""


def _motion(
    motion: Motion, decision: Decision, law: Composed, later: Composed | None
) -> MotionResult:
    verdict = decide(motion, law, decision.rules)
    without = decide(motion, law, _NONE)
    findings = find(motion, law, verdict, decide(motion, law, _ALL), without)
    outcome = verdict.outcome
    if (
        motion.split_owners
        and outcome is Outcome.UNDETERMINED
        and _split_decides(motion, law, decision)
    ):
        findings += (
            Finding(
                "split_owner",
                f"{'、'.join(motion.split_owners)}名下几处投得不一样，一人怎样算没有查到规定；"
                "两种算法结果不同，所以定不了。",
            ),
        )  # fmt: skip
    straddles = None
    if later is not None:
        straddles = decide(motion, later, decision.rules)
        if straddles.outcome is not outcome:
            outcome = Outcome.UNDETERMINED
    listed = law.matters()
    missing = verdict.missing
    if law.deciding is None:
        missing = ("rule_book",)
    return MotionResult(
        motion=motion,
        outcome=outcome,
        verdict=verdict,
        without_deemed=without,
        quorum_rule=law.quorum(),
        approval_rule=law.approval(motion.matter),
        item=str(listed.numbers[motion.matter.value]) if listed else "",
        findings=findings,
        missing=missing,
        straddles=straddles,
    )


def _split_decides(motion: Motion, law: Composed, decision: Decision) -> bool:
    """Whether the two ways of counting such owners give different outcomes."""
    none = replace(motion, agree_heads_most=motion.agree.heads)
    most = motion.agree_heads_most
    agree = replace(motion.agree, heads=most)
    every = replace(motion, agree=agree, agree_heads_most=most)
    return (
        decide(none, law, decision.rules).outcome is not decide(every, law, decision.rules).outcome
    )
