from django import forms

from yihe.accounts.rules import normalise_phone
from yihe.refusal import Refusal


class PhoneField(forms.CharField):
    """A mobile number as people type it; what is wrong is said in words."""

    def __init__(self, *, required: bool = True, label: str = "手机号", **rest: object) -> None:
        super().__init__(
            required=required,
            label=label,
            max_length=30,
            widget=forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
            ),
            error_messages={"required": "请写手机号。"},
        )

    def clean(self, value: object) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return normalise_phone(text)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
