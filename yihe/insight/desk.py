"""The desk's own page: what came, what left and how, how soon it was answered, what residents thought."""

from collections import Counter
from datetime import datetime, time
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import OuterRef, Subquery

from yihe.calls.models import Placement, Way
from yihe.insight import words
from yihe.insight.page import Period, times
from yihe.insight.queries import by_key, by_month, cube
from yihe.insight.rules import Count, Span, months_between, plus
from yihe.worktime import SHANGHAI

CAME = {
    Way.ROUTED: "按类别和地点分来",
    Way.EMERGENCY: "紧急，同时送来",
    Way.CLIMBED: "下级到期没办，升上来",
    Way.PASSED_UP: "下级交上来",
    Way.SENT_BACK: "上级退回来",
    Way.HANDED_OVER: "别的台转来",
    Way.CORRECTED: "改正类别后分来",
    Way.REOPENED: "居民不认可，重开",
    Way.CONFERENCE: "联席会议交办",
}
LEFT = {
    Way.CLIMBED: "到期没办，自动升级",
    Way.PASSED_UP: "交给上级",
    Way.HANDED_OVER: "转给别的台",
    Way.SENT_BACK: "退回下级",
    Way.CORRECTED: "改正类别后分走",
    Way.REOPENED: "答复以后居民不认可，重开",
    Way.CONFERENCE: "联席会议交给部门",
}


def numbers(root: str, desk: int, period: Period) -> dict[str, Any]:
    """Of the calls that lie here, or were closed here."""
    span = Span(period.first, period.last, ())
    cells = cube(root, ("desk",), span, key=str(desk))
    whole = by_key(cells, "desk").get(str(desk), Count())
    monthly = by_month(cells, "desk", str(desk))
    return {
        "count": whole,
        "rate": words.percent(whole.rate),
        "undisputed": words.percent(whole.undisputed_rate),
        "contact": times(whole.contact),
        "answer": times(whole.answer),
        "months": [
            {
                "month": month,
                "count": monthly.get(month, Count()),
                "rate": words.percent(monthly.get(month, Count()).rate),
                "contact": times(monthly.get(month, Count()).contact),
                "answer": times(monthly.get(month, Count()).answer),
            }
            for month in months_between(period.first, period.last)
        ],
    }


def _moments(period: Period) -> tuple[datetime, datetime]:
    first, after = period.first, plus(period.last, 1)
    return (
        datetime.combine(first, time(), tzinfo=SHANGHAI),
        datetime.combine(after, time(), tzinfo=SHANGHAI),
    )


def came(desk: int, period: Period) -> list[tuple[str, int]]:
    """By which way calls came to the desk in that time."""
    begin, end = _moments(period)
    lay = Placement.objects.filter(desk_id=desk, since__gte=begin, since__lt=end)
    found = dict(lay.values_list("way").annotate(n=CountOf("pk")).order_by())
    return [(title, found[way]) for way, title in CAME.items() if way in found]


def left(desk: int, period: Period) -> list[tuple[str, int]]:
    """How those that came in that time and lay here as lead left, when they left for another desk."""
    begin, end = _moments(period)
    then = Placement.objects.filter(call=OuterRef("call"), lead=True, pk__gt=OuterRef("pk"))
    lay = Placement.objects.filter(
        desk_id=desk, lead=True, since__gte=begin, since__lt=end, until__isnull=False
    )
    ways = lay.annotate(then=Subquery(then.order_by("pk").values("way")[:1])).values_list("then")
    found: Counter[str] = Counter(way for (way,) in ways.order_by() if way)
    return [(title, found[way]) for way, title in LEFT.items() if found[way]]
