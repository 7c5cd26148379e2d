"""What contradicts what in a notice: findings with fixed codes and a plain sentence each."""

import re
from dataclasses import dataclass
from fractions import Fraction

from yihe.law import printed
from yihe.law.counting import Test, Verdict, known_numbers, number_text
from yihe.law.intervals import Known
from yihe.law.shelf import Composed, shelf
from yihe.law.values import MEASURES, OUTCOME_WORDS, Measure, Motion, Outcome

UNIT = {"heads": "人", "area": "平方米"}
MEASURE_WORDS = {"heads": "人数", "area": "面积"}


@dataclass(frozen=True)
class Finding:
    """`code` is one of those in docs/law.md; `text` is Chinese, with the numbers."""

    code: str
    text: str


def find(
    motion: Motion, law: Composed, verdict: Verdict, with_all: Verdict, without: Verdict
) -> tuple[Finding, ...]:
    """All findings on a motion. `with_all` counts every deemed vote, `without` none."""
    rule = law.approval(motion.matter)
    found: list[Finding] = []
    found += _sums(motion)
    if rule is not None:
        of_totals = rule.numbers["of"] == "totals"
        found += [Finding(*one) for one in printed.check(motion, of_totals=of_totals)]
    found += _announced(motion, verdict)
    found += _depends_on_deemed(motion, verdict, with_all, without)
    found += _exactly(verdict)
    found += _superseded(motion, law)
    return tuple(dict.fromkeys(found))


def amount(value: Fraction, measure: Measure) -> str:
    return f"{number_text(value, measure)}{UNIT[measure]}"


def _sums(motion: Motion) -> list[Finding]:
    found = [Finding("sum_mismatch", text) for text in motion.conflicts]
    for measure in MEASURES:
        text = _sum_words(known_numbers(motion, measure), measure)
        if text:
            found.append(Finding("sum_mismatch", f"{MEASURE_WORDS[measure]}：{text}"))
    return found


def _sum_words(known: Known, measure: Measure) -> str:
    if known.impossible:
        return f"{known.impossible}，这些数字不可能同时成立。"
    whole, parts = known.participation, known.parts
    if whole is None or parts == whole:
        return ""
    against, abstain, invalid = known.others
    difference = amount(abs(whole - parts), measure)
    both = f"{amount(parts, measure)}，参与表决{amount(whole, measure)}"
    if parts > whole:
        return f"各项票数合计{both}，多出{difference}。"
    if known.all_parts_known:
        return f"同意、反对、弃权、无效合计{both}，差{difference}。"
    if None not in (known.agree, against, abstain) and invalid is None:
        return f"同意、反对、弃权合计{both}，差{difference}没有交代；无效票没有印出来。"
    return ""


_PASSED_FIRST = re.compile(r"\s*(passed|pass\b|通过|已通过|获得?通过|表决通过)", re.IGNORECASE)
_REJECTED = re.compile(r"(未|没有|没|不|不予|未能)(获得?|予以?|被|能)?通过|否决")
_NOT_PASSED = re.compile(
    r"(未|没有|没|不|未能)(获得?|能)?(形成|达到|达|当选|同意)|无效|不成立|不足"
    r"|^\s*(not|fail|reject|no_quorum|no quorum|defeat|lost|false|no\b)",
    re.IGNORECASE,
)
_PASSED = re.compile(
    r"通过|当选|生效|获得?.{0,6}同意|^\s*(adopt|carried|approved|elected|true|yes\b)",
    re.IGNORECASE,
)


def announced_outcome(text: str) -> bool | None:
    """Whether the notice says that the motion carried; None where it does not clearly say."""
    if _REJECTED.search(text) and not re.match(r"\s*passed", text, re.IGNORECASE):
        return False
    if _PASSED_FIRST.match(text):
        return True
    if _NOT_PASSED.search(text):
        return False
    return True if _PASSED.search(text) else None


def _announced(motion: Motion, verdict: Verdict) -> list[Finding]:
    said = announced_outcome(motion.announced)
    if said is None or verdict.outcome is Outcome.UNDETERMINED:
        return []
    if said == (verdict.outcome is Outcome.PASSED):
        return []
    said_words = "通过" if said else "没有通过"
    return [
        Finding(
            "announced_differs",
            f"公告说{said_words}；按公告的数字和法律计算：{OUTCOME_WORDS[verdict.outcome]}。",
        )
    ]


def _depends_on_deemed(
    motion: Motion, verdict: Verdict, with_all: Verdict, without: Verdict
) -> list[Finding]:
    if motion.deemed is None or len({verdict.outcome, with_all.outcome, without.outcome}) == 1:
        return []
    ways = [("算上“视为”的票", with_all), ("不算", without)]
    if verdict.outcome not in (with_all.outcome, without.outcome):
        ways.append(("只算参与、不算同意", verdict))
    said = "；".join(f"{way}：{OUTCOME_WORDS[count.outcome]}" for way, count in ways)
    return [
        Finding("depends_on_deemed", f"{said}。结果取决于“视为”的票，请法律人员过目。"),
    ]


def _exactly(verdict: Verdict) -> list[Finding]:
    found = []
    for what, tests in (("参与表决", verdict.quorum), ("同意", verdict.approval)):
        for test in tests.values():
            if test.exactly and test.needed is not None:
                found.append(Finding("exactly_on_threshold", _exactly_words(what, test)))
    return found


def _exactly_words(what: str, test: Test) -> str:
    assert test.have is not None  # noqa: S101  it was compared
    assert test.of is not None  # noqa: S101
    assert test.needed is not None  # noqa: S101
    share = test.needed.words.removesuffix("以上").replace("过半数", "半数")
    end = (
        "“以上”包括本数，算达到" if test.needed.inclusive else "“过半数”不包括正好一半，算没有达到"
    )
    return (
        f"{what}{MEASURE_WORDS[test.measure]}{amount(test.have, test.measure)}，"
        f"正好是{amount(test.of, test.measure)}的{share}；{end}。"
    )


def _superseded(motion: Motion, law: Composed) -> list[Finding]:
    """The notice speaks as notices of another regime do."""
    deciding, rule = law.deciding, law.approval(motion.matter)
    if deciding is None or rule is None:
        return []
    day = f"{law.on.year}年{law.on.month}月{law.on.day}日"
    for book in shelf():
        if book.id == deciding.id or book.in_force(law.on):
            continue
        for mark in book.marks:
            for text in (motion.text, *motion.words):
                if said := re.search(mark, text):
                    return [
                        Finding(
                            "superseded_rule",
                            f"公告写到“{said[0]}”，这是“{book.title}”的说法；"
                            f"{day}适用的是{rule.article}。",
                        )
                    ]
    return []
