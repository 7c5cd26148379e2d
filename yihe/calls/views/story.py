"""What happened to a call, in words for whoever reads: its timeline, its way up the levels."""

from datetime import datetime
from typing import Any

from yihe.calls.access import Seen
from yihe.calls.models import Call, Status, Step
from yihe.calls.queries import steps_for
from yihe.calls.rules import TO_REPORTER, TOP, WORDS, Act, Stay, stays
from yihe.calls.views.gallery import galleries
from yihe.web import words

STARS = [(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")]
LEVELS = {1: "社区响应", 2: "街道响应", 3: "区级响应", 4: "联席会议"}


def timeline(call: Call, seen: Seen) -> list[dict[str, Any]]:
    """Every step that this person may read, newest first."""
    rows = []
    attached = galleries(seen)
    rated = False  # stars can be changed; the call knows the last ones
    for step in steps_for(call, seen.audiences):
        stars = call.stars if step.kind == Act.RATE.value and not rated else None
        rated = rated or stars is not None
        rows.append(
            {
                "step": step,
                "text": seen.shown(step.text or (call.text if step.kind == "raise" else "")),
                "met": seen.shown(step.met_whom),
                "title": _title(step, seen) + (f"：{_stars(stars)}" if stars else ""),
                "kind": Act(step.kind),
                "up": step.from_level != step.to_level and step.to_level is not None,
                "who": _who(step, seen),
                "gallery": attached.get(step.pk),
            }
        )
    return rows


def _stars(stars: int) -> str:
    return f"{dict(STARS)[stars]}（{stars} 星）"


def _title(step: Step, seen: Seen) -> str:
    act = Act(step.kind)
    plain = WORDS[act]
    if act is Act.CORRECT_TOPIC and step.to_topic is not None:
        before = step.from_topic.name if step.from_topic else "没有定类别"
        to = f"转到{step.to_desk.name}" if step.to_desk else ""
        same = step.from_topic_id == step.to_topic_id
        if seen.is_reporter:
            changed = "" if same else f"类别改成{step.to_topic.name}"
            return "，".join(part for part in (changed, to) if part) or plain
        comma = "，" if to else ""
        return (
            f"{plain}{comma}{to}"
            if same
            else f"{plain}：{before} 改为 {step.to_topic.name}{comma}{to}"
        )
    if seen.is_reporter and act in TO_REPORTER:
        return TO_REPORTER[act].format(desk=step.to_desk.name if step.to_desk else "")
    if step.to_desk is not None and act is not Act.RAISE:
        return f"{plain}：到{step.to_desk.name}"
    return plain


def _who(step: Step, seen: Seen) -> str:
    if step.by_reporter:
        return "您" if seen.is_reporter else "反映人"
    if seen.inside and step.person is not None and step.person.name:
        return f"{step.words} {step.person.name}"
    return step.words


def levels(call: Call, rows: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The levels, what happened on each that it left, and which it has not needed."""
    moves = [
        (step.at, step.kind, step.from_level, step.to_level)
        for step in reversed([row["step"] for row in rows])
        if step.from_level is not None and step.to_level is not None
    ]
    first = moves[0][2] if moves else call.level
    lay = stays(moves, raised_at=call.raised_at, level=first, end=call.closed_at or now)
    top = TOP if TOP in lay or call.level == TOP else TOP - 1
    return [
        {
            "name": LEVELS[level],
            "past": level < call.level,
            "now": level == call.level,
            "say": _level_says(call, level, lay.get(level)),
        }
        for level in range(1, top + 1)
    ]


def _level_says(call: Call, level: int, stay: Stay | None) -> str:
    if level == call.level:
        return call.desk.name
    if stay is not None:
        took = f"用了 {words.span(stay.seconds)}"
        return f"{took}，{stay.left}" if stay.left else took
    if level < call.level:
        return "没有经过"
    return "没有用到" if call.status in (Status.CLOSED, Status.WITHDRAWN) else "还没到"
