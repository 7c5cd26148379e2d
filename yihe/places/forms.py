import json
from typing import Any

from django import forms
from django.utils import timezone

from yihe.places.models import Compound, Division, Kind, Stage
from yihe.places.rules import FOLLOWS, SIGNS, read_outline

NUMBER = {
    "invalid": "请写数字。",
    "min_value": "不能小于 %(limit_value)s。",
    "max_value": "不能大于 %(limit_value)s。",
}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请写日期。", "invalid": "日期写成 2026-11-24 这样。"},
    )


def _outline(text: str) -> dict[str, Any] | None:
    if not text.strip():
        return None
    try:
        return read_outline(text)
    except ValueError as error:
        raise forms.ValidationError(f"{error}。") from error


class FactsForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=60, error_messages={"required": "请写小区的名称。"}
    )
    kind = forms.ChoiceField(label="类型", choices=Kind.choices)
    address = forms.CharField(label="地址", max_length=120, required=False)
    households = forms.IntegerField(
        label="户数", required=False, min_value=0, max_value=100_000, error_messages=NUMBER
    )
    population = forms.IntegerField(
        label="常住人口", required=False, min_value=0, max_value=500_000, error_messages=NUMBER
    )
    floor_area = forms.DecimalField(
        label="建筑面积（平方米）", required=False, min_value=0, max_digits=12, decimal_places=2,
        error_messages=NUMBER,
    )  # fmt: skip
    latitude = forms.DecimalField(
        label="纬度", required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6,
        error_messages=NUMBER, help_text="地图坐标，和国内常用的地图一致。",
    )  # fmt: skip
    longitude = forms.DecimalField(
        label="经度", required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6,
        error_messages=NUMBER,
    )  # fmt: skip

    presale_on = forms.DateField(
        label="开始预售的日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期写成 2026-11-24 这样。"},
    )
    outline = forms.CharField(
        label="小区的范围",
        required=False,
        max_length=SIGNS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="GeoJSON 的面，会画在地图上。可以贴在这里，也可以选一个文件。",
        error_messages={"max_length": "范围太长了，请简化到 2000 个点以内。"},
    )
    outline_file = forms.FileField(
        label="范围的文件",
        required=False,
        help_text="选了文件，就用文件里的。",
        error_messages={"empty": "文件是空的。"},
    )

    @staticmethod
    def known(compound: Compound) -> dict[str, Any]:
        """What the form begins with."""
        values = {
            name: getattr(compound, name)
            for name in FactsForm.base_fields
            if name != "outline_file"
        }
        return {**values, "outline": json.dumps(compound.outline) if compound.outline else ""}

    def changes(self) -> dict[str, Any]:
        """What differs from what was known."""
        names = {"outline" if name == "outline_file" else name for name in self.changed_data}
        return {name: self.cleaned_data[name] for name in sorted(names)}

    def clean_outline(self) -> dict[str, Any] | None:
        return _outline(self.cleaned_data["outline"])

    def clean_outline_file(self) -> dict[str, Any] | None:
        file = self.cleaned_data["outline_file"]
        if file is None:
            return None
        if file.size > 2 * SIGNS:
            raise forms.ValidationError("范围太长了，请简化到 2000 个点以内。")
        return _outline(file.read().decode("utf-8-sig", "replace"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        from_file = values.pop("outline_file", None)
        if from_file:
            values["outline"] = from_file
        if (values.get("latitude") is None) != (values.get("longitude") is None):
            self.add_error("longitude", "纬度和经度要一起写。")
        return values


class NewForm(FactsForm):
    community = forms.ModelChoiceField(
        label="在哪个社区",
        queryset=Division.objects.none(),
        empty_label="请选",
        error_messages={"required": "请选社区。"},
    )
    code = forms.SlugField(
        label="小区代码",
        max_length=20,
        error_messages={"required": "请写代码。", "invalid": "代码只用字母、数字和横线。"},
    )
    stage = forms.ChoiceField(label="现在的阶段", choices=Stage.choices, initial=Stage.SETTLED)
    since = _day("这个阶段从哪天起")
    field_order = ("name", "code", "community", "kind", "stage", "since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Division.objects.filter(level=5).exclude(path="-").order_by("code")
        self.fields["community"].queryset = own  # type: ignore[attr-defined]


class StageForm(forms.Form):
    stage = forms.ChoiceField(label="进入哪个阶段")
    since = _day("从哪天起")

    def __init__(self, *args: Any, compound: Compound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        follow = [(key, name) for key, name in Stage.choices if key in FOLLOWS[compound.stage]]
        self.fields["stage"].choices = follow  # type: ignore[attr-defined]

    def clean_since(self) -> Any:
        since = self.cleaned_data["since"]
        if since > timezone.localdate():
            raise forms.ValidationError("这一天还没有到。")
        return since


class BuildingForm(forms.Form):
    name = forms.CharField(
        label="楼栋",
        max_length=30,
        help_text="像 3栋 这样写。",
        error_messages={"required": "请写楼栋。"},
    )
    floors = forms.IntegerField(
        label="层数", min_value=1, max_value=150,
        error_messages={**NUMBER, "required": "请写层数。"},
    )  # fmt: skip
    entrances = forms.CharField(
        label="单元",
        max_length=200,
        required=False,
        help_text="用空格隔开：1单元 2单元。没有就不写。",
    )

    def clean_entrances(self) -> list[str]:
        names = self.cleaned_data["entrances"].split()
        if any(len(name) > 30 for name in names):
            raise forms.ValidationError("单元的名称太长了。")
        return list(dict.fromkeys(names))
