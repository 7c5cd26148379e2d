from fractions import Fraction
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.calls.access import handled
from yihe.calls.queries import listed, next_to_climb
from yihe.calls.views.lists import place_of
from yihe.insight import desk as desks
from yihe.insight import words
from yihe.insight.access import desk_to_read, hidden_from, place_to_read, reads_figures
from yihe.insight.attention import CONTESTED_DAYS, now_wanted, running
from yihe.insight.page import (
    TITLES,
    Period,
    Place,
    chart_of,
    page_of,
    period_in,
    presets,
    quarters,
    times,
    topics_chart,
)
from yihe.insight.queries import first_month, home, today
from yihe.insight.rules import FEWEST, Change, months_between
from yihe.places.models import Compound, Division
from yihe.places.queries import compounds, counts
from yihe.trail.acting import Acting
from yihe.web.elsewhere import reads_elsewhere
from yihe.web.requests import PersonRequest, Response

DESK_MONTHS = 3


@require_GET
@reads_elsewhere
def place_page(request: PersonRequest, code: str = "") -> Response:
    """A place in numbers: the district, a subdistrict, a community, a compound."""
    return render(request, "insight/place.html", shown_of(request.acting, request.GET, code))


def shown_of(acting: Acting, query: QueryDict, code: str = "") -> dict[str, Any]:
    """All that the page of a place shows."""
    place = place_to_read(acting, code)
    hidden = hidden_from(acting)
    now = timezone.now()
    day, oldest = today(), first_month(place.path)
    period = period_in(query, day, oldest)
    page: dict[str, Any] = {
        "place": place,
        "where": where(acting, place),
        "top": place.level == 3 if isinstance(place, Division) else False,
        "wanted": now_wanted(running(_inside(place), hidden), at=now),
        "contested_days": CONTESTED_DAYS,
        "empty": oldest is None,
        "compounds": counts(compounds(acting).filter(path__startswith=place.path)),
        **period_of(period, day, oldest),
    }
    if oldest is not None:
        page |= _numbers(Place(place, period, hidden), period)
        page["quarters"] = quarters(place.path, day, oldest, hidden)
    return page


def _inside(place: Division | Compound) -> str | None:
    return None if isinstance(place, Division) and place.level == 3 else place.path


def period_of(period: Period, day: Any, oldest: Any) -> dict[str, Any]:
    """What the chooser of months shows."""
    first = min(oldest or period.first, period.first)
    months = [
        (f"{month:%Y-%m}", words.month(month))
        for month in reversed(months_between(first, day.replace(day=1)))
    ]
    since, until = f"{period.first:%Y-%m}", f"{period.last:%Y-%m}"
    return {
        "since": since,
        "until": until,
        "months_known": months,
        "period": words.months(period.first, period.last),
        "running_month": period.last > period.last_whole,
        "presets": [
            (name, first, last, (first, last) == (since, until))
            for name, first, last in presets(day, oldest)
        ],
    }


def _numbers(shown: Place, period: Period) -> dict[str, Any]:
    months = shown.months()
    topics = shown.table("topic")
    change = shown.change()
    whole = shown.whole
    return {
        "whole": whole,
        "rate": words.percent(whole.rate),
        "undisputed": words.percent(whole.undisputed_rate),
        "contested_share": words.percent(_share(whole.contested, whole.total)),
        "contact": times(whole.contact),
        "answer": times(whole.answer),
        "change": words.change(change) if change else "",
        "in_short": _in_short(shown, period, change),
        "links": {
            state: shown.rows(state=state)
            for state in ("counted", "open", "in_time", "closed_late", "contested", "unknown")
        },
        "months": months,
        "chart": chart_of(months),
        "tables": [
            *([(TITLES[shown.below], shown.table(shown.below))] if shown.below else []),
            ("各级", shown.table("level")),
            ("各类", topics),
            ("从哪里来", shown.table("channel")),
            ("什么性质", shown.table("nature")),
        ],
        "topics_chart": topics_chart(topics),
        "leaves": shown.leaves(),
        "changed": shown.compounds() if shown.below else [],
        "rising": shown.rising() if shown.below else [],
        "compared": words.months(*period.compared) if period.compared else "",
        "fewest": FEWEST,
        "why_not": words.why_not(),
    }


def _in_short(shown: Place, period: Period, change: Change | None) -> str:
    """The period in a sentence."""
    whole = shown.whole
    said = f"{words.months(period.first, period.last)}，新呼叫 {whole.total} 件"
    if change and change.share is not None:
        said += f"，比去年同期{words.change(change)}"
    if whole.closed:
        said += f"；办完的按时 {words.percent(whole.rate)}"
    if whole.disputed:
        said += f"，其中 {whole.disputed} 件居民不认可"
    return f"{said}。"


def _share(part: int, whole: int) -> Any:
    return Fraction(part, whole) if whole else None


def where(acting: Acting, place: Division | Compound) -> list[tuple[str, str]]:
    """From one's own place down to this one."""
    chain: list[Division | Compound] = [place]
    above = place.community if isinstance(place, Compound) else place.parent
    while above is not None and above.path != "-" and acting.covers(above.path):
        chain.append(above)
        above = above.parent
    chain.reverse()
    return [(one.name, "" if one is place else page_of(one.code)) for one in chain]


@require_GET
@reads_elsewhere
def desk_page(request: PersonRequest) -> Response:
    """A desk in numbers, for those who sit there."""
    acting = request.acting
    desk = desk_to_read(acting)
    root = home()
    if root is None:
        raise Http404
    now, day = timezone.now(), today()
    oldest = first_month(root.path)
    period = period_in(request.GET, day, oldest, DESK_MONTHS)
    calls = running(None, hidden_from(acting), desk)
    climbs = next_to_climb(handled(acting).filter(desk_id=desk), at=now)
    came = desks.came(desk, period)
    left = desks.left(desk, period)
    page = {
        "words": acting.words,
        "wanted": now_wanted(calls, at=now),
        "contested_days": CONTESTED_DAYS,
        "climbs": climbs,
        "climbs_where": place_of(climbs) if climbs else "",
        "came": came,
        "came_all": sum(number for _, number in came),
        "left": left,
        "left_all": sum(number for _, number in left),
        "late_ones": listed(calls.late(now)).order_by("due_at", "pk")[:5],
        "rows": reverse("calls:all"),
        "figures": reads_figures(acting),
        **desks.numbers(root.path, desk, period),
        **period_of(period, day, oldest),
    }
    return render(request, "insight/desk.html", page)
