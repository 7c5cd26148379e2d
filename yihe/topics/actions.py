from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yihe.bodies.models import Body
from yihe.refusal import Refusal
from yihe.topics.models import Habit, Route, Term, Topic, TopicAlias, TopicVersion
from yihe.trail.acting import Acting
from yihe.trail.actions import record


def _version(topic: Topic, acting: Acting, at: datetime) -> None:
    topic.versions.filter(until=None).update(until=at)
    TopicVersion.objects.create(
        topic=topic,
        name=topic.name,
        emergency=topic.emergency,
        starts_at=topic.starts_at,
        active=topic.active,
        since=at,
        changed_by=acting.words,
    )


@transaction.atomic
def add_topic(
    *,
    code: str,
    name: str,
    acting: Acting,
    at: datetime,
    parent: Topic | None = None,
    emergency: bool = False,
    starts_at: int = 1,
    words: str = "",
    position: int = 0,
) -> Topic:
    if parent is not None and parent.depth >= 3:
        raise Refusal("类别最多三级。")
    if not name.strip():
        raise Refusal("请写类别的名称。")
    if Topic.objects.filter(code=code).exists():
        raise Refusal(f"类别代码 {code} 已经有了。")
    topic = Topic.objects.create(
        code=code,
        name=name.strip(),
        parent=parent,
        depth=parent.depth + 1 if parent else 1,
        emergency=emergency,
        starts_at=starts_at,
        words=words,
        position=position,
    )
    _version(topic, acting, at)
    record(
        acting=acting,
        act="topic.add",
        on=("topic", topic.code),
        at=at,
        numbers={"starts_at": starts_at, "emergency": int(emergency)},
    )
    return topic


@transaction.atomic
def change_topic(
    *,
    topic: Topic,
    name: str,
    emergency: bool,
    starts_at: int,
    active: bool,
    words: str,
    acting: Acting,
    at: datetime,
) -> Topic:
    """The topic as it holds from now on; what it was before stays as a version."""
    topic = Topic.objects.select_for_update().get(pk=topic.pk)
    if not name.strip():
        raise Refusal("请写类别的名称。")
    if starts_at not in (1, 2, 3):
        raise Refusal("从社区、街道或区级开始，请选一个。")
    topic.name, topic.emergency, topic.starts_at = name.strip(), emergency, starts_at
    topic.active, topic.words = active, words.strip()
    topic.save(update_fields=["name", "emergency", "starts_at", "active", "words"])
    _version(topic, acting, at)
    record(
        acting=acting,
        act="topic.change",
        on=("topic", topic.code),
        at=at,
        numbers={"starts_at": starts_at, "emergency": int(emergency), "active": int(active)},
    )
    return topic


@transaction.atomic
def add_alias(*, topic: Topic, code: str, name: str, acting: Acting, at: datetime) -> None:
    """Another code or spelling under which the same topic is known elsewhere."""
    TopicAlias.objects.get_or_create(topic=topic, code=code, name=name)
    record(acting=acting, act="topic.alias", on=("topic", topic.code), at=at)


@transaction.atomic
def set_route(
    *,
    topic: Topic,
    desk: Body,
    acting: Acting,
    at: datetime,
    place: str = "",
    lead: bool = True,
) -> Route:
    """From now on this desk usually takes this topic at this place; a former lead steps back."""
    if desk.level is None:
        raise Refusal("这个组织不是受理台。")
    same = Route.objects.filter(topic=topic, place=place, level=desk.level, until=None)
    if lead:
        same.filter(lead=True).update(until=at)
    same.filter(desk=desk).update(until=at)
    route = Route.objects.create(
        topic=topic, place=place, level=desk.level, desk=desk, lead=lead, since=at
    )
    record(
        acting=acting,
        act="topic.route",
        on=("topic", topic.code),
        at=at,
        numbers={"desk": desk.pk, "level": desk.level, "lead": int(lead)},
        kinds={"place": place},
    )
    return route


@transaction.atomic
def end_route(*, route: Route, acting: Acting, at: datetime) -> None:
    route.until = at
    route.save(update_fields=["until"])
    record(
        acting=acting,
        act="topic.route_ended",
        on=("topic", route.topic.code),
        at=at,
        numbers={"desk": route.desk_id, "level": route.level},
    )


@transaction.atomic
def set_term(
    *,
    level: int,
    clock: str,
    amount: int,
    unit: str,
    acting: Acting,
    at: datetime,
    emergency: bool = False,
    topic: Topic | None = None,
) -> Term:
    """A deadline from now on; calls that already run keep theirs until their next level."""
    if not 1 <= amount <= 200:
        raise Refusal("期限要在 1 到 200 之间。")
    Term.objects.filter(
        level=level, clock=clock, emergency=emergency, topic=topic, until=None
    ).update(until=at)
    term = Term.objects.create(
        level=level,
        clock=clock,
        emergency=emergency,
        topic=topic,
        amount=amount,
        unit=unit,
        since=at,
    )
    record(
        acting=acting,
        act="topic.term",
        on=("topic", topic.code if topic else "general"),
        at=at,
        numbers={"level": level, "amount": amount, "emergency": int(emergency)},
        kinds={"clock": clock, "unit": unit},
    )
    return term


@transaction.atomic
def keep_habits(*, rows: Iterable[tuple[int, str, int, int]]) -> None:
    """(topic, place, desk, how many): what was counted takes the place of what was known. Part of the
    act that counted."""
    Habit.objects.all().delete()
    Habit.objects.bulk_create(
        (Habit(topic_id=topic, place=place, desk_id=desk, n=n) for topic, place, desk, n in rows),
        1000,
    )
