"""A call of another system, as it was there: no words of a resident, no steps, nothing to do."""

from typing import Any

from django.shortcuts import render

from yihe.calls.access import Seen
from yihe.calls.models import Call, Channel, Source
from yihe.web.requests import PersonRequest, Response


def is_past(call: Call) -> bool:
    return call.channel == Channel.IMPORT


def past_title(call: Call) -> str:
    return f"{call.topic.name if call.topic else '没有写类别'}（导入的旧呼叫）"


def outcome(call: Call) -> str:
    """How it ended there, from the call alone."""
    if call.answered_in_time is None:
        return "结果不明"
    return "按期办结" if call.answered_in_time else "超期办结"


def past_state(call: Call) -> dict[str, Any]:
    if call.answered_in_time is None:
        return {"glyph": "off", "css": "-still", "say": "以往的呼叫，结果不明"}
    return {"glyph": "done", "css": "", "say": f"以往的呼叫，{outcome(call)}"}


def past_page(
    request: PersonRequest, seen: Seen, *, refused: str = "", status: int = 200
) -> Response:
    """What the other system kept of it."""
    call = seen.call
    source = Source.objects.get(call=call)
    topics: list[str] = []
    topic = call.topic
    while topic is not None:
        topics.insert(0, topic.name)
        topic = topic.parent
    wrote = " ".join(
        word for word in (source.subdistrict, source.community, source.compound) if word != "-"
    )
    page = {
        "call": call,
        "source": source,
        "title": past_title(call),
        "state": past_state(call),
        "topics": topics,
        "where": " ".join(part for part in (wrote, source.place) if part),
        "spelled": source.unit if source.unit not in ("-", call.desk.name) else "",
        "refused": refused,
        "kept": "",
    }
    return render(request, "calls/past.html", page, status=status)
