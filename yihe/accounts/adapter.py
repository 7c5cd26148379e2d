import time
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from yihe.accounts.actions import (
    as_oneself,
    change_number,
    note_sign_in,
    note_sign_out,
    set_password,
)
from yihe.accounts.channels import send_text
from yihe.accounts.fields import PhoneField
from yihe.accounts.models import User
from yihe.accounts.proof import new_code
from yihe.accounts.queries import person_by_phone
from yihe.refusal import Refusal
from yihe.web.qr import square_code

log = structlog.get_logger(__name__)
FRESH = 5 * 60  # seconds that a proof of who one is counts
LATER = "试错的次数太多，先锁上了。过 10 分钟自己会开，请到时再试。"
SAID = {
    "account/messages/logged_out.txt": "已经退出了。",
    "account/messages/password_set.txt": "密码设好了。",
    "account/messages/password_changed.txt": "密码改好了。别的设备上要用新密码再登录。",
    "mfa/messages/totp_activated.txt": "动态码设好了。以后登录先写密码，再写动态码。",
    "mfa/messages/totp_deactivated.txt": "原来的动态码停用了。",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How allauth finds our people and reaches their phones. Nobody signs up: a proven code is enough."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "这个账号已经停用了。",
        "phone_password_mismatch": "手机号或者密码不对，请核对。连着错 5 次会锁 10 分钟。",
        "phone_taken": "这个号码在一核已经有人在用。是您自己的，请先用它登录，在“我的”里删除，再回来换。",
        "enter_current_password": "现在的密码不对，请再写一次。",
        "incorrect_password": "密码不对，请再写一次。",
        "incorrect_code": "这 6 位数字不对，请看看是不是最近一条短信。",
        "too_many_login_attempts": LATER,
        "rate_limited": LATER,
        "same_as_current": "这就是现在的号码，请写要换成的新号码。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return phone

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone_verified(self, user: User, phone: str) -> None:
        """The new number was proven. The old one hears of it: whoever took a session away is found out."""
        old = user.phone
        change_number(
            user=user,
            phone=phone,
            keep=self.request.session.session_key,
            acting=as_oneself(user),
            at=timezone.now(),
        )
        if old:
            try:
                send_text(old, "number_changed")
            except Refusal:
                log.warning("number_change.old_number_not_told")

    def get_user_by_phone(self, phone: str) -> User | None:
        return person_by_phone(phone)

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        return new_code()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Only for a change of number; a sign-in's code is sent by `proof`."""
        send_text(phone, "new_number", code=code)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The last address that no proxy of ours added; whoever comes past them is who connects."""
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        if proxies and len(said) >= proxies and said[-proxies]:
            return said[-proxies]
        return str(request.META.get("REMOTE_ADDR") or "-")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for the number, by whatever name the house was reached."""
        return f"password:{credentials.get('phone', '')}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever proved who they are in the last minutes, be it by signing in, is not asked again."""
        proofs = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - one["at"] < FRESH for one in proofs)

    def set_password(self, user: User, password: str) -> None:
        set_password(user=user, password=password, acting=as_oneself(user), at=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/me/"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        ways = [one["method"] for one in get_authentication_records(request, user)]
        note_sign_in(user=user, ways=ways, acting=as_oneself(user), at=timezone.now())
        return super().post_login(request, user, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        note_sign_out(user=user, acting=as_oneself(user), at=timezone.now())  # type: ignore[arg-type]
        super().logout(request)

    def send_notification_mail(
        self, template_prefix: str, user: User, *rest: Any, **more: Any
    ) -> None:
        """There is no mail. A password that was set just now needs not be typed again for the next step."""
        if template_prefix == "account/email/password_set":
            record_authentication(self.request, user, method="password")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *rest: Any,
        message: str | None = None,
        **more: Any,
    ) -> None:
        """allauth's own notices repeat the number; ours are these, and the errors above."""
        words = message or SAID.get(message_template or "")
        if words:
            messages.add_message(request, level, words)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "这个码不对，或者刚刚用过。等应用里换了下一个再写。",
        "cannot_generate_recovery_codes": "请先设动态码，再要恢复码。",
    }

    def get_totp_label(self, user: User) -> str:
        """How the entry is called in the person's own app."""
        return f"尾号{user.phone[-4:]}" if user.phone else "一核"

    def build_totp_svg(self, url: str) -> str:
        return square_code(url, "动态码的二维码")
