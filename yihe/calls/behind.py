"""The calls behind a figure: narrowed as the counters count them."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.http import QueryDict

from yihe.calls.models import OPEN, CallQuerySet, Channel, Nature, Status
from yihe.calls.queries import narrowed_to
from yihe.calls.rules import TOP
from yihe.topics.models import Topic
from yihe.worktime import SHANGHAI

STATES = {
    "open": "在办的",
    "late": "超期的",
    "soon": "一天内要升级的",
    "twice": "重开两次以上、还在办的",
    "over": "办完的",
    "in_time": "按时办完的",
    "closed_late": "超期才办完的",
    "unknown": "结果不明的",
    "contested": "居民不认可的",
    "counted": "全部，撤回的不算",
    "any": "全部",
}
CONTESTED = Q(reopened__gt=0) | Q(stars__lte=2)
UNKNOWN = "-"
DAY = timedelta(days=1)
MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see; "" is no narrowing. Topic, channel and nature by their names."""

    state: str = "open"
    level: str = ""
    place: str = ""
    topic: str = ""
    leaf: str = ""  # a topic by its code
    channel: str = ""
    nature: str = ""
    desk: str = ""  # "here": at one's own desk
    since: str = ""  # months, both with
    until: str = ""


def asked_in(query: QueryDict) -> Asked:
    """As an address says it; what it cannot mean is left out."""

    def text(name: str, most: int = 60) -> str:
        return query.get(name, "").replace("\x00", "").strip()[:most]

    state, level = text("state"), text("level")
    months = [text(name) if MONTH.fullmatch(text(name)) else "" for name in ("since", "until")]
    return Asked(
        state=state if state in STATES else "open",
        level=level if level in ("1", "2", "3", "4") else "",
        place=text("place", 70),
        topic=text("topic"),
        leaf=text("leaf"),
        channel=text("channel"),
        nature=text("nature"),
        desk="here" if text("desk") == "here" else "",
        since=months[0],
        until=months[1],
    )


def narrowed(
    calls: CallQuerySet, asked: Asked, *, at: datetime, desk_id: int | None
) -> CallQuerySet:
    calls = calls.filter(_states(at)[asked.state])
    if asked.level:
        calls = calls.filter(level=int(asked.level))
    if asked.place:
        calls = narrowed_to(calls, asked.place)
    if asked.topic:
        calls = calls.filter(_of_topic(asked.topic))
    if asked.leaf:
        calls = calls.filter(topic__code=asked.leaf)
    if asked.channel:
        calls = calls.filter(_named("channel", Channel.choices, asked.channel))
    if asked.nature:
        calls = calls.filter(_named("nature", Nature.choices, asked.nature))
    if asked.desk:
        calls = calls.filter(desk_id=desk_id)
    if asked.since:
        calls = calls.filter(raised_at__gte=_start(asked.since))
    if asked.until:
        calls = calls.filter(raised_at__lt=_start(asked.until, after=True))
    return calls


def _states(at: datetime) -> dict[str, Q]:
    at_work = Q(status__in=(Status.NEW, Status.DOING))
    closed = Q(status=Status.CLOSED)
    return {
        "open": Q(status__in=OPEN),
        "late": at_work & Q(due_at__lt=at),
        "soon": soon(at),
        "twice": Q(status__in=OPEN, reopened__gte=2),
        "over": closed,
        "in_time": closed & Q(answered_in_time=True),
        "closed_late": closed & Q(answered_in_time=False),
        "unknown": Q(status=Status.PAST) | closed & Q(answered_in_time=None),
        "contested": CONTESTED & ~Q(status=Status.WITHDRAWN),
        "counted": ~Q(status=Status.WITHDRAWN),
        "any": Q(),
    }


def soon(at: datetime) -> Q:
    """What goes up by itself within a day, when nobody deals with it."""
    return Q(
        status__in=(Status.NEW, Status.DOING), level__lt=TOP,
        due_at__gte=at, due_at__lt=at + DAY,
    )  # fmt: skip


def _of_topic(name: str) -> Q:
    """By the name of a topic of the first level, ours or that of the system it was imported from."""
    imported = Q(source__topic=name)
    if name == UNKNOWN:
        return imported | Q(source=None, topic=None)
    roots = list(Topic.objects.filter(parent=None, name=name).values_list("pk", flat=True))
    own = Q(topic__in=roots) | Q(topic__parent__in=roots) | Q(topic__parent__parent__in=roots)
    return imported | (Q(source=None) & own)


def _named(field: str, choices: list[tuple[str, str]], name: str) -> Q:
    codes = [code for code, words in choices if words == name]
    own = Q(source=None, **{f"{field}__in": codes})
    return own | Q(**{f"source__{field}": name})


def _start(month: str, *, after: bool = False) -> datetime:
    """The first moment of a month, or of the one after it."""
    year, number = int(month[:4]), int(month[5:])
    if after:
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime.combine(date(year, number, 1), time(), tzinfo=SHANGHAI)


def in_words(asked: Asked) -> list[tuple[str, str]]:
    """What narrows besides state, level and place: (field, words)."""
    found = [("desk", "在本台的")] if asked.desk else []
    if asked.since or asked.until:
        whole = asked.since == asked.until
        months = _month(asked.since) if whole else f"{_month(asked.since)}至{_month(asked.until)}"
        found.append(("since", f"发出：{months}"))
    if asked.topic:
        found.append(("topic", f"大类：{_or_none(asked.topic)}"))
    if asked.leaf:
        name = Topic.objects.filter(code=asked.leaf).values_list("name", flat=True).first()
        found.append(("leaf", f"细类：{name or asked.leaf}"))
    if asked.channel:
        found.append(("channel", f"渠道：{_or_unsaid(asked.channel)}"))
    if asked.nature:
        found.append(("nature", f"性质：{_or_unsaid(asked.nature)}"))
    return found


def _or_none(name: str) -> str:
    return "还没有定" if name == UNKNOWN else name


def _or_unsaid(name: str) -> str:
    return "没有写" if name == UNKNOWN else name


def _month(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:])}月" if month else ""


def without(asked: Asked, name: str) -> Asked:
    """The same without one narrowing."""
    if name == "since":
        return replace(asked, since="", until="")
    return replace(asked, **{name: ""})
