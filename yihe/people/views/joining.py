"""Joining a home: by a code, or by asking the community's clerk."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihe.people.access import own_request
from yihe.people.actions import ask_to_join, count_try, use_code, withdraw_join
from yihe.people.forms import AskForm, CodeForm
from yihe.people.models import Residency
from yihe.people.queries import unit_called
from yihe.refusal import Refusal
from yihe.web.requests import PersonRequest, Response


@require_http_methods(["GET", "POST"])
def join(request: PersonRequest) -> Response:
    code_form, ask_form = CodeForm(), AskForm()
    if request.method == "POST" and "code" in request.POST:
        code_form = CodeForm(request.POST)
        if code_form.is_valid():
            try:
                _join(request, code_form)
            except Refusal as refusal:
                code_form.add_error("code", str(refusal))
            else:
                messages.success(request, "登记好了，这里就是您的小区。")
                return redirect("/")
    elif request.method == "POST":
        ask_form = AskForm(request.POST)
        if ask_form.is_valid():
            try:
                _ask(request, ask_form)
            except Refusal as refusal:
                ask_form.add_error("home", str(refusal))
            else:
                messages.success(request, "申请送到社区了，核实好会告诉您。")
                return redirect("people:homes")
    return render(request, "people/join.html", {"code_form": code_form, "ask_form": ask_form})


def _join(request: PersonRequest, form: CodeForm) -> Residency:
    now = timezone.now()
    count_try(person=request.user, at=now)
    return use_code(
        code=form.cleaned_data["code"], person=request.user, acting=request.acting, at=now
    )


def _ask(request: PersonRequest, form: AskForm) -> None:
    unit = unit_called(form.cleaned_data["compound"], form.cleaned_data["home"])
    if unit is None:  # which doors there are is not for everybody to try out
        raise Refusal("没有找到这个门牌，请照 3栋2单元1502 的样子写全，或者打社区电话。")
    ask_to_join(
        person=request.user,
        unit=unit,
        standing=form.cleaned_data["standing"],
        words=form.cleaned_data["words"],
        acting=request.acting,
        at=timezone.now(),
    )


@require_POST
def withdraw(request: PersonRequest, request_id: int) -> Response:
    asked = own_request(request.user.pk, request_id)
    withdraw_join(request=asked, acting=request.acting, at=timezone.now())
    messages.success(request, "申请撤回了。")
    return redirect("people:homes")
