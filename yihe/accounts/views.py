from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from yihe.accounts.actions import (
    PRIVACY_VERSION,
    change_name,
    erase_person,
    issue_token,
    revoke_token,
)
from yihe.accounts.forms import EraseForm, NameForm, TokenForm
from yihe.accounts.models import User
from yihe.outbox.queries import inbox
from yihe.web.requests import PersonRequest, Response


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> Response:
    return render(request, "accounts/privacy.html", {"version": PRIVACY_VERSION})


def _page(request: PersonRequest, **more: Any) -> Response:
    user = request.user
    page = {
        "name_form": NameForm(initial={"name": user.name}),
        "token_form": TokenForm(),
        "erase_form": EraseForm(),
        "consents": user.consents.order_by("-given_at"),
        "tokens": user.tokens.filter(revoked_at=None).order_by("-created_at"),
        **more,
    }
    return render(request, "accounts/me.html", page, status=200)


@require_GET
def me(request: PersonRequest) -> Response:
    return _page(request)


@require_POST
def rename(request: PersonRequest) -> Response:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, name_form=form)
    change_name(
        user=request.user,
        name=form.cleaned_data["name"],
        acting=request.acting,
        at=timezone.now(),
    )
    messages.success(request, "姓名改好了。")
    return redirect("accounts:me")


@require_POST
def token(request: PersonRequest) -> Response:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form)
    _, raw = issue_token(
        user=request.user,
        label=form.cleaned_data["label"],
        acting=request.acting,
        at=timezone.now(),
    )
    return _page(request, raw_token=raw)


@require_POST
def token_revoke(request: PersonRequest, token_id: int) -> Response:
    found = get_object_or_404(request.user.tokens, pk=token_id)
    revoke_token(token=found, acting=request.acting, at=timezone.now())
    messages.success(request, "令牌已停用。")
    return redirect("accounts:me")


def exported(user: User) -> dict[str, Any]:
    """Everything that is kept about a person; each part adds its own through settings.EXPORTERS."""
    data: dict[str, Any] = {
        "phone": user.phone,
        "name": user.name,
        "joined_at": user.joined_at.isoformat(),
        "consents": [
            {"notice": row.notice, "version": row.version, "given_at": row.given_at.isoformat()}
            for row in user.consents.order_by("given_at")
        ],
    }
    data["tokens"] = [
        {"label": row.label, "created_at": row.created_at.isoformat()}
        for row in user.tokens.order_by("created_at")
    ]
    data["messages"] = [
        {"at": row.at.isoformat(), "title": row.title, "body": row.body} for row in inbox(user.pk)
    ]
    for path in settings.EXPORTERS:
        data.update(import_string(path)(user))
    return data


@require_GET
def export(request: PersonRequest) -> JsonResponse:
    response = JsonResponse(
        exported(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_POST
def erase(request: PersonRequest) -> Response:
    """What other parts keep goes first; any of them may refuse in words, and then nothing is done."""
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _page(request, erase_form=form)
    user, acting, now = request.user, request.acting, timezone.now()
    erase_person(
        user=user,
        acting=acting,
        at=now,
        first=[import_string(path) for path in settings.ERASERS],
    )
    logout(request)
    messages.success(request, "您的姓名和手机号已删除。")
    return redirect("/")
