from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet, Sum

from yihe.bodies.models import Body
from yihe.bodies.queries import desks_over, office_among, offices_over, scopes_over
from yihe.topics.models import Habit, Route, Term, Topic
from yihe.topics.rules import TermValue, best_guesses, default_terms, likeliest
from yihe.web.prepared import prepared

OFFICES = {1: "社区", 2: "街道", 3: "区", 4: "区联席会议"}


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


@prepared
def emergencies() -> QuerySet[Topic]:
    """Those of them that cannot wait."""
    return leaves().filter(emergency=True)


def guess(text: str, among: Iterable[Topic]) -> list[Topic]:
    """Up to three topics whose usual words stand in the text, the likeliest first."""
    topics = {topic.pk: topic for topic in among}
    words = ((pk, f"{topic.name} {topic.words}") for pk, topic in topics.items())
    return [topics[pk] for pk in best_guesses(text, words)]


def _lineage(topic: Topic | None) -> list[int]:
    """The topic, its parent, its grandparent: nearest first."""
    ids = []
    while topic is not None:
        ids.append(topic.pk)
        topic = topic.parent
    return ids


@dataclass(frozen=True)
class Routing:
    """The offices over a place, and what the rules of topic × place say of them, for every level."""

    near: list[Body]
    routes: list[Route]
    lineage: list[int]  # the topic, its parent, its grandparent
    avoid: Body | None

    def at(self, level: int) -> list[Candidate]:
        """Who can take a call on this level: best first, with the reason.

        First the rules, nearest topic and nearest place before wider ones; last the office of that
        level over the place. Never the body that is to be avoided.
        """
        avoid_id = self.avoid.pk if self.avoid else None
        ordered = sorted(
            (one for one in self.routes if one.level == level and one.desk_id != avoid_id),
            key=lambda route: (
                self.lineage.index(route.topic_id),
                -len(route.place),
                not route.lead,
                route.pk,
            ),
        )
        found: list[Candidate] = []
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
        office = office_among(self.near, level, avoid_id=avoid_id)
        if office is not None and office not in [one.desk for one in found]:
            words = "没有专门的分派，按所在地方" if not found else "所在地方的受理台"
            if not self.lineage:
                words = f"还没有定类别，先到小区所在的{OFFICES[level]}"
            found.append(Candidate(desk=office, words=words, exact=False, lead=not found))
        return found


@prepared
def _routes(lineage: list[int], scopes: list[str]) -> QuerySet[Route]:
    known = Route.objects.filter(topic_id__in=lineage, place__in=scopes)
    return known.filter(until=None, desk__until=None).select_related("desk", "topic")


@dataclass(frozen=True)
class Routings:
    """The desks and rules for many calls, asked for together."""

    near: dict[str, list[tuple[int, Body]]]  # by scope, each with its place in the order of names
    routes: list[Route]

    def of(self, *, topic: Topic | None, path: str, avoid: Body | None = None) -> Routing:
        """For one of those calls: who can take it, on all levels. No query."""
        lineage, scopes = _lineage(topic), scopes_over(path)
        near = sorted(
            (one for scope in scopes for one in self.near.get(scope, ())), key=itemgetter(0)
        )
        routes = [one for one in self.routes if one.topic_id in lineage and one.place in scopes]
        return Routing(near=[desk for _, desk in near], routes=routes, lineage=lineage, avoid=avoid)


def routings(cases: Iterable[tuple[Topic | None, str]]) -> Routings:
    """Who can take calls of these topics at these places. Two queries for any number."""
    cases = list(cases)
    topics = {pk for topic, _ in cases for pk in _lineage(topic)}
    scopes = {scope for _, path in cases for scope in scopes_over(path)}
    routes = _routes.rows(list(topics), list(scopes)) if topics else []
    near: dict[str, list[tuple[int, Body]]] = defaultdict(list)
    for order, desk in enumerate(desks_over(*(path for _, path in cases))):
        near[desk.scope].append((order, desk))
    return Routings(near=near, routes=routes)


def routing(*, topic: Topic | None, path: str, avoid: Body | None = None) -> Routing:
    """Who can take calls of this topic at this place, on all levels. Two queries."""
    lineage = _lineage(topic)
    routes = _routes.rows(lineage, scopes_over(path)) if lineage else []
    near = offices_over(path, avoid_id=avoid.pk if avoid else None)
    return Routing(near=near, routes=routes, lineage=lineage, avoid=avoid)


def candidates(
    *, topic: Topic | None, path: str, level: int, avoid: Body | None = None
) -> list[Candidate]:
    """Who can take a call of this topic at this place on one level."""
    return routing(topic=topic, path=path, avoid=avoid).at(level)


@dataclass(frozen=True)
class Usual:
    """A desk that dealt with such cases here before, and its share of them in per cent."""

    desk_id: int
    name: str
    share: int


def usual_desks(*, topic: Topic | None, path: str) -> list[Usual]:
    """The three desks that most likely dealt with this topic at this place before. One query.

    From the first level of the topic in the whole district down to this very topic in this community:
    each level of the topic by itself, then in the subdistrict, then in the community.
    """
    if topic is None:
        return []
    places = _divisions_of(path)
    counts: dict[str, Sum] = {}
    top = topic
    while top.parent is not None:
        top = top.parent
    for depth, within in enumerate(_within(topic)):
        counts[f"n{depth}"] = Sum("n", filter=within, default=0)
        for near, place in enumerate(places):
            counts[f"n{depth}_{near}"] = Sum("n", filter=within & place, default=0)
    rows = list(
        Habit.objects.filter(_below(top), desk__until=None)
        .values("desk_id", "desk__name")
        .annotate(**counts)
        .order_by()
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    seen = [{row["desk_id"]: row[name] for row in found if row[name]} for name in counts]
    names = {row["desk_id"]: row["desk__name"] for row in rows}
    return [Usual(desk, names[desk], round(share * 100)) for desk, share in likeliest(seen)]


def _below(topic: Topic) -> Q:
    return Q(topic=topic) | Q(topic__parent=topic) | Q(topic__parent__parent=topic)


def _within(topic: Topic) -> list[Q]:
    """The topic's first level with all below it, then its second, then itself."""
    line = [_below(topic)]
    while topic.parent is not None:
        topic = topic.parent
        line.append(_below(topic))
    return line[::-1]


def _divisions_of(path: str) -> list[Q]:
    """The subdistrict and the community of a code path, widest first."""
    scopes = sorted(scopes_over(path), key=len)
    within = [Q(place=scope) | Q(place__startswith=f"{scope}/") for scope in scopes if scope]
    return within[1:3]


@dataclass(frozen=True)
class Terms:
    """What the district has entered of what each clock allows, for one call or for many."""

    rows: list[tuple[int, bool, int | None, str, int, str]]  # as `_terms` has them

    def of(self, *, level: int, emergency: bool, topic: Topic | None) -> dict[str, TermValue]:
        """The nearest topic's own term, else the general one, else what topics.rules has."""
        spans = default_terms(level, emergency)
        lineage = _lineage(topic)
        far = len(lineage)
        near = {pk: place for place, pk in enumerate(lineage)} | {None: far}
        rows = [row[2:] for row in self.rows if row[:2] == (level, emergency) and row[2] in near]
        for _, clock, amount, unit in sorted(rows, key=lambda row: near[row[0]], reverse=True):
            spans[clock] = TermValue(amount, unit)
        return spans


@prepared
def _terms(topics: list[int]) -> QuerySet[Term, Any]:
    found = Term.objects.filter(Q(topic_id__in=topics) | Q(topic=None), until=None)
    return found.values_list("level", "emergency", "topic_id", "clock", "amount", "unit")


def terms_of(topics: Iterable[Topic | None]) -> Terms:
    """For all levels of these topics. One query for any number."""
    return Terms(_terms.rows(list({pk for topic in topics for pk in _lineage(topic)})))


def terms(*, level: int, emergency: bool, topic: Topic | None) -> dict[str, TermValue]:
    """What each clock of a level allows: the nearest topic's own term, else the general one.

    One query; what the district has not entered comes from topics.rules.
    """
    return terms_of([topic]).of(level=level, emergency=emergency, topic=topic)
