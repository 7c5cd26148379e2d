"""What may follow what, and when it is due: the arithmetic of a call. Values in, verdict out.

The deadlines are the district's own operating rules (topics.Term), not law. Every moment is worked
out in Chinese working time; where a year's holidays are not announced yet the moment is provisional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from yihe.worktime import Calendar
from yihe.worktime import Due as Moment


class Act(StrEnum):
    """Every act on a call; the names are those of the API."""

    RAISE = "raise"
    ADD = "add"
    REPLY = "reply"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    RATE = "rate"
    URGE = "urge"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    ASSIGN = "assign"
    FIRST_CONTACT = "first_contact"
    NOTE = "note"
    EVIDENCE = "evidence"
    CORRECT_TOPIC = "correct_topic"
    ASK = "ask"
    EXTEND = "extend"
    HAND_OVER = "hand_over"
    PASS_UP = "pass_up"  # noqa: S105  a word, no password
    SEND_BACK = "send_back"
    ANSWER = "answer"
    LIST = "list"
    DECIDE = "decide"
    ASK_FACTS = "ask_facts"
    GIVE_FACTS = "give_facts"
    SCREEN = "screen"  # whether somebody can be recognised on a picture
    # done by the clock
    CLIMB = "climb"
    REMIND = "remind"
    OVERDUE = "overdue"
    RESUME = "resume"
    SILENCE = "silence"


WORDS: Mapping[Act, str] = {
    Act.RAISE: "发出呼叫",
    Act.ADD: "补充说明",
    Act.REPLY: "回答询问",
    Act.CONFIRM: "确认解决了",
    Act.REOPEN: "重开",
    Act.RATE: "评价",
    Act.URGE: "催办",
    Act.WITHDRAW: "撤回",
    Act.ACCEPT: "受理",
    Act.ASSIGN: "定下经办人",
    Act.FIRST_CONTACT: "联系了反映人",
    Act.NOTE: "内部备注",
    Act.EVIDENCE: "线下办理",
    Act.CORRECT_TOPIC: "改正分派",
    Act.ASK: "请反映人补充",
    Act.EXTEND: "延期",
    Act.HAND_OVER: "转办",
    Act.PASS_UP: "上交",
    Act.SEND_BACK: "退回",
    Act.ANSWER: "答复",
    Act.LIST: "列入联席会议",
    Act.DECIDE: "联席会议决定",
    Act.ASK_FACTS: "向被反映的单位问情况",
    Act.GIVE_FACTS: "被反映的单位回了情况",
    Act.SCREEN: "看过照片",
    Act.CLIMB: "到期没有办，自动升级",
    Act.REMIND: "快到期了，提醒经办人",
    Act.OVERDUE: "已经超期",
    Act.RESUME: "等补充的时间到了，继续办",
    Act.SILENCE: "没有回音，按解决了办完",
}

# What is said once an act is done; `next` is the moment that comes next, with what is due then.
DONE: Mapping[Act, str] = {
    Act.ADD: "补充好了，经办人看得到。",
    Act.REPLY: "送到了，时钟接着走。",
    Act.CONFIRM: "办完了。以后又坏了，还能重开。",
    Act.REOPEN: "重开了，直接到{desk}。",
    Act.RATE: "评价收到了。",
    Act.URGE: "告诉经办人了，明天还没有动静可以再催。",
    Act.WITHDRAW: "撤回了，不再办。",
    Act.ACCEPT: "您来办。{next}。",
    Act.ASSIGN: "定好了，由{who}办。",
    Act.FIRST_CONTACT: "联系的事记好了。接下来{next}。",
    Act.NOTE: "备注记好了，居民看不到。",
    Act.EVIDENCE: "凭据记好了。",
    Act.CORRECT_TOPIC: "改好了，现在由{desk}办。",
    Act.ASK: "送去问了，等回答的时候时钟停着。",
    Act.EXTEND: "延好了，{next}。",
    Act.HAND_OVER: "交给{desk}了。",
    Act.PASS_UP: "交给{desk}了。",
    Act.SEND_BACK: "退给{desk}了。",
    Act.ANSWER: "答复发出去了，等居民确认。",
    Act.LIST: "列入议程了，请到的部门都通知了。",
    Act.DECIDE: "决定记好了，由{desk}牵头办。",
    Act.ASK_FACTS: "送去问了，对方只看到您写的这段话。",
    Act.SCREEN: "记好了。以后还可以再改。",
}

# The same steps as the reporter reads them in their own call.
TO_REPORTER: Mapping[Act, str] = {
    Act.RAISE: "您发出呼叫",
    Act.ADD: "您补充了",
    Act.REPLY: "您回答了",
    Act.CONFIRM: "您确认解决了",
    Act.REOPEN: "您重开了，到了{desk}",
    Act.RATE: "您评价了",
    Act.URGE: "您催了一次",
    Act.WITHDRAW: "您撤回了",
    Act.ACCEPT: "有人来办了",
    Act.FIRST_CONTACT: "联系了您",
    Act.EVIDENCE: "到现场看了",
    Act.ASK: "请您补充",
    Act.EXTEND: "要多用一些时间",
    Act.HAND_OVER: "转给了{desk}",
    Act.PASS_UP: "上交给了{desk}",
    Act.SEND_BACK: "退回给了{desk}",
    Act.ANSWER: "答复了",
    Act.DECIDE: "联席会议定了，由{desk}牵头办",
    Act.REMIND: "提醒您还没有回音",
    Act.SILENCE: "没有收到您的回音，按解决了办完",
}

# How a call left a level, as its path up is told.
LEFT: Mapping[Act, str] = {
    Act.PASS_UP: "上交",
    Act.CLIMB: "到期没办，自动升级",
    Act.REOPEN: "没解决，重开",
    Act.SEND_BACK: "退回",
    Act.DECIDE: "定了，交给部门办",
}

NEW, DOING, ASKED, ANSWERED, CLOSED = "new", "doing", "asked", "answered", "closed"
_AT_WORK = frozenset({NEW, DOING})
_BEFORE_ANSWER = frozenset({NEW, DOING, ASKED})
_OPEN = frozenset({NEW, DOING, ASKED, ANSWERED})

# Which acts a call takes in which state. One table; no ifs elsewhere.
ALLOWED: Mapping[Act, frozenset[str]] = {
    Act.ADD: _OPEN,
    Act.REPLY: frozenset({ASKED}),
    Act.CONFIRM: frozenset({ANSWERED}),
    Act.REOPEN: frozenset({ANSWERED, CLOSED}),
    Act.RATE: frozenset({ANSWERED, CLOSED}),
    Act.URGE: _AT_WORK,
    Act.WITHDRAW: _BEFORE_ANSWER,
    Act.ACCEPT: frozenset({NEW}),
    Act.ASSIGN: _BEFORE_ANSWER,
    Act.FIRST_CONTACT: _AT_WORK,
    Act.NOTE: _OPEN,
    Act.EVIDENCE: _BEFORE_ANSWER,
    Act.CORRECT_TOPIC: _AT_WORK,
    Act.ASK: _AT_WORK,
    Act.EXTEND: _AT_WORK,
    Act.HAND_OVER: _AT_WORK,
    Act.PASS_UP: _AT_WORK,
    Act.SEND_BACK: _AT_WORK,
    Act.ANSWER: _BEFORE_ANSWER,
    Act.LIST: _AT_WORK,
    Act.DECIDE: _AT_WORK,
    Act.ASK_FACTS: _BEFORE_ANSWER,
    Act.GIVE_FACTS: _BEFORE_ANSWER,
    Act.SCREEN: _OPEN | {CLOSED},  # a closed call stays on the board
}

STATUS_WORDS = {
    NEW: "还没有受理",
    DOING: "正在办",
    ASKED: "在等反映人补充",
    ANSWERED: "已经答复，在等反映人确认",
    CLOSED: "已经办完",
    "withdrawn": "已经撤回",
    "past": "是从别的系统导入的，结果不明",
}

REPORTER_ACTS = frozenset(
    {Act.ADD, Act.REPLY, Act.CONFIRM, Act.REOPEN, Act.RATE, Act.URGE, Act.WITHDRAW}
)
LEAD_ACTS = frozenset(
    {
        Act.ACCEPT,
        Act.ASSIGN,
        Act.FIRST_CONTACT,
        Act.NOTE,
        Act.EVIDENCE,
        Act.CORRECT_TOPIC,
        Act.ASK,
        Act.EXTEND,
        Act.HAND_OVER,
        Act.PASS_UP,
        Act.SEND_BACK,
        Act.ANSWER,
        Act.ASK_FACTS,
        Act.SCREEN,
    }
)
JOINT_ACTS = frozenset({Act.FIRST_CONTACT, Act.NOTE, Act.EVIDENCE, Act.SCREEN})
CONFERENCE_ACTS = frozenset({Act.LIST, Act.DECIDE})

TOP = 4


def forbidden(
    act: Act,
    *,
    status: str,
    level: int,
    sent_back: bool = False,
    extended: bool = False,
    listed: bool = False,
) -> str:
    """Why this act is not possible now, in words; "" when it is."""
    if status not in ALLOWED[act]:
        return f"这件呼叫{STATUS_WORDS[status]}，现在不能{WORDS[act]}。"
    if act is Act.PASS_UP and level >= TOP:
        return "已经在联席会议，没有更高一级了。"
    if act is Act.SEND_BACK and level <= 1:
        return "已经在社区，没有下一级可退。"
    if act is Act.SEND_BACK and level >= TOP:
        return "联席会议的件由会议决定交给谁办，不退回。"
    if act is Act.SEND_BACK and sent_back:
        return "这件呼叫退回过一次，不能再退。可以办理，或者上交。"
    if act is Act.EXTEND and extended:
        return "在这一级已经延过一次期，不能再延。"
    if act in CONFERENCE_ACTS and level < TOP:
        return "这件呼叫还没有到联席会议。"
    if act is Act.DECIDE and not listed:
        return "这件呼叫还没有列入哪一天的会议，请先列入。"
    return ""


def start_level(*, topic_starts_at: int, about_level: int | None, about_is_office: bool) -> int:
    """A complaint about an office starts one level above that office, else where its topic says."""
    if about_level is not None and about_is_office:
        return max(topic_starts_at, min(about_level + 1, TOP))
    return topic_starts_at


@dataclass(frozen=True)
class Stay:
    """How long a call lay on a level, in all, and how it left it last; "" while it is there."""

    seconds: float
    left: str


def stays(
    moves: Iterable[tuple[datetime, str, int, int]],
    *,
    raised_at: datetime,
    level: int,
    end: datetime,
) -> dict[int, Stay]:
    """Where a call lay, from its moves in order: (moment, act, from level, to level)."""
    found: dict[int, Stay] = {}
    since, here = raised_at, level
    for at, act, before, after_it in moves:
        if before == after_it:
            continue
        earlier = found[before].seconds if before in found else 0
        found[before] = Stay(earlier + (at - since).total_seconds(), LEFT.get(Act(act), ""))
        since, here = at, after_it
    earlier = found[here].seconds if here in found else 0
    found[here] = Stay(earlier + (end - since).total_seconds(), "")
    return found


# time ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """So many of a unit: hours, workhours or workdays."""

    amount: int
    unit: str


def after(calendar: Calendar, start: datetime, span: Span) -> Moment:
    """The moment `span` after `start`. Days count from the day after, to the close of business."""
    if span.unit == "workdays":
        return calendar.add_workdays(start, span.amount)
    if span.unit == "workhours":
        return calendar.add_workhours(start, span.amount)
    return calendar.add_hours(start, span.amount)


@dataclass(frozen=True)
class LevelClock:
    """The clock of one level: when it started, what it allows, how long it stood."""

    started: datetime
    contact: Span
    answer: Span
    extension: Span | None = None
    paused_minutes: int = 0

    def contact_due(self, calendar: Calendar) -> Moment:
        return self._shifted(calendar, after(calendar, self.started, self.contact), self.contact)

    def answer_due(self, calendar: Calendar) -> Moment:
        due = after(calendar, self.started, self.answer)
        if self.extension is not None:
            more = after(calendar, due.at, self.extension)
            due = Moment(more.at, due.provisional or more.provisional)
        return self._shifted(calendar, due, self.answer)

    def _shifted(self, calendar: Calendar, due: Moment, span: Span) -> Moment:
        """The time the clock stood is added: in working time, or as it passed where the span runs on."""
        if not self.paused_minutes:
            return due
        if span.unit == "hours":
            return Moment(due.at + timedelta(minutes=self.paused_minutes), due.provisional)
        more = calendar.add_workhours(due.at, Fraction(self.paused_minutes, 60))
        return Moment(more.at, due.provisional or more.provisional)


def remind_at(start: datetime, due: datetime) -> datetime:
    """When three quarters of the way have gone."""
    return start + (due - start) * 3 / 4


def pause_minutes(calendar: Calendar, span: Span, start: datetime, end: datetime) -> int:
    """How long the clock stood, in minutes of the kind of time that the answer's span is counted in."""
    if span.unit == "hours":
        return max(0, int((end - start).total_seconds() // 60))
    return max(0, int(calendar.workhours_between(start, end) * 60))
