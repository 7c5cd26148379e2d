import json
from typing import Any

from allauth.account import views as allauth
from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.core.exceptions import RateLimited
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic.edit import FormView

from yihe.accounts.actions import (
    as_oneself,
    change_name,
    erase_person,
    give_consent,
    issue_token,
    note_second_factor,
    revoke_token,
    sign_out_elsewhere,
)
from yihe.accounts.forms import EraseForm, NameForm, TokenForm
from yihe.accounts.middleware import SECOND_FACTOR_KEY
from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.accounts.proof import TOO_OFTEN, Proof
from yihe.accounts.queries import ACTS, has_consented, kept, sign_ins, ways_in_words
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.refusal import Refusal
from yihe.web.requests import PersonRequest, Response
from yihe.web.shell import device

# signing in ------------------------------------------------------------------------------------


class RequestCode(allauth.RequestLoginCodeView):  # type: ignore[misc]
    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Signing in by WeChat works inside WeChat, so it is offered only there."""
        there = "MicroMessenger" in self.request.headers.get("User-Agent", "")
        found: dict[str, Any] = super().get_context_data(**more)
        return {**found, "in_wechat": settings.WECHAT_SIGN_IN and there}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            Proof.begin(
                request=self.request, phone=form.cleaned_data["phone"], version=PRIVACY_VERSION
            )
        except Refusal as refusal:
            form.add_error("phone", str(refusal))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        return redirect(str(self.get_success_url()))


class ConfirmCode(allauth.ConfirmLoginCodeView):  # type: ignore[misc]
    @method_decorator(
        login_stage_required(
            stage=LoginByCodeStage.key, redirect_urlname="account_request_login_code"
        )
    )
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.stage = request._login_stage  # type: ignore[attr-defined]
        self._process = Proof.resume(self.stage)
        if self._process is None:
            messages.error(request, "验证码过了 5 分钟，不能用了。请再要一个。")
            return redirect("account_request_login_code")
        return FormView.dispatch(self, request, *args, **kwargs)

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        try:
            return super()._resend_form_valid(form)  # type: ignore[no-any-return]
        except Refusal as refusal:
            messages.error(self.request, str(refusal))
            return redirect("account_confirm_login_code")

    def form_invalid(self, form: Any) -> HttpResponse:
        """Five wrong ones end the code; a new one has to be asked for."""
        assert self._process is not None  # noqa: S101  for the type checker: dispatch turned back
        if self._process.record_invalid_attempt():
            return FormView.form_invalid(self, form)
        messages.error(self.request, "连着 5 次不对，这个验证码作废了。请再要一个。")
        return redirect("account_request_login_code")


class ProveNewNumber(allauth._VerifyPhoneChangeView):  # type: ignore[misc]
    """The code that went to the new number."""

    def respond_process_succeeded(self, form: Any) -> HttpResponse:
        messages.success(self.request, "手机号换好了。别的设备上已经退出，以后用新号码登录。")
        return redirect("accounts:me")

    def respond_process_failed(self, form: Any) -> HttpResponse:
        messages.error(self.request, "连着 5 次不对，这个验证码作废了。号码没有换，请重新来。")
        return redirect("account_change_phone")


@login_not_required
def verify_phone(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account_request_login_code")
    try:
        view = ProveNewNumber.as_view(
            extra_context={
                "trail": [
                    ("我的", reverse("accounts:me")),
                    ("换手机号", reverse("account_change_phone")),
                    ("填验证码", ""),
                ]
            }
        )
        answer: HttpResponse = view(request)
    except RateLimited:
        messages.error(request, TOO_OFTEN)
        return redirect("accounts:me")
    return answer


class ChangeNumber(allauth.ChangePhoneView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[no-any-return]
        except RateLimited:
            form.add_error("phone", TOO_OFTEN)
        except Refusal as refusal:
            form.add_error("phone", str(refusal))
        return self.form_invalid(form)  # type: ignore[no-any-return]


# the second factor -----------------------------------------------------------------------------


def _note(request: HttpRequest, what: str) -> None:
    user = request.user
    assert isinstance(user, User)  # noqa: S101  for the type checker: these pages are closed
    note_second_factor(user=user, what=what, acting=as_oneself(user), at=timezone.now())


class SetUpSecondFactor(ActivateTOTPView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _note(self.request, "on")
        return answer


class ChangeSecondFactor(DeactivateTOTPView):  # type: ignore[misc]
    """The old one ends, here and on every other device; the next page sets up another."""

    success_url = reverse_lazy("mfa_activate_totp")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _note(self.request, "off")
        self.request.session.pop(SECOND_FACTOR_KEY, None)
        sign_out_elsewhere(
            user=self.request.user,
            keep=self.request.session.session_key,
            acting=as_oneself(self.request.user),
            at=timezone.now(),
        )
        return answer


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _note(self.request, "codes")
        return answer


# the notice ------------------------------------------------------------------------------------


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> Response:
    return render(
        request, "accounts/privacy.html", {"version": PRIVACY_VERSION, "periods": _periods()}
    )


def _periods() -> list[str]:
    """What goes by itself after how long, in sentences: the rules as they stand, not a text beside them."""
    found: list[str] = import_string(settings.PERIODS)()
    return found


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if safe and back.startswith("/") else "/"


@require_http_methods(["GET", "POST"])
def consent(request: PersonRequest) -> Response:
    """What the notice says today: agree, sign out, or delete what is one's own."""
    user = request.user
    if request.method == "POST" and request.POST.get("version") == PRIVACY_VERSION:
        give_consent(user=user, version=PRIVACY_VERSION, acting=as_oneself(user), at=timezone.now())
        return redirect(_back(request))
    page = {
        "version": PRIVACY_VERSION,
        "agreed": has_consented(user),
        "before": user.consents.order_by("-given_at").first(),
        "next": _back(request),
        "periods": _periods(),
        "erase_form": EraseForm(),
    }
    return render(request, "accounts/consent.html", page)


# my data ---------------------------------------------------------------------------------------


def _page(request: PersonRequest, **more: Any) -> Response:
    user = request.user
    page = {
        "name_form": NameForm(initial={"name": user.name}),
        "token_form": TokenForm(),
        "erase_form": EraseForm(),
        "device": device(request),
        "consents": user.consents.order_by("-given_at"),
        "tokens": user.tokens.filter(revoked_at=None).order_by("-created_at"),
        "sign_ins": [
            {"words": ACTS[entry.act], "way": ways_in_words(entry), "at": entry.at}
            for entry in sign_ins(user)[:5]
        ],
        **more,
    }
    return render(request, "accounts/me.html", page)


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
def elsewhere(request: PersonRequest) -> Response:
    """Sign out everywhere but here."""
    ended = sign_out_elsewhere(
        user=request.user,
        keep=request.session.session_key,
        acting=request.acting,
        at=timezone.now(),
    )
    words = f"别的 {ended} 处登录已经退出。" if ended else "别处没有登录着，只有这台设备。"
    messages.success(request, words)
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


def parts_of(user: User) -> list[Part]:
    """Everything that is kept about a person; each folder adds its own through settings.EXPORTERS."""
    parts = kept(user)
    for path in settings.EXPORTERS:
        parts += import_string(path)(user)
    return parts


@require_GET
def data(request: PersonRequest) -> Response:
    """Everything that is kept, to read: the newest of each kind, the rest is in the file."""
    parts = parts_of(request.user)
    shown = [
        {
            "part": part,
            "heads": [words for _, words in part.columns],
            "rows": [
                [(words, row[key]) for key, words in part.columns] for row in part.rows[-20:][::-1]
            ],
        }
        for part in parts
        if part.rows
    ]
    page = {
        "parts": shown,
        "empty": [part.title for part in parts if not part.rows],
        "trail": [("我的", reverse("accounts:me")), ("记着的全部信息", "")],
    }
    return render(request, "accounts/data.html", page)


def exported(user: User) -> dict[str, Any]:
    return {
        "phone": user.phone,
        "phone_verified_at": user.phone_verified_at,
        "name": user.name,
        "joined_at": user.joined_at,
        "last_sign_in_at": user.last_login,
        "works": user.works,
        **{part.key: part.rows for part in parts_of(user)},
    }


@require_GET
def export(request: PersonRequest) -> HttpResponse:
    text = json.dumps(exported(request.user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_POST
def erase(request: PersonRequest) -> Response:
    """What other parts keep goes first; any of them may refuse in words, and then nothing is done."""
    form = EraseForm(request.POST)
    if form.is_valid():
        try:
            erase_person(
                user=request.user,
                acting=request.acting,
                at=timezone.now(),
                first=[import_string(path) for path in settings.ERASERS],
            )
        except Refusal as refusal:
            form.add_error("sure", str(refusal))
        else:
            logout(request)
            messages.success(request, "您的姓名和手机号都删除了，登录也退出了。")
            return redirect("/")
    return _page(request, erase_form=form)
