"""What the reporter does after raising a call."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from yihe.calls.actions.acts import (
    CLOCK_FIELDS,
    DUE_FIELDS,
    begin,
    clean_text,
    save,
    step,
    stop_clock,
    tell_desks,
    tell_reporter,
)
from yihe.calls.actions.handling import resume_clock
from yihe.calls.actions.hands import AT_ONCE, AtOnce
from yihe.calls.actions.moving import PLACE_FIELDS, place, raised_level
from yihe.calls.models import Audience, Call, Status, Way
from yihe.calls.rules import Act
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.web.text import bigrams
from yihe.web.whole import whole


@whole
def add_text(
    *, call: Call, text: str, acting: Acting, at: datetime, files: Sequence[str] = ()
) -> Call:
    """More to say while the call is open; what was said before stays."""
    call = begin(call, Act.ADD)
    text = clean_text(text, what="要补充的话")
    call.grams = sorted(set(call.grams) | set(bigrams(text)))
    save(call, "grams")
    step(
        call,
        Act.ADD,
        acting=acting,
        at=at,
        text=text,
        by_reporter=True,
        audience=Audience.REPORTER,
        files=files,
    )
    tell_desks(call, "反映人有补充", at=at, body=text[:200])
    return call


@whole
def reply(
    *, call: Call, text: str, acting: Acting, at: datetime, files: Sequence[str] = ()
) -> Call:
    """Answers the desk's question; the clock goes on."""
    call = begin(call, Act.REPLY)
    text = clean_text(text, what="您的回答")
    resume_clock(call, at)
    call.grams = sorted(set(call.grams) | set(bigrams(text)))
    save(call, "status", "grams", *CLOCK_FIELDS)
    step(
        call,
        Act.REPLY,
        acting=acting,
        at=at,
        text=text,
        by_reporter=True,
        audience=Audience.REPORTER,
        due_at=call.due_at,
        files=files,
    )
    tell_desks(call, "反映人回答了", at=at, body=text[:200])
    return call


def close(call: Call, *, how: str, at: datetime, hand: AtOnce = AT_ONCE) -> None:
    """The end of a call: no desk, no clock."""
    call.status = Status.CLOSED if how != "withdrawn" else Status.WITHDRAWN
    call.closed_at = at
    call.closed_how = how
    stop_clock(call)
    hand.leave(call, at)


CLOSE_FIELDS = ("status", "closed_at", "closed_how", *DUE_FIELDS)


@whole
def confirm(*, call: Call, acting: Acting, at: datetime) -> Call:
    call = begin(call, Act.CONFIRM)
    tell_desks(call, "反映人确认解决了", at=at)
    close(call, how="confirmed", at=at)
    save(call, *CLOSE_FIELDS)
    step(call, Act.CONFIRM, acting=acting, at=at, by_reporter=True)
    return call


@whole
def reopen(
    *, call: Call, reason: str, acting: Acting, at: datetime, files: Sequence[str] = ()
) -> Call:
    """Not solved: it goes one level higher, with the reporter's reason."""
    call = begin(call, Act.REOPEN)
    reason = clean_text(reason, what="哪里没解决")
    before = call.level
    level, desks = raised_level(call)
    call.reopened += 1
    call.closed_at = None
    call.closed_how = ""
    place(call, desks=desks, level=level, way=Way.REOPENED, at=at)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS, "reopened", "closed_at", "closed_how")
    step(
        call,
        Act.REOPEN,
        acting=acting,
        at=at,
        text=reason,
        by_reporter=True,
        audience=Audience.REPORTER,
        from_level=before,
        to_desk_id=call.desk_id,
        due_at=call.due_at,
        files=files,
    )
    tell_desks(call, "反映人说没解决，重开了", at=at, body=reason[:200])
    return call


@whole
def rate(*, call: Call, stars: int, acting: Acting, at: datetime, text: str = "") -> Call:
    """One to five; may be changed while the call can be rated, the trail keeps each."""
    call = begin(call, Act.RATE)
    if not 1 <= stars <= 5:
        raise Refusal("评价是 1 到 5 星。")
    call.stars = stars
    call.stars_text = clean_text(text, what="想说的话", longest=500) if text.strip() else ""
    save(call, "stars", "stars_text")
    step(
        call,
        Act.RATE,
        acting=acting,
        at=at,
        text=call.stars_text,
        by_reporter=True,
        audience=Audience.REPORTER,
        numbers={"stars": stars},
    )
    return call


@whole
def urge(*, call: Call, acting: Acting, at: datetime) -> Call:
    """Once a day is enough for a desk to notice."""
    call = begin(call, Act.URGE)
    if call.steps.filter(kind=Act.URGE.value, at__gt=at - timedelta(days=1)).exists():
        raise Refusal("今天已经催过一次，受理台看到了。明天还没有动静，可以再催。")
    call.urged += 1
    save(call, "urged")
    step(call, Act.URGE, acting=acting, at=at, by_reporter=True, audience=Audience.REPORTER)
    tell_desks(call, "反映人催办", at=at)
    return call


@whole
def withdraw(*, call: Call, acting: Acting, at: datetime) -> Call:
    """The reporter takes it back before it is answered. It stays on record, but not on the board."""
    call = begin(call, Act.WITHDRAW)
    tell_desks(call, "反映人撤回了呼叫", at=at)
    close(call, how="withdrawn", at=at)
    save(call, *CLOSE_FIELDS)
    step(call, Act.WITHDRAW, acting=acting, at=at, by_reporter=True, audience=Audience.REPORTER)
    return call


@whole
def close_in_silence(*, call: Call, acting: Acting, at: datetime, hand: AtOnce = AT_ONCE) -> Call:
    """No word within the set time after an answer: it counts as solved, and can still be reopened."""
    close(call, how="silence", at=at, hand=hand)
    save(call, *CLOSE_FIELDS, hand=hand)
    step(call, Act.SILENCE, acting=acting, at=at, hand=hand)
    tell_reporter(
        call,
        "没有收到您的回音，这件呼叫按解决了办完",
        at=at,
        body="没解决的话，可以随时重开。",
        hand=hand,
    )
    return call
