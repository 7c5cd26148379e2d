"""Files with the forms of a call, and the one way in which they are seen."""

import re
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.calls.access import attached_to, call_for
from yihe.calls.rules import Act
from yihe.files.actions import receive_all
from yihe.files.pictures import Box
from yihe.files.queries import untaken
from yihe.files.rules import known_keys
from yihe.files.serving import serve
from yihe.web.requests import PersonRequest, Response

COLUMNS, ROWS = 8, 8  # of the grid by which a picture is covered without script
MOST_BOXES = 50


def boxes(data: QueryDict) -> list[Box]:
    """What is to be covered: cells of the grid (“3.5”, column and row), and rectangles that were drawn
    (“12,40,30,20”: left, top, width, height in thousandths)."""
    found: list[Box] = []
    for cell in data.getlist("cell")[: COLUMNS * ROWS]:
        if at := re.fullmatch(r"(\d)\.(\d)", cell, re.ASCII):
            column, row = int(at[1]), int(at[2])
            found.append((column / COLUMNS, row / ROWS, (column + 1) / COLUMNS, (row + 1) / ROWS))
    for drawn in data.getlist("box")[:MOST_BOXES]:
        if at := re.fullmatch(r"(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})", drawn, re.ASCII):
            left, top, wide, high = (int(part) / 1000 for part in at.groups())
            if wide and high:
                found.append((left, top, min(left + wide, 1), min(top + high, 1)))
    return [box for box in found if box[0] < box[2] <= 1 and box[1] < box[3] <= 1]


def sent_files(request: PersonRequest) -> list[str]:
    """Keys of what this form brings: sent before, piece by piece, or with the form itself.

    Asks nothing where there is none. A Refusal when one is not taken; what came whole is kept then,
    and `chosen` shows it again.
    """
    keys = known_keys(request.POST.getlist("file"))
    sources = [(one, one.size or 0) for one in request.FILES.getlist("files")]
    request.files = keys  # type: ignore[attr-defined]
    if sources:
        known_keys([*keys, *(f"{place:032x}" for place in range(len(sources)))])  # not too many
        kept, refused = receive_all(sources=sources, person_id=request.user.pk, at=timezone.now())
        keys += [file.key for file in kept]
        if refused is not None:
            raise refused
    return keys


def chosen(request: PersonRequest) -> list[Any]:
    """What was sent with a form that is shown again; it need not be chosen anew."""
    keys = getattr(request, "files", [])
    return untaken(keys, person_id=request.user.pk) if keys else []


@require_GET
def file(
    request: PersonRequest, number: str, file: str, *, small: bool = False, covered: bool = False
) -> Response:
    """Through the call's own door: who may not see the call, or not yet the picture, finds nothing.

    `covered` is for the desk: what the others see.
    """
    seen = call_for(request.acting, number)
    attached, shown = attached_to(seen, file)
    if covered:
        if Act.SCREEN not in seen.may or attached.covered is None:
            raise Http404
        shown = attached.covered
    ending = "jpg" if shown.is_picture else "pdf"
    name = f"{number}-{attached.step_id}-{attached.position}.{ending}"
    return serve(request, shown, small=small, name=name)


@require_GET
def screen_page(request: PersonRequest, number: str, file: str) -> Response:
    """The picture as it came, a grid over it, and what neighbours will see."""
    seen = call_for(request.acting, number)
    if Act.SCREEN not in seen.may:
        raise Http404
    attached, _ = attached_to(seen, file)
    if attached.file.erased_at is not None:
        return redirect("calls:call", number)
    grid = [[(column, row) for column in range(COLUMNS)] for row in range(ROWS)]
    page = {"call": seen.call, "attached": attached, "grid": grid}
    return render(request, "calls/screen.html", page)
