from typing import Any

from django import forms
from django.db.models import QuerySet

from yihe.people.models import Standing
from yihe.people.queries import labels_alike, units_called
from yihe.places.models import Compound, Unit
from yihe.places.queries import INHABITED

HOW_TO_WRITE = "像 3栋2单元1502 或者 3-2-1502 这样写；不分单元的写 3栋1502。"


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
        empty_label="请选小区",
        error_messages={"required": "请选小区。"},
    )
    home = forms.CharField(
        label="楼栋门牌",
        max_length=60,
        help_text=HOW_TO_WRITE,
        error_messages={"required": "请写楼栋门牌。"},
    )
    standing = forms.ChoiceField(
        label="您是",
        choices=Standing.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选您是业主、家人还是租户。"},
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


class MoveOutForm(forms.Form):
    reason = forms.CharField(
        label="怎么知道的",
        max_length=200,
        help_text="比如：租约到期，已经交还钥匙。本人会看到这句话。",
        error_messages={"required": "请写一句是怎么知道的。"},
    )


class _OfTheCommunity(forms.Form):
    """Which of the compounds that the clerk answers for."""

    compound = forms.ModelChoiceField(
        label="哪个小区",
        queryset=Compound.objects.none(),
        to_field_name="code",
        empty_label="请选小区",
        error_messages={"required": "请选小区。"},
    )

    def __init__(self, *args: Any, compounds: QuerySet[Compound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["compound"]
        field.queryset = compounds.order_by("sort_key")


class LookForm(_OfTheCommunity):
    home = forms.CharField(
        label="楼栋门牌",
        max_length=60,
        help_text=HOW_TO_WRITE,
        error_messages={"required": "请写楼栋门牌。"},
    )


class PaperForm(_OfTheCommunity):
    MOST = 200

    homes = forms.CharField(
        label="门牌，一行一个",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=HOW_TO_WRITE,
        error_messages={"required": "请写门牌。"},
    )

    def units(self) -> list[Unit]:
        """The homes of the lines, each once, in their order."""
        return list({unit.pk: unit for unit in self.cleaned_data["found"].values()}.values())

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "compound" not in values or "homes" not in values:
            return values
        lines = list(dict.fromkeys(line.strip() for line in values["homes"].splitlines()))
        lines = [line for line in lines if line]
        found = units_called(values["compound"], lines[: self.MOST])
        missing = [line for line in lines if line not in found]
        if len(lines) > self.MOST:
            self.add_error("homes", f"一次最多做 {self.MOST} 户的，这里有 {len(lines)} 行。")
        elif missing:
            self.add_error("homes", _not_found(values["compound"], missing))
        return {**values, "found": found}


def _not_found(compound: Compound, missing: list[str]) -> str:
    """Which doors are not there, the first three with what looks like them."""
    told = []
    for line in missing[:3]:
        like = "、".join(labels_alike(compound, line))
        told.append(f"{line[:60]}（相近的有 {like}）" if like else line[:60])
    more = f"，等 {len(missing)} 个" if len(missing) > 3 else ""
    return f"没有找到：{'，'.join(told)}{more}。"
