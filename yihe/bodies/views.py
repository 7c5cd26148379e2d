from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from yihe.bodies.middleware import SESSION_KEY
from yihe.bodies.models import Body
from yihe.bodies.queries import bodies_in
from yihe.trail.acting import Acting
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response


@require_POST
def capacity(request: PersonRequest) -> Response:
    """Act in another of one's capacities from now on."""
    chosen = request.POST.get("capacity", "")
    if chosen not in [one.key for one in request.capacities]:  # type: ignore[attr-defined]
        raise Http404
    request.session[SESSION_KEY] = chosen
    return redirect("/")


def _seated(acting: Acting) -> None:
    if acting.kind != "seat":
        raise Http404


@require_GET
def bodies(request: PersonRequest) -> Response:
    """Bodies in the places one answers for."""
    _seated(request.acting)
    return render(
        request, "bodies/bodies.html", {"page": paged(request, bodies_in(request.acting), per=60)}
    )


@require_GET
def body(request: PersonRequest, body_id: int) -> Response:
    """Who sits where, since when; former seats below."""
    _seated(request.acting)
    found = get_object_or_404(bodies_in(request.acting), pk=body_id)
    seats = Body.objects.get(pk=found.pk).seats.select_related("person").order_by("-since", "-pk")
    return render(
        request,
        "bodies/body.html",
        {
            "body": found,
            "now": [seat for seat in seats if seat.until is None],
            "before": [seat for seat in seats if seat.until is not None],
        },
    )
