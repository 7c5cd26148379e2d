"""`/api/v1/`: calls for programs. The same access, acts and refusals as the pages.

Every write may carry `Idempotency-Key`: the same key and body give the same answer again, the same
key with another body is refused (422). `X-Seat` names the seat that acts.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Header, Query, Router, Schema, Status
from ninja.security import HttpBearer
from pydantic import Field

from yihe.accounts.actions import touch_token
from yihe.accounts.models import User
from yihe.accounts.queries import person_by_phone, token_for
from yihe.bodies.capacities import Capacity, capacities
from yihe.bodies.models import Body
from yihe.bodies.queries import bodies_over
from yihe.calls import actions
from yihe.calls.access import (
    Seen,
    call_for,
    found_by,
    may_raise_for_others,
    seen_as,
    visible,
)
from yihe.calls.models import OPEN, Call, Channel, Replay, Visibility
from yihe.calls.queries import at_desk, listed
from yihe.calls.rules import Act
from yihe.calls.views.acts import do
from yihe.places.queries import compounds as compounds_of
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.topics.queries import tree
from yihe.trail.acting import Acting

LongText = Annotated[str, Field(max_length=20_000)]
ShortText = Annotated[str, Field(max_length=1_000)]


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


class CallIn(Schema):
    """A call to be raised; `on_behalf_of` is the phone number or the name of whom it is for."""

    compound: Annotated[str, Field(max_length=40)]
    text: LongText
    topic: Annotated[str, Field(max_length=40)] | None = None
    spot: Annotated[str, Field(max_length=80)] | None = None
    visibility: Literal["compound", "handlers", "desk"] = "compound"
    on_behalf_of: Annotated[str, Field(max_length=30)] | None = None
    about: Annotated[int, Field(ge=1, le=2**31)] | None = None


class CallOut(Schema):
    """A call in brief; moments are ISO 8601 with offset, `level` is 1, 2, 3 or conference."""

    number: str
    status: Literal["new", "doing", "asked", "answered", "closed", "withdrawn"]
    level: Literal["1", "2", "3", "conference"]
    desk: str
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


def _brief(call: Call) -> dict[str, Any]:
    return {
        "number": call.number,
        "status": call.status,
        "level": "conference" if call.level == 4 else str(call.level),
        "desk": call.desk.name,
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
    known = capacities(request.user)  # type: ignore[arg-type]
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
    """The call in the one capacity that may do this; several seats that may: 409 naming them."""
    known, chosen = _chosen(request, seat)
    call = _to_read(request, number, seat)[0].call
    able = []
    for acting in [chosen.acting] if chosen else [*(one.acting for one in known), _nobody(request)]:
        if not visible(acting).filter(pk=call.pk).exists():
            continue
        seen = seen_as(call, acting)
        if act in seen.may:
            able.append((seen, acting))
    seats = {acting.seat_id for _, acting in able if acting.seat_id is not None}
    if not able:
        raise Problem(404, "没有这件呼叫，或者这件事不由您来办。")
    if len(seats) > 1 and not chosen and "reporter" not in able[0][0].roles:
        raise Problem(409, "您有几个任职都能办，请用 X-Seat 选一个。", seats=_seats(known))
    return able[0]


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


@router.get("/compounds", response={200: CompoundsOut, 401: ProblemOut}, tags=["places"])
def compounds(request: HttpRequest, q: Annotated[str, Query(max_length=60)] = "") -> dict[str, Any]:
    """The compounds that this person lives in or answers for."""
    found: dict[str, Any] = {}
    for capacity in capacities(request.user):  # type: ignore[arg-type]
        for compound in compounds_of(capacity.acting).filter(name__icontains=_clean(q))[:200]:
            found[compound.code] = {
                "code": compound.code,
                "name": compound.name,
                "kind": compound.kind,
                "stage": compound.stage,
                "community": compound.community.name,
            }
    return {"items": list(found.values()), "next": None}


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
    """Calls that this person sees in the chosen (or first) capacity, newest first."""
    known, chosen = _chosen(request, x_seat)
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
    known, chosen = _chosen(request, x_seat)
    options = [chosen] if chosen else known
    for capacity in options:
        compound = compounds_of(capacity.acting).filter(code=_clean(body.compound)).first()
        if compound is not None:
            acting = capacity.acting
            break
    else:
        raise Problem(404, "没有这个小区，或者您不在这个小区。")
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


def _reporter(
    request: HttpRequest, acting: Acting, behalf: str | None
) -> tuple[User | None, str, str]:
    behalf = _clean(behalf or "").strip()
    if not behalf:
        return request.user, "", ""  # type: ignore[return-value]
    if not may_raise_for_others(acting):
        raise Problem(409, "替别人登记要由楼栋长、支部或受理台的经办人来做。")
    if behalf.isdigit():
        known = person_by_phone(behalf)
        return (known, "", "") if known else (None, "", behalf[:20])
    return None, behalf, ""


class ActIn(Schema):
    """What an act needs; see the list of acts in the description of the address."""

    text: LongText = ""
    reason: LongText = ""
    evidence: LongText = ""
    desk: Annotated[int | None, Field(ge=1, le=2**31)] = None
    person: Annotated[int | None, Field(ge=1, le=2**31)] = None
    topic: Annotated[str, Field(max_length=40)] = ""
    stars: Annotated[int | None, Field(ge=1, le=5)] = None
    version: Annotated[int | None, Field(ge=1, le=2**31)] = None


ActName = Literal[
    "accept", "assign", "first_contact", "note", "correct_topic", "ask", "reply", "extend",
    "hand_over", "pass_up", "send_back", "answer", "confirm", "reopen", "rate", "urge", "withdraw",
]  # fmt: skip
WITH_TEXT = frozenset({"first_contact", "note", "ask", "reply"})
WITH_REASON = frozenset({"extend", "pass_up", "send_back", "reopen"})


def _values(name: str, body: ActIn) -> dict[str, Any]:
    if name in WITH_TEXT:
        return {"text": body.text}
    if name in WITH_REASON:
        return {"reason": body.reason}
    if name == "answer":
        return {"text": body.text, "evidence": body.evidence}
    if name == "hand_over":
        desk = Body.objects.filter(pk=body.desk or 0).first()
        if desk is None:
            raise Problem(422, "没有这个受理台。")
        return {"desk": desk, "reason": body.reason}
    if name == "assign":
        person = User.objects.filter(pk=body.person or 0).first()
        if person is None:
            raise Problem(422, "没有这个人。")
        return {"person": person}
    if name == "correct_topic":
        topic = Topic.objects.filter(code=_clean(body.topic)).first()
        if topic is None:
            raise Problem(422, "没有这个类别。")
        return {"topic": topic}
    if name == "rate":
        if body.stars is None:
            raise Problem(422, "评价要有 1 到 5 星。")
        return {"stars": body.stars, "text": body.text}
    return {}


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
    reason for extend, pass_up, send_back and reopen, desk and reason for hand_over, person for
    assign, topic for correct_topic, stars for rate. 409 says in words why it cannot be done now.
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
        values = _values(act, body or ActIn())
        do(seen, chosen, acting=acting, at=timezone.now(), values=values)
        answer = _brief(Call.objects.select_related("desk").get(pk=seen.call.pk))
        _keep(request, key, 200, answer)
    return Status(200, answer)
