"""The community's clerks: confirm who lives where, print codes, look up a home."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.people.access import confirms_homes, join_request, may_end, may_revoke
from yihe.people.actions import decide_join, print_codes
from yihe.people.desks import desk_over
from yihe.people.forms import LookForm, PaperForm
from yihe.people.queries import codes_of, households, join_requests, labels_alike, unit_called
from yihe.places.models import Unit
from yihe.places.queries import compounds
from yihe.web.pages import paged
from yihe.web.qr import square_code
from yihe.web.requests import PersonRequest, Response


@require_GET
def requests(request: PersonRequest) -> Response:
    confirms_homes(request.acting)
    page = paged(request, join_requests(request.acting), per=30)
    return render(request, "people/requests.html", {"page": page})


@require_POST
def decide(request: PersonRequest, request_id: int) -> Response:
    asked = join_request(request.acting, request_id)
    decide_join(
        request=asked,
        confirm=request.POST.get("confirm") == "yes",
        reason=request.POST.get("reason", ""),
        acting=request.acting,
        at=timezone.now(),
    )
    messages.success(request, "处理好了，已经告诉申请的人。")
    return redirect("people:requests")


@require_http_methods(["GET", "POST"])
def paper(request: PersonRequest) -> Response:
    """Codes on paper, to be put into letter boxes: a sheet to print, shown once."""
    confirms_homes(request.acting)
    form = PaperForm(request.POST or None, compounds=compounds(request.acting))
    sheet: list[tuple[Unit, str]] = []
    if request.method == "POST" and form.is_valid():
        sheet = print_codes(units=form.units(), acting=request.acting, at=timezone.now())
    page: dict[str, Any] = {"form": form, "sheet": sheet}
    if sheet:
        address = settings.PUBLIC_URL + reverse("people:join")
        page |= {
            "address": address,
            "square": square_code(address, "登记住处的网址"),
            "desk": desk_over(sheet[0][0].compound.path),
        }
    return render(request, "people/paper.html", page)


@require_GET
def registered(request: PersonRequest) -> Response:
    """Who is recorded in one home."""
    confirms_homes(request.acting)
    form = LookForm(request.GET or None, compounds=compounds(request.acting))
    page: dict[str, Any] = {"form": form}
    if form.is_valid():
        compound, words = form.cleaned_data["compound"], form.cleaned_data["home"]
        unit = unit_called(compound, words)
        if unit is None:
            form.add_error("home", "没有找到这个门牌。")
            page |= {"compound": compound, "alike": labels_alike(compound, words)}
        else:
            page |= {"unit": unit, **_of_home(request, unit)}
    return render(request, "people/registered.html", page)


def _of_home(request: PersonRequest, unit: Unit) -> dict[str, Any]:
    acting = request.acting
    together = households([unit.pk])[unit.pk]
    mine = next((one for one in together if one.person_id == acting.person_id), None)
    codes = codes_of([unit.pk], timezone.now())[unit.pk]
    for one in together:
        one.unit = unit
    for code in codes:
        code.unit = unit
    return {
        "household": [
            {"one": one, "mine": one == mine, "may_end": may_end(acting, mine, one)}
            for one in together
        ],
        "codes": [{"one": code, "may_revoke": may_revoke(acting, mine, code)} for code in codes],
    }
