"""A result as JSON with the fixed schema, and in words that a branch secretary reads."""

import re
from typing import Any

from yihe.law.counting import Test, Verdict, as_given
from yihe.law.findings import MEASURE_WORDS, amount
from yihe.law.printed import percent_words
from yihe.law.tally import MotionResult, Result
from yihe.law.values import MATTER_WORDS, MEASURES, OUTCOME_WORDS, Count, Motion, Outcome

_CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)  # never into a terminal
FIELD_WORDS = {
    "totals": "总",
    "participation": "参与表决的",
    "agree": "同意的",
    "deemed": "“视为”的",
}


def to_json(result: Result) -> dict[str, Any]:
    """The answer of `yihe tally --json`: only JSON's own types; areas are exact text."""
    book = result.book
    return {
        "rule_book": {
            "id": book.id if book else None,
            "in_force_from": book.in_force_from.isoformat() if book else None,
            "hash": result.law.hash if book else None,
        },
        "motions": [_motion(one) for one in result.motions],
    }


def _motion(one: MotionResult) -> dict[str, Any]:
    return {
        "id": one.motion.id,
        "outcome": one.outcome.value,
        **_tests(one.verdict, one.motion),
        "law": law_words(one),
        "why": why(one),
        "missing": list(one.missing),
        "findings": [{"code": found.code, "text": found.text} for found in one.findings],
        "without_deemed": {
            "outcome": one.without_deemed.outcome.value,
            **_tests(one.without_deemed, one.motion),
        },
    }


def _tests(verdict: Verdict, motion: Motion) -> dict[str, Any]:
    of_all = _of_all(verdict, motion)
    base = motion.totals if of_all else motion.participation
    return {
        "quorum": {
            measure: _test(verdict.quorum[measure], motion.participation, motion.totals)
            for measure in MEASURES
        },
        "approval": {
            measure: _test(verdict.approval[measure], motion.agree, base) for measure in MEASURES
        },
    }


def _of_all(verdict: Verdict, motion: Motion) -> bool:
    """Whether approval was held against all owners; only the spelling of a number hangs on it."""
    return all(
        test.of is None or test.of == motion.totals.by(measure)
        for measure, test in verdict.approval.items()
    )


def _test(test: Test, have: Count, of: Count) -> dict[str, Any]:
    return {
        "have": as_given(test.have, have, test.measure),
        "of": as_given(test.of, of, test.measure),
        "needed": None if test.needed is None else str(test.needed),
        "met": test.met,
    }


def law_words(one: MotionResult) -> str:
    """The article, the item, and what it says; where no book holds, that."""
    rule = one.approval_rule
    if rule is None:
        return "没有收录这一天、这个地方适用的规则。"
    head = rule.article.split("条")[0] + "条"
    quorum = one.quorum_rule.text if one.quorum_rule else ""
    return f"{head}第一款{one.item}、第二款：{quorum}{rule.text}"


def why(one: MotionResult) -> str:
    """One or two sentences with the numbers that settle it, or that leave it open."""
    if one.approval_rule is None:
        return "没有收录这一天、这个地方适用的规则，所以不作判断。"
    if one.straddles is not None and one.straddles.outcome is not one.verdict.outcome:
        return (
            "公告日和表决截止日适用的法律不同：按公告日的法律，"
            f"{OUTCOME_WORDS[one.verdict.outcome]}；按截止日的法律，"
            f"{OUTCOME_WORDS[one.straddles.outcome]}；所以定不了。"
        )
    quorum = list(one.verdict.quorum.values()) if one.quorum_rule else []
    approval = list(one.verdict.approval.values())
    wanted: dict[Outcome, list[tuple[str, Test]]] = {
        Outcome.NO_QUORUM: [("参与表决", t) for t in quorum if t.met is False],
        Outcome.NOT_PASSED: [("同意", t) for t in approval if t.met is False],
    }
    everything = [("参与表决", t) for t in quorum] + [("同意", t) for t in approval]
    chosen = wanted.get(one.verdict.outcome)
    if one.verdict.outcome is Outcome.UNDETERMINED:
        unsettled = [_sentence(what, test, one) for what, test in everything if test.met is None]
        return f"凭现有数字还定不了：{'；'.join(unsettled)}。"
    return "；".join(_sentence(what, test, one) for what, test in chosen or everything) + "。"


def _sentence(what: str, test: Test, one: MotionResult) -> str:
    name = f"{what}的{MEASURE_WORDS[test.measure]}"
    assert test.needed is not None  # noqa: S101  a test in `why` belongs to a rule
    needed = test.needed.words
    if what == "参与表决":
        base = "总数"
    else:
        rule = one.approval_rule
        base = "总数" if rule and rule.numbers["of"] == "totals" else "参与表决"
    if test.met is None:
        return f"{name}是不是{base}的{needed}{_because(test, one)}"
    reached = "达到" if test.needed.inclusive else "超过"
    share = needed.removesuffix("以上").replace("过半数", "半数")
    verdict = f"{reached}{share}" if test.met else f"没有{reached}{share}"
    if test.have is None or test.of is None:
        return f"{name}，不论没有印出来的数字是多少，都{verdict}"
    numbers = f"{amount(test.have, test.measure)}，{base}{amount(test.of, test.measure)}"
    if test.of == 0:
        return f"{name}{numbers}，{verdict}"
    return f"{name}{numbers}，约占{percent_words(test.have, test.of)}，{verdict}"


def _because(test: Test, one: MotionResult) -> str:
    if test.missing:
        return f"（缺{'、'.join(missing_words(path) for path in test.missing)}）"
    if one.motion.split_owners and test.measure == "heads":
        return "（有业主名下几处投得不一样）"
    return "（数字自相矛盾）"


def missing_words(path: str) -> str:
    """A missing field in Chinese: `participation.area` → 参与表决的面积."""
    field, _, measure = path.partition(".")
    if field == "rule_book":
        return "适用的规则"
    return f"{FIELD_WORDS.get(field, field)}{MEASURE_WORDS.get(measure, measure)}"


def in_words(result: Result) -> str:
    """The answer of `yihe tally`: for each motion the result, why, the article, what is missing."""
    parts = [_words(one, result) for one in result.motions]
    book = result.book
    if book is None:
        foot = "没有收录这一天、这个地方适用的规则。"
    else:
        foot = f"规则：{book.title}（{book.id}），指纹 {result.law.hash[:16]}。"
    return "\n\n".join([*parts, foot]) + "\n"


def _words(one: MotionResult, result: Result) -> str:
    motion = one.motion
    title = f"议题 {motion.id}：{motion.text or MATTER_WORDS[motion.matter]}"
    lines = [title, f"结果：{OUTCOME_WORDS[one.outcome]}", f"为什么：{why(one)}"]
    if one.outcome in (Outcome.NOT_PASSED, Outcome.NO_QUORUM):
        lines.append("说明：没有通过，只是没有作出决定，不等于作出了相反的决定。")
    if motion.deemed is not None:
        lines.append(f"不算“视为”的票：{OUTCOME_WORDS[one.without_deemed.outcome]}")
    if one.missing:
        lines.append(f"缺什么：{'、'.join(missing_words(path) for path in one.missing)}")
    if one.findings:
        lines.append("对不上或者要留意的：")
        lines += [f"  · {found.text}" for found in one.findings]
    lines.append(f"依据：{law_words(one)}")
    return _CONTROL.sub(" ", "\n".join(line.replace("\n", " ") for line in lines))
