"""The ledger's pages: a member's own, and the branch's. None of them may stay in a browser's memory."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.bodies.models import Body
from yihe.party.ledger import actions
from yihe.party.ledger.access import (
    branch_to_keep,
    branch_to_read,
    keeps_ledger,
    row_to_keep,
    row_to_read,
)
from yihe.party.ledger.forms import (
    DutyForm,
    OwnForm,
    PurposeForm,
    SignedForm,
    StandingForm,
    StrikeForm,
)
from yihe.party.ledger.models import Member, Reading
from yihe.party.ledger.queries import Opened, opened, opened_in, row_of, superior
from yihe.party.ledger.rules import PURPOSES, RELATIONS, STANDINGS, VERSION, WAYS, day_of, masked
from yihe.party.queries import branches_near
from yihe.web.form_pages import form_page
from yihe.web.requests import PersonRequest, Response

MINUTES = 15  # that an opened row stays open to whoever said what for


@never_cache
@require_GET
def own(request: PersonRequest) -> Response:
    """One's own row: what stands there, who read it, and how to take it back."""
    row = row_of(request.user.pk)
    page: dict[str, Any] = {"trail": [("我的", reverse("accounts:me")), ("党员报到", "")]}
    if row is None:
        near = branches_near(request.user.pk)
        return render(request, "members/own.html", {**page, "near": near, "version": VERSION})
    page |= _shown(opened(row)) | {
        "readings": [
            {"words": one.words, "purpose": PURPOSES[one.purpose], "at": one.at}
            for one in row.readings.order_by("-at", "-pk")[:100]
        ],
        "superior": superior(row.branch),
    }
    return render(request, "members/own.html", page)


def _shown(one: Opened) -> dict[str, Any]:
    return {
        "one": one,
        "standing": STANDINGS[one.kept.standing],
        "relation": RELATIONS[one.kept.relation],
        "relation_on": day_of(one.kept.relation_on),
        "way": WAYS[one.row.way],
        "duties": [
            {"what": duty.what, "since": day_of(duty.since), "until": day_of(duty.until)}
            for duty in one.kept.duties
        ],
    }


def _own_where() -> list[tuple[str, str]]:
    return [("我的", reverse("accounts:me")), ("党员报到", reverse("members:own"))]


@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: PersonRequest) -> Response:
    """A member writes oneself down, or anew at another branch."""
    near = branches_near(request.user.pk)
    form = OwnForm(request.POST or None, branches=near)
    page = {
        "form": form,
        "trail": [*_own_where(), ("登记", "")],
        "near": near,
        "known": row_of(request.user.pk),
        "version": VERSION,
    }
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "agreed"}
        actions.enter_oneself(person=request.user, at=timezone.now(), **values)
        messages.success(request, "登记好了。支部核对以后才算数。")
        return redirect("members:own")
    return render(request, "members/enter.html", page)


def _own_row(request: PersonRequest) -> Member:
    row = row_of(request.user.pk)
    if row is None:
        raise Http404
    return row


@never_cache
@require_http_methods(["GET", "POST"])
def own_change(request: PersonRequest) -> Response:
    """One's own words corrected; the branch checks them again."""
    row = _own_row(request)

    def do(values: dict[str, Any]) -> str:
        actions.change(row=row, acting=actions.ONESELF, at=timezone.now(), **values)
        return reverse("members:own")

    return form_page(
        request,
        StandingForm(request.POST or None, initial=_initial(row)),
        do,
        title="更正",
        send="保存",
        done="改好了。支部会再核对一次。",
        where=_own_where(),
    )


def _initial(row: Member) -> dict[str, Any]:
    kept = opened(row).kept
    return {
        "standing": kept.standing,
        "relation": kept.relation,
        "relation_on": kept.relation_on,
        "came_from": kept.came_from,
    }


@never_cache
@require_POST
def withdraw(request: PersonRequest) -> Response:
    """One tap: the consent ends and the row goes. It needs no reason and nobody's leave."""
    if actions.withdraw(person=request.user, at=timezone.now()):
        messages.success(request, "已经撤回同意，这一行和查阅记录都删去了。")
    return redirect("members:own")


# the branch ----------------------------------------------------------------------------------


def _where(branch: Body, row: Member | None = None) -> list[tuple[str, str]]:
    above = [
        (branch.name, reverse("bodies:body", args=[branch.pk])),
        ("党员台账", reverse("members:ledger", args=[branch.pk])),
    ]
    return [*above, ("一行", _address(row))] if row else above


def _address(row: Member) -> str:
    return reverse("members:row", args=[row.branch_id, row.pk])


@never_cache
@require_GET
def ledger(request: PersonRequest, branch_id: int) -> Response:
    """The rows of a branch, masked: to open one is an act of its own."""
    branch = branch_to_read(request.acting, branch_id)
    known = opened_in(branch)
    rows = [
        {"row": one.row, "name": masked(one.person.name), "way": WAYS[one.row.way]} for one in known
    ]
    page = {
        "branch": branch,
        "rows": rows,
        "waiting": sum(one.row.confirmed_on is None for one in known),
        "keeps": keeps_ledger(request.acting, branch),
        "superior": superior(branch),
        "trail": [*_where(branch)[:1], ("党员台账", "")],
    }
    return render(request, "members/ledger.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
def row(request: PersonRequest, branch_id: int, row_id: UUID) -> Response:
    """One row: first for what, then, for a quarter of an hour, what it holds."""
    found = row_to_read(request.acting, branch_id, row_id)
    if _just_read(request, found) is None:
        return _ask(request, found)
    page = _shown(opened(found)) | {
        "branch": found.branch,
        "keeps": keeps_ledger(request.acting, found.branch),
        "trail": [*_where(found.branch), ("一行", "")],
        "minutes": MINUTES,
    }
    return render(request, "members/row.html", page)


def _just_read(request: PersonRequest, found: Member) -> Reading | None:
    since = timezone.now() - timedelta(minutes=MINUTES)
    mine = found.readings.filter(seat_id=request.acting.seat_id or 0, at__gte=since)
    return mine.order_by("-at").first()


def _ask(request: PersonRequest, found: Member) -> Response:
    def do(values: dict[str, Any]) -> str:
        actions.read(row=found, purpose=values["purpose"], acting=request.acting, at=timezone.now())
        return _address(found)

    return form_page(
        request,
        PurposeForm(request.POST or None),
        do,
        title="查阅一行",
        send="查阅",
        done="这次查阅记下了，本人看得到。",
        where=_where(found.branch),
        intro="请先选为了什么。谁、什么时候、为了什么打开，都会记下来给本人看。",
    )


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: PersonRequest, branch_id: int) -> Response:
    """From a signed sheet."""
    branch = branch_to_keep(request.acting, branch_id)

    def do(values: dict[str, Any]) -> str:
        actions.enter_signed(branch=branch, acting=request.acting, at=timezone.now(), **values)
        return reverse("members:ledger", args=[branch.pk])

    return form_page(
        request,
        SignedForm(request.POST or None),
        do,
        title="按同意书登记",
        send="登记",
        done="登记好了，已经告诉本人。",
        where=_where(branch),
        intro="只登记本人签了字的。名单、购房资料、别人的介绍都不能拿来登记。",
    )


def _kept(request: PersonRequest, branch_id: int, row_id: UUID) -> Member:
    """A row to be changed: by those who keep the ledger, having opened it."""
    found = row_to_keep(request.acting, branch_id, row_id)
    if _just_read(request, found) is None:
        raise Http404
    return found


@never_cache
@require_POST
def confirm(request: PersonRequest, branch_id: int, row_id: UUID) -> Response:
    found = _kept(request, branch_id, row_id)
    actions.confirm(row=found, acting=request.acting, at=timezone.now())
    messages.success(request, "核对好了。")
    return redirect(_address(found))


@never_cache
@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, branch_id: int, row_id: UUID) -> Response:
    found = _kept(request, branch_id, row_id)

    def do(values: dict[str, Any]) -> str:
        actions.change(row=found, acting=request.acting, at=timezone.now(), **values)
        return _address(found)

    return form_page(
        request,
        StandingForm(request.POST or None, initial=_initial(found)),
        do,
        title="更正",
        send="保存",
        done="改好了，已经告诉本人。",
        where=_where(found.branch, found),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def duty(request: PersonRequest, branch_id: int, row_id: UUID) -> Response:
    found = _kept(request, branch_id, row_id)

    def do(values: dict[str, Any]) -> str:
        actions.give_duty(row=found, acting=request.acting, at=timezone.now(), **values)
        return _address(found)

    return form_page(
        request,
        DutyForm(request.POST or None),
        do,
        title="写上一项责任",
        send="写上",
        done="写好了，已经告诉本人。",
        where=_where(found.branch, found),
    )


@never_cache
@require_POST
def duty_end(request: PersonRequest, branch_id: int, row_id: UUID) -> Response:
    found = _kept(request, branch_id, row_id)
    what = request.POST.get("what", "")
    actions.end_duty(row=found, what=what, acting=request.acting, at=timezone.now())
    messages.success(request, "这一项到今天结束。")
    return redirect(_address(found))


@never_cache
@require_http_methods(["GET", "POST"])
def strike(request: PersonRequest, branch_id: int, row_id: UUID) -> Response:
    found = _kept(request, branch_id, row_id)

    def do(values: dict[str, Any]) -> str:
        actions.strike(row=found, acting=request.acting, at=timezone.now(), **values)
        return reverse("members:ledger", args=[branch_id])

    return form_page(
        request,
        StrikeForm(request.POST or None),
        do,
        title="删去这一行",
        send="删去",
        done="删去了。",
        where=_where(found.branch, found),
        intro="删去以后找不回来，只留下删过一行这件事。",
        danger=True,
    )
