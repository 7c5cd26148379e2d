"""What the result page shows of a motion: verdict, bars, law, what is missing, what contradicts."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yihe.checkup.gates import MEASURE, Bar, bar, spoken
from yihe.checkup.query import PARTS, Sheet, key
from yihe.checkup.wording import spaced, why_words
from yihe.law import MotionResult, Outcome, Result
from yihe.law.counting import Verdict
from yihe.law.report import missing_words
from yihe.law.shelf import Rule
from yihe.law.values import MATTER_WORDS, MEASURES, Choice, Count

SAID = {
    Outcome.PASSED: "通过",
    Outcome.NOT_PASSED: "没有通过",
    Outcome.NO_QUORUM: "参与的人不够",
    Outcome.UNDETERMINED: "凭这些数字定不了",
}
GLYPH = {
    Outcome.PASSED: "done",
    Outcome.NOT_PASSED: "off",
    Outcome.NO_QUORUM: "off",
    Outcome.UNDETERMINED: "wait",
}
BLOCK = {
    Outcome.PASSED: "",
    Outcome.NOT_PASSED: "y-now-still",
    Outcome.NO_QUORUM: "y-now-still",
    Outcome.UNDETERMINED: "y-now-yours",
}
FOUND = {  # the weightiest first
    "announced_differs": "公告说的，和算出来的不一样",
    "depends_on_deemed": "结果取决于“视为”的票",
    "sum_mismatch": "数字对不上",
    "wrong_base": "比例的基数不对",
    "printed_share_wrong": "印的比例不对",
    "exactly_on_threshold": "正好在线上",
    "superseded_rule": "用了当时不适用的说法",
    "split_owner": "同一个人投得不一样",
}
NUMERALS = "一二三四五六七八九十"
SHARES = re.compile("三分之二以上|四分之三以上|过半数|2/3以上")
_SHORT = {"totals": "all", "participation": "came", "agree": "yes", "deemed": "deem"}


@dataclass(frozen=True)
class Missing:
    """A number that keeps the result open; `field` is where it is typed, `purpose` what it is for."""

    words: str
    field: str
    purpose: str


@dataclass(frozen=True)
class Line:
    """A line of the table of numbers used."""

    name: str
    heads: str
    area: str
    heads_pct: str
    area_pct: str


@dataclass(frozen=True)
class Shown:
    """One motion as the page shows it."""

    number: int
    ordinal: str
    title: str
    matter: str
    outcome: str
    glyph: str
    block: str
    why: str
    no_decision: bool
    quorum: list[Bar]
    approval: list[Bar]
    of_all: bool
    came: str
    law: list[tuple[str, bool]]  # text, and whether it is marked: where it states the share
    cites: str
    missing: list[Missing]
    settles: bool
    found: list[tuple[str, list[str]]]
    announced: str
    differs: bool
    agrees: bool
    other_count: str
    lines: list[Line]

    @property
    def hint(self) -> str:
        """What the missing numbers would do; nothing where other numbers contradict each other."""
        if not self.settles:
            return ""
        return "补上这个数就能定。" if len(self.missing) == 1 else "这几个数都补上就能定。"

    @property
    def shares(self) -> bool:
        return any(line.heads_pct or line.area_pct for line in self.lines)


def shown(one: MotionResult, result: Result, sheet: Sheet) -> Shown:
    verdict, rule = one.verdict, one.approval_rule
    number = int(one.motion.id)
    of_all = rule is not None and rule.numbers["of"] == "totals"
    base = "全体" if of_all else "参与"
    announced = sheet.clean.get(key("said", number), "")
    return Shown(
        number=number,
        ordinal=NUMERALS[number - 1],
        title=one.motion.text or MATTER_WORDS[one.motion.matter],
        matter=MATTER_WORDS[one.motion.matter],
        outcome=SAID[one.outcome],
        glyph=GLYPH[one.outcome],
        block=BLOCK[one.outcome],
        why=why_words(one),
        no_decision=one.outcome in (Outcome.NOT_PASSED, Outcome.NO_QUORUM),
        quorum=[
            bar(test, gate="参与", base="全体") for test in verdict.quorum.values() if test.needed
        ],
        approval=[
            bar(test, gate="同意", base=base) for test in verdict.approval.values() if test.needed
        ],
        of_all=of_all,
        came=_came(verdict),
        law=_pieces("……".join(each.text for each in (one.quorum_rule, rule) if each)),
        cites=_cites(one, result),
        missing=[_missing(path, one, sheet) for path in one.missing if path != "rule_book"],
        settles=one.straddles is None
        and all(test.missing for test in verdict.tests if test.needed and test.met is None),
        found=_found(one),
        announced={"passed": "通过", "failed": "没有通过"}.get(announced, ""),
        differs=any(each.code == "announced_differs" for each in one.findings),
        agrees=one.outcome is not Outcome.UNDETERMINED
        and (announced == "passed") == (one.outcome is Outcome.PASSED),
        other_count=_other_count(one, result),
        lines=_lines(one, number, sheet),
    )


def _found(one: MotionResult) -> list[tuple[str, list[str]]]:
    """The findings under their titles, the weightiest first."""
    said = {code: [spaced(f.text) for f in one.findings if f.code == code] for code in FOUND}
    return [(FOUND[code], texts) for code, texts in said.items() if texts]


def _came(verdict: Verdict) -> str:
    """Who took part, where the law of the day does not ask."""
    known = [spoken(t.have, t.measure) for t in verdict.quorum.values() if t.have is not None]
    printed = f"；公告写参与 {'、'.join(known)}" if known else ""
    return f"当时的法律看同意的占全体业主多少，参与多少不作条件{printed}。"


def _pieces(text: str) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in SHARES.finditer(text):
        pieces += [(text[end : found.start()], False), (found[0], True)]
        end = found.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def _cites(one: MotionResult, result: Result) -> str:
    rules: list[Rule] = [rule for rule in (one.quorum_rule, one.approval_rule) if rule]
    listed = result.law.matters()
    said = ["；".join(dict.fromkeys(rule.article for rule in rules)) + "。"]
    if listed:
        head = listed.article.replace("民法典", "").replace("物权法", "")
        said.append(f"“{MATTER_WORDS[one.motion.matter]}”是{head}{one.item}。")
    said += dict.fromkeys(rule.note for rule in rules if rule.note)
    return "".join(said)


def _missing(path: str, one: MotionResult, sheet: Sheet) -> Missing:
    number = int(one.motion.id)
    field, _, measure = path.partition(".")
    name = _SHORT[field] + ("_m2" if measure == "area" else "")
    whole = field in ("totals", "participation") and key(name, number) not in sheet.clean
    tests = [("参与", one.verdict.quorum), ("同意", one.verdict.approval)]
    for_what = [
        f"{gate}的{MEASURE[test.measure]}"
        for gate, by_measure in tests
        for test in by_measure.values()
        if path in test.missing
    ]
    purpose = f"用来看{'、'.join(for_what)}够不够。"
    return Missing(missing_words(path), name if whole else key(name, number), purpose)


def _other_count(one: MotionResult, result: Result) -> str:
    """Where a notice counts silent owners: what comes out without them, or with them."""
    if one.motion.deemed is None:
        return ""
    without = one.without_deemed
    numbers = [
        spoken(t.have, t.measure)
        for t in without.approval.values()
        if t.have is not None and not t.missing
    ]
    counted = f"（同意 {'、'.join(numbers)}）" if numbers else ""
    return f"一张“视为”的票都不算：{SAID[without.outcome]}{counted}。"


def _lines(one: MotionResult, number: int, sheet: Sheet) -> list[Line]:
    motion = one.motion
    whole: list[tuple[str, Count, str]] = [
        ("全体业主", motion.totals, ""),
        ("参与表决", motion.participation, "came"),
    ]
    parts = [
        (words, motion.part(choice), key(short, number))
        for (short, _), choice, words in zip(
            PARTS.items(), Choice, ("同意", "反对", "弃权", "无效"), strict=True
        )
    ]
    deemed = [("其中“视为”", motion.deemed.count, "")] if motion.deemed else []
    return [_line(name, count, stem, sheet) for name, count, stem in [*whole, *parts, *deemed]]


def _line(name: str, count: Count, stem: str, sheet: Sheet) -> Line:
    cells: dict[str, str] = {}
    for measure in MEASURES:
        value = count.by(measure)
        cells[measure] = "" if value is None else _number(value, count, measure)
    head, _, rest = stem.partition("_")
    heads_pct = sheet.clean.get(f"{head}_pct", "") if stem and not rest else ""
    area_pct = sheet.clean.get(f"{head}_m2_pct", "") if stem and not rest else ""
    return Line(
        name,
        cells["heads"] or "没写",
        cells["area"] or "没写",
        heads_pct and f"{heads_pct}%",
        area_pct and f"{area_pct}%",
    )


def _number(value: Fraction, count: Count, measure: Any) -> str:
    """As it was typed, with commas."""
    text = str(count.heads) if measure == "heads" else f"{count.area:f}"
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}{'.' if rest else ''}{rest}"
