"""Raising a call, and every act on one."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Status
from pydantic import Field

from yihe.accounts.models import User
from yihe.accounts.queries import person_by_phone
from yihe.bodies.capacities import Capacity
from yihe.bodies.models import Body
from yihe.bodies.queries import bodies_over
from yihe.calls import actions
from yihe.calls.access import (
    may_raise,
    may_raise_for_others,
)
from yihe.calls.api.once import Key, once
from yihe.calls.api.reading import desks_to_hand_to
from yihe.calls.api.shapes import (
    REFUSED,
    CallIn,
    CallOut,
    Files,
    In,
    LongText,
    Problem,
    brief,
    clean,
)
from yihe.calls.api.who import Seat, asker, named_seat, router, to_act
from yihe.calls.models import Call, Channel, Visibility
from yihe.calls.rules import Act
from yihe.calls.views.acts import do
from yihe.places.models import Compound
from yihe.places.queries import compounds_called
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.trail.acting import Acting


@router.post("/calls", response={201: CallOut, **REFUSED}, tags=["calls"])
def raise_a_call(request: HttpRequest, body: CallIn, key: Key = None, x_seat: Seat = None) -> Any:
    """Raise a call from one's home, through a seat, or for somebody else."""
    return Status(201, once(request, key, 201, lambda: _raise(request, body, x_seat)))


def _raise(request: HttpRequest, body: CallIn, x_seat: str | None) -> dict[str, Any]:
    acting, compound = _where(request, body, x_seat)
    topic = None
    if body.topic:
        topic = Topic.objects.filter(code=clean(body.topic), active=True).first()
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
        spot=clean(body.spot or ""),
        topic=topic,
        visibility=Visibility(body.visibility),
        channel=Channel.API,
        about=about,
        reporter=reporter,
        contact_name=name,
        contact_phone=phone,
        files=body.files,
    )
    return brief(call)


def _where(request: HttpRequest, body: CallIn, x_seat: str | None) -> tuple[Acting, Compound]:
    """The compound, and the first capacity that may raise a call there."""
    known, chosen = named_seat(request, x_seat)
    there = [
        (one.acting, compound)
        for one in ([chosen] if chosen else known)
        for compound in _called(one, clean(body.compound))
    ]
    if not there:
        raise Problem(404, "没有这个小区，或者您不在这个小区。")
    able = [one for one in there if may_raise(one[0])]
    if not able:
        raise Problem(409, f"“{there[0][0].words}”这个身份不发呼叫。请用住处，或者别的任职。")
    if body.on_behalf_of:
        able.sort(key=lambda one: not may_raise_for_others(one[0]))
    return able[0]


def _called(one: Capacity, code: str) -> list[Compound]:
    """The compound of that code, where it lies in what this capacity is for; a home brings its own."""
    if one.home is not None:
        home = one.home.unit.compound
        return [home] if home.code == code else []
    return compounds_called.rows(one.acting, code)


def _reporter(
    request: HttpRequest, acting: Acting, behalf: str | None
) -> tuple[User | None, str, str]:
    behalf = clean(behalf or "").strip()
    if not behalf:
        return asker(request), "", ""
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
    "note": ("text", "files"),
    "ask": ("text", "files"),
    "reply": ("text", "files"),
    "answer": ("text", "evidence", "files"),
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
    sent = body.dict(exclude={"version"})
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
        values["topic"] = Topic.objects.filter(code=clean(body.topic)).first()
        if values["topic"] is None:
            raise Problem(422, "没有这个类别。")
    if "stars" in values and body.stars is None:
        raise Problem(422, "评价要有 1 到 5 星。")
    return values


def _desk(call: Call, told: int | str | None) -> Body:
    """By id, or by its exact name among those that the call can go to."""
    if isinstance(told, str):
        named = [desk for desk in desks_to_hand_to(call) if desk.name == clean(told).strip()]
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
    hand_over, person for assign, topic for correct_topic, stars and text for rate; `files`, ids of what
    was sent to `/files`, for ask, reply, note and answer. 409 says in words why it cannot be done now.
    """
    chosen = Act(act)

    def done() -> dict[str, Any]:
        seen, acting = to_act(request, clean(number), chosen, x_seat)
        if body is not None and body.version is not None and body.version != seen.call.version:
            raise Refusal("这件呼叫刚才有人办过了。请先看最新的情况，再决定怎么办。")
        values = _values(seen.call, act, body or ActIn())
        return brief(do(seen, chosen, acting=acting, at=timezone.now(), values=values))

    return Status(200, once(request, key, 200, done))
