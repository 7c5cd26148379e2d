from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.models import BodyKind
from yihe.calls.access import (
    docketed,
    handled,
    may_handle,
    may_raise,
    may_supervise_district,
    own,
    visible,
    without_reporter,
)
from yihe.calls.models import Call, CallQuerySet, Status, Visibility
from yihe.calls.queries import (
    at_desk,
    board,
    board_counts,
    chosen,
    corrections,
    counts,
    inquiries_to,
    listed,
    narrowings,
    next_to_climb,
    passed_on,
    searched,
    with_answers,
    with_board_counts,
)
from yihe.calls.views.call import due_words, state_of, title_of
from yihe.calls.views.past import is_past, outcome
from yihe.places.models import Compound
from yihe.places.queries import compounds
from yihe.web import words
from yihe.web.elsewhere import reads_elsewhere
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response
from yihe.web.text import mask

CHIPS = [
    ("all", "全部在办"),
    ("mine", "我的"),
    ("late", "超期"),
    ("today", "今天到期"),
    ("new", "待受理"),
    ("waiting", "等居民"),
]


def row(call: Call, now: Any) -> dict[str, Any]:
    """What a list shows of a call."""
    waiting = call.status in (Status.ASKED, Status.ANSWERED)
    start = call.paused_at or call.answered_at or call.clock_from
    return {
        "call": call,
        "title": title_of(call, mask if call.visibility == Visibility.DESK else str),
        "place": place_of(call),
        "state": state_of(call, now, as_reporter=False),
        "left": words.left(call.due_at, now) if call.due_at else "",
        "used": words.used(min(start, call.due_at), call.due_at, now) if call.due_at else 0,
        "urgency": "" if waiting or not call.due_at else words.urgency(call.due_at, now),
        "waiting": waiting,
        "past": outcome(call) if is_past(call) else "",
    }


def place_of(call: Call) -> str:
    name = call.compound.name if call.compound else call.community.name
    return f"{name} {call.building.name}" if call.building else name


@require_GET
def desk(request: PersonRequest) -> Response:
    """A clerk's queue: what bites first on top."""
    acting = request.acting
    if not may_handle(acting):
        raise Http404
    now = timezone.now()
    which = request.GET.get("which", "all")
    q = request.GET.get("q", "").strip()[:100]
    here = at_desk(handled(acting), acting.body_id)
    numbers = counts(here, person_id=acting.person_id, at=now)
    if which == "followed":
        found = passed_on(handled(acting), acting.body_id)
    else:
        found = chosen(here, which, person_id=acting.person_id, at=now)
    found = searched(found, q)
    places, topics = narrowings(here)
    near = _one_of(places, request.GET.get("place", ""))
    about = _one_of(topics, request.GET.get("topic", ""))
    if near:
        found = found.filter(compound__code=near)
    if about:
        found = found.filter(topic__code=about)
    total = numbers.get(which) if not q and not near and not about else None
    page = paged(request, listed(found).order_by("due_at", "pk"), total=total)
    return render(
        request,
        "calls/desk.html",
        {
            "page": page,
            "rows": [row(call, now) for call in page],
            "chips": [(key, name, numbers[key]) for key, name in CHIPS],
            "numbers": numbers,
            "which": which,
            "q": q,
            "near": near,
            "places": places,
            "about": about,
            "topics": topics,
            "next": _next(here, now),
            "narrowed": (f"&place={near}" if near else "") + (f"&topic={about}" if about else ""),
            "place": [(acting.words, "")],
        },
    )


def _next(calls: CallQuerySet, now: datetime) -> dict[str, Any] | None:
    """What goes up by itself first, in a word."""
    call = next_to_climb(calls, at=now)
    return {"title": place_of(call), "due_at": call.due_at} if call else None


def _one_of(choices: list[tuple[str, str]], asked: str) -> str:
    """What was asked for, when it can be chosen; else no narrowing."""
    return asked if asked in [code for code, _ in choices] else ""


@require_GET
def mine(request: PersonRequest) -> Response:
    """What somebody raised, newest first."""
    now = timezone.now()
    page = paged(request, listed(own(request.acting)).order_by("-raised_at"), per=20)
    rows = [
        {
            **row(call, now),
            "title": title_of(call),
            "state": state_of(call, now, as_reporter=call.reporter_id == request.user.pk),
            "due": due_words(call, now, as_reporter=call.reporter_id == request.user.pk),
        }
        for call in page
    ]
    raises = request.acting.kind != "seat" or may_raise(request.acting)
    return render(request, "calls/mine.html", {"page": page, "rows": rows, "raises": raises})


@require_GET
@reads_elsewhere
def board_page(request: PersonRequest, code: str) -> Response:
    """What neighbours raised and what was answered, without persons."""
    now = timezone.now()
    since = now - timedelta(days=30)
    near = (
        compounds(request.acting) if request.acting.kind != "visitor" else Compound.objects.none()
    )
    compound = get_object_or_404(with_board_counts(near, since=since), code=code)
    numbers = board_counts(compound, since=since)
    page = paged(request, with_answers(board(compound)), per=20, total=numbers["total"])
    rows = [
        {
            "call": call,
            "text": without_reporter(call, call.text) or title_of(call),
            "answer": without_reporter(call, getattr(call, "answer", "")),
            "state": state_of(call, now, as_reporter=False),
        }
        for call in page
    ]
    return render(
        request,
        "calls/board.html",
        {"compound": compound, "page": page, "rows": rows, "numbers": numbers},
    )


@require_GET
def conference(request: PersonRequest) -> Response:
    """The docket: what comes up on which day, what was decided, what still has to be listed."""
    acting = request.acting
    if not (
        acting.kind == "seat"
        and acting.body_kind in (BodyKind.CONFERENCE, BodyKind.DISTRICT, BodyKind.DEPARTMENT)
    ):
        raise Http404
    items = list(docketed(acting))
    unlisted = (
        listed(visible(acting)).filter(level=4, status__in=(Status.NEW, Status.DOING))
        .exclude(docket__decided_at=None, docket__isnull=False)
        .order_by("due_at")
    )  # fmt: skip
    now = timezone.now()
    return render(
        request,
        "calls/conference.html",
        {
            "coming": [item for item in items if item.decided_at is None],
            "decided": [item for item in reversed(items) if item.decided_at is not None][:30],
            "unlisted": [row(call, now) for call in unlisted[:50]],
        },
    )


@require_GET
def inquiries(request: PersonRequest) -> Response:
    """Questions of fact to the body that somebody sits in."""
    acting = request.acting
    if acting.kind != "seat":
        raise Http404
    return render(request, "calls/inquiries.html", {"items": inquiries_to(acting.body_id)[:50]})


@require_GET
def corrections_page(request: PersonRequest) -> Response:
    """Where people corrected the routing in the last year: what the catalogue has to learn from."""
    if not may_supervise_district(request.acting):
        raise Http404
    now = timezone.now()
    since, calls = now - timedelta(days=365), handled(request.acting)
    found = corrections(calls, since=since)
    raised = calls.filter(raised_at__gte=since).count()
    page = {"rows": found, "total": sum(row["n"] for row in found), "raised": raised}
    return render(request, "calls/corrections.html", page)
