"""What every act shares: lock the row, ask the table, write the step, tell those concerned."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from yihe.bodies.models import Seat
from yihe.bodies.queries import persons_at
from yihe.calendar.queries import calendar
from yihe.calls.actions.attaching import attach
from yihe.calls.models import (
    Audience,
    Call,
    DocketItem,
    Due,
    Placement,
    Status,
    Step,
    Visibility,
)
from yihe.calls.queries import clock_of
from yihe.calls.rules import WORDS, Act, Span, after, forbidden, remind_at
from yihe.files.actions import take
from yihe.outbox.actions import tell
from yihe.outbox.rules import EMERGENCY, NEWS, YOURS
from yihe.refusal import Refusal
from yihe.topics.models import Clock
from yihe.topics.queries import terms
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.trail.digests import digest, new_salt
from yihe.web.text import mask

LONGEST_TEXT = 20_000


def begin(call: Call, act: Act, *, version: int | None = None) -> Call:
    """The row, locked and fresh. Refuses what its state does not allow, and a page that is out of date."""
    # Locked alone, read afterwards: a join in the locking query would keep what the row pointed to
    # before the wait, and lose the row or its topic when somebody else moved the call meanwhile.
    Call.objects.select_for_update().values_list("pk").get(pk=call.pk)
    fresh = Call.objects.select_related(
        "topic", "compound", "community", "desk", "about", "intake"
    ).get(pk=call.pk)
    if version is not None and version != fresh.version:
        raise Refusal("这件呼叫刚才有人办过了。请先看最新的情况，再决定怎么办。")
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


def save(call: Call, *fields: str) -> None:
    call.version += 1
    call.save(update_fields=[*fields, "version"])


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
    files: Sequence[str] = (),
) -> Step:
    """One line of the timeline and its entry in the trail; the last thing every act does.

    `files` are keys of what the acting person has sent before: they belong to this step from now on.
    """
    taken = take(keys=files, person_id=acting.person_id, at=at) if files else []
    salt = new_salt() if text else ""
    moved = from_level is not None
    done = Step.objects.create(
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
    figures: dict[str, int | str] = {"level": call.level, "step": done.pk, **(numbers or {})}
    digests = {"text": digest(salt, text)} if text else {}
    if taken:
        attach(done, taken)
        figures["files"] = len(taken)
        for place, file in enumerate(
            taken, start=1
        ):  # by its own salt, which goes when it is erased
            digests[f"file_{place}"] = digest(file.salt, file.sha256)
    if to_desk_id is not None:
        figures["to_desk"] = to_desk_id
    if from_level is not None:
        figures["from_level"] = from_level
    record(
        acting=acting,
        act=f"call.{act.value}",
        on=("call", call.number),
        at=at,
        log=call.compound.code if call.compound else "",
        numbers=figures,
        kinds={"status": call.status, **(kinds or {})},
        digests=digests,
        published=published,
    )
    return done


# time ------------------------------------------------------------------------------------------


def start_clock(call: Call, at: datetime) -> None:
    """A new level begins: its own first contact, its own answer."""
    spans = terms(level=call.level, emergency=call.emergency, topic=call.topic)
    contact, answer = spans[Clock.CONTACT], spans[Clock.ANSWER]
    call.clock_from = at
    call.contact_amount, call.contact_unit = contact.amount, contact.unit
    call.answer_amount, call.answer_unit = answer.amount, answer.unit
    call.extended_amount = 0
    call.paused_minutes = 0
    call.paused_at = None
    call.contacted_at = None


def set_due(call: Call, at: datetime) -> None:
    """The moment that bites next while the desk works: first contact, then the answer."""
    clock = clock_of(call)
    if call.contacted_at is None:
        call.due_kind, moment = Due.CONTACT, clock.contact_due(calendar())
    else:
        call.due_kind, moment = Due.ANSWER, clock.answer_due(calendar())
    _set(call, moment.at, moment.provisional, at)


def set_wait(call: Call, kind: Due, clock: Clock, at: datetime) -> None:
    """The moment until which the reporter is waited for."""
    span = terms(level=call.level, emergency=False, topic=call.topic)[clock]
    moment = after(calendar(), at, Span(span.amount, span.unit))
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


def summary(call: Call) -> str:
    first = call.text.split("\n", 1)[0]
    first = mask(first) if call.visibility == Visibility.DESK else first
    return first if len(first) <= 24 else first[:24] + "……"


def tell_reporter(call: Call, title: str, *, at: datetime, body: str = "") -> None:
    """The reporter, or whoever wrote the call down for one without an account.

    Has that one left the post, then whoever sits in that body now.
    """
    urgency = YOURS if call.status in (Status.ASKED, Status.ANSWERED) else NEWS
    if call.reporter_id is not None:
        _tell(call, [call.reporter_id], title, body, at, urgency)
    elif call.raised_seat is not None:
        seat = call.raised_seat
        there = Seat.objects.filter(body_id=seat.body_id, until=None).order_by("pk")
        heirs = list(there.values_list("person_id", flat=True))
        _tell(call, [seat.person_id] if seat.until is None else heirs, title, body, at, urgency)


def tell_desks(call: Call, title: str, *, at: datetime, body: str = "") -> None:
    """The handler if there is one still, else everyone at the lead desk; and all at joint desks."""
    placed = Placement.objects.filter(call=call, until=None)
    leading = dict(placed.values_list("desk_id", "lead"))
    people = persons_at(leading)
    lead = {one for desk, group in people.items() if leading[desk] for one in group}
    joint = {one for desk, group in people.items() if not leading[desk] for one in group}
    handler = {person for person in lead if person == call.assignee_id}
    _tell(call, sorted((handler or lead) | joint), title, body, at, _for_hands(call))


def tell_bodies(
    call: Call, body_ids: Iterable[int], title: str, *, at: datetime, body: str = ""
) -> None:
    people = {person for group in persons_at(list(body_ids)).values() for person in group}
    _tell(call, sorted(people), title, body, at, _for_hands(call))


def _for_hands(call: Call) -> str:
    """Whoever handles has something to do; in an emergency at once."""
    return EMERGENCY if call.emergency else YOURS


def _tell(
    call: Call, persons: list[int], title: str, body: str, at: datetime, urgency: str
) -> None:
    """Whoever sits where a complaint is about hears nothing of it, unless it is their own."""
    if call.about_id is not None:
        there = Seat.objects.filter(body_id=call.about_id, until=None, person_id__in=persons)
        hidden = set(there.values_list("person_id", flat=True)) - {call.reporter_id}
        persons = [person for person in persons if person not in hidden]
    if call.visibility == Visibility.DESK:  # lies, perhaps, where the reporter is not known
        body = mask(body)
    tell(
        persons=persons,
        title=title,
        body=body or summary(call),
        link=reverse("calls:call", args=[call.number]),
        on=("call", call.number),
        at=at,
        urgency=urgency,
    )


def words_of(act: Act) -> str:
    return WORDS[act]


AT_WORK = (Status.NEW, Status.DOING)
