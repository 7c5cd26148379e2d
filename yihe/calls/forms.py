from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from yihe.accounts.fields import PhoneField
from yihe.bodies.models import Body
from yihe.bodies.queries import scopes_over
from yihe.calls.models import Nature, Spot, Visibility
from yihe.places.models import Building, Compound, Unit
from yihe.topics.models import Topic
from yihe.topics.queries import emergencies, guess, leaves

SPOTS = [
    (Spot.HOME, "我家|屋里的事"),
    (Spot.BUILDING, "本楼公共处|电梯、楼道、大堂"),
    (Spot.COMPOUND, "小区里|路、花园、车库"),
    (Spot.OUTSIDE, "小区外|门口道路、周边"),
]
NOT_URGENT = "0"  # the person was asked, and says that it is none
SEEN_BY = [
    (Visibility.COMPOUND, "邻居也能看到这件事|公开栏只显示内容和答复，不显示您的姓名和门牌。"),
    (Visibility.HANDLERS, "只给办事的人看|受理和办理的人能看到内容、您的姓名和电话。"),
    (
        Visibility.DESK,
        "不让别人知道是我|只有最先收到的受理台知道您是谁。转给别处时，姓名电话都不带。",
    ),
]
SEEN_IN_SHORT = {
    Visibility.COMPOUND: "邻居",
    Visibility.HANDLERS: "办事的人",
    Visibility.DESK: "只有受理台知道是我",
}
# The same for what is written down for somebody else.
OF_OTHERS = {Spot.HOME: "他家里|屋里的事"}
SEEN_OF_OTHERS = {
    Visibility.COMPOUND: "邻居也能看到这件事|公开栏只显示内容和答复，不显示他的姓名和门牌。",
    Visibility.HANDLERS: "只给办事的人看|受理和办理的人能看到内容、他的姓名和电话。",
    Visibility.DESK: (
        "不让别人知道是他|只有最先收到的受理台知道他是谁。转给别处时，姓名电话都不带。"
    ),
}


def topic_choices(topics: Iterable[Topic] | None = None) -> list[Any]:
    """Topics in use, under the name of what they belong to."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for topic in leaves() if topics is None else topics:
        groups.setdefault(topic.parent.name if topic.parent else "其他", []).append(
            (topic.pk, topic.name)
        )
    return [("", "不用选，受理台会看"), *groups.items()]


class RaiseForm(forms.Form):
    """A call in under a minute: only the first question is needed."""

    text = forms.CharField(
        label="1　说说是什么事",
        help_text="哪里、从什么时候开始、有没有人受影响。平常怎么说就怎么写。",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 20000}),
        error_messages={"required": "请写一写是什么事。"},
        strip=True,
    )
    spot_kind = forms.ChoiceField(
        label="2　在哪里", choices=SPOTS, widget=forms.RadioSelect, initial=Spot.COMPOUND
    )
    spot = forms.CharField(
        label="具体位置（可以不写）",
        required=False,
        max_length=80,
        help_text="写到别人找得到就行。",
    )
    topic = forms.TypedChoiceField(
        label="是哪一类（可以不选）", required=False, coerce=int, empty_value=None
    )
    visibility = forms.ChoiceField(
        label="3　谁能看到",
        choices=SEEN_BY,
        widget=forms.RadioSelect,
        initial=Visibility.COMPOUND,
    )
    about = forms.TypedChoiceField(
        label="投诉的是哪个单位", required=False, coerce=int, empty_value=None
    )
    nature = forms.ChoiceField(
        label="这是", choices=Nature.choices, required=False, initial=Nature.REQUEST
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=64)
    urgent = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, bodies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for where they are shown, or where one was chosen.
        self.fields["topic"].choices = lambda: self._topics  # type: ignore[attr-defined]
        self.fields["urgent"].choices = lambda: [  # type: ignore[attr-defined]
            (NOT_URGENT, ""),
            *((topic.pk, topic.name) for topic in self.emergencies),
        ]
        self.fields["about"].choices = lambda: self._bodies  # type: ignore[attr-defined]
        self.bodies = bodies

    @cached_property
    def _topics(self) -> list[Any]:
        return topic_choices()

    @cached_property
    def _bodies(self) -> list[Any]:
        return [("", "不是投诉"), *((body.pk, body.name) for body in self.bodies)]

    @cached_property
    def emergencies(self) -> list[Topic]:
        return emergencies.rows()

    def chosen_topic(self) -> Topic | None:
        """What was chosen, or the emergency that the person says it is."""
        pk = self.cleaned_data["topic"] or self.cleaned_data["urgent"]
        return Topic.objects.select_related("parent", "parent__parent").get(pk=pk) if pk else None

    def looks_urgent(self) -> Topic | None:
        """Without a topic, and its words are those of an emergency: the person is asked once."""
        if self.cleaned_data["topic"] or self.data.get("urgent"):
            return None
        return next(iter(guess(self.cleaned_data["text"], self.emergencies)), None)

    def in_short(self) -> str:
        """Where it is and who sees it, as it stands chosen: what the folded part says."""
        where = dict(SPOTS).get(Spot(self._now("spot_kind", Spot)), "").partition("|")[0]
        who = SEEN_IN_SHORT[Visibility(self._now("visibility", Visibility))]
        return f"在哪里：{where}；谁能看到：{who}"

    def _now(self, name: str, known: Any) -> str:
        value = self[name].value()
        return value if value in known.values else self.fields[name].initial  # type: ignore[no-any-return]

    def chosen_about(self) -> Body | None:
        pk = self.cleaned_data["about"]
        return Body.objects.get(pk=pk) if pk else None


class RaiseForOthersForm(RaiseForm):
    """Written down at the counter, on the phone or at the door for somebody else."""

    compound = forms.ModelChoiceField(
        label="哪个小区",
        queryset=Compound.objects.none(),
        empty_label="请选小区",
        error_messages={"required": "请选小区。"},
    )
    contact_name = forms.CharField(label="反映人怎么称呼", required=False, max_length=30)
    contact_phone = PhoneField(label="反映人的手机号（答复要告诉他）", required=False)
    home = forms.CharField(
        label="门牌（可以不写）",
        required=False,
        max_length=60,
        help_text="家里的事写 3栋2单元1502，楼里的事写 3栋。",
    )
    field_order = ("compound", "text", "contact_name", "contact_phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, others in (("spot_kind", OF_OTHERS), ("visibility", SEEN_OF_OTHERS)):
            field: Any = self.fields[name]
            field.choices = [(key, others.get(key, label)) for key, label in field.choices]

    def clean(self) -> dict[str, Any]:
        """The home or the building that was written, found in the chosen compound."""
        data = super().clean() or {}
        compound, written = data.get("compound"), data.get("home", "").replace(" ", "")
        data["unit"] = data["building"] = None
        if compound is not None and written:
            units = Unit.objects.select_related("building")
            data["unit"] = units.filter(compound=compound, label=written).first()
            data["building"] = (
                data["unit"].building
                if data["unit"]
                else Building.objects.filter(compound=compound, name=written).first()
            )
            if data["unit"] is None and data["building"] is None:
                self.add_error("home", "这个小区里没有这个门牌，请照 3栋2单元1502 或者 3栋 写。")
        about = self.chosen_about() if "about" in data else None
        if about and compound and about.scope not in scopes_over(compound.path):
            self.add_error("about", f"{about.name}不管{compound.name}，请另选。")
        return data


class EvidenceForm(forms.Form):
    met_whom = forms.CharField(label="见了谁", max_length=120)
    met_at = forms.DateTimeField(
        label="什么时候",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"invalid": "时间写成 2026-11-23 14:20 这样。"},
    )
    text = forms.CharField(label="做了什么", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["met_at"] = timezone.localtime().replace(second=0, microsecond=0)
