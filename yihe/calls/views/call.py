from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.queries import DEPARTMENTS, handlers
from yihe.calendar.queries import calendar
from yihe.calls.access import Seen, call_for
from yihe.calls.actions.moving import LEVEL_WORDS
from yihe.calls.forms import EvidenceForm, topic_choices
from yihe.calls.models import Call, DocketItem, Status, Step
from yihe.calls.queries import clock_of, steps_for
from yihe.calls.rules import CONFERENCE_ACTS, LEAD_ACTS, TOP, WORDS, Act, forbidden
from yihe.topics.queries import guess, leaves, routing
from yihe.web import words
from yihe.web.requests import PersonRequest, Response

AT_WORK = (Status.NEW, Status.DOING, Status.ASKED)
OVER = (Status.ANSWERED, Status.CLOSED)
STARS = [(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")]


def title_of(call: Call, shown: Callable[[str], str] = str) -> str:
    """The beginning of the text; numbers are hidden before it is cut, half of one says too much."""
    first = shown(call.text.split("\n", 1)[0])
    return first if len(first) <= 28 else first[:28] + "……"


def possible(seen: Seen) -> dict[str, bool]:
    """Which acts this person can do now: by role and by the call's state."""
    call = seen.call
    return {
        act.value: act in seen.may
        and not forbidden(
            act,
            status=call.status,
            level=call.level,
            sent_back=call.sent_back,
            extended=bool(call.extended_amount),
            listed=True,
        )
        for act in Act
        if act in seen.may
    }


_YOURS = {"glyph": "yours", "css": "-yours"}
_WAITS = {"glyph": "wait", "css": "-still"}


def state_of(call: Call, now: Any, *, as_reporter: bool) -> dict[str, Any]:
    """The block on top: glyph, ground, one sentence, the moment."""
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
        return {"glyph": glyph, "css": "", "say": f"到了{desk}，等人受理"}
    return {"glyph": "doing", "css": "", "say": f"{desk}正在办"}


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


def timeline(call: Call, seen: Seen) -> list[dict[str, Any]]:
    rows = []
    for step in steps_for(call, seen.audiences):
        rows.append(
            {
                "step": step,
                "text": seen.shown(step.text or (call.text if step.kind == "raise" else "")),
                "met": seen.shown(step.met_whom),
                "title": _title(step, seen),
                "up": step.from_level != step.to_level and step.to_level is not None,
                "who": _who(step, seen),
            }
        )
    return rows


def _title(step: Step, seen: Seen) -> str:
    plain = WORDS[Act(step.kind)]
    if step.by_reporter and seen.as_reporter and step.kind == "raise":
        return "您发出呼叫"
    if step.kind == "remind" and seen.as_reporter:
        return "提醒您还没有回音"
    if step.kind == "correct_topic" and step.to_topic is not None:
        before = step.from_topic.name if step.from_topic else "没有定类别"
        to = f"，转到{step.to_desk.name}" if step.to_desk else ""
        same = step.from_topic_id == step.to_topic_id
        return f"{plain}{to}" if same else f"{plain}：{before} 改为 {step.to_topic.name}{to}"
    if step.to_desk is not None and step.kind not in ("raise", "correct_topic"):
        return f"{plain}：到{step.to_desk.name}"
    return plain


def _who(step: Step, seen: Seen) -> str:
    if step.by_reporter:
        return "您" if seen.as_reporter else "反映人"
    if seen.inside and step.person is not None and step.person.name:
        return f"{step.words} {step.person.name}"
    return step.words


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
    call, now = seen.call, timezone.now()
    rows = timeline(call, seen)
    page: dict[str, Any] = {
        "seen": seen,
        "call": call,
        "title": title_of(call, seen.shown),
        "text": seen.shown(call.text),
        "spot": seen.shown(call.spot),
        "can": possible(seen),
        "state": state_of(call, now, as_reporter=seen.as_reporter),
        "due": due_words(call, now, as_reporter=seen.as_reporter),
        "standing": _standing(seen),
        "rows": rows,
        "answers": [row for row in rows if row["step"].kind == "answer"],
        "evidence": [row for row in rows if row["step"].kind == "evidence"],
        "question": next((row["step"] for row in rows if row["step"].kind == "ask"), None),
        "levels": _levels(call),
        "refused": refused,
        "refused_act": act,
        "typed": request.POST if refused else {},
        "kept": "",
        "stars": STARS,
    }
    if refused and not page["can"].get(act):  # its form is gone: the words are shown by themselves
        names = ("text", "reason", "question", "decision")
        page["kept"] = next((request.POST[name] for name in names if request.POST.get(name)), "")
    if seen.inside:
        page.update(_for_desk(call, seen, now, evidence_form))
        return render(request, "calls/handle.html", page, status=status)
    return render(request, "calls/call.html", page, status=status)


def _standing(seen: Seen) -> str:
    """How a desk stands to a call that does not lie with it."""
    if "joint" in seen.roles:
        return f"；由{seen.call.desk.name}主办，这里协办"
    if "invited" in seen.roles:
        return "；请你们到联席会议，先看情况"
    return "；已经从这里转走" if "follower" in seen.roles else ""


def _levels(call: Call) -> list[dict[str, Any]]:
    top = 4 if call.level == 4 else 3
    words_for = {1: "社区响应", 2: "街道响应", 3: "区级响应", 4: "联席会议"}
    return [
        {
            "name": words_for[level],
            "past": level < call.level,
            "now": level == call.level,
        }
        for level in range(1, top + 1)
    ]


def deadlines(call: Call, now: datetime) -> list[dict[str, Any]]:
    """Both clocks of the level where the call lies: kept, running or missed, each with its moment."""
    clock, days = clock_of(call), calendar()
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


def _for_desk(
    call: Call, seen: Seen, now: Any, evidence_form: EvidenceForm | None
) -> dict[str, Any]:
    more: dict[str, Any] = {
        "placements": sorted(
            (one for one in seen.placements if one.until is None), key=lambda one: not one.lead
        ),
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
    if call.level in (2, TOP):
        more["departments"] = [desk for desk in others if desk.kind in DEPARTMENTS]
        more["invited"] = _invited(call) if call.level == TOP else []
    return more


def _invited(call: Call) -> list[int]:
    """The departments on the docket for this call, to be ticked beforehand."""
    links = DocketItem.departments.through.objects
    item = {"docketitem__call": call, "docketitem__decided_at": None}
    return list(links.filter(**item).order_by("pk").values_list("body_id", flat=True))
