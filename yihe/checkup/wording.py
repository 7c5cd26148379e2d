"""Sentences of the law's report as this page sets them: commas in numbers, a space beside digits."""

import re

from yihe.law import MotionResult, Outcome
from yihe.law.report import why

_LONG = re.compile(r"(?<![\d.])\d{4,}(?=[\d.]*(?:人|平方米))")
_BEFORE = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)")
_AFTER = re.compile(r"(?<=[\d%])(?=[\u4e00-\u9fff])(?![年月日])")
_MANY = 2  # missing numbers that one sentence can name
_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")


def spaced(text: str) -> str:
    """同意的人数302人 → 同意的人数 302 人. Days stay together."""
    text = _LONG.sub(lambda found: f"{int(found[0]):,}", text)
    text = _AFTER.sub(" ", _BEFORE.sub(" ", text))
    return _DAY.sub(r"\1年\2月\3日", text)


def why_words(one: MotionResult) -> str:
    """Why, in one sentence; where all is met, without the numbers that stand beside the bars."""
    if one.outcome is Outcome.UNDETERMINED and len(one.missing) > _MANY and one.straddles is None:
        return f"还缺 {len(one.missing)} 个数，参与的、同意的够不够看不出来。"
    if one.outcome is not Outcome.PASSED:
        return spaced(why(one))
    said = []
    quorum = next((test.needed for test in one.verdict.quorum.values() if test.needed), None)
    if quorum is not None:
        said.append(f"参与的人数和面积都达到{quorum.words.removesuffix('以上')}")
    approval = next((test.needed for test in one.verdict.approval.values() if test.needed), None)
    if approval is not None:
        of_all = one.approval_rule is not None and one.approval_rule.numbers["of"] == "totals"
        base = "全体业主" if of_all else "参与者"
        share = approval.words.removesuffix("以上")
        reached = f"达到{base}的{share}" if approval.inclusive else f"超过{base}的一半"
        said.append(f"同意的人数和面积都{reached}")
    return "，".join(said) + "。"
