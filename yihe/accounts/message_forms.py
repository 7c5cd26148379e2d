from datetime import time
from typing import Any

from django import forms

from yihe.outbox.rules import ALL, MINE, NAMES, ONLY_EMERGENCY

HOURS = [(str(hour), f"{hour} 点") for hour in range(24)]


class ChoiceForm(forms.Form):
    """Which messages, which channel first, which hours are quiet."""

    what = forms.ChoiceField(label="哪些消息要发到应用外面", widget=forms.RadioSelect)
    first = forms.ChoiceField(label="先用哪一样", required=False, widget=forms.RadioSelect)
    quiet_from = forms.ChoiceField(label="安静的时间从", choices=HOURS)
    quiet_until = forms.ChoiceField(
        label="安静的时间到",
        choices=HOURS,
        help_text="这段时间的消息，过后再发。两个写成一样，就没有安静的时间。",
    )

    def __init__(self, *args: Any, channels: list[str], works: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        what = [(ALL, "全部|每一步进展都告诉我"), (MINE, "等我的|要我回答、确认、办理的")]
        if works:
            what.append((ONLY_EMERGENCY, "只要紧急的|不分时间，马上告诉我"))
        self.fields["what"].choices = what  # type: ignore[attr-defined]
        self.fields["first"].choices = [(one, NAMES[one]) for one in channels]  # type: ignore[attr-defined]
        if len(channels) < 2:
            del self.fields["first"]

    def clean_quiet_from(self) -> time:
        return time(int(self.cleaned_data["quiet_from"]))

    def clean_quiet_until(self) -> time:
        return time(int(self.cleaned_data["quiet_until"]))


class MailForm(forms.Form):
    address = forms.EmailField(
        label="邮箱",
        max_length=200,
        help_text="我们发一封信，里面有 6 位数字，填对了才算数。",
        error_messages={"required": "请写邮箱。", "invalid": "邮箱不对，请核对。"},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="信里的 6 位数字",
        max_length=12,
        error_messages={"required": "请写信里的 6 位数字。"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class DeviceForm(forms.Form):
    """What a browser says about itself when it subscribes."""

    endpoint = forms.URLField(max_length=600, assume_scheme="https")
    p256dh = forms.RegexField(r"^[\w-]{80,100}=*$", max_length=110)
    auth = forms.RegexField(r"^[\w-]{20,30}=*$", max_length=40)
    label = forms.CharField(max_length=60, required=False)
