"""One's own homes: who belongs to them, inviting, leaving; and writing down that somebody moved out."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.people.access import (
    code_to_revoke,
    is_home_clerk,
    may_end,
    may_invite,
    may_revoke,
    own_home,
    residency_to_end,
)
from yihe.people.actions import leave_home, make_code, record_move_out, revoke_code
from yihe.people.desks import desk_over
from yihe.people.forms import InviteForm, MoveOutForm
from yihe.people.models import JoinRequest, Way
from yihe.people.queries import codes_of, homes_of, households, requests_of
from yihe.places.models import Unit
from yihe.web.form_pages import form_page
from yihe.web.requests import PersonRequest, Response
from yihe.web.templatetags.web import day


@require_GET
def homes(request: PersonRequest) -> Response:
    return _homes(request)


def _homes(request: PersonRequest, **more: Any) -> Response:
    mine = list(homes_of(request.user.pk))
    units = [home.unit_id for home in mine]
    together, codes = households(units), codes_of(units, timezone.now())
    for home in mine:
        for code in codes[home.unit_id]:
            code.unit = home.unit
    rows = [
        {
            "home": home,
            "household": [
                {"one": one, "mine": one == home, "may_end": may_end(request.acting, home, one)}
                for one in together[home.unit_id]
            ],
            "codes": [
                {"one": code, "may_revoke": may_revoke(request.acting, home, code)}
                for code in codes[home.unit_id]
            ],
            "may_invite": may_invite(home),
        }
        for home in mine
    ]
    asked = JoinRequest.objects.filter(person_id=request.user.pk).select_related(
        "unit", "unit__compound"
    )
    page: dict[str, Any] = {
        "homes": rows,
        "asked": asked.order_by("-asked_at")[:5],
        "invite_form": InviteForm(),
    }
    if not mine:
        waiting = requests_of(request.user.pk).first()
        page["asked_now"] = waiting
        page["desk"] = desk_over(waiting.unit.compound.path) if waiting else None
    return render(request, "people/homes.html", {**page, **more})


@require_POST
def invite(request: PersonRequest, residency_id: int) -> Response:
    home = own_home(request.user.pk, residency_id)
    form = InviteForm(request.POST)
    if not may_invite(home) or not form.is_valid():
        raise Http404
    _, plain = make_code(
        unit=home.unit,
        way=Way.INVITATION,
        standing=form.cleaned_data["standing"],
        acting=request.acting,
        at=timezone.now(),
    )
    return _homes(request, code=plain, code_home=home)


@require_POST
def leave(request: PersonRequest, residency_id: int) -> Response:
    home = own_home(request.user.pk, residency_id)
    leave_home(residency=home, acting=request.acting, at=timezone.now())
    messages.success(request, "已经搬出这一户。")
    return redirect("people:homes")


@require_POST
def revoke(request: PersonRequest, code_id: int) -> Response:
    """A code that nobody used yet, by who made it, the owner or the clerk."""
    now = timezone.now()
    code = code_to_revoke(request.acting, code_id, now)
    revoke_code(code=code, acting=request.acting, at=now)
    messages.success(request, "这个码停用了，拿到的人不能再用。")
    return redirect(_above(request, code.unit)[-1][1])


@require_http_methods(["GET", "POST"])
def move_out(request: PersonRequest, residency_id: int) -> Response:
    """Somebody went and never said so."""
    other = residency_to_end(request.acting, residency_id)
    above = _above(request, other.unit)

    def do(values: dict[str, Any]) -> str:
        record_move_out(
            residency=other, reason=values["reason"], acting=request.acting, at=timezone.now()
        )
        return above[-1][1]

    who = f"{other.get_standing_display()}，{day(other.since)}起登记"
    return form_page(
        request,
        MoveOutForm(request.POST or None),
        do,
        title=f"记下{other.person.name or '这位住户'}搬走了",
        send="记下搬走了",
        done="记下了，已经告诉本人。",
        where=above,
        intro=f"{other.unit.compound.name} {other.unit.label}，{who}。"
        "记下以后，本人马上看不到这个小区的公开栏，会收到消息和您写的原因。",
        danger=True,
    )


def _above(request: PersonRequest, unit: Unit) -> list[tuple[str, str]]:
    """Where one came from: the clerk from looking up a home, everybody else from the own homes."""
    if is_home_clerk(request.acting) and request.acting.covers(unit.compound.path):
        asked = urlencode({"compound": unit.compound.code, "home": unit.label})
        found = f"{reverse('people:registered')}?{asked}"
        return [("核实住处", reverse("people:requests")), ("查一户", found)]
    return [("我的家", reverse("people:homes"))]
