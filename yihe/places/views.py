from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from yihe.places.models import Kind, Stage
from yihe.places.queries import compounds, counts
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response


@require_GET
def compounds_page(request: PersonRequest) -> Response:
    """The compounds in one's places, with counts by kind and stage."""
    found = compounds(request.acting)
    numbers = counts(found)
    stage, kind = request.GET.get("stage", ""), request.GET.get("kind", "")
    q = request.GET.get("q", "").strip()[:60]
    if stage in Stage.values:
        found = found.filter(stage=stage)
    if kind in Kind.values:
        found = found.filter(kind=kind)
    if q:
        found = found.filter(name__icontains=q) | found.filter(code=q)
    return render(
        request,
        "places/compounds.html",
        {
            "page": paged(request, found, per=50),
            "stages": [(key, name, numbers["stage"][key]) for key, name in Stage.choices],
            "kinds": [(key, name, numbers["kind"][key]) for key, name in Kind.choices],
            "inhabited": sum(numbers["kind"].values()),
            "stage": stage,
            "kind": kind,
            "q": q,
        },
    )


@require_GET
def compound_page(request: PersonRequest, code: str) -> Response:
    compound = get_object_or_404(compounds(request.acting), code=code)
    return render(
        request,
        "places/compound.html",
        {
            "compound": compound,
            "stages": compound.stages.order_by("-since", "-pk"),
            "buildings": compound.buildings.order_by("position", "pk"),
        },
    )
