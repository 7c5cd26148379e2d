"""All calls that somebody may see in a capacity, closed ones too: found by state, level, place and words."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.models import BodyKind
from yihe.calls.access import COUNTED_FOR, concealed, found_by, without_reporter
from yihe.calls.behind import STATES, Asked, asked_in, in_words, narrowed, without
from yihe.calls.models import CallQuerySet
from yihe.calls.queries import listed
from yihe.calls.views.call import title_of
from yihe.calls.views.lists import row
from yihe.places.queries import named_place, places_below
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response
from yihe.web.words import LEVELS


@dataclass(frozen=True)
class Found:
    """What was asked for in a capacity, and the calls behind it."""

    asked: Asked
    q: str
    places: list[tuple[str, str]]
    narrow: Callable[[CallQuerySet], CallQuerySet]
    shown: CallQuerySet


def found_for(request: PersonRequest) -> Found:
    """The calls that a list and its file hold, by the address; for who holds a seat."""
    acting = request.acting
    if acting.kind != "seat":
        raise Http404
    places = places_below(acting.scopes[0], compounds=acting.body_kind == BodyKind.COMMUNITY)
    asked = asked_in(request.GET)
    if asked.place and asked.place not in [path for path, _ in places]:  # deeper, from a figure
        deeper = named_place(asked.place) if acting.covers(asked.place) else []
        places = [*places, *deeper]
        asked = asked if deeper else without(asked, "place")
    q = request.GET.get("q", "").strip()[:100]
    narrow = partial(narrowed, asked=asked, at=timezone.now(), desk_id=acting.body_id)
    return Found(asked, q, places, narrow, narrow(found_by(acting, q)))


@require_GET
def every(request: PersonRequest) -> Response:
    """What lies behind a figure, and what was closed long ago."""
    acting, now = request.acting, timezone.now()
    found = found_for(request)
    asked, q = found.asked, found.q
    shown = listed(found.shown).select_related("reporter").order_by("-raised_at", "-pk")
    page = paged(request, shown)
    concealed_too = acting.body_kind in COUNTED_FOR and not q  # words would find out
    return render(
        request,
        "calls/all.html",
        {
            "page": page,
            "rows": [
                {**row(call, now), "title": title_of(call, partial(without_reporter, call))}
                for call in page
            ],
            "states": STATES.items(),
            "levels": [(str(number), name) for number, name in LEVELS.items()],
            "places": found.places,
            "chosen": asked,
            "q": q,
            "more": [(words, _address(without(asked, name), q)) for name, words in in_words(asked)],
            "kept": [(name, getattr(asked, name)) for name in KEPT if getattr(asked, name)],
            "concealed": concealed(acting, found.narrow) if concealed_too else 0,
            "address": _address(asked, q),
        },
    )


# No field of their own in the form.
KEPT = ("desk", "topic", "leaf", "channel", "nature", "since", "until")


def _address(asked: Asked, q: str) -> str:
    values = {name: value for name, value in asdict(asked).items() if value}
    return "?" + urlencode({**values, "q": q} if q else values)
