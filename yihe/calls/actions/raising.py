from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from yihe.accounts.models import User
from yihe.bodies.models import Body, BodyKind
from yihe.calls.actions.acts import (
    clean_text,
    set_due,
    start_clock,
    step,
    tell_bodies,
    tell_reporter,
)
from yihe.calls.models import Call, Channel, Nature, Placement, Spot, Status, Visibility, Way
from yihe.calls.rules import TOP, Act, start_level
from yihe.places.models import Building, Compound, Division, Unit
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.topics.queries import Candidate, Routing, routing
from yihe.trail.acting import Acting
from yihe.trail.digests import new_salt
from yihe.web.statements import fetched, insert
from yihe.web.text import as_name, bigrams
from yihe.web.whole import whole

OFFICES = frozenset({BodyKind.COMMUNITY, BodyKind.SUBDISTRICT, BodyKind.OFFICE, BodyKind.DISTRICT})
OF_THE_DISTRICT = frozenset({BodyKind.DEPARTMENT, BodyKind.UTILITY})


def _next_number(at: datetime) -> str:
    """“2611-0837”: year and month, then counted from one. The row stays locked until the commit."""
    month = timezone.localtime(at).strftime("%y%m")
    [(last,)] = fetched(
        "INSERT INTO calls_numbering (month, last) VALUES (%s, 1)"
        " ON CONFLICT (month) DO UPDATE SET last = calls_numbering.last + 1 RETURNING last",
        [month],
    )
    return f"{month}-{last:04d}"


def first_desks(
    *, topic: Topic | None, path: str, level: int, about: Body | None
) -> tuple[int, list[Candidate]]:
    """The lead desk of the lowest level from `level` up that has one, and who acts beside it.

    An emergency lies at once on the level above too, and with the department that its topic names.
    """
    if about is not None and about.kind in OF_THE_DISTRICT:
        topic, level = None, max(level, 3)  # the district's office takes it, not another department
    over = routing(topic=topic, path=path, avoid=about)
    while level <= TOP:
        found = over.at(level)
        if found:
            chosen = found[:1] if level < 3 else _leading(found)
            if topic is not None and topic.emergency and level < 3:
                chosen += beside(over, level)
            return level, chosen
        level += 1
    raise Refusal("这个地方还没有受理台，请先打社区电话。我们会尽快补上。")


def _leading(found: list[Candidate]) -> list[Candidate]:
    """Of several departments one leads; the others of the same rule act beside it."""
    return [
        found[0],
        *(other for other in found[1:] if other.exact and found[0].exact and not other.lead),
    ]


def beside(over: Routing, level: int) -> list[Candidate]:
    """Who acts at once on an emergency besides its lead: the level above, and the named department."""
    above = over.at(level + 1)[:1]
    department = [found for found in over.at(3)[:1] if found.exact]
    return above + [found for found in department if found.desk not in {one.desk for one in above}]


@whole
def raise_call(
    *,
    acting: Acting,
    at: datetime,
    text: str,
    compound: Compound | None = None,
    community: Division | None = None,
    building: Building | None = None,
    unit: Unit | None = None,
    spot_kind: str = Spot.COMPOUND,
    spot: str = "",
    topic: Topic | None = None,
    nature: str = Nature.REQUEST,
    channel: str = Channel.WEB,
    visibility: str = Visibility.COMPOUND,
    about: Body | None = None,
    reporter: User | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    files: Sequence[str] = (),
) -> Call:
    """Take a call whole, send it to the desk that can act, start its clock, tell that desk.

    `reporter` is None when somebody without an account is spoken for; then whoever raised it
    carries the answer back.
    """
    text = clean_text(text, what="是什么事")
    if visibility == Visibility.DESK and reporter is not None and reporter.pk == acting.person_id:
        acting = Acting(acting.person_id, "visitor", None, "反映人", ())  # the post would tell who
    if compound is not None:
        community = compound.community
    if community is None:
        raise Refusal("请选在哪个小区。")
    path = compound.path if compound is not None else community.path
    if building is not None and (compound is None or building.compound_id != compound.pk):
        raise Refusal("这栋楼不在所选的小区里。")
    if about is not None:  # a complaint about somebody is never on the board
        nature = Nature.COMPLAINT
        visibility = Visibility.HANDLERS if visibility == Visibility.COMPOUND else visibility
    level, lying = first_desks(
        topic=topic,
        path=path,
        level=start_level(
            topic_starts_at=topic.starts_at if topic else 1,
            about_level=about.level if about else None,
            about_is_office=bool(about and about.kind in OFFICES),
        ),
        about=about,
    )
    call = Call(
        community=community,
        compound=compound,
        building=building,
        unit=unit,
        path=path,
        spot_kind=spot_kind,
        spot=as_name(spot)[:80],
        text=text,
        salt=new_salt(),
        grams=bigrams(f"{text} {spot} {compound.name if compound else community.name}"),
        topic=topic,
        nature=nature,
        channel=channel,
        visibility=visibility,
        emergency=bool(topic and topic.emergency),
        about=about,
        reporter=reporter,
        contact_name=as_name(contact_name)[:30],
        contact_phone=contact_phone.strip()[:20],
        raised_by_id=acting.person_id if acting.kind == "seat" else None,
        raised_seat_id=acting.seat_id,
        raised_words=acting.words if acting.kind == "seat" else "",
        raised_at=at,
        status=Status.NEW,
        level=level,
        desk=lying[0].desk,
        intake=lying[0].desk,
    )
    start_clock(call, at)
    set_due(call, at)
    call.number = _next_number(at)
    insert(call)
    placements = [
        Placement(
            call=call,
            desk=found.desk,
            level=found.desk.level or level,
            lead=place == 0,
            way=Way.ROUTED if place == 0 else Way.EMERGENCY,
            reason=found.words,
            since=at,
        )
        for place, found in enumerate(lying)
    ]
    step(
        call,
        Act.RAISE,
        acting=acting,
        at=at,
        by_reporter=acting.kind != "seat",
        to_desk_id=call.desk_id,
        due_at=call.due_at,
        kinds={"channel": channel, "nature": nature, "visibility": visibility},
        beside=placements,
        files=files,
    )
    urgent = "紧急：" if call.emergency else ""
    tell_bodies(call, [found.desk.pk for found in lying], f"{urgent}来了一件新呼叫", at=at)
    if acting.kind == "seat" and reporter is not None and reporter.pk != acting.person_id:
        tell_reporter(call, f"{acting.words}替您记下了一件呼叫", at=at)
    return call
