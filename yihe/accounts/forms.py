from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from django import forms
from django.utils import timezone

from yihe.accounts.actions import PRIVACY_VERSION, give_consent, register_person
from yihe.trail.acting import VISITOR


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Number and consent; no number is taken before the notice was agreed to."""

    agree = forms.BooleanField(
        label="我看过并同意《您的信息谁能看到》",
        error_messages={"required": "请先看过告知并打勾，再写手机号。"},
    )

    field_order = ("phone", "agree")

    def clean_phone(self) -> str:
        phone = str(
            super().clean_phone()
        )  # the limits first: what they refuse leaves nothing behind
        if self.data.get("agree"):
            now = timezone.now()
            person = register_person(phone=phone, name="", acting=VISITOR, at=now)
            give_consent(user=person, version=PRIVACY_VERSION, acting=VISITOR, at=now)
            self._user = person
        return phone


class ConfirmForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code. Tries are counted beside the session too: many at once would be counted there as one."""

    def clean_code(self) -> str:
        request = context.request
        key = f"{request.session.session_key}:{self.expected_code}"
        if not ratelimit.consume(request, action="confirm_login_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(super().clean_code())


class PasswordForm(LoginForm):  # type: ignore[misc]
    """For people in office: number and password; the second factor is asked for next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "密码"
        self.fields["password"].help_text = ""
        self.fields.pop("remember", None)


class NameForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请写姓名。"})


class TokenForm(forms.Form):
    label = forms.CharField(
        label="给谁用", max_length=60, error_messages={"required": "请写给谁用。"}
    )


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label="我知道删除以后不能恢复", error_messages={"required": "请打勾确认。"}
    )
