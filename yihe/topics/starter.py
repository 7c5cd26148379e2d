"""Our own catalogue of about sixty topics, for a house that has none of its own yet."""

import csv
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yihe.bodies.models import Body, BodyKind
from yihe.topics.actions import add_topic, set_route
from yihe.topics.models import Route, Topic
from yihe.trail.acting import Acting

FILE = Path(__file__).parent / "data" / "topics.csv"
# How the catalogue calls a department → what stands in its name.
NAMED = {
    "住建": ("住房和建设", "住房建设", "住建"),
    "城管": ("城市管理", "城管"),
    "公安": ("公安",),
    "市场监管": ("市场监督", "市场监管"),
    "消防": ("消防",),
    "环境": ("生态环境", "环境保护"),
    "水务": ("水务",),
    "交通": ("交通运输", "交通"),
    "教育": ("教育",),
    "民政": ("民政",),
    "卫健": ("卫生健康", "卫健"),
}
# What stands for all desks of a kind, each for its own place.
EACH = {"社区": BodyKind.COMMUNITY, "街道": BodyKind.SUBDISTRICT, "物业": BodyKind.COMPANY}
# An office within a subdistrict, known by what stands in its name.
WITHIN = {"街道城建": ("城建", "城市建设")}


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_starter(*, acting: Acting, at: datetime) -> int:
    """All topics of it, each with the desks that usually act: a department for the whole district,
    a community, a subdistrict or a compound's company for its own place."""
    desks = list(Body.objects.exclude(level=None).filter(until=None).order_by("kind", "name"))
    topics: dict[str, Topic] = {}
    for number, row in enumerate(rows(), start=1):
        above = row["code"].rpartition("-")[0]
        topic = topics[row["code"]] = add_topic(
            code=row["code"],
            name=row["name"],
            parent=topics[above] if above else None,
            emergency=bool(row["emergency"]),
            starts_at=int(row["starts_at"] or 1),
            words=row["words"],
            position=number,
            acting=acting,
            at=at,
        )
        taken: set[tuple[str, int | None]] = set()
        for short in row["desks"].split():
            for desk, place in _usual(short, desks):
                lead = (place, desk.level) not in taken  # of two departments the first leads
                set_route(topic=topic, desk=desk, place=place, lead=lead, acting=acting, at=at)
                taken.add((place, desk.level))
    return len(topics)


@transaction.atomic
def route_to_company(*, company: Body, acting: Acting, at: datetime) -> int:
    """What a compound's company usually does there, as the catalogue says. Twice changes nothing."""
    codes = [row["code"] for row in rows() if "物业" in row["desks"].split()]
    topics = Topic.objects.filter(code__in=codes, active=True).order_by("position")
    has = set(Route.objects.filter(desk=company, until=None).values_list("topic_id", flat=True))
    new = [topic for topic in topics if topic.pk not in has]
    for topic in new:
        set_route(topic=topic, desk=company, place=company.scope, acting=acting, at=at)
    return len(new)


def _usual(short: str, desks: list[Body]) -> list[tuple[Body, str]]:
    """The desks of that name, each with the place for which it is named; "" is the whole district."""
    if short in EACH:
        return [(desk, desk.scope) for desk in desks if desk.kind == EACH[short]]
    if short in WITHIN:
        inside = [desk for desk in desks if desk.kind == BodyKind.OFFICE]
        return [
            (desk, desk.scope)
            for desk in inside
            if any(word in desk.name for word in WITHIN[short])
        ]
    words = NAMED.get(short, ())
    departments = [desk for desk in desks if desk.kind in (BodyKind.DEPARTMENT, BodyKind.UTILITY)]
    return [(desk, "") for desk in departments if any(word in desk.name for word in words)][:1]
