"""What every act shares: lock the row, ask the table, write the step, tell those concerned."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from yihe.calls.actions.hands import AT_ONCE, AtOnce, Draft
from yihe.calls.actions.telling import Telling
from yihe.calls.models import Audience, Call, DocketItem, Due, Placement, Status, Step
from yihe.calls.queries import clock_of
from yihe.calls.rules import WORDS, Act, Span, after, forbidden, remind_at
from yihe.files.actions import take
from yihe.outbox.rules import EMERGENCY, NEWS, YOURS
from yihe.refusal import Refusal
from yihe.topics.models import Clock
from yihe.trail.acting import Acting
from yihe.trail.actions import drafted
from yihe.trail.digests import digest, new_salt

LONGEST_TEXT = 20_000


def begin(call: Call, act: Act, *, version: int | None = None) -> Call:
    """The row, locked and fresh. Refuses what its state does not allow, and a page that is out of date."""
    fresh = call if call.held else _held(call)
    fresh.held = False  # for one act
    if version is not None and version != fresh.version:
        raise Refusal("这件呼叫刚才有人办过了。请先看最新的情况，再决定怎么办。")
    if fresh.expired:
        raise Refusal("这件呼叫过了保存期限，只留下经过，不能再办。还有事，请重新呼叫。")
    listed = act is Act.DECIDE and DocketItem.objects.filter(call=fresh, decided_at=None).exists()
    why_not = forbidden(
        act,
        status=fresh.status,
        level=fresh.level,
        sent_back=fresh.sent_back,
        extended=bool(fresh.extended_amount),
        listed=listed,
    )
    if why_not:
        raise Refusal(why_not)
    return fresh


def _held(call: Call) -> Call:
    """Locked alone, read afterwards: a join in the locking query would keep what the row pointed to
    before the wait, and lose the row or its topic when somebody else moved the call meanwhile."""
    Call.objects.select_for_update().values_list("pk").get(pk=call.pk)
    return Call.objects.select_related(
        "topic", "compound", "community", "desk", "about", "intake"
    ).get(pk=call.pk)


def clean_text(text: str, *, what: str, longest: int = LONGEST_TEXT) -> str:
    """The text as it was written, or a clear refusal. Only what no database can hold is refused."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise Refusal(f"请写一写{what}。")
    if len(text) > longest:
        raise Refusal(f"{what}最多 {longest} 字，现在有 {len(text)} 字。")
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Refusal(f"{what}里有存不下的字符，请删掉以后再发。")
    return text


def save(call: Call, *fields: str, hand: AtOnce = AT_ONCE) -> None:
    call.version += 1
    hand.save(call, [*fields, "version"])


def step(
    call: Call,
    act: Act,
    *,
    acting: Acting,
    at: datetime,
    text: str = "",
    audience: Audience = Audience.EVERYONE,
    by_reporter: bool = False,
    from_level: int | None = None,
    to_desk_id: int | None = None,
    met_whom: str = "",
    met_at: datetime | None = None,
    due_at: datetime | None = None,
    topics: tuple[int | None, int | None] = (None, None),
    published: bool = False,
    numbers: dict[str, int | str] | None = None,
    kinds: dict[str, str] | None = None,
    beside: Sequence[Placement] = (),
    hand: AtOnce = AT_ONCE,
    files: Sequence[str] = (),
) -> None:
    """One line of the timeline and its entry in the trail; the last thing every act does.

    `beside`: where the call lies from now on, written with it. `files` are keys of what the acting person
    has sent before: they belong to this step from now on.
    """
    taken = take(keys=files, person_id=acting.person_id, at=at) if files else []
    salt = new_salt() if text else ""
    moved = from_level is not None
    line = Step(
        call=call,
        kind=act.value,
        at=at,
        person_id=acting.person_id,
        by_reporter=by_reporter,
        desk_id=acting.body_id if acting.kind == "seat" else None,
        words="反映人" if by_reporter else acting.words,
        from_level=from_level,
        to_level=call.level if moved else None,
        to_desk_id=to_desk_id,
        text=text,
        salt=salt,
        met_whom=met_whom,
        met_at=met_at,
        due_at=due_at,
        audience=audience,
        from_topic_id=topics[0],
        to_topic_id=topics[1],
    )
    figures: dict[str, int | str] = {"level": call.level, **(numbers or {})}
    digests = {"text": digest(salt, text)} if text else {}
    if taken:  # each by its own salt, which goes when it is erased
        figures["files"] = len(taken)
        digests |= {
            f"file_{place}": digest(file.salt, file.sha256)
            for place, file in enumerate(taken, start=1)
        }
    if to_desk_id is not None:
        figures["to_desk"] = to_desk_id
    if from_level is not None:
        figures["from_level"] = from_level
    entry = drafted(
        acting=acting,
        act=f"call.{act.value}",
        on=("call", call.number),
        at=at,
        numbers=figures,
        kinds={"status": call.status, **(kinds or {})},
        digests=digests,
        published=published,
    )
    log = call.compound.code if call.compound else ""
    hand.step(Draft(line, entry, log, beside, tuple(taken)))


# time ------------------------------------------------------------------------------------------


def start_clock(call: Call, at: datetime, hand: AtOnce = AT_ONCE) -> None:
    """A new level begins: its own first contact, its own answer."""
    spans = hand.terms(level=call.level, emergency=call.emergency, topic=call.topic)
    contact, answer = spans[Clock.CONTACT], spans[Clock.ANSWER]
    call.clock_from = at
    call.contact_amount, call.contact_unit = contact.amount, contact.unit
    call.answer_amount, call.answer_unit = answer.amount, answer.unit
    call.extended_amount = 0
    call.paused_minutes = 0
    call.paused_at = None
    call.contacted_at = None


def set_due(call: Call, at: datetime, hand: AtOnce = AT_ONCE) -> None:
    """The moment that bites next while the desk works: first contact, then the answer."""
    clock = clock_of(call)
    if call.contacted_at is None:
        call.due_kind, moment = Due.CONTACT, clock.contact_due(hand.calendar())
    else:
        call.due_kind, moment = Due.ANSWER, clock.answer_due(hand.calendar())
    _set(call, moment.at, moment.provisional, at)


def set_wait(call: Call, kind: Due, clock: Clock, at: datetime, hand: AtOnce = AT_ONCE) -> None:
    """The moment until which the reporter is waited for."""
    span = hand.terms(level=call.level, emergency=False, topic=call.topic)[clock]
    moment = after(hand.calendar(), at, Span(span.amount, span.unit))
    call.due_kind = kind
    _set(call, moment.at, moment.provisional, at)


def _set(call: Call, due: datetime, provisional: bool, at: datetime) -> None:
    call.due_at = due
    call.due_provisional = provisional
    call.wake_at = max(remind_at(at, due), at) if due > at else due


def stop_clock(call: Call) -> None:
    call.due_kind, call.due_at, call.due_provisional, call.wake_at = "", None, False, None


CLOCK_FIELDS = (
    "clock_from",
    "contact_amount",
    "contact_unit",
    "answer_amount",
    "answer_unit",
    "extended_amount",
    "extended_unit",
    "paused_minutes",
    "paused_at",
    "contacted_at",
    "contact_minutes",
    "due_kind",
    "due_at",
    "due_provisional",
    "wake_at",
    "failures",
)
DUE_FIELDS = ("due_kind", "due_at", "due_provisional", "wake_at", "failures")


# messages --------------------------------------------------------------------------------------


def tell_reporter(
    call: Call, title: str, *, at: datetime, body: str = "", hand: AtOnce = AT_ONCE
) -> None:
    """The reporter, or whoever wrote the call down for one without an account.

    Has that one left the post, then whoever sits in that body now.
    """
    urgency = YOURS if call.status in (Status.ASKED, Status.ANSWERED) else NEWS
    if call.reporter_id is not None:
        hand.tell(Telling(call, title, body, at, urgency, persons=(call.reporter_id,)))
    elif call.raised_seat is not None:
        seat = call.raised_seat
        if seat.held(at):
            hand.tell(Telling(call, title, body, at, urgency, persons=(seat.person_id,)))
        else:
            hand.tell(Telling(call, title, body, at, urgency, sitting_in=seat.body_id))


def tell_desks(
    call: Call, title: str, *, at: datetime, body: str = "", hand: AtOnce = AT_ONCE
) -> None:
    """Who has the call in hand: its handler or the lead desk, and all at joint desks."""
    hand.tell(Telling(call, title, body, at, _for_hands(call), in_hand=True))


def tell_bodies(
    call: Call,
    body_ids: Iterable[int],
    title: str,
    *,
    at: datetime,
    body: str = "",
    hand: AtOnce = AT_ONCE,
) -> None:
    hand.tell(Telling(call, title, body, at, _for_hands(call), at_bodies=frozenset(body_ids)))


def _for_hands(call: Call) -> str:
    """Whoever handles has something to do; in an emergency at once."""
    return EMERGENCY if call.emergency else YOURS


def words_of(act: Act) -> str:
    return WORDS[act]


AT_WORK = (Status.NEW, Status.DOING)
