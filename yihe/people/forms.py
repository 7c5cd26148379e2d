from typing import Any

from django import forms

from yihe.people.models import Standing
from yihe.places.models import Compound
from yihe.places.queries import INHABITED


class CodeForm(forms.Form):
    code = forms.CharField(
        label="入户码",
        max_length=20,
        help_text="纸上或家里人发来的 10 位字母数字，中间有没有横线都行。",
        error_messages={"required": "请写入户码。"},
    )


class AskForm(forms.Form):
    compound = forms.ModelChoiceField(
        label="哪个小区",
        queryset=Compound.objects.filter(stage__in=INHABITED).order_by("sort_key"),
        error_messages={"required": "请选小区。"},
    )
    home = forms.CharField(
        label="楼栋门牌",
        max_length=60,
        help_text="像 3栋2单元1502 这样写。",
        error_messages={"required": "请写楼栋门牌。"},
    )
    standing = forms.ChoiceField(
        label="您是", choices=Standing.choices, widget=forms.RadioSelect, initial=Standing.OWNER
    )
    words = forms.CharField(
        label="怎么核实（可以不写）",
        required=False,
        max_length=200,
        help_text="比如：房产证在我爱人名下。",
    )


class InviteForm(forms.Form):
    standing = forms.ChoiceField(label="邀请的是", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standing"].choices = [  # type: ignore[attr-defined]
            (Standing.FAMILY, "家人"),
            (Standing.TENANT, "租户"),
        ]
        self.initial.setdefault("standing", Standing.FAMILY)
