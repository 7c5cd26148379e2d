from typing import Any

from django import forms

from yihe.bodies.models import Body
from yihe.places.models import Division
from yihe.topics.models import Clock, Topic, Unit

LEVELS = [(1, "社区"), (2, "街道"), (3, "区级")]
ALL_LEVELS = [*LEVELS, (4, "联席会议")]


class TopicForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=60, error_messages={"required": "请写类别的名称。"}
    )
    words = forms.CharField(
        label="居民常说的话",
        required=False,
        max_length=200,
        help_text="用空格隔开，用来猜类别。两样要一起出现的写成“电梯+困”。",
    )
    starts_at = forms.TypedChoiceField(label="从哪一级开始", coerce=int, choices=LEVELS)
    emergency = forms.BooleanField(label="紧急：同时送到几级", required=False)
    active = forms.BooleanField(label="在用", required=False)


class NewTopicForm(forms.Form):
    parent = forms.ModelChoiceField(
        label="放在哪一类下面",
        queryset=Topic.objects.filter(depth__lt=3).order_by("position", "pk"),
        empty_label="不选",
        required=False,
        help_text="不选就是新的大类。",
    )
    code = forms.SlugField(
        label="代码",
        max_length=40,
        help_text="字母、数字和横线，以后不能改。",
        error_messages={
            "required": "请写代码。",
            "invalid": "代码只用字母、数字和横线。",
        },
    )
    name = forms.CharField(
        label="名称", max_length=60, error_messages={"required": "请写类别的名称。"}
    )
    words = forms.CharField(
        label="居民常说的话",
        required=False,
        max_length=200,
        help_text="用空格隔开，用来猜类别。两样要一起出现的写成“电梯+困”。",
    )
    starts_at = forms.TypedChoiceField(label="从哪一级开始", coerce=int, choices=LEVELS)
    emergency = forms.BooleanField(label="紧急：同时送到几级", required=False)


class RouteForm(forms.Form):
    desk = forms.ModelChoiceField(
        label="由谁办",
        queryset=Body.objects.none(),
        empty_label="请选",
        error_messages={"required": "请选受理台。"},
    )
    place = forms.ModelChoiceField(
        label="在哪里",
        queryset=Division.objects.none(),
        empty_label="不选",
        required=False,
        help_text="不选就是这个受理台管的地方都这样。",
    )
    lead = forms.BooleanField(label="主办（不勾就是协办）", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = Body.objects.filter(level__in=(1, 2, 3), until=None).order_by("-level", "name")
        self.fields["desk"].queryset = desks  # type: ignore[attr-defined]
        near = Division.objects.exclude(path="-").filter(level__gte=4).order_by("code")
        self.fields["place"].queryset = near  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        desk, place = values.get("desk"), values.get("place")
        path = place.path if place else (desk.scope if desk and desk.level < 3 else "")
        inside = desk and (not path or path == desk.scope or path.startswith(f"{desk.scope}/"))
        if desk and not inside:
            self.add_error("place", f"{desk.name}不管这个地方，请另选。")
        values["path"] = path
        return values


class TermForm(forms.Form):
    level = forms.TypedChoiceField(label="哪一级", coerce=int, choices=ALL_LEVELS)
    clock = forms.ChoiceField(label="什么期限", choices=Clock.choices)
    emergency = forms.BooleanField(label="只用于紧急的呼叫", required=False)
    amount = forms.IntegerField(
        label="多少",
        min_value=1,
        max_value=200,
        error_messages={
            "required": "请写多少。",
            "invalid": "请写整数。",
            "min_value": "期限要在 1 到 200 之间。",
            "max_value": "期限要在 1 到 200 之间。",
        },
    )
    unit = forms.ChoiceField(label="单位", choices=Unit.choices, initial=Unit.WORKDAYS)
