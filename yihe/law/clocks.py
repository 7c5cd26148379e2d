"""Legal periods: the last day to act, or the first on which something may be (民法典第二百条至第二百零四条).

The day of the event does not count. By years or months a period ends on the corresponding day, by
default of one on the last of the month. A period within which somebody must act and which would end
on a day off ends on the first day after it; for that the holidays of the year must be known. A time
that must pass before something (notice) is never shortened or lengthened by holidays.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from yihe.law.shelf import Rule
from yihe.refusal import Refusal
from yihe.worktime import Calendar

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A day that a rule gives: `on`, counted from `start_on`; `plain_on` before holidays moved it."""

    rule: Rule
    start_on: date
    on: date
    plain_on: date


def reckon(
    rule: Rule, start_on: date, *, calendar: Calendar | None = None, agreed_days: int | None = None
) -> Period:
    """The day to which a clock rule leads from `start_on`.

    A rule that runs `after` (filing, suit, dismissal) gives the last day of the period; one that runs
    `before` (notice of a meeting, refusal to renew) the last day on which to act ahead of `start_on`.
    `agreed_days`: what a contract agreed, where the article allows or needs it.

    Raises Refusal where the rule is off, where days were agreed that the law does not leave open or
    none where it needs them, and, naming the year, where the calendar lacks the holidays it needs.
    """
    if rule.kind != "clock":
        raise Refusal(f"{rule.article}不是期限。")
    if not rule.on:
        raise Refusal(f"{rule.article}（{rule.id}）：{rule.why_off}，不能用来计算期限。")
    days, months = _length(rule, agreed_days)
    try:
        return _reckoned(rule, start_on, days, months, calendar)
    except (OverflowError, ValueError):  # beyond what a date can be
        raise Refusal("这个日期太远了，不能计算。") from None


def _reckoned(
    rule: Rule, start_on: date, days: int, months: int, calendar: Calendar | None
) -> Period:
    if rule.numbers["run"] == "before":
        plain = _months_later(start_on, -months) - days * _DAY
        if rule.numbers.get("full") == "yes":
            plain -= _DAY  # neither the day of notice nor that of the meeting counts
        return Period(rule, start_on, plain, plain)
    plain = _months_later(start_on, months) + days * _DAY
    rolls = rule.numbers.get("rolls") == "yes"
    return Period(rule, start_on, _rolled(plain, calendar) if rolls else plain, plain)


def earliest_event(rule: Rule, acted_on: date) -> date:
    """The first day for what a `before` rule asks to be announced ahead, when that was done on a day.

    物业管理条例第十四条: after notice on the 1st, fifteen full days, the meeting on the 17th.
    """
    ahead = acted_on - reckon(rule, acted_on).on
    try:
        return acted_on + ahead
    except OverflowError:
        raise Refusal("这个日期太远了，不能计算。") from None


def term_ends_on(since: date, years: int) -> date:
    """The last day of a term of office; the years come from the rules of procedure (条例第十八条)."""
    if years < 1:
        raise Refusal("任期要写正整数年。")
    return _months_later(since, 12 * years)


def _length(rule: Rule, agreed_days: int | None) -> tuple[int, int]:
    agreed = rule.numbers.get("agreed", "no")
    if agreed_days is not None:
        if agreed == "no":
            raise Refusal(f"{rule.article}没有留给约定，期限不能改。")
        if agreed_days < 0:
            raise Refusal("约定的天数不能小于0。")
        return agreed_days, 0
    if agreed == "needed":
        raise Refusal(f"{rule.article}没有写天数，请写约定的天数。")
    months = int(rule.numbers.get("months", 0)) + 12 * int(rule.numbers.get("years", 0))
    return int(rule.numbers.get("days", 0)), months


def _months_later(day: date, months: int) -> date:
    if not months:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rolled(day: date, calendar: Calendar | None) -> date:
    """The first day from `day` on that is no day off. Every day looked at must be of a known year."""
    while True:
        if calendar is None or not calendar.known(day):
            raise Refusal(f"工作日历里还没有{day.year}年的节假日，期限的最后一天还不能确定。")
        if calendar.is_workday(day):
            return day
        day += _DAY
