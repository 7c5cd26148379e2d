"""Our own catalogue of about sixty topics, for a house that has none of its own yet."""

import csv
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yihe.bodies.models import Body
from yihe.bodies.queries import departments
from yihe.topics.actions import add_topic, set_route
from yihe.topics.models import Topic
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


@transaction.atomic
def load_starter(*, acting: Acting, at: datetime) -> int:
    """All topics of it, each with the department that usually acts where there is one here."""
    desks = list(departments())
    parents: dict[str, Topic] = {}
    number = 0
    with FILE.open(encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            above, _, below = row["code"].partition("-")
            topic = add_topic(
                code=row["code"],
                name=row["name"],
                parent=parents[above] if below else None,
                emergency=bool(row["emergency"]),
                words=row["words"],
                position=number,
                acting=acting,
                at=at,
            )
            if not below:
                parents[above] = topic
            desk = _named(row["department"], desks)
            if desk is not None:
                set_route(topic=topic, desk=desk, acting=acting, at=at)
    return number


def _named(short: str, desks: list[Body]) -> Body | None:
    words = NAMED.get(short, ())
    return next((desk for desk in desks if any(word in desk.name for word in words)), None)
