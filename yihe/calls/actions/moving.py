"""A call goes to another desk: up, back, across, or where its right topic belongs."""

from collections.abc import Sequence
from datetime import datetime

from yihe.bodies.models import Body
from yihe.calls.actions.acts import (
    CLOCK_FIELDS,
    begin,
    clean_text,
    save,
    set_due,
    start_clock,
    step,
    tell_bodies,
    tell_reporter,
)
from yihe.calls.actions.hands import AT_ONCE, AtOnce
from yihe.calls.actions.raising import beside, first_desks
from yihe.calls.models import Audience, Call, Placement, Status, Way
from yihe.calls.rules import TOP, Act
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.topics.queries import Candidate, Routing, candidates, routing
from yihe.trail.acting import Acting
from yihe.web.whole import whole

LEVEL_WORDS = {1: "社区", 2: "街道", 3: "区里", 4: "区联席会议"}
PLACE_FIELDS = ("status", "level", "desk", "assignee")


def place(
    call: Call,
    *,
    desks: Sequence[Candidate],
    level: int,
    way: Way,
    at: datetime,
    keep_clock: bool = False,
    reason: str = "",
    hand: AtOnce = AT_ONCE,
) -> None:
    """Put the call on other desks; the first leads. A new level starts a new clock."""
    hand.leave(call, at)
    hand.lay(
        [
            Placement(
                call=call,
                desk=found.desk,
                level=level,
                lead=order == 0,
                way=way,
                reason=reason or found.words,
                since=at,
            )
            for order, found in enumerate(desks)
        ]
    )
    call.level = level
    call.desk = desks[0].desk
    call.assignee = None
    call.status = Status.NEW
    if not keep_clock:
        start_clock(call, at, hand)
    set_due(call, at, hand)


def desks_above(call: Call, departments: Sequence[Body] = ()) -> tuple[int, list[Candidate]]:
    """Who takes a call that goes up: the next level that has a desk, or the chosen departments."""
    if departments:
        wrong = [
            desk
            for desk in departments
            if desk.level != 3 or desk.until is not None or desk == call.about
        ]
        if wrong:
            raise Refusal(f"{wrong[0].name}不能接这件呼叫，请另选部门。")
        if call.level >= 3:
            raise Refusal("已经在区级。要请几个部门一起办，请上交到联席会议。")
        return 3, [
            Candidate(desk=desk, words="上交时点名的部门", exact=True, lead=order == 0)
            for order, desk in enumerate(departments)
        ]
    return first_desks_above(call)


def first_desks_above(call: Call, hand: AtOnce = AT_ONCE) -> tuple[int, list[Candidate]]:
    over = hand.routing(call)
    for level in range(call.level + 1, TOP + 1):
        found = over.at(level)
        if found:
            chosen = [found[0]]
            if level == 3 and found[0].exact:
                chosen += [other for other in found[1:] if other.exact and not other.lead]
            return level, chosen
    raise Refusal("上面没有可以接的受理台了。")


@whole
def pass_up(
    *,
    call: Call,
    reason: str,
    acting: Acting,
    at: datetime,
    departments: Sequence[Body] = (),
    version: int | None = None,
) -> Call:
    """By decision, with a reason that the reporter can read; of several departments the first leads."""
    call = begin(call, Act.PASS_UP, version=version)
    reason = clean_text(reason, what="上交的原因", longest=1000)
    return _up(call, reason=reason, acting=acting, at=at, departments=departments)


def _up(
    call: Call, *, reason: str, acting: Acting, at: datetime, departments: Sequence[Body] = ()
) -> Call:
    before = call.level
    level, desks = desks_above(call, departments)
    place(call, desks=desks, level=level, way=Way.PASSED_UP, at=at)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS)
    step(
        call,
        Act.PASS_UP,
        acting=acting,
        at=at,
        text=reason,
        from_level=before,
        to_desk_id=call.desk_id,
        due_at=call.due_at,
    )
    tell_bodies(call, [found.desk.pk for found in desks], "下级上交来一件呼叫", at=at)
    tell_reporter(call, f"您的呼叫上交到了{LEVEL_WORDS[level]}", at=at)
    return call


@whole
def send_back(
    *, call: Call, reason: str, acting: Acting, at: datetime, version: int | None = None
) -> Call:
    """Once, with a reason, to the level below where it can lie."""
    call = begin(call, Act.SEND_BACK, version=version)
    reason = clean_text(reason, what="退回的原因", longest=1000)
    before = call.level
    desk = _desk_below(call)
    found = Candidate(desk=desk, words=f"{LEVEL_WORDS[before]}退回", exact=True, lead=True)
    call.sent_back = True
    place(call, desks=[found], level=before - 1, way=Way.SENT_BACK, at=at)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS, "sent_back")
    step(
        call,
        Act.SEND_BACK,
        acting=acting,
        at=at,
        text=reason,
        from_level=before,
        to_desk_id=desk.pk,
        due_at=call.due_at,
    )
    tell_bodies(call, [desk.pk], "上级退回一件呼叫", at=at)
    tell_reporter(call, f"您的呼叫退回到了{LEVEL_WORDS[call.level]}", at=at)
    return call


def _desk_below(call: Call) -> Body:
    """Where it lay on the level below before; else where it would be sent there."""
    lay = (
        call.placements.filter(level=call.level - 1, lead=True, desk__until=None)
        .exclude(desk_id=call.about_id)
        .select_related("desk")
        .order_by("-since", "-pk")
        .first()
    )
    if lay is not None:
        return lay.desk
    found = candidates(topic=call.topic, path=call.path, level=call.level - 1, avoid=call.about)
    if not found:
        raise Refusal("下一级没有可以接的受理台，不能退回。")
    return found[0].desk


@whole
def hand_over(
    *,
    call: Call,
    desk: Body,
    reason: str,
    acting: Acting,
    at: datetime,
    version: int | None = None,
) -> Call:
    """To another desk of the same level; the clock goes on. What comes back a second time goes up."""
    call = begin(call, Act.HAND_OVER, version=version)
    reason = clean_text(reason, what="转办的原因", longest=1000)
    if desk.pk == call.desk_id:
        raise Refusal("这件呼叫已经在这个受理台。")
    if desk.level != call.level:
        raise Refusal("转办只能转给同一级的受理台。要给上级，请用上交。")
    if desk.pk == call.about_id:
        raise Refusal("这件呼叫是对这个单位的投诉，不能交给它办。")
    if desk.until is not None or not _covers(desk.scope, call.path):
        raise Refusal("这个受理台不管这个地方。")
    if call.level < TOP and _lay_there(call, desk):
        return _up(
            call,
            reason=f"{reason}\n（{call.desk.name}要转回{desk.name}。同一级不来回转，按规则上交。）",
            acting=acting,
            at=at,
        )
    found = Candidate(desk=desk, words="同级转办", exact=True, lead=True)
    place(call, desks=[found], level=call.level, way=Way.HANDED_OVER, at=at, keep_clock=True)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS)
    step(
        call,
        Act.HAND_OVER,
        acting=acting,
        at=at,
        text=reason,
        from_level=call.level,
        to_desk_id=desk.pk,
        due_at=call.due_at,
    )
    tell_bodies(call, [desk.pk], "同级转来一件呼叫", at=at)
    tell_reporter(call, f"您的呼叫转给了{desk.name}", at=at)
    return call


def _covers(scope: str, path: str) -> bool:
    return not scope or path == scope or path.startswith(scope + "/")


def _lay_there(call: Call, desk: Body) -> bool:
    return call.placements.filter(desk=desk, level=call.level, lead=True).exists()


@whole
def correct_topic(
    *,
    call: Call,
    topic: Topic,
    acting: Acting,
    at: datetime,
    desk: Body | None = None,
    version: int | None = None,
) -> Call:
    """A person corrects topic or desk; it is counted. The clock goes on, the call moves if it must."""
    call = begin(call, Act.CORRECT_TOPIC, version=version)
    old_topic, old_desk = call.topic_id, call.desk
    if not topic.active:
        raise Refusal("这个类别已经停用，请选别的。")
    call.topic = topic
    urgent = topic.emergency and not call.emergency
    over = routing(topic=topic, path=call.path, avoid=call.about)
    target = _chosen_desk(call, desk) if desk is not None else _named_desk(over, call.level)
    moved = target is not None and target.desk.pk != old_desk.pk
    if topic.pk == old_topic and not moved:
        raise Refusal("类别和受理台都没有变。")
    if urgent:  # as if it had been raised as what it is: several desks at once, an urgent clock
        call.emergency = True
        lead = target or Candidate(desk=old_desk, words="原来就在这里", exact=True, lead=True)
        others = beside(over, call.level) if call.level < 3 else []
        lying = [lead, *(one for one in others if one.desk.pk != lead.desk.pk)]
        place(call, desks=lying, level=call.level, way=Way.CORRECTED, at=at)
        tell_bodies(call, [one.desk.pk for one in lying], "一件呼叫改成了紧急", at=at)
    elif target is not None and moved:
        place(call, desks=[target], level=call.level, way=Way.CORRECTED, at=at, keep_clock=True)
        tell_bodies(call, [target.desk.pk], "改正类别以后，一件呼叫分到您这里", at=at)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS, "topic", "emergency")
    step(
        call,
        Act.CORRECT_TOPIC,
        acting=acting,
        at=at,
        audience=Audience.REPORTER,
        to_desk_id=call.desk_id if moved else None,
        due_at=call.due_at,
        topics=(old_topic, topic.pk),
        numbers={
            "old_topic": old_topic or 0,
            "topic": topic.pk,
            "old_desk": old_desk.pk,
            "desk": call.desk_id,
        },
    )
    if urgent or moved:
        where = f"，转到{call.desk.name}" if moved else ""
        tell_reporter(call, f"您的呼叫归到了“{topic.name}”{where}", at=at)
    return call


def _chosen_desk(call: Call, desk: Body) -> Candidate:
    if (
        desk.level != call.level
        or desk.until is not None
        or desk.pk == call.about_id
        or not _covers(desk.scope, call.path)
    ):
        raise Refusal("这个受理台接不了这件呼叫，请另选。")
    return Candidate(desk=desk, words="人工改派", exact=True, lead=True)


def _named_desk(over: Routing, level: int) -> Candidate | None:
    """The desk that a rule names for the topic on this level; without one the call stays."""
    found = over.at(level)
    return found[0] if found and found[0].exact else None


def raised_level(call: Call) -> tuple[int, list[Candidate]]:
    """Where a reopened call goes: one level higher than where it was answered."""
    if call.level >= TOP:
        return first_desks(topic=call.topic, path=call.path, level=TOP, about=call.about)
    return first_desks_above(call)
