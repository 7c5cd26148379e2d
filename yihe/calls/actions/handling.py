"""What the desk does: take it up, ask, go and see, answer."""

from collections.abc import Sequence
from datetime import datetime

from yihe.accounts.models import User
from yihe.bodies.queries import persons_at
from yihe.calendar.queries import calendar
from yihe.calls.actions.acts import (
    CLOCK_FIELDS,
    DUE_FIELDS,
    begin,
    clean_text,
    save,
    set_due,
    set_wait,
    step,
    tell_desks,
    tell_reporter,
)
from yihe.calls.actions.hands import AT_ONCE, AtOnce
from yihe.calls.models import Audience, Call, Due, Nature, Status
from yihe.calls.queries import clock_of
from yihe.calls.rules import Act, pause_minutes
from yihe.refusal import Refusal
from yihe.topics.models import Clock
from yihe.topics.queries import terms
from yihe.trail.acting import Acting
from yihe.web.whole import whole

# Nobody has to go anywhere to answer a question, note a suggestion or pass on thanks.
ANSWERED_ON_PAPER = frozenset({Nature.QUESTION, Nature.SUGGESTION, Nature.THANKS})


@whole
def accept(*, call: Call, acting: Acting, at: datetime, version: int | None = None) -> Call:
    """Whoever takes it up becomes its handler."""
    call = begin(call, Act.ACCEPT, version=version)
    call.status = Status.DOING
    call.assignee_id = acting.person_id
    save(call, "status", "assignee")
    step(call, Act.ACCEPT, acting=acting, at=at, due_at=call.due_at)
    tell_reporter(call, f"{call.desk.name}受理了您的呼叫", at=at)
    return call


@whole
def assign(
    *, call: Call, person: User, acting: Acting, at: datetime, version: int | None = None
) -> Call:
    """To somebody who handles calls at the desk where it lies."""
    call = begin(call, Act.ASSIGN, version=version)
    if person.pk not in persons_at([call.desk_id]).get(call.desk_id, []):
        raise Refusal("这个人不在这个受理台，请另选。")
    if call.about is not None and call.about.seats.held(at).filter(person=person).exists():
        raise Refusal("这个人也在被投诉的单位任职，请另选。")
    call.assignee = person
    if call.status == Status.NEW:
        call.status = Status.DOING
    save(call, "assignee", "status")
    step(
        call,
        Act.ASSIGN,
        acting=acting,
        at=at,
        audience=Audience.HANDLERS,
        numbers={"assignee": person.pk},
    )
    if person.pk != acting.person_id:
        tell_desks(call, "有一件呼叫分给您办", at=at)
    return call


def minutes_since_raised(call: Call, at: datetime) -> int:
    """How much working time had gone."""
    return int(calendar().workhours_between(call.raised_at, at) * 60)


def _contacted(call: Call, at: datetime) -> None:
    """Somebody spoke with the reporter: from now on the answer's deadline is the one that bites."""
    if call.contact_minutes is None:
        call.contact_minutes = minutes_since_raised(call, at)
    if call.contacted_at is None:
        call.contacted_at = at
    if call.status == Status.NEW:
        call.status = Status.DOING


@whole
def first_contact(
    *, call: Call, acting: Acting, at: datetime, text: str = "", version: int | None = None
) -> Call:
    call = begin(call, Act.FIRST_CONTACT, version=version)
    if call.contacted_at is not None:
        raise Refusal("这一级已经联系过反映人了。再联系可以记在备注里。")
    text = clean_text(text, what="联系的情况", longest=2000) if text.strip() else ""
    missed = call.due_at
    _contacted(call, at)
    if call.assignee_id is None and acting.body_id == call.desk_id:
        call.assignee_id = acting.person_id
    set_due(call, at)
    save(call, "status", "assignee", "contacted_at", "contact_minutes", *DUE_FIELDS)
    step(
        call,
        Act.FIRST_CONTACT,
        acting=acting,
        at=at,
        text=text,
        audience=Audience.REPORTER,
        due_at=missed,
    )
    return call


@whole
def add_note(
    *,
    call: Call,
    text: str,
    acting: Acting,
    at: datetime,
    version: int | None = None,
    files: Sequence[str] = (),
) -> Call:
    """For desks only; those above read it too."""
    call = begin(call, Act.NOTE, version=version)
    text = clean_text(text, what="备注", longest=5000)
    save(call)
    step(call, Act.NOTE, acting=acting, at=at, text=text, audience=Audience.HANDLERS, files=files)
    return call


@whole
def add_evidence(
    *,
    call: Call,
    text: str,
    met_whom: str,
    met_at: datetime,
    acting: Acting,
    at: datetime,
    version: int | None = None,
    files: Sequence[str] = (),
) -> Call:
    """What was done off line: who met whom, when, and what came of it."""
    call = begin(call, Act.EVIDENCE, version=version)
    text = clean_text(text, what="做了什么", longest=5000)
    met_whom = clean_text(met_whom, what="见了谁", longest=120)
    if met_at > at:
        raise Refusal("见面的时间还没有到，请改成已经发生的时间。")
    if call.status == Status.NEW:
        call.status = Status.DOING
    save(call, "status")
    step(
        call,
        Act.EVIDENCE,
        acting=acting,
        at=at,
        text=text,
        met_whom=met_whom,
        met_at=met_at,
        audience=Audience.REPORTER,
        published=True,
        files=files,
    )
    return call


@whole
def ask(
    *,
    call: Call,
    text: str,
    acting: Acting,
    at: datetime,
    version: int | None = None,
    files: Sequence[str] = (),
) -> Call:
    """The clock stands while the reporter is asked, but not for ever."""
    call = begin(call, Act.ASK, version=version)
    text = clean_text(text, what="要问什么", longest=2000)
    _contacted(call, at)
    call.status = Status.ASKED
    call.paused_at = at
    set_wait(call, Due.ASKED, Clock.ASKED, at)
    save(call, "status", *CLOCK_FIELDS)
    step(
        call,
        Act.ASK,
        acting=acting,
        at=at,
        text=text,
        audience=Audience.REPORTER,
        due_at=call.due_at,
        files=files,
    )
    tell_reporter(call, f"{call.desk.name}有一个问题问您", at=at, body=text[:200])
    return call


def resume_clock(call: Call, at: datetime, hand: AtOnce = AT_ONCE) -> None:
    """The clock goes on; the time it stood is added to the answer's deadline."""
    if call.paused_at is not None:
        span = clock_of(call).answer
        call.paused_minutes += pause_minutes(hand.calendar(), span, call.paused_at, at)
        call.paused_at = None
    call.status = Status.DOING
    set_due(call, at, hand)


@whole
def extend(
    *, call: Call, reason: str, acting: Acting, at: datetime, version: int | None = None
) -> Call:
    """Once on each level, with a reason that the reporter reads, and never after the deadline."""
    call = begin(call, Act.EXTEND, version=version)
    reason = clean_text(reason, what="延期的原因", longest=1000)
    if call.contacted_at is None:
        raise Refusal("请先联系反映人，再说延期。")
    if call.due_at is not None and call.due_at < at:
        raise Refusal("已经超期，不能再延。请尽快答复或者上交。")
    span = terms(level=call.level, emergency=call.emergency, topic=call.topic)[Clock.EXTENSION]
    call.extended_amount, call.extended_unit = span.amount, span.unit
    set_due(call, at)
    if call.status == Status.NEW:
        call.status = Status.DOING
    save(call, "status", "extended_amount", "extended_unit", *DUE_FIELDS)
    step(call, Act.EXTEND, acting=acting, at=at, text=reason, due_at=call.due_at)
    tell_reporter(call, f"{call.desk.name}要多用一些时间", at=at, body=reason[:200])
    return call


@whole
def answer(
    *,
    call: Call,
    text: str,
    acting: Acting,
    at: datetime,
    evidence: str = "",
    met_whom: str = "",
    met_at: datetime | None = None,
    version: int | None = None,
    files: Sequence[str] = (),
) -> Call:
    """Answered online, after it was handled off line: without a record of that there is no answer.

    A sent answer is never changed; a second one is added.
    """
    call = begin(call, Act.ANSWER, version=version)
    text = clean_text(text, what="答复")
    if evidence.strip():
        add_evidence(
            call=call,
            text=evidence,
            met_whom=met_whom or "见答复",
            met_at=met_at or at,
            acting=acting,
            at=at,
        )
        call = begin(call, Act.ANSWER)
    elif call.nature not in ANSWERED_ON_PAPER and not _has_evidence(call):
        raise Refusal("答复前请先记一条线下办理：见了谁、什么时候、做了什么。")
    resume_clock(call, at)
    _contacted(call, at)
    set_due(call, at)
    in_time = (call.due_at is None or at <= call.due_at) and not _missed(call)
    call.status = Status.ANSWERED
    call.answered_at = at
    call.answered_in_time = in_time
    if call.answer_minutes is None:
        call.answer_minutes = minutes_since_raised(call, at)
    if call.assignee_id is None:
        call.assignee_id = acting.person_id
    set_wait(call, Due.SILENCE, Clock.SILENCE, at)
    ended = ("answered_at", "answered_in_time", "answer_minutes")
    save(call, "status", "assignee", *ended, *CLOCK_FIELDS)
    step(
        call,
        Act.ANSWER,
        acting=acting,
        at=at,
        text=text,
        due_at=call.due_at,
        published=True,
        numbers={"in_time": int(in_time)},
        files=files,
    )
    tell_reporter(call, f"{call.desk.name}答复了，请您看看解决没有", at=at, body=text[:200])
    return call


def _missed(call: Call) -> bool:
    """Whether a deadline passed on whatever level: a call that climbed for it is late for good."""
    return call.steps.filter(kind__in=(Act.CLIMB.value, Act.OVERDUE.value)).exists()


def _has_evidence(call: Call) -> bool:
    return call.steps.filter(kind=Act.EVIDENCE.value).exists()
