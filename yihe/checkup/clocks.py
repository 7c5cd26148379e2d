"""Legal periods for people: which question, from which day, to which day, by which article."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yihe.law import Composed, Rule
from yihe.law.clocks import earliest_event, reckon
from yihe.refusal import Refusal
from yihe.worktime import Calendar


@dataclass(frozen=True)
class Question:
    """`start`: what the day asked for is; `answer`: what the day given is; `turned`: the other way."""

    rule: str
    words: str
    start: str
    answer: str
    turned: bool = False


QUESTIONS: Mapping[str, Question] = {
    "notice": Question(
        "WYTL14.notice", "开业主大会：最晚哪天通知", "开会的日期", "最晚这天通知全体业主"
    ),
    "meeting": Question(
        "WYTL14.notice", "已经通知：最早哪天开会", "通知的日期", "最早这天开会", turned=True
    ),
    "filing": Question("WYTL16.filing", "业委会备案：最晚哪天", "选举产生的日期", "最晚这天备案"),
    "suit": Question("SPC-BD.12.suit", "起诉撤销决定：最晚哪天", "知道决定的日期", "最晚这天起诉"),
    "dismissal": Question(
        "CC946.dismissal", "解聘物业：通知何时满期", "书面通知的日期", "这天通知期满"
    ),
    "refusal": Question(
        "CC947.refusal", "物业不续聘：最晚哪天通知", "合同到期的日期", "最晚这天书面通知"
    ),
    "indefinite": Question(
        "CC948.indefinite", "不定期合同：通知何时满期", "通知对方的日期", "这天通知期满"
    ),
    "handover": Question(
        "CC949.handover", "合同终止：最晚哪天退场", "合同终止的日期", "最晚这天退出、交接"
    ),
}


@dataclass(frozen=True)
class ShownPeriod:
    """The answer. `moved`: the day it would have been, had that not been a day off."""

    question: Question
    rule: Rule
    start: date
    on: date
    moved: date | None


@dataclass(frozen=True)
class Resting:
    """A period that is asked for and cannot be reckoned, and why."""

    article: str
    text: str
    why: str


def period(
    question: Question, law: Composed, day: date, calendar: Calendar, agreed: int | None
) -> ShownPeriod:
    """Raises Refusal in words where the rule does not hold on that day or the days off are not known."""
    rule = next((one for one in law.rules if one.id == question.rule), None)
    if rule is None:
        raise Refusal("这一天适用的规则没有收录，不能计算。")
    found = reckon(rule, day, calendar=calendar, agreed_days=agreed)
    if question.turned:
        return ShownPeriod(question, rule, day, earliest_event(rule, day), None)
    moved = found.plain_on if found.plain_on != found.on else None
    return ShownPeriod(question, rule, day, found.on, moved)


def resting(law: Composed) -> list[Resting]:
    """Periods of the books that hold here and are switched off."""
    return [
        Resting(rule.article, rule.text, rule.why_off)
        for book in law.books
        for rule in book.rules
        if rule.kind == "clock" and not rule.on
    ]
