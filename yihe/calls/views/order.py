"""Work orders on paper: what whoever goes there needs, and room for what was found and done.

A paper goes from hand to hand. So it shows the contact only when asked for, never of a reporter who does
not want to be known, and each such printing is an act on the call.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihe.calendar.queries import calendar
from yihe.calls.access import Seen, handled_among, may_handle, without_reporter
from yihe.calls.actions.exporting import note_orders
from yihe.calls.models import Call, Visibility
from yihe.calls.queries import said_since
from yihe.calls.views.call import deadlines
from yihe.web.qr import square_code
from yihe.web.requests import PersonRequest, Response

MOST = 50


@require_http_methods(["GET", "POST"])
def order(request: PersonRequest, number: str) -> Response:
    """One call's order; by POST with the contact."""
    return _orders(request, [number], back=reverse("calls:call", args=[number]))


@require_http_methods(["GET", "POST"])
def orders(request: PersonRequest) -> Response:
    """Those of the queue that were ticked, a sheet for each."""
    source = request.POST if request.method == "POST" else request.GET
    numbers = list(dict.fromkeys(source.getlist("number")))[:MOST]
    if not numbers and may_handle(request.acting):
        messages.error(request, "还没有选中。请在要打印的那几行前面打勾。")
        return redirect("calls:desk")
    return _orders(request, numbers, back=reverse("calls:desk"))


def _orders(request: PersonRequest, numbers: Sequence[str], *, back: str) -> Response:
    now = timezone.now()
    found = handled_among(request.acting, numbers)
    if not found:
        raise Http404
    with_contact = request.method == "POST"
    if with_contact:
        shown = [seen.call for seen in found if _contact(seen)]
        note_orders(calls=shown, acting=request.acting, at=now)
    said = said_since([seen.call.pk for seen in found])
    days = calendar()  # asked once
    page = {
        "sheets": [
            _sheet(seen, said.get(seen.call.pk, []), deadlines(seen.call, now, days), with_contact)
            for seen in found
        ],
        "numbers": [seen.call.number for seen in found],
        "with_contact": with_contact,
        "may_have_contact": any(_contact(seen) for seen in found),
        "desk": request.acting.words,
        "now": now,
        "trail": [("受理台", reverse("calls:desk")), ("工单", "")],
        "back": back,
    }
    return render(request, "calls/order.html", page)


def _contact(seen: Seen) -> str:
    """Name, door and number, where the reporter is known here and does not mind being known."""
    call = seen.call
    if not seen.sees_reporter or call.visibility == Visibility.DESK:
        return ""
    name = call.reporter.name if call.reporter else call.contact_name
    phone = (call.reporter.phone or "") if call.reporter else call.contact_phone
    home = call.unit.label if call.unit else ""
    return "，".join(part for part in (name, home, phone) if part)


def _why_not(seen: Seen) -> str:
    if seen.call.visibility == Visibility.DESK:
        return "发出人不想让别人知道是谁，不上纸。"
    return "没有印。要用，请看系统里的这一件。" if _contact(seen) else "没有留，或者这里看不到。"


def _sheet(
    seen: Seen, said: list[str], due: list[dict[str, Any]], with_contact: bool
) -> dict[str, Any]:
    call = seen.call
    contact = _contact(seen) if with_contact else ""

    def on_paper(text: str) -> str:
        """Without name and numbers, unless the contact stands on the paper anyway."""
        return text if contact else without_reporter(call, text)

    return {
        "call": call,
        "square": square_code(
            f"{settings.PUBLIC_URL}{reverse('calls:call', args=[call.number])}", "扫码打开这件呼叫"
        ),
        "where": _where(call),
        "spot": on_paper(call.spot),
        "text": on_paper(call.text),
        "said": [on_paper(text) for text in said],
        "deadlines": due,
        "contact": contact or _why_not(seen),
    }


def _where(call: Call) -> str:
    place = [call.compound.name] if call.compound else []
    return " ".join([call.community.name, *place, *([call.building.name] if call.building else [])])
