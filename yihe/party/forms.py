from typing import Any

from django import forms

from yihe.bodies.models import Body
from yihe.party.models import Branch
from yihe.party.rules import FORMAL, FORMS, PROVISIONAL, TASKS
from yihe.places.models import Compound


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请写日子。", "invalid": "日子请写成 2026-03-05 的样子。"},
    )


class IntentForm(forms.Form):
    words = forms.CharField(
        label="打算怎样组建", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只写安排，不写任何人的姓名和政治面貌。",
        error_messages={"required": "请写一句打算怎样组建。"},
    )  # fmt: skip
    planned_on = _day("打算哪天成立", required=False, help_text="不清楚可以不写。")


class StateForm(forms.Form):
    form = forms.ChoiceField(
        label="现在是",
        choices=[(one, FORMS[one]) for one in (PROVISIONAL, FORMAL)],
        widget=forms.RadioSelect,
    )
    since = _day("从哪天起")
    reference = forms.CharField(label="上级党组织的批复文号", max_length=80, required=False)


class SetUpForm(StateForm):
    name = forms.CharField(
        label="名称", max_length=80, error_messages={"required": "请写支部的名称。"}
    )
    field_order = ("name", "form", "since", "reference")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "form"
        ].help_text = "新成立的先是临时党支部；早就转正了、现在才补记的，选正式党支部。"
        self.fields["since"].label = "哪天成立"


class CheckForm(forms.Form):
    done_on = _day("哪天办好的")
    evidence = forms.CharField(
        label="凭什么", max_length=120, help_text="文号、会议记录或者公告在哪里。不写党员姓名。",
        error_messages={"required": "请写凭什么。"},
    )  # fmt: skip


class FormalForm(forms.Form):
    since = _day("从哪天起是正式党支部")
    reference = forms.CharField(
        label="上级党组织的批复文号", max_length=80,
        error_messages={"required": "请写批复的文号。"},
    )  # fmt: skip


class JoinForm(forms.Form):
    branch = forms.ModelChoiceField(
        label="并入哪个支部", queryset=Branch.objects.none(), empty_label="请选"
    )

    def __init__(self, *args: Any, compound: Compound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Body.objects.filter(until=None, compound__community=compound.community)
        found = Branch.objects.filter(body__in=near).select_related("body").order_by("body__name")
        self.fields["branch"].queryset = found  # type: ignore[attr-defined]
        self.fields["branch"].label_from_instance = lambda one: one.body.name  # type: ignore[attr-defined]


class DissolveForm(forms.Form):
    reference = forms.CharField(
        label="上级党组织的批复文号", max_length=60, error_messages={"required": "请写文号。"}
    )


class MandateForm(forms.Form):
    tasks = forms.MultipleChoiceField(
        label="业主授权哪几件", choices=list(TASKS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一件。"},
    )  # fmt: skip
    vote = forms.CharField(
        label="业主的决定", max_length=120, help_text="哪一次表决，结果公告在哪里。",
        error_messages={"required": "请写业主的决定。"},
    )  # fmt: skip
    decided_on = _day("哪天决定的")
    since = _day("从哪天起")
    until = _day("到哪天为止", help_text="这一天过完就到期。")


class EndForm(forms.Form):
    reason = forms.CharField(
        label="为什么结束", max_length=200, error_messages={"required": "请写一句。"}
    )
