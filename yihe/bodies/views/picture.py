"""Who governs a compound, as a picture for everybody who lives or acts there."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.access import compound_to_picture, keeps_compounds, reads_seats
from yihe.bodies.picture import draw
from yihe.web.requests import PersonRequest, Response


@require_GET
def governs(request: PersonRequest, code: str) -> Response:
    """Bodies, seats, vacancies and terms; boxes lead to the bodies' pages or, outside, to the words below."""
    acting = request.acting
    compound = compound_to_picture(acting, code)
    inside = reads_seats(acting)
    drawn = draw(compound, now=timezone.now(), inside=inside)
    page = {
        "compound": compound,
        "picture": drawn,
        "first": next(iter(drawn.running_out), None),
        "inside": inside,
        "keeps": keeps_compounds(acting),
    }
    return render(request, "bodies/governs.html", page)
