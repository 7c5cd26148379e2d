from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet

from yihe.bodies.forms.fields import day
from yihe.bodies.models import Body, BodyKind, Group
from yihe.bodies.rules import DIVISION_LEVEL, OF_A_COMPOUND
from yihe.places.models import Compound, Division, Stage


def _phone() -> forms.CharField:
    return forms.CharField(
        label="对外电话", max_length=20, required=False, help_text="居民看得到，可以不写。"
    )


def _desks(body: Body | None = None) -> Any:
    found = Body.objects.filter(until=None).exclude(level=None).order_by("-level", "scope", "name")
    return found.exclude(pk=body.pk) if body else found


def _size() -> forms.IntegerField:
    return forms.IntegerField(
        label="席位数",
        min_value=1,
        max_value=999,
        required=False,
        help_text="议事规则定的人数，候补不算。写了才知道有没有空缺。",
        error_messages={"invalid": "请写数字。"},
    )


def _purpose() -> forms.CharField:
    return forms.CharField(
        label="做什么", max_length=200, required=False, help_text="一句话，居民看得到。"
    )


class FoundForm(forms.Form):
    kind = forms.ChoiceField(label="类型", choices=BodyKind.choices)
    name = forms.CharField(
        label="名称", max_length=80, error_messages={"required": "请写组织的名称。"}
    )
    division = forms.ModelChoiceField(
        label="管哪个区、街道或社区",
        queryset=Division.objects.none(),
        empty_label="不选",
        required=False,
        help_text="小区的组织不选这一项，选下面的小区。",
    )
    compound = forms.ModelChoiceField(
        label="在哪个小区",
        queryset=Compound.objects.order_by("sort_key"),
        empty_label="不选",
        required=False,
    )
    parent = forms.ModelChoiceField(
        label="上面是谁",
        queryset=Body.objects.none(),
        empty_label="请选",
        required=False,
        help_text="没有别的规定时，这里的呼叫往它那里升。",
    )
    group = forms.ChoiceField(
        label="小组的种类",
        choices=[("", "不是小组"), *Group.choices],
        required=False,
        help_text="只有“小组和队伍”要选。",
    )
    purpose = _purpose()
    size = _size()
    since = day("成立的日期", "不写就是今天。")
    phone = _phone()

    def __init__(
        self,
        *args: Any,
        kinds: Collection[str] = BodyKind.values,
        compounds: QuerySet[Compound] | None = None,
        **kwargs: Any,
    ) -> None:
        """`kinds`: those that this person founds; `compounds`: where, all when not said."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [one for one in BodyKind.choices if one[0] in kinds]
        if set(kinds) <= OF_A_COMPOUND:
            del self.fields["division"]
        own = Division.objects.exclude(path="-").filter(level__gte=3).order_by("code")
        if "division" in fields:
            fields["division"].queryset = own
        fields["parent"].queryset = _desks()
        there = Compound.objects.all() if compounds is None else compounds
        fields["compound"].queryset = there.exclude(stage=Stage.PLANNED).order_by("sort_key")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        kind, division = values.get("kind", ""), values.get("division")
        if kind in OF_A_COMPOUND:
            values["division"] = None
            if not values.get("compound"):
                self.add_error("compound", "请选小区。")
        elif kind:
            values["compound"] = None
            wanted = DIVISION_LEVEL.get(kind, 3)
            if division is None or division.level != wanted:
                words = {3: "区", 4: "街道", 5: "社区"}[wanted]
                self.add_error("division", f"这类组织管一个{words}，请选{words}。")
        if kind == "group" and not values.get("group"):
            self.add_error("group", "请选这个小组是做什么的。")
        return values


class ChangeForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=80, error_messages={"required": "请写组织的名称。"}
    )
    phone = _phone()
    parent = forms.ModelChoiceField(
        label="上面是谁", queryset=Body.objects.none(), empty_label="不选", required=False
    )
    purpose = _purpose()
    size = _size()

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = _desks(body)  # type: ignore[attr-defined]
        if body.kind not in OF_A_COMPOUND:
            del self.fields["purpose"], self.fields["size"]


class CoverForm(forms.Form):
    compound = forms.ModelChoiceField(
        label="再管哪个小区", queryset=Compound.objects.none(), empty_label="请选",
        error_messages={"required": "请选小区。"},
    )  # fmt: skip

    def __init__(self, *args: Any, compounds: QuerySet[Compound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compound"].queryset = compounds.order_by("sort_key")  # type: ignore[attr-defined]
