from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    ChangePhoneForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    SetPasswordForm,
    VerifyPhoneForm,
)
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from yihe.accounts.fields import PhoneField

GOOD = "至少 8 位，不能全是数字，也不要用姓名和手机号。"


def _say(form: forms.BaseForm, name: str, label: str, hint: str = "") -> None:
    """Our words on a field of allauth's."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.error_messages["required"] = f"请写{label}。"


def _digits(form: forms.BaseForm, label: str, hint: str = "") -> None:
    _say(form, "code", label, hint)
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "12"}


class CodeForm(forms.Form):
    """Number and consent; no number is taken before the notice was agreed to."""

    phone = PhoneField()
    agree = forms.BooleanField(
        label="我看过并同意《您的信息谁能看到》",
        error_messages={"required": "请先看过告知并打勾，再写手机号。"},
    )


class _FewTries:
    """Tries are counted beside the session too: many at the same moment would be counted there as one."""

    expected_code: str

    def clean_code(self) -> str:
        request = context.request
        key = f"{request.session.session_key}:{self.expected_code}"
        if not ratelimit.consume(request, action="confirm_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(super().clean_code())  # type: ignore[misc]


class ProveNumber(_FewTries, ConfirmLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, "验证码")


class PasswordForm(LoginForm):  # type: ignore[misc]
    """For people in office: number and password; the second factor is asked for next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "密码")
        self.fields.pop("remember", None)


class _Twice:
    """Two fields that have to say the same, and our words when they do not."""

    def add_error(self, field: str | None, error: Any) -> None:
        words = "两次写的不一样，请再写一次。" if field == "password2" else error
        super().add_error(field, words)  # type: ignore[misc]


class SetPassword(_Twice, SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", "密码", GOOD)
        _say(self, "password2", "同一个密码再写一次")


class ChangePassword(_Twice, ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "现在的密码")
        _say(self, "password1", "新密码", GOOD)
        _say(self, "password2", "新密码再写一次")


class AgainByPassword(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "密码")


class NewNumber(ChangePhoneForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "phone", "新手机号", "验证码发到这个号码，填对了才换。")


class ProveNewNumber(_FewTries, VerifyPhoneForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, "验证码")


class SecondFactor(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, "动态码或恢复码")


class AgainBySecondFactor(MfaReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, "动态码或恢复码")


class SetUpSecondFactor(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, "应用里现在的 6 位数字")


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
