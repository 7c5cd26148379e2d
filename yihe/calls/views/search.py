"""All calls that somebody may see in a capacity, closed ones too: found by state, level, place and words."""

from functools import partial
from typing import Any

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.models import BodyKind
from yihe.calls.access import SUPERVISING, concealed, found_by, without_reporter
from yihe.calls.models import OPEN, CallQuerySet, Status
from yihe.calls.queries import listed, narrowed_to
from yihe.calls.views.call import title_of
from yihe.calls.views.lists import row
from yihe.places.queries import places_below
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response

STATES = [("open", "在办的"), ("late", "超期的"), ("over", "办完的"), ("any", "全部")]
LEVELS = [("1", "社区"), ("2", "街道"), ("3", "区级"), ("4", "联席会议")]


@require_GET
def every(request: PersonRequest) -> Response:
    """What lies behind a figure, and what was closed long ago."""
    acting = request.acting
    if acting.kind != "seat":
        raise Http404
    now = timezone.now()
    places = places_below(acting.scopes[0], compounds=acting.body_kind == BodyKind.COMMUNITY)
    chosen = {
        "state": _known(request.GET.get("state", ""), STATES) or "open",
        "level": _known(request.GET.get("level", ""), LEVELS),
        "place": _known(request.GET.get("place", ""), places),
        "q": request.GET.get("q", "").strip()[:100],
    }

    def narrowed(calls: CallQuerySet) -> CallQuerySet:
        if chosen["state"] == "late":
            calls = calls.late(now)
        elif chosen["state"] == "open":
            calls = calls.filter(status__in=OPEN)
        elif chosen["state"] == "over":
            calls = calls.filter(status=Status.CLOSED)
        if chosen["level"]:
            calls = calls.filter(level=int(chosen["level"]))
        return narrowed_to(calls, chosen["place"]) if chosen["place"] else calls

    shown = listed(narrowed(found_by(acting, chosen["q"])))
    page = paged(request, shown.select_related("reporter").order_by("-raised_at", "-pk"))
    concealed_too = acting.body_kind in SUPERVISING and not chosen["q"]  # words would find out
    return render(
        request,
        "calls/all.html",
        {
            "page": page,
            "rows": [
                {**row(call, now), "title": title_of(call, partial(without_reporter, call))}
                for call in page
            ],
            "states": STATES,
            "levels": LEVELS,
            "places": places,
            "chosen": chosen,
            "concealed": narrowed(concealed(acting)).count() if concealed_too else 0,
        },
    )


def _known(asked: str, choices: list[tuple[str, Any]]) -> str:
    return asked if asked in [key for key, _ in choices] else ""
