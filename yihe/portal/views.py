from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.models import BodyKind
from yihe.bodies.queries import community_desks, desk_for, desks_for
from yihe.calls.access import (
    handled,
    may_handle,
    may_raise,
    may_supervise_district,
    own,
    visible,
)
from yihe.calls.models import OPEN, Call, DocketItem, Status
from yihe.calls.queries import board, board_counts, listed, promise
from yihe.calls.queries import counts as counts_of_calls
from yihe.calls.views.call import due_words, state_of, title_of
from yihe.insight.access import reads_figures
from yihe.people.queries import homes_of, requests_of
from yihe.places.models import Compound
from yihe.places.queries import compounds, counts, divisions
from yihe.portal.skyline import skyline
from yihe.portal.ways import everything
from yihe.trail.acting import Acting
from yihe.web.requests import PersonRequest, Response
from yihe.web.text import mask

NOTHING = {"open": 0, "late": 0}


@login_not_required
@require_GET
def home(request: PersonRequest) -> Response:
    """The doorway: where each capacity starts."""
    if not request.user.is_authenticated:
        return render(request, "portal/landing.html")
    acting = request.acting
    if acting.kind == "home":
        return _resident(request)
    if acting.kind != "seat":
        return _newcomer(request)
    if acting.body_kind in (BodyKind.DISTRICT, BodyKind.CONFERENCE):
        return _district(request)
    if may_handle(acting):
        return redirect("calls:desk")
    return _compound(request)


@require_GET
def more(request: PersonRequest) -> Response:
    """Every place that this capacity can go to."""
    return render(request, "portal/more.html", {"groups": everything(request.acting)})


@login_not_required
@require_GET
def help_page(request: PersonRequest) -> Response:
    """Whom to telephone: the desk of one's homes, or of those asked for; else of all communities."""
    near: list[str] = []
    if request.user.is_authenticated:
        person = request.user.pk
        near = [home.unit.compound.path for home in homes_of(person)]
        near = near or [asked.unit.compound.path for asked in requests_of(person)]
    desks = desks_for(1, near) if near else []
    mine = [desk for desk in desks if desk.phone]
    page = {"mine": mine, "desks": () if mine else community_desks()}
    return render(request, "portal/help.html", page)


SHOWN = 3  # of what runs; what waits for the person is never left out
WAITS = Q(status__in=(Status.ANSWERED, Status.ASKED))


def _mine(request: PersonRequest, now: Any) -> list[dict[str, Any]]:
    """One's open calls: first all that wait for oneself, then what is due first."""
    open_calls = listed(Call.objects.filter(reporter_id=request.user.pk).open())
    open_calls = open_calls.order_by("due_at", "pk")
    calls = list(open_calls.filter(WAITS))
    if len(calls) < SHOWN:
        calls += open_calls.exclude(WAITS)[: SHOWN - len(calls)]
    return [
        {
            "call": call,
            "title": title_of(call),
            "state": state_of(call, now, as_reporter=True),
            "due": due_words(call, now),
            "yours": call.status in (Status.ANSWERED, Status.ASKED),
        }
        for call in calls
    ]


def _resident(request: PersonRequest) -> Response:
    now = timezone.now()
    homes = list(homes_of(request.user.pk))
    here = next(one for one in homes if one.pk == request.acting.home_id)
    compound = here.unit.compound
    buildings = list(compound.buildings.order_by("position", "pk"))
    mine = next(
        (place for place, one in enumerate(buildings) if one.pk == here.unit.building_id), None
    )
    rows = _mine(request, now)
    elder = request.COOKIES.get("y_elder") == "1"
    page = {
        "home": here,
        "compound": compound,
        "rows": rows,
        "waiting": [row for row in rows if row["yours"]],
        "desk": desk_for(1, compound.path),
    }
    if elder:
        page["others"] = [row for row in rows if not row["yours"]]
        return render(request, "portal/home_elder.html", page)
    page["total"] = own(request.acting).count()
    page["skyline"] = skyline([one.floors for one in buildings], mine)
    page["numbers"] = board_counts(compound, since=now - timedelta(days=30))
    page["promise"] = promise(1) if page["desk"] else ""
    return render(request, "portal/home.html", page)


def _newcomer(request: PersonRequest) -> Response:
    """Without a home: where one's request lies, or the way to register one."""
    asked = requests_of(request.user.pk).first()
    desk = desk_for(1, asked.unit.compound.path) if asked else None
    return render(request, "portal/no_home.html", {"asked": asked, "desk": desk})


def _compound(request: PersonRequest) -> Response:
    """Branch, committee, lead: their compound, what runs there, and the call button."""
    now = timezone.now()
    compound = compounds(request.acting).first()
    if compound is None:
        return render(request, "portal/no_home.html")
    running = visible(request.acting).filter(compound=compound, status__in=OPEN)
    page = {
        "compound": compound,
        "raises": may_raise(request.acting),
        "figures": reads_figures(request.acting),
        "numbers": board_counts(compound, since=now - timedelta(days=30)),
        "running": counts_of_calls(running, person_id=request.acting.person_id, at=now),
        "rows": [
            {
                "call": call,
                "title": title_of(call, mask),
                "state": state_of(call, now, as_reporter=False),
                "due": due_words(call, now, as_reporter=False),
            }
            for call in listed(running).order_by("due_at", "pk")[:20]
        ],
        "latest": board(compound)[:3],
    }
    return render(request, "portal/compound.html", page)


def _unlisted(acting: Acting) -> dict[str, Any]:
    """What waits to be listed for the joint conference: how many, and the first due. One query."""
    waiting = visible(acting).filter(level=4, status__in=(Status.NEW, Status.DOING))
    listed_now = Exists(DocketItem.objects.filter(call=OuterRef("pk"), decided_at=None))
    return waiting.filter(~listed_now).aggregate(n=Count("pk"), first=Min("due_at"))


def _district(request: PersonRequest) -> Response:
    """What runs where and what is late, by level and by subdistrict in the order of their codes."""
    now = timezone.now()
    calls = handled(request.acting).filter(status__in=OPEN)
    late = Q(status__in=(Status.NEW, Status.DOING), due_at__lt=now)
    levels = dict(calls.values_list("level").annotate(n=Count("pk")).order_by())
    by_place: dict[Any, Any] = {
        row["community__parent_id"]: row
        for row in calls.values("community__parent_id")
        .annotate(open=Count("pk"), late=Count("pk", filter=late))
        .order_by()
    }
    held = dict(
        Compound.objects.filter(stage__in=("moving_in", "settled"))
        .values_list("community__parent_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    page = {
        "open": sum(levels.values()),
        "late": sum(row["late"] for row in by_place.values()),
        "levels": [(number, levels.get(number, 0)) for number in (1, 2, 3, 4)],
        "places": [
            {
                "name": place.name,
                "path": place.path,
                "compounds": held.get(place.pk, 0),
                "open": by_place.get(place.pk, NOTHING)["open"],
                "late": by_place.get(place.pk, NOTHING)["late"],
            }
            for place in divisions(4)
        ],
        "counts": counts(compounds(request.acting)),
        "handles": may_handle(request.acting),
        "supervises": may_supervise_district(request.acting),
        "unlisted": _unlisted(request.acting),
    }
    return render(request, "portal/district.html", page)
