import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from yihe.accounts.actions import note_sign_in
from yihe.accounts.channels import channel
from yihe.accounts.fields import PhoneField
from yihe.accounts.models import User
from yihe.accounts.queries import person_by_phone
from yihe.trail.acting import Acting


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How allauth finds our people and reaches their phones. Nobody signs up: a proven code is enough."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return phone

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.phone_verified_at = timezone.now() if verified else None
        user.save(update_fields=["phone", "phone_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return person_by_phone(phone)

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        return f"{secrets.randbelow(10**6):06d}"

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        if user.works and user.has_usable_password() and phone == user.phone:
            channel().send(phone, "您在岗位上，请用密码和动态码登录一核。")
            return
        channel().send(phone, f"{code} 是您登录一核的验证码，3 分钟内有效。谁问都不要告诉。")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        acting = Acting(user.pk, "visitor", None, "登录", ())
        note_sign_in(user=user, way="in", acting=acting, at=timezone.now())
        return super().post_login(request, user, **kwargs)

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """allauth's own notices repeat the number; our pages say what there is to say."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"
