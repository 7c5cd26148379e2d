"""`GET /api/v1/figures`: what the pages count, as `yihe figures --json` prints it."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from yihe.calls.api.shapes import Problem, ProblemOut
from yihe.calls.api.who import Bearer, Seat, named_seat
from yihe.insight.access import hidden_from, place_to_read
from yihe.insight.report import figures as figures_of
from yihe.places.models import Compound, Division
from yihe.trail.acting import Acting
from yihe.web.elsewhere import reads_elsewhere

router = Router(auth=Bearer())
REFUSED = dict.fromkeys((401, 404, 409, 422), ProblemOut)


class Asked(Schema):
    place: Annotated[str, Field("", max_length=20, pattern=r"^[0-9A-Za-z-]*$")]
    since: Annotated[date | None, Field(None, alias="from")]
    until: Annotated[date | None, Field(None, alias="to")]


@router.get("/figures", response={200: dict[str, Any], **REFUSED}, tags=["figures"])
def figures(request: HttpRequest, asked: Query[Asked], x_seat: Seat = None) -> dict[str, Any]:
    """Of one's own place, or of one within it by its code; of what was raised on these days, both with."""
    known, chosen = named_seat(request, x_seat)
    place, acting = _place(
        [chosen.acting] if chosen else [one.acting for one in known], asked.place
    )
    if asked.since and asked.until and asked.since > asked.until:
        raise Problem(422, "from 比 to 晚，请换过来。")
    return _counted(request, asked, place.path, hidden_from(acting))


@reads_elsewhere
def _counted(
    request: HttpRequest, asked: Asked, path: str, hidden: tuple[int, ...]
) -> dict[str, Any]:
    return figures_of(path, asked.since, asked.until, hidden=hidden)


def _place(capacities: list[Acting], code: str) -> tuple[Division | Compound, Acting]:
    """In the first capacity that may read it."""
    for acting in capacities:
        try:
            return place_to_read(acting, code), acting
        except Http404:
            continue
    raise Problem(404, "没有这个地方的数字。")
