from datetime import datetime
from typing import Any

from django import forms

from yihe.accounts.fields import PhoneField
from yihe.bodies.actions import after, beginning
from yihe.bodies.forms.fields import day
from yihe.bodies.models import Body, BodyKind, Ending, HandoverItem, Post, Seat, Side
from yihe.bodies.queries import chain_above
from yihe.bodies.rules import OF_SIDES, OFFICES, SECONDED, posts_of
from yihe.places.models import Building

# Written by acts of their own.
NOT_CHOSEN = (Ending.MOVED_UP, Ending.DISSOLVED)


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

    side = forms.ChoiceField(
        label="代表谁",
        choices=[("", "不代表哪一方"), *Side.choices],
        required=False,
        help_text="筹备组和住户委员会由几方组成，请选。",
    )
    since = day("从哪天起", "不写就是现在。")
    until = day("到哪天止", "最后一天，当天 24:00 止。不写就按这一届，没有届就一直任下去。")

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        posts = posts_of(body.kind, body.group)
        if body.kind not in OF_SIDES:
            del self.fields["side"]
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

    def period(self) -> tuple[datetime | None, datetime | None]:
        """The moment it begins and the first one after its end, as far as they were said."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return since and beginning(since), until and after(until)

    def area(self) -> str:
        """The code path that a lead looks after."""
        building = self.cleaned_data.get("building")
        if self.cleaned_data["post"] != "lead" or building is None or not self.body.compound:
            return ""
        return f"{self.body.compound.path}/{building.name}"


class SecondForm(forms.Form):
    """Somebody sent from above."""

    post = forms.ChoiceField(
        label="职务", choices=[(post, Post(post).label) for post in sorted(SECONDED)[::-1]]
    )
    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请写姓名。"})
    phone = PhoneField(label="手机号", help_text="用来登录，别人看不到。")
    sent_by = forms.ModelChoiceField(
        label="哪个单位派来的", queryset=Body.objects.none(), empty_label="请选",
        error_messages={"required": "请选派出单位。"},
    )  # fmt: skip
    task = forms.CharField(
        label="派来做什么", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写派来做什么。"},
    )  # fmt: skip
    since = day("从哪天起", "不写就是现在。")
    until = day("到哪天止", "最后一天。", required=True)

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = [one.pk for one in chain_above(body) if one.kind in OFFICES]
        sends = Body.objects.filter(pk__in=above) | Body.objects.filter(kind=BodyKind.DEPARTMENT)
        self.fields["sent_by"].queryset = sends.filter(until=None).order_by("level", "name")  # type: ignore[attr-defined]

    def period(self) -> tuple[datetime | None, datetime]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        return since and beginning(since), after(until)


class EndForm(forms.Form):
    ending = forms.ChoiceField(
        label="为什么卸任",
        choices=[(one.value, one.label) for one in Ending if one not in NOT_CHOSEN],
        required=False,
    )
    last_day = day("最后一天", "当天 24:00 止。不写就是现在。")


class ExtendForm(forms.Form):
    last_day = day("新的最后一天", required=True)


class TermForm(forms.Form):
    since = day("从哪天起", required=True)
    until = day("到哪天止", "最后一天。", required=True)
    size = forms.IntegerField(
        label="选出多少席", min_value=1, max_value=999, required=False,
        help_text="候补不算。不写就和原来一样。", error_messages={"invalid": "请写数字。"},
    )  # fmt: skip


class HandoverForm(forms.Form):
    reason = forms.CharField(
        label="为什么移交", max_length=200, error_messages={"required": "请写为什么移交。"}
    )
    due_on = day("哪天以前办完", "可以不写。")


class ItemForm(forms.Form):
    name = forms.CharField(
        label="还要移交什么", max_length=80, error_messages={"required": "请写要移交的是什么。"}
    )


class _SeatField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Seat) -> str:
        return obj.office


class GiveForm(forms.Form):
    gave = _SeatField(label="谁交的", queryset=Seat.objects.none(), empty_label="请选")
    took = _SeatField(label="谁接的", queryset=Seat.objects.none(), empty_label="请选")
    on = day("哪天交的", required=True)
    note = forms.CharField(label="要记下的", max_length=200, required=False)

    def __init__(self, *args: Any, item: HandoverItem, **kwargs: Any) -> None:
        """Who sits or sat in the body itself, and in the offices above that keep things meanwhile."""
        super().__init__(*args, **kwargs)
        body = item.handover.body
        near = [body.pk, *(one.pk for one in chain_above(body))]
        seats = Seat.objects.filter(body__in=near).select_related("body", "person")
        for name in ("gave", "took"):
            self.fields[name].queryset = seats.order_by("-since", "-pk")  # type: ignore[attr-defined]
            self.fields[name].error_messages["required"] = "请选一个人。"
