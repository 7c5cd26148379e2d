"""One's own seats: what they are, until when, and whether residents read one's name there."""

from typing import Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from yihe.bodies import actions
from yihe.bodies.access import own_seat
from yihe.bodies.queries import seats_of
from yihe.bodies.rules import OF_A_COMPOUND
from yihe.web.requests import PersonRequest, Response


@require_GET
def mine(request: PersonRequest) -> Response:
    """What one holds now, what is still to come, and what one held."""
    now = timezone.now()
    rows = list(seats_of(request.user.pk))
    page: dict[str, Any] = {
        "now": [seat for seat in rows if seat.held(now)],
        "later": [seat for seat in rows if seat.since > now],
        "before": [seat for seat in rows if seat.until is not None and seat.until <= now],
        "drawn": OF_A_COMPOUND,
    }
    return render(request, "bodies/mine.html", page)


@require_POST
def name(request: PersonRequest, seat_id: int) -> Response:
    """One tap lets residents read one's name beside this office, one tap takes it back."""
    seat = own_seat(request.acting, seat_id)
    shown = request.POST.get("shown") == "1"
    actions.show_name(seat=seat, shown=shown, acting=request.acting, at=timezone.now())
    messages.success(request, "写上了您的姓名。" if shown else "不再写您的姓名。")
    return redirect("bodies:mine")
