from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yihe.bodies.models import Body
from yihe.bodies.queries import desk_for, scopes_over
from yihe.topics.models import Route, Term, Topic
from yihe.topics.rules import TermValue, best_guesses, default_terms


@dataclass(frozen=True)
class Candidate:
    """A desk that can take a call, and why; `exact` when a rule names it, `lead` as the rule says."""

    desk: Body
    words: str
    exact: bool
    lead: bool


def tree() -> QuerySet[Topic]:
    """All topics in use, in the order of the catalogue, with their parents."""
    return (
        Topic.objects.filter(active=True)
        .select_related("parent", "parent__parent")
        .order_by("position", "pk")
    )


def leaves() -> QuerySet[Topic]:
    """What a call can be given: topics that have nothing below them."""
    return tree().filter(children=None)


def guess(text: str) -> list[Topic]:
    """Up to three topics whose usual words stand in the text. One query."""
    topics = {topic.pk: topic for topic in leaves()}
    words = ((pk, f"{topic.name} {topic.words}") for pk, topic in topics.items())
    return [topics[pk] for pk in best_guesses(text, words)]


def _lineage(topic: Topic | None) -> list[int]:
    """The topic, its parent, its grandparent: nearest first."""
    ids = []
    while topic is not None:
        ids.append(topic.pk)
        topic = topic.parent
    return ids


def candidates(
    *, topic: Topic | None, path: str, level: int, avoid: Body | None = None
) -> list[Candidate]:
    """Who can take a call of this topic at this place on this level: best first, with the reason.

    First the rules of topic × place, nearest topic and nearest place before wider ones; last the
    office of that level over the place. Never the body that is to be avoided.
    """
    avoid_id = avoid.pk if avoid else None
    found: list[Candidate] = []
    lineage = _lineage(topic)
    if lineage:
        routes = Route.objects.filter(
            topic_id__in=lineage,
            place__in=scopes_over(path),
            level=level,
            until=None,
            desk__until=None,
        ).exclude(desk_id=avoid_id)
        ordered = sorted(
            routes.select_related("desk", "topic"),
            key=lambda route: (
                lineage.index(route.topic_id),
                -len(route.place),
                not route.lead,
                route.pk,
            ),
        )
        nearest = (ordered[0].topic_id, ordered[0].place) if ordered else None
        for route in ordered:
            if route.desk in [one.desk for one in found]:
                continue
            found.append(
                Candidate(
                    desk=route.desk,
                    words=f"“{route.topic.name}”在这里平常由{route.desk.name}办",
                    exact=(route.topic_id, route.place) == nearest,
                    lead=route.lead,
                )
            )
    office = desk_for(level, path, avoid_id=avoid_id)
    if office is not None and office not in [one.desk for one in found]:
        words = "没有专门的分派，按所在地方" if not found else "所在地方的受理台"
        found.append(Candidate(desk=office, words=words, exact=False, lead=not found))
    return found


def terms(*, level: int, emergency: bool, topic: Topic | None) -> dict[str, TermValue]:
    """What each clock of a level allows: the nearest topic's own term, else the general one.

    One query; what the district has not entered comes from topics.rules.
    """
    spans = default_terms(level, emergency)
    lineage = _lineage(topic)
    rows = Term.objects.filter(
        Q(topic_id__in=lineage) | Q(topic=None), level=level, emergency=emergency, until=None
    )
    far = len(lineage)
    for row in sorted(
        rows, key=lambda row: lineage.index(row.topic_id) if row.topic_id else far, reverse=True
    ):
        spans[row.clock] = TermValue(row.amount, row.unit)
    return spans
