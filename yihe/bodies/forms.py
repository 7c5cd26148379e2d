from typing import Any

from django import forms

from yihe.accounts.fields import PhoneField
from yihe.bodies.models import Body, BodyKind, Post
from yihe.bodies.rules import DIVISION_LEVEL, OF_A_COMPOUND, posts_of
from yihe.places.models import Building, Compound, Division, Stage


def _phone() -> forms.CharField:
    return forms.CharField(
        label="对外电话", max_length=20, required=False, help_text="居民看得到，可以不写。"
    )


def _desks(body: Body | None = None) -> Any:
    found = Body.objects.filter(until=None).exclude(level=None).order_by("-level", "scope", "name")
    return found.exclude(pk=body.pk) if body else found


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
        help_text="支部、业委会和物业不选这一项，选下面的小区。",
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
    phone = _phone()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Division.objects.exclude(path="-").filter(level__gte=3).order_by("code")
        self.fields["division"].queryset = own  # type: ignore[attr-defined]
        self.fields["parent"].queryset = _desks()  # type: ignore[attr-defined]
        self.fields["compound"].queryset = Compound.objects.exclude(  # type: ignore[attr-defined]
            stage=Stage.PLANNED
        ).order_by("sort_key")

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
        return values


class ChangeForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=80, error_messages={"required": "请写组织的名称。"}
    )
    phone = _phone()
    parent = forms.ModelChoiceField(
        label="上面是谁", queryset=Body.objects.none(), empty_label="不选", required=False
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = _desks(body)  # type: ignore[attr-defined]


class SeatForm(forms.Form):
    post = forms.ChoiceField(label="职务")
    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请写姓名。"})
    phone = PhoneField(label="手机号", help_text="用来登录，别人看不到。")
    building = forms.ModelChoiceField(
        label="负责哪一栋",
        queryset=Building.objects.none(),
        empty_label="不选",
        required=False,
        help_text="只有楼栋长要选。",
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        posts = posts_of(body.kind)
        self.fields["post"].choices = [(post, Post(post).label) for post in posts]  # type: ignore[attr-defined]
        if body.compound is None or "lead" not in posts:
            del self.fields["building"]
        else:
            found = body.compound.buildings.order_by("position", "pk")
            self.fields["building"].queryset = found  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("post") == "lead" and not values.get("building"):
            self.add_error("building", "请选楼栋长负责哪一栋。")
        return values

    def area(self) -> str:
        """The code path that a lead looks after."""
        building = self.cleaned_data.get("building")
        if self.cleaned_data["post"] != "lead" or building is None or not self.body.compound:
            return ""
        return f"{self.body.compound.path}/{building.name}"
