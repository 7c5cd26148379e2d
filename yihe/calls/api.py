"""`/api/v1/`: calls for programs. The same access, acts and refusals as the pages.

Every write may carry `Idempotency-Key`: the same key and body give the same answer again, the same
key with another body is refused (422). `X-Seat` names the seat that acts.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Header, Path, Query, Router, Schema, Status
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field

from yihe.accounts.actions import touch_token
from yihe.accounts.models import User
from yihe.accounts.queries import person_by_phone, token_for
from yihe.bodies.capacities import Capacity, capacities
from yihe.bodies.models import Body
from yihe.bodies.queries import bodies_over, desks_over, handlers
from yihe.calls import actions
from yihe.calls.access import (
    Seen,
    call_for,
    found_by,
    may_handle,
    may_raise,
    may_raise_for_others,
    seen_as,
    visible,
)
from yihe.calls.models import OPEN, Call, Channel, Replay, Visibility
from yihe.calls.queries import at_desk, listed
from yihe.calls.rules import REPORTER_ACTS, TOP, Act
from yihe.calls.views.acts import do
from yihe.places.models import Compound
from yihe.places.queries import compounds as compounds_of
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.topics.queries import tree
from yihe.trail.acting import Acting

LongText = Annotated[str, Field(max_length=20_000)]
Files = Annotated[list[Any], Field(max_length=20)]


class Problem(Exception):  # noqa: N818  RFC 9457 names it so
    """An answer that is a problem: status, title, detail in words."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


class ProblemOut(Schema):
    """RFC 9457 problem details, as `application/problem+json`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = token_for(token) if token.isascii() and len(token) < 200 else None
        if found is None:
            return None
        touch_token(token=found, at=timezone.now())
        request.user = found.user
        return found.user


class In(Schema):
    """What comes in: a part that nobody knows is refused, never dropped."""

    model_config = ConfigDict(extra="forbid")


REFUSED = dict.fromkeys((400, 401, 404, 409, 413, 422), ProblemOut)
router = Router(auth=Bearer())


class CompoundOut(Schema):
    code: str
    name: str
    kind: str
    stage: str
    community: str


class TopicOut(Schema):
    code: str
    name: str
    parent: str | None
    depth: int
    emergency: bool


class CompoundsOut(Schema):
    items: list[CompoundOut]
    next: str | None = None


class TopicsOut(Schema):
    items: list[TopicOut]
    next: str | None = None


class DeskOut(Schema):
    """A desk: what `hand_over` takes as `desk`, by id or by its exact name."""

    id: int
    name: str
    level: Literal["1", "2", "3", "conference"]


class DesksOut(Schema):
    items: list[DeskOut]
    next: str | None = None


class PersonOut(Schema):
    """Who handles calls at a desk: what `assign` takes as `person`."""

    id: int
    name: str
    post: str


class PeopleOut(Schema):
    items: list[PersonOut]
    next: str | None = None


class CallIn(In):
    """A call to be raised; `on_behalf_of` is the phone number or the name of whom it is for.

    `files` is for photographs, which come later: for now it stays empty.
    """

    compound: Annotated[str, Field(max_length=40)]
    text: LongText
    topic: Annotated[str, Field(max_length=40)] | None = None
    spot: Annotated[str, Field(max_length=80)] | None = None
    visibility: Literal["compound", "handlers", "desk"] = "compound"
    on_behalf_of: Annotated[str, Field(max_length=30)] | None = None
    about: Annotated[int, Field(ge=1, le=2**31)] | None = None
    files: Files = []


class CallOut(Schema):
    """A call in brief; moments are ISO 8601 with offset, `level` is 1, 2, 3 or conference."""

    number: str
    status: Literal["new", "doing", "asked", "answered", "closed", "withdrawn"]
    level: Literal["1", "2", "3", "conference"]
    desk: str
    desk_id: int
    due_at: datetime | None
    due_provisional: bool
    url: str


class StepOut(Schema):
    kind: str
    at: datetime
    by: str
    text: str
    to_level: int | None


class CallFull(CallOut):
    compound: str | None
    text: str
    topic: str | None
    visibility: str
    raised_at: datetime
    version: int
    stars: int | None
    steps: list[StepOut]


class CallsOut(Schema):
    items: list[CallOut]
    next: str | None


def _level(level: int | None) -> str:
    return "conference" if level == TOP else str(level)


def _brief(call: Call) -> dict[str, Any]:
    return {
        "number": call.number,
        "status": call.status,
        "level": _level(call.level),
        "desk": call.desk.name,
        "desk_id": call.desk_id,
        "due_at": timezone.localtime(call.due_at) if call.due_at else None,
        "due_provisional": call.due_provisional,
        "url": reverse("calls:call", args=[call.number]),
    }


def _full(seen: Seen) -> dict[str, Any]:
    call = seen.call
    steps = call.steps.filter(audience__in=seen.audiences).order_by("id")
    return {
        **_brief(call),
        "compound": call.compound.code if call.compound else None,
        "text": seen.shown(call.text),
        "topic": call.topic.code if call.topic else None,
        "visibility": call.visibility,
        "raised_at": timezone.localtime(call.raised_at),
        "version": call.version,
        "stars": call.stars if seen.inside or seen.as_reporter else None,
        "steps": [
            {
                "kind": step.kind,
                "at": timezone.localtime(step.at),
                "by": step.words,
                "text": seen.shown(step.text),
                "to_level": step.to_level,
            }
            for step in steps
        ],
    }


# who acts --------------------------------------------------------------------------------------


def _chosen(request: HttpRequest, seat: str | None) -> tuple[list[Capacity], Capacity | None]:
    known = capacities(_person(request))
    if not seat:
        return known, None
    for capacity in known:
        if str(capacity.acting.seat_id) == seat:
            return known, capacity
    raise Problem(409, "您没有这个任职。", seats=_seats(known))


def _seats(known: list[Capacity]) -> list[dict[str, Any]]:
    return [
        {"seat": one.acting.seat_id, "words": one.acting.words}
        for one in known
        if one.acting.seat_id is not None
    ]


def _person(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # noqa: S101  Bearer put them there
    return person


def _nobody(request: HttpRequest) -> Acting:
    return Acting(request.user.pk, "visitor", None, "访客", ())


def _to_read(request: HttpRequest, number: str, seat: str | None) -> tuple[Seen, Acting]:
    """The call in the first capacity that sees it."""
    known, chosen = _chosen(request, seat)
    for acting in [chosen.acting] if chosen else [*(one.acting for one in known), _nobody(request)]:
        try:
            return call_for(acting, number), acting
        except Http404:
            continue
    raise Problem(404, "没有这件呼叫。")


def _to_act(request: HttpRequest, number: str, act: Act, seat: str | None) -> tuple[Seen, Acting]:
    """The call in the one capacity that may do this.

    Of several seats the one at the call's own desk acts; is there none, or more than one: 409
    naming the seats that may. A reporter acts as such, whatever seats they hold.
    """
    known, chosen = _chosen(request, seat)
    call = _to_read(request, number, seat)[0].call
    able = []
    for acting in [chosen.acting] if chosen else [*(one.acting for one in known), _nobody(request)]:
        if not visible(acting).filter(pk=call.pk).exists():
            continue
        seen = seen_as(call, acting)
        if act in seen.may:
            able.append((seen, acting))
    if not able:
        raise Problem(404, "没有这件呼叫，或者这件事不由您来办。")
    if len(able) == 1 or act in REPORTER_ACTS:
        return able[0]
    here = [one for one in able if one[1].body_id == call.desk_id]
    if len(here) == 1:
        return here[0]
    may = {acting.seat_id for _, acting in able}
    raise Problem(
        409,
        "您有几个任职都能办，请用 X-Seat 选一个。",
        seats=_seats([one for one in known if one.acting.seat_id in may]),
    )


# doing once ------------------------------------------------------------------------------------


def _replayed(request: HttpRequest, key: str | None) -> dict[str, Any] | None:
    """The answer that the same request was given before; 422 when the key came with another body."""
    if not key:
        return None
    before = Replay.objects.filter(person_id=request.user.pk, key=f"api:{key}").first()
    if before is None:
        return None
    if before.body_digest != _digest(request):
        raise Problem(422, "这个 Idempotency-Key 已经用在另一个请求上了。")
    answer: dict[str, Any] = before.answer
    return answer


def _digest(request: HttpRequest) -> str:
    told = f"{request.path}\n{request.headers.get('X-Seat', '')}\n"
    return hashlib.sha256(told.encode("utf-8", "replace") + request.body).hexdigest()


def _one_at_a_time(request: HttpRequest, key: str | None) -> None:
    """The same key sent again while the first still runs waits for its answer."""
    if key:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"{request.user.pk}:{key}"],
            )


def _keep(request: HttpRequest, key: str | None, status: int, answer: dict[str, Any]) -> None:
    if key:
        Replay.objects.create(
            person_id=int(str(request.user.pk)),
            key=f"api:{key}",
            body_digest=_digest(request),
            status=status,
            answer={**answer, "due_at": answer["due_at"].isoformat() if answer["due_at"] else None},
            at=timezone.now(),
        )


VISIBLE = r"^[ -~]+$"  # ASCII as one can see it; a header holds nothing else
Key = Annotated[str | None, Header(None, alias="Idempotency-Key", max_length=100, pattern=VISIBLE)]
Seat = Annotated[str | None, Header(None, alias="X-Seat", max_length=20, pattern=VISIBLE)]


# reading ---------------------------------------------------------------------------------------


@router.get("/compounds", response={200: CompoundsOut, **REFUSED}, tags=["places"])
def compounds(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=60)] = "",
    cursor: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The compounds that this person lives in or answers for, in the order of their codes."""
    scopes = [scope for one in capacities(_person(request)) for scope in one.acting.scopes]
    everywhere = replace(_nobody(request), scopes=tuple(scopes))
    found = compounds_of(everywhere).filter(name__icontains=_clean(q)).order_by("code")
    if cursor:
        found = found.filter(code__gt=_clean(cursor))
    rows = list(found[: limit + 1])
    return {
        "items": [
            {
                "code": compound.code,
                "name": compound.name,
                "kind": compound.kind,
                "stage": compound.stage,
                "community": compound.community.name,
            }
            for compound in rows[:limit]
        ],
        "next": rows[limit - 1].code if len(rows) > limit else None,
    }


@router.get("/topics", response={200: TopicsOut, 401: ProblemOut}, tags=["topics"])
def topics(request: HttpRequest) -> dict[str, Any]:
    """The catalogue in use."""
    return {
        "items": [
            {
                "code": topic.code,
                "name": topic.name,
                "parent": topic.parent.code if topic.parent else None,
                "depth": topic.depth,
                "emergency": topic.emergency,
            }
            for topic in tree()
        ],
        "next": None,
    }


@router.get("/calls", response={200: CallsOut, **REFUSED}, tags=["calls"])
def calls(
    request: HttpRequest,
    x_seat: Seat = None,
    desk: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    state: Annotated[Literal["open", "closed", ""], Query()] = "",
    topic: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Calls that this person sees, newest first: in the chosen capacity, else in the one at `desk`,
    else in the first."""
    known, chosen = _chosen(request, x_seat)
    if chosen is None:
        chosen = next((one for one in known if desk and one.acting.body_id == desk), None)
    acting = chosen.acting if chosen else known[0].acting if known else _nobody(request)
    found = found_by(acting, _clean(q))
    if desk is not None:
        found = at_desk(found, desk)
    if state == "open":
        found = found.filter(status__in=OPEN)
    elif state == "closed":
        found = found.exclude(status__in=OPEN)
    if topic:
        found = found.filter(topic__code=_clean(topic))
    if cursor is not None:
        found = found.filter(pk__lt=cursor)
    rows = list(listed(found).order_by("-pk")[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [_brief(call) for call in rows[:limit]],
        "next": str(rows[limit - 1].pk) if more else None,
    }


@router.get("/calls/{number}", response={200: CallFull, **REFUSED}, tags=["calls"])
def one_call(request: HttpRequest, number: str, x_seat: Seat = None) -> dict[str, Any]:
    """One call with its history, as far as this person sees it."""
    seen, _ = _to_read(request, _clean(number), x_seat)
    return _full(seen)


@router.get("/desks", response={200: DesksOut, **REFUSED}, tags=["calls"])
def desks(
    request: HttpRequest, call: Annotated[str, Query(max_length=20)], x_seat: Seat = None
) -> dict[str, Any]:
    """The desks to which this call can be handed over now, for whoever may do so."""
    seen, _ = _to_act(request, _clean(call), Act.HAND_OVER, x_seat)
    return {
        "items": [
            {"id": desk.pk, "name": desk.name, "level": _level(desk.level)}
            for desk in _others(seen.call)
        ],
        "next": None,
    }


def _others(call: Call) -> list[Body]:
    """The desks of the call's level, but for where it lies and whom it complains about."""
    away = (call.desk_id, call.about_id)
    return [
        desk for desk in desks_over(call.path) if desk.level == call.level and desk.pk not in away
    ]


@router.get("/desks/{desk}/people", response={200: PeopleOut, **REFUSED}, tags=["calls"])
def people_at_a_desk(
    request: HttpRequest, desk: Annotated[int, Path(ge=1, le=2**31)]
) -> dict[str, Any]:
    """Who handles calls at a desk at which one sits oneself."""
    if not any(
        may_handle(one.acting) and one.acting.body_id == desk
        for one in capacities(_person(request))
    ):
        raise Problem(404, "没有这个受理台，或者您不在这个受理台。")
    return {
        "items": [
            {"id": seat.person_id, "name": seat.person.name, "post": seat.get_post_display()}
            for seat in handlers(desk)
        ],
        "next": None,
    }


def _clean(text: str) -> str:
    """What no database can hold is not there to be found."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


# acting ----------------------------------------------------------------------------------------


@router.post("/calls", response={201: CallOut, **REFUSED}, tags=["calls"])
def raise_a_call(request: HttpRequest, body: CallIn, key: Key = None, x_seat: Seat = None) -> Any:
    """Raise a call from one's home, through a seat, or for somebody else."""
    with transaction.atomic():
        _one_at_a_time(request, key)
        if (before := _replayed(request, key)) is not None:
            return Status(201, before)
        return Status(201, _raise(request, body, key, x_seat))


def _raise(request: HttpRequest, body: CallIn, key: str | None, x_seat: str | None) -> Any:
    _no_files(body.files)
    acting, compound = _where(request, body, x_seat)
    topic = None
    if body.topic:
        topic = Topic.objects.filter(code=_clean(body.topic), active=True).first()
        if topic is None:
            raise Problem(422, "没有这个类别。")
    about = bodies_over(compound.path).filter(pk=body.about).first() if body.about else None
    if body.about and about is None:
        raise Problem(422, "没有这个单位。")
    reporter, name, phone = _reporter(request, acting, body.on_behalf_of)
    call = actions.raise_call(
        acting=acting,
        at=timezone.now(),
        text=body.text,
        compound=compound,
        spot=_clean(body.spot or ""),
        topic=topic,
        visibility=Visibility(body.visibility),
        channel=Channel.API,
        about=about,
        reporter=reporter,
        contact_name=name,
        contact_phone=phone,
    )
    answer = _brief(call)
    _keep(request, key, 201, answer)
    return answer


def _where(request: HttpRequest, body: CallIn, x_seat: str | None) -> tuple[Acting, Compound]:
    """The compound, and the first capacity that may raise a call there."""
    known, chosen = _chosen(request, x_seat)
    there = [
        (one.acting, compound)
        for one in ([chosen] if chosen else known)
        for compound in compounds_of(one.acting).filter(code=_clean(body.compound))
    ]
    if not there:
        raise Problem(404, "没有这个小区，或者您不在这个小区。")
    able = [one for one in there if may_raise(one[0])]
    if not able:
        raise Problem(409, f"“{there[0][0].words}”这个身份不发呼叫。请用住处，或者别的任职。")
    if body.on_behalf_of:
        able.sort(key=lambda one: not may_raise_for_others(one[0]))
    return able[0]


def _no_files(files: list[Any]) -> None:
    if files:
        raise Problem(422, "照片现在还不能发，以后会有。这一次没有办，请去掉 files 再发。")


def _reporter(
    request: HttpRequest, acting: Acting, behalf: str | None
) -> tuple[User | None, str, str]:
    behalf = _clean(behalf or "").strip()
    if not behalf:
        return _person(request), "", ""
    if not may_raise_for_others(acting):
        raise Problem(409, "替别人登记要由楼栋长、支部或受理台的经办人来做。")
    if behalf.isdigit():
        known = person_by_phone(behalf)
        return (known, "", "") if known else (None, "", behalf[:20])
    return None, behalf, ""


class ActIn(In):
    """What an act needs; see the list of acts in the description of the address."""

    text: LongText = ""
    reason: LongText = ""
    evidence: LongText = ""
    files: Files = []
    desk: Annotated[int, Field(ge=1, le=2**31)] | Annotated[str, Field(max_length=60)] | None = None
    person: Annotated[int | None, Field(ge=1, le=2**31)] = None
    topic: Annotated[str, Field(max_length=40)] = ""
    stars: Annotated[int | None, Field(ge=1, le=5)] = None
    version: Annotated[int | None, Field(ge=1, le=2**31)] = None


ActName = Literal[
    "accept", "assign", "first_contact", "note", "correct_topic", "ask", "reply", "extend",
    "hand_over", "pass_up", "send_back", "answer", "confirm", "reopen", "rate", "urge", "withdraw",
]  # fmt: skip
TAKES: dict[str, tuple[str, ...]] = {
    "first_contact": ("text",),
    "note": ("text",),
    "ask": ("text",),
    "reply": ("text",),
    "answer": ("text", "evidence"),
    "extend": ("reason",),
    "pass_up": ("reason",),
    "send_back": ("reason",),
    "reopen": ("reason",),
    "hand_over": ("desk", "reason"),
    "assign": ("person",),
    "correct_topic": ("topic",),
    "rate": ("stars", "text"),
}


def _values(call: Call, name: str, body: ActIn) -> dict[str, Any]:
    """What the act is given, each part as the act wants it."""
    _no_files(body.files)
    sent = body.dict(exclude={"files", "version"})
    takes = TAKES.get(name, ())
    for part, value in sent.items():
        if value and part not in takes:
            raise Problem(422, f"{name} 用不到 {part}，这一次没有办。请去掉再发。")
    values = {part: sent[part] for part in takes}
    if "desk" in values:
        values["desk"] = _desk(call, body.desk)
    if "person" in values:
        values["person"] = User.objects.filter(pk=body.person or 0).first()
        if values["person"] is None:
            raise Problem(422, "没有这个人。")
    if "topic" in values:
        values["topic"] = Topic.objects.filter(code=_clean(body.topic)).first()
        if values["topic"] is None:
            raise Problem(422, "没有这个类别。")
    if "stars" in values and body.stars is None:
        raise Problem(422, "评价要有 1 到 5 星。")
    return values


def _desk(call: Call, told: int | str | None) -> Body:
    """By id, or by its exact name among those that the call can go to."""
    if isinstance(told, str):
        named = [desk for desk in _others(call) if desk.name == _clean(told).strip()]
        if len(named) > 1:
            raise Problem(422, "有几个受理台叫这个名字，请用编号，见 /api/v1/desks?call=。")
        found = named[0] if named else None
    else:
        found = Body.objects.filter(pk=told or 0).first()
    if found is None:
        raise Problem(422, "没有这个受理台。能转给谁，见 /api/v1/desks?call=。")
    return found


@router.post("/calls/{number}/{act}", response={200: CallOut, **REFUSED}, tags=["calls"])
def act_on_a_call(
    request: HttpRequest,
    number: str,
    act: ActName,
    body: ActIn | None = None,
    key: Key = None,
    x_seat: Seat = None,
) -> Any:
    """One act on a call: text for ask, reply, note, first_contact and answer (answer also evidence),
    reason for extend, pass_up, send_back and reopen, desk (id or exact name) and reason for
    hand_over, person for assign, topic for correct_topic, stars and text for rate. `files` stays
    empty for now. 409 says in words why it cannot be done now.
    """
    chosen = Act(act)
    with transaction.atomic():
        _one_at_a_time(request, key)
        if (before := _replayed(request, key)) is not None:
            return Status(200, before)
        # The row first: who may, and at which version, is asked of the call as it is when its turn comes.
        Call.objects.select_for_update().filter(number=_clean(number)).values_list("pk").first()
        seen, acting = _to_act(request, _clean(number), chosen, x_seat)
        if body is not None and body.version is not None and body.version != seen.call.version:
            raise Refusal("这件呼叫刚才有人办过了。请先看最新的情况，再决定怎么办。")
        values = _values(seen.call, act, body or ActIn())
        do(seen, chosen, acting=acting, at=timezone.now(), values=values)
        answer = _brief(Call.objects.select_related("desk").get(pk=seen.call.pk))
        _keep(request, key, 200, answer)
    return Status(200, answer)
