from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.queries import DEPARTMENTS, handlers
from yihe.calendar.queries import calendar
from yihe.calls.access import Seen, call_for, handled, may_handle
from yihe.calls.actions.moving import LEVEL_WORDS
from yihe.calls.forms import EvidenceForm, topic_choices
from yihe.calls.models import Call, Placement, Status, Visibility, Way
from yihe.calls.queries import clock_of, next_at_desk, sitting_of
from yihe.calls.rules import CONFERENCE_ACTS, LEAD_ACTS, TOP, Act, forbidden
from yihe.calls.views.files import chosen
from yihe.calls.views.past import is_past, past_page, past_state, past_title
from yihe.calls.views.story import STARS, levels, timeline
from yihe.outbox.queries import in_words
from yihe.topics.queries import guess, leaves, routing, usual_desks
from yihe.web import words
from yihe.web.requests import PersonRequest, Response
from yihe.web.text import mask, short
from yihe.worktime import Calendar

AT_WORK = (Status.NEW, Status.DOING, Status.ASKED)
HALF = 50  # of the time gone, in per cent: from then on the reporter is offered to urge
OVER = (Status.ANSWERED, Status.CLOSED)
GONE = "内容已按保存期限删了"
TYPED = ("text", "reason", "question", "decision", "ev-text", "ev-met_whom")


def title_of(call: Call, shown: Callable[[str], str] = str) -> str:
    """The beginning of the text; numbers are hidden before it is cut, half of one says too much."""
    if is_past(call):
        return past_title(call)
    if call.words_erased_at is not None:
        return f"{call.topic.name if call.topic else '呼叫'}（{GONE}）"
    first = shown(call.text.split("\n", 1)[0])
    return first if len(first) <= 28 else first[:28] + "……"


def possible(seen: Seen, *, listed: bool = False) -> dict[str, bool]:
    """Which acts this person can do now: by role and by the call's state."""
    call = seen.call
    if call.expired:
        return {}
    return {
        act.value: act in seen.may
        and not forbidden(
            act,
            status=call.status,
            level=call.level,
            sent_back=call.sent_back,
            extended=bool(call.extended_amount),
            listed=listed,
        )
        for act in Act
        if act in seen.may
    }


_YOURS = {"glyph": "yours", "css": "-yours"}
_WAITS = {"glyph": "wait", "css": "-still"}


def state_of(call: Call, now: Any, *, as_reporter: bool) -> dict[str, Any]:
    """The block on top: glyph, ground, one sentence, the moment."""
    if is_past(call):
        return past_state(call)
    desk = call.desk.name
    late = (
        call.status in (Status.NEW, Status.DOING) and call.due_at is not None and call.due_at < now
    )
    if call.status == Status.ANSWERED:
        say = f"{desk}答复了，等您确认" if as_reporter else "已经答复，等反映人确认"
        return {**(_YOURS if as_reporter else _WAITS), "say": say}
    if call.status == Status.ASKED:
        say = f"{desk}问您一个问题，等您回答" if as_reporter else "等反映人补充，时钟停着"
        return {**(_YOURS if as_reporter else _WAITS), "say": say}
    if call.status == Status.CLOSED:
        return {"glyph": "done", "css": "", "say": "办完了"}
    if call.status == Status.WITHDRAWN:
        return {"glyph": "off", "css": "-still", "say": "已经撤回"}
    verb = "联系" if call.due_kind == "contact" else "答复"
    if late and call.due_at is not None:
        return {"glyph": "late", "css": "-late", "say": f"{verb}{words.left(call.due_at, now)}"}
    if call.status == Status.NEW:
        glyph = "back" if call.reopened else "new"
        say = f"{desk}收到了" if as_reporter else f"{desk}还没有人办"
        return {"glyph": glyph, "css": "", "say": say}
    return {"glyph": "doing", "css": "", "say": f"{desk}正在办"}


def _in_anothers_name(call: Call, state: dict[str, Any]) -> dict[str, Any]:
    """For whoever wrote it down for somebody without an account, and speaks for them."""
    name = call.contact_name or "反映人"
    if call.status == Status.ANSWERED:
        return {**_YOURS, "say": f"{call.desk.name}答复了，请告诉{name}，问问解决没有"}
    if call.status == Status.ASKED:
        return {**_YOURS, "say": f"{call.desk.name}有一个问题，请您问问{name}"}
    return state


def _at_the_conference(
    state: dict[str, Any], sitting: date | None, now: datetime
) -> dict[str, Any]:
    """On the highest level the docket says how far it is."""
    late = f"；{state['say']}" if state["css"] == "-late" else ""
    if sitting is None:
        return {**state, "say": f"还没有列入议程{late}"}
    day = words.day(sitting, timezone.localtime(now).date())
    return {**state, "glyph": "late" if late else "doing", "say": f"{day}上联席会议{late}"}


def due_words(call: Call, now: Any, *, as_reporter: bool = True) -> dict[str, Any] | None:
    if call.due_at is None:
        return None
    verb = {
        "contact": "前联系您",
        "answer": "前答复",
        "asked": "前等您回答",
        "silence": "前等您确认",
    }
    if not as_reporter:
        verb = {
            "contact": "前联系反映人",
            "answer": "前答复",
            "asked": "前等反映人回答",
            "silence": "前等确认",
        }
    start = call.paused_at or call.answered_at or call.clock_from
    late = call.status in (Status.NEW, Status.DOING)
    return {
        "words": f"{words.when(call.due_at, now)} {verb[call.due_kind]}，{words.left(call.due_at, now)}",
        "used": words.used(min(start, call.due_at), call.due_at, now),
        "kind": words.urgency(call.due_at, now) if late else "",
    }


@require_GET
def call_page(request: PersonRequest, number: str) -> Response:
    seen = call_for(request.acting, number)
    return show(request, seen)


def show(
    request: PersonRequest,
    seen: Seen,
    *,
    refused: str = "",
    act: str = "",
    status: int = 200,
    evidence_form: EvidenceForm | None = None,
) -> Response:
    """The call's page; after a refusal with its words and everything that was typed."""
    if is_past(seen.call):
        return past_page(request, seen, refused=refused, status=status)
    call, now = seen.call, timezone.now()
    rows = timeline(call, seen)
    sitting, invited = sitting_of(call) if seen.inside and call.level == TOP else (None, [])
    can = possible(seen, listed=sitting is not None)
    due = due_words(call, now, as_reporter=seen.is_reporter)
    page: dict[str, Any] = {
        "seen": seen,
        "call": call,
        "title": title_of(call, seen.shown),
        "text": seen.shown(call.text) or f"{GONE}，只留下经过。",
        "spot": seen.shown(call.spot),
        "can": can,
        "state": _state_for(seen, sitting, now),
        "due": due,
        "ended": _ended(seen),
        "may_urge": can.get("urge") and due and (due["kind"] == "late" or due["used"] >= HALF),
        "rows": rows,
        "answers": [row for row in rows if row["kind"] is Act.ANSWER],
        "evidence": [row for row in rows if row["kind"] is Act.EVIDENCE],
        "question": next((row["step"] for row in rows if row["kind"] is Act.ASK), None),
        "levels": levels(call, rows, now),
        "refused": refused,
        "refused_act": act,
        "typed": request.POST if refused else {},
        "wrote": refused and any(request.POST.get(name, "").strip() for name in TYPED),
        "kept": "",
        "chosen_files": chosen(request) if refused else [],
        "said_with": next((row["gallery"] for row in rows if row["kind"] is Act.RAISE), None),
        "stars": STARS,
    }
    if refused and not can.get(act):  # its form is gone: the words are shown by themselves
        page["kept"] = next((request.POST[name] for name in TYPED if request.POST.get(name)), "")
    if seen.inside:
        page.update(_for_desk(call, seen, now, evidence_form))
        page.update(_at_desk(request, seen, can, now, peers=page.get("peers", [])))
        page.update(_of_conference(request, sitting, invited))
        return render(request, "calls/handle.html", page, status=status)
    return render(request, "calls/call.html", page, status=status)


def _ended(seen: Seen) -> str:
    how = seen.call.closed_how
    if how == "silence":
        return "，没有收到回音，按解决了办完"
    who = "您" if seen.is_reporter else "反映人"
    return f"，{who}确认解决了" if how == "confirmed" else ""


def _beside(seen: Seen) -> str:
    """What a desk has to do with a call that it does not lead."""
    if "joint" in seen.roles:
        return f"；由{seen.call.desk.name}主办，这里协办"
    if "invited" in seen.roles:
        return "；请你们到联席会议，先看情况"
    if "follower" in seen.roles and "lead" not in seen.roles:
        return "；已经从这里转走"
    return ""


def _state_for(seen: Seen, sitting: date | None, now: datetime) -> dict[str, Any]:
    call = seen.call
    state = state_of(call, now, as_reporter=seen.is_reporter)
    if seen.inside and call.level == TOP and call.status in AT_WORK[:2]:
        return _at_the_conference(state, sitting, now)
    if "lead" in seen.roles and call.status == Status.NEW and state["css"] != "-late":
        return {**state, "say": "还没有人办"}
    if "raiser" in seen.roles and call.reporter_id is None and not seen.inside:
        return _in_anothers_name(call, state)
    return state


def _at_desk(
    request: PersonRequest, seen: Seen, can: dict[str, bool], now: datetime, *, peers: list[Any]
) -> dict[str, Any]:
    """What the block on top offers to whom it lies with, and where to go on when it is done with."""
    call = seen.call
    at_work = call.status in AT_WORK[:2]
    number = (call.reporter.phone if call.reporter else "") or call.contact_phone
    more: dict[str, Any] = {
        "beside": _beside(seen),
        "contact_first": can.get("first_contact") and call.contacted_at is None,
        "number": number if seen.sees_reporter else "",
        "reached": in_words(getattr(call, "told", ())) if seen.sees_reporter else "",
        "moving": can.get("pass_up") or can.get("send_back") or (can.get("hand_over") and peers),
    }
    done_with = not (seen.handles and at_work) and seen.roles & {"lead", "joint", "follower"}
    if done_with and may_handle(request.acting):
        acting = request.acting
        more["leave"] = True
        coming = next_at_desk(handled(acting), acting.body_id, but=call)
        if coming is not None and coming.due_at is not None:
            more["coming"] = {
                "number": coming.number,
                "title": short(
                    title_of(coming, mask if coming.visibility == Visibility.DESK else str), 16
                ),
                "left": words.left(coming.due_at, now),
            }
    return more


def _of_conference(
    request: PersonRequest, sitting: date | None, invited: list[int]
) -> dict[str, Any]:
    """The docket as it stands, or as it was typed when that was refused."""
    typed = [int(one) for one in request.POST.getlist("departments") if one.isdecimal()]
    lead = request.POST.get("lead", "")
    return {
        "sitting": sitting,
        "ticked": typed or invited,
        "typed_lead": int(lead) if lead.isdecimal() else None,
    }


def deadlines(call: Call, now: datetime, days: Calendar | None = None) -> list[dict[str, Any]]:
    """Both clocks of the level where the call lies: kept, running or missed, each with its moment."""
    clock, days = clock_of(call), days or calendar()
    contact, answer = clock.contact_due(days).at, clock.answer_due(days).at
    rows = []
    for title, due, done in (
        ("首次联系", contact, call.contacted_at),
        ("答复", answer, call.answered_at if call.status in OVER else None),
    ):
        late = (done or now) > due
        if done is not None:
            glyph = "late" if late else "done"
            span = words.span(abs((due - done).total_seconds()))
            say = f"做到了，比期限{'晚' if late else '早'} {span}"
        else:
            glyph = "late" if late else "doing"
            say = "时钟停着" if call.status == Status.ASKED else words.left(due, now)
        rows.append({"title": title, "glyph": glyph, "say": say, "due": due})
    return rows


def _why(call: Call, placement: Placement) -> str:
    """Why it lies there: in the words it was placed with, after the way it came."""
    reason = placement.reason
    if call.topic_id is not None and reason.startswith("还没有定类别"):
        reason = f"当时{reason}"
    if placement.way == Way.ROUTED and reason:
        return reason
    return "。".join(part for part in (placement.get_way_display(), reason) if part)


def _for_desk(
    call: Call, seen: Seen, now: Any, evidence_form: EvidenceForm | None
) -> dict[str, Any]:
    more: dict[str, Any] = {
        "placements": [
            {"of": one, "why": _why(call, one)}
            for one in sorted(seen.placements, key=lambda one: not one.lead)
            if one.until is None
        ],
        "evidence_form": evidence_form or EvidenceForm(prefix="ev"),
        "inquiries": list(call.inquiries.order_by("-asked_at")) if call.about else [],
        "deadlines": deadlines(call, now),
        "climbs": LEVEL_WORDS[call.level + 1]
        if call.status in AT_WORK[:2] and call.level < TOP
        else "",
    }
    if not seen.may & LEAD_ACTS and not seen.may & CONFERENCE_ACTS:
        return more
    over = routing(topic=call.topic, path=call.path, avoid=call.about)
    others = [desk for desk in over.near if desk.pk not in (call.desk_id, call.about_id)]
    if seen.may & LEAD_ACTS and call.status in AT_WORK:
        topics = leaves()
        more["candidates"] = over.at(call.level)[:3]
        more["topics"] = topic_choices(topics)
        more["guesses"] = guesses = [] if call.topic else guess(call.text, topics)
        more["chosen_topic"] = call.topic_id or (guesses[0].pk if guesses else None)
        more["peers"] = [desk for desk in others if desk.level == call.level]
        more["handlers"] = list(handlers(call.desk_id))
        more["usual"] = usual = usual_desks(topic=call.topic, path=call.path)
        shares = {one.desk_id: one.share for one in usual}
        for desk in (*others, *(one.desk for one in more["candidates"])):
            desk.usual = shares.get(desk.pk)
        more["peers"].sort(key=lambda desk: -(desk.usual or 0))
    if call.level in (2, TOP):
        more["departments"] = [desk for desk in others if desk.kind in DEPARTMENTS]
    return more
