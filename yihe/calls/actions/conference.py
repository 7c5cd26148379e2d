"""The joint conference: which calls come up on which day, who is invited, what was decided."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from yihe.bodies.models import Body
from yihe.calls.actions.acts import (
    CLOCK_FIELDS,
    begin,
    clean_text,
    save,
    step,
    tell_bodies,
    tell_reporter,
)
from yihe.calls.actions.moving import PLACE_FIELDS, place
from yihe.calls.models import Call, DocketItem, Way
from yihe.calls.rules import Act
from yihe.refusal import Refusal
from yihe.topics.queries import Candidate
from yihe.trail.acting import Acting
from yihe.web.whole import whole


def _departments(call: Call, departments: Sequence[Body]) -> None:
    if not departments:
        raise Refusal("请至少选一个部门。")
    for desk in departments:
        if desk.level != 3 or desk.until is not None or desk.pk == call.about_id:
            raise Refusal(f"{desk.name}不能办这件呼叫，请另选。")


@whole
def list_for_conference(
    *,
    call: Call,
    sitting_on: date,
    departments: Sequence[Body],
    acting: Acting,
    at: datetime,
    version: int | None = None,
) -> DocketItem:
    """Put the call on a day's docket with the departments to be heard; again: moves it to that day."""
    call = begin(call, Act.LIST, version=version)
    _departments(call, departments)
    if sitting_on < timezone.localdate(at):
        raise Refusal("会议的日子已经过了，请另选。")
    item, _ = DocketItem.objects.update_or_create(
        call=call, decided_at=None, defaults={"sitting_on": sitting_on, "listed_at": at}
    )
    item.departments.set(departments)
    save(call)
    step(
        call,
        Act.LIST,
        acting=acting,
        at=at,
        numbers={f"department_{order}": desk.pk for order, desk in enumerate(departments)},
        kinds={"sitting_on": sitting_on.isoformat()},
        text=f"{sitting_on.month}月{sitting_on.day}日的联席会议，"
        f"请{'、'.join(desk.name for desk in departments)}到会。",
    )
    tell_bodies(call, [desk.pk for desk in departments], "有一件呼叫请贵部门到联席会议", at=at)
    tell_reporter(call, f"您的呼叫列入了 {sitting_on.month}月{sitting_on.day}日的联席会议", at=at)
    return item


@whole
def decide_conference(
    *,
    call: Call,
    decision: str,
    departments: Sequence[Body],
    acting: Acting,
    at: datetime,
    version: int | None = None,
) -> Call:
    """What the conference decided; the first department leads, and the call lies with them from now on."""
    call = begin(call, Act.DECIDE, version=version)
    _departments(call, departments)
    decision = clean_text(decision, what="会议的决定", longest=5000)
    item = DocketItem.objects.select_for_update().get(call=call, decided_at=None)
    item.lead = departments[0]
    item.decision = decision
    item.decided_at = at
    item.save(update_fields=["lead", "decision", "decided_at"])
    before = call.level
    desks = [
        Candidate(desk=desk, words="联席会议的决定", exact=True, lead=order == 0)
        for order, desk in enumerate(departments)
    ]
    place(call, desks=desks, level=3, way=Way.CONFERENCE, at=at)
    save(call, *PLACE_FIELDS, *CLOCK_FIELDS)
    step(
        call,
        Act.DECIDE,
        acting=acting,
        at=at,
        text=decision,
        from_level=before,
        to_desk_id=call.desk_id,
        due_at=call.due_at,
        published=True,
    )
    tell_bodies(call, [desk.pk for desk in departments], "联席会议交办一件呼叫", at=at)
    tell_reporter(call, "联席会议对您的呼叫作了决定", at=at, body=decision[:200])
    return call
