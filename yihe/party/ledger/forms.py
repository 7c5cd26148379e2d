from typing import Any

from django import forms

from yihe.accounts.fields import PhoneField
from yihe.bodies.models import Body
from yihe.party.ledger.rules import FLOATING, LEAVINGS, PURPOSES, RELATIONS, STANDINGS


def _choice(label: str, words: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(words.items()), widget=forms.RadioSelect)


def _day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class StandingForm(forms.Form):
    """What a row holds, whoever writes it."""

    standing = _choice("身份", STANDINGS)
    relation = _choice("组织关系", RELATIONS)
    relation_on = _day(
        "从哪天起", help_text="转入的日子，或者开始按流动党员联系的日子。不清楚可以不写。"
    )
    came_from = forms.CharField(
        label="原来的党组织", max_length=60, required=False,
        help_text="转来以前的，或者组织关系现在还在的那个支部。可以不写。",
    )  # fmt: skip


class OwnForm(StandingForm):
    """By oneself: which branch, and the consent as a box of its own that nobody ticks beforehand."""

    branch = forms.ModelChoiceField(
        label="哪个支部", queryset=Body.objects.none(), empty_label="请选"
    )
    agreed = forms.BooleanField(
        label="我看过上面的告知，单独同意把这些写进这个支部的台账",
        error_messages={"required": "没有勾选同意，就不会登记。"},
    )
    field_order = ("branch", "standing", "relation", "relation_on", "came_from", "agreed")

    def __init__(self, *args: Any, branches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]
        self.fields["relation"].initial = FLOATING


class SignedForm(StandingForm):
    """By the branch, from a sheet that the member signed."""

    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请写姓名。"})
    phone = PhoneField(label="手机号", help_text="要是这个人已经在这里登记过的号码。")
    paper = forms.CharField(
        label="签了字的同意书", max_length=60, help_text="编号，或者放在哪里，要找得到。",
        error_messages={"required": "请写同意书的编号，或者放在哪里。"},
    )  # fmt: skip
    signed_on = _day("哪天签的字", required=True)
    field_order = (
        "name", "phone", "paper", "signed_on", "standing", "relation", "relation_on", "came_from",
    )  # fmt: skip


class PurposeForm(forms.Form):
    purpose = _choice("为了什么", PURPOSES)


class DutyForm(forms.Form):
    what = forms.CharField(
        label="哪个小组，哪一栋", max_length=60, error_messages={"required": "请写一句。"}
    )


class StrikeForm(forms.Form):
    reason = _choice("为什么删去", LEAVINGS)
