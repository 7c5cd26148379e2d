from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.people.access import confirms_homes, join_request, may_invite, own_home
from yihe.people.actions import (
    ask_to_join,
    decide_join,
    leave_home,
    make_code,
    print_codes,
    use_code,
)
from yihe.people.forms import AskForm, CodeForm, InviteForm
from yihe.people.models import JoinRequest, Way
from yihe.people.queries import homes_of, household, join_requests
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.web.requests import PersonRequest, Response

TRIES = 8  # wrong codes an hour


@require_GET
def homes(request: PersonRequest) -> Response:
    return _homes(request)


def _homes(request: PersonRequest, **more: Any) -> Response:
    mine = [
        {"home": home, "household": household(home.unit), "may_invite": may_invite(home)}
        for home in homes_of(request.user.pk)
    ]
    asked = JoinRequest.objects.filter(person_id=request.user.pk).select_related(
        "unit", "unit__compound"
    )
    page = {"homes": mine, "asked": asked.order_by("-asked_at")[:5], "invite_form": InviteForm()}
    return render(request, "people/homes.html", {**page, **more})


@require_http_methods(["GET", "POST"])
def join(request: PersonRequest) -> Response:
    """By a code, or by asking the community's clerk."""
    code_form, ask_form = CodeForm(), AskForm()
    if request.method == "POST" and "code" in request.POST:
        code_form = CodeForm(request.POST)
        if code_form.is_valid():
            try:
                _count_try(request.user.pk)
                use_code(
                    code=code_form.cleaned_data["code"],
                    person=request.user,
                    acting=request.acting,
                    at=timezone.now(),
                )
            except Refusal as refusal:
                code_form.add_error("code", str(refusal))
            else:
                messages.success(request, "登记好了，这里就是您的小区。")
                return redirect("/")
    elif request.method == "POST":
        ask_form = AskForm(request.POST)
        if ask_form.is_valid():
            try:
                ask_to_join(
                    person=request.user,
                    unit=_unit(ask_form),
                    standing=ask_form.cleaned_data["standing"],
                    words=ask_form.cleaned_data["words"],
                    acting=request.acting,
                    at=timezone.now(),
                )
            except Refusal as refusal:
                ask_form.add_error("home", str(refusal))
            else:
                messages.success(request, "申请送到社区了，核实好会告诉您。")
                return redirect("people:homes")
    return render(request, "people/join.html", {"code_form": code_form, "ask_form": ask_form})


def _count_try(person_id: int) -> None:
    key = f"home-code-tries:{person_id}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > TRIES:
        raise Refusal("试得太多了，请过一小时再试，或者请社区核实。")


def _unit(form: AskForm) -> Unit:
    label = form.cleaned_data["home"].replace(" ", "")
    unit = Unit.objects.filter(compound=form.cleaned_data["compound"], label=label).first()
    if unit is None:
        raise Refusal("没有找到这个门牌，请照 3栋2单元1502 的样子写，或者打社区电话。")
    return unit


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


@require_GET
def requests(request: PersonRequest) -> Response:
    confirms_homes(request.acting)
    return render(request, "people/requests.html", {"asked": join_requests(request.acting)[:100]})


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
    messages.success(request, "处理好了。")
    return redirect("people:requests")


@require_http_methods(["GET", "POST"])
def paper(request: PersonRequest) -> Response:
    """Codes on paper, to be put into letter boxes: a sheet to print, shown once."""
    confirms_homes(request.acting)
    compounds = Unit.objects.filter(compound__path__startswith=request.acting.scopes[0])
    sheet: list[tuple[Unit, str]] = []
    wrong = ""
    if request.method == "POST":
        labels = [
            line.strip() for line in request.POST.get("homes", "").splitlines() if line.strip()
        ]
        units = list(
            compounds.filter(
                label__in=labels[:200], compound__code=request.POST.get("compound", "")
            )
            .select_related("compound")
            .order_by("pk")
        )
        wrong = "" if units else "没有找到这些门牌，请一行写一个，像 3栋2单元1502。"
        sheet = print_codes(units=units, acting=request.acting, at=timezone.now())
    choices = (
        compounds.values_list("compound__code", "compound__name")
        .distinct()
        .order_by("compound__code")
    )
    return render(
        request, "people/paper.html", {"sheet": sheet, "wrong": wrong, "compounds": choices}
    )
