from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Length

from yihe.bodies.models import Body, BodyKind, Coverage, Seat, Side, Term
from yihe.bodies.rules import HANDLING, WITHOUT_OFFICE
from yihe.places.models import Compound
from yihe.trail.acting import Acting
from yihe.web.prepared import prepared


def scopes_over(path: str) -> list[str]:
    """The path itself and every place above it, nearest first; "" is the whole district."""
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)] + [""]


@prepared
def current_seats(person_id: int) -> QuerySet[Seat]:
    """The seats somebody acts in now, each with `also`: the paths of further compounds it covers."""
    also = Coverage.objects.filter(body=OuterRef("body"), until=None).order_by("pk")
    return (
        Seat.objects.held()
        .filter(person_id=person_id, body__until=None)
        .exclude(post__in=WITHOUT_OFFICE)
        .annotate(also=ArraySubquery(also.values("compound__path")))
        .select_related("body", "body__compound")
        .order_by("body__level", "pk")
    )


def seats_of(person_id: int) -> QuerySet[Seat]:
    """All that somebody ever held, what is held now first."""
    found = Seat.objects.filter(person_id=person_id).select_related("body", "secondment__sent_by")
    return found.order_by("-since", "-pk")


def overlapping(body: Body, begin: datetime, until: datetime | None) -> list[Seat]:
    """A body's seats that are held at some moment from `begin` up to `until`."""
    found = body.seats.unended(begin)
    return list(found.filter(since__lt=until) if until is not None else found)


def term_on(body: Body, day: date) -> Term | None:
    """The term that runs on a day."""
    return body.terms.filter(since__lte=day, until__gte=day).first()


def prepared_for_owners(person_id: int, compound_id: int) -> bool:
    """Whether somebody stood for the owners in a preparation group of that compound, now or before."""
    return Seat.objects.filter(
        person_id=person_id,
        side=Side.OWNERS,
        body__kind=BodyKind.PREPARATION_GROUP,
        body__compound_id=compound_id,
    ).exists()


OFFICE_OF_LEVEL = {
    1: BodyKind.COMMUNITY,
    2: BodyKind.SUBDISTRICT,
    3: BodyKind.DISTRICT,
    4: BodyKind.CONFERENCE,
}


STANDS_IN = {2: (BodyKind.OFFICE,), 3: (BodyKind.DEPARTMENT,)}


DEPARTMENTS = (BodyKind.DEPARTMENT, BodyKind.UTILITY)


@prepared
def _desks_of(scopes: list[str]) -> QuerySet[Body]:
    found = Body.objects.filter(level__isnull=False, scope__in=scopes, until=None)
    return found.order_by("name", "pk")


def desks_over(*paths: str) -> list[Body]:
    """Every desk of every level that answers for one of these places, by name. One query."""
    return _desks_of.rows(list({scope for path in paths for scope in scopes_over(path)}))


def office_among(desks: Iterable[Body], level: int, *, avoid_id: int | None = None) -> Body | None:
    """The office's desk of that level: what a call falls back on.

    Where the office itself has no desk, one of its own stands in, the oldest first.
    """
    office = OFFICE_OF_LEVEL[level]
    kinds = (office, *STANDS_IN.get(level, ()))
    fit = [one for one in desks if one.level == level and one.kind in kinds and one.pk != avoid_id]
    return max(fit, key=lambda one: (one.kind == office, len(one.scope), -one.pk), default=None)


@prepared
def _offices_of(scopes: list[str], avoid_id: int | None) -> QuerySet[Body]:
    kinds = {*OFFICE_OF_LEVEL.values(), *(kind for some in STANDS_IN.values() for kind in some)}
    found = Body.objects.filter(level__isnull=False, scope__in=scopes, kind__in=sorted(kinds))
    found = found.filter(until=None).exclude(pk=avoid_id) if avoid_id else found.filter(until=None)
    return found.distinct("level", "kind").order_by("level", "kind", Length("scope").desc(), "pk")


def offices_over(path: str, *, avoid_id: int | None = None) -> list[Body]:
    """What `office_among` can choose from, the nearest of each level and kind. One query."""
    return _offices_of.rows(scopes_over(path), avoid_id)


def desk_for(level: int, path: str) -> Body | None:
    """The office's desk of that level over a place."""
    return office_among(offices_over(path), level)


def chain_above(body: Body) -> list[Body]:
    """The offices that a body answers to, the nearest first: as it says itself, else those of its place."""
    above: list[Body] = []
    if body.parent_id is None:
        desks = desks_over(body.scope)
        offices = [office_among(desks, level, avoid_id=body.pk) for level in (1, 2, 3)]
        known = [one for one in offices if one is not None]
        return [one for one in known if (one.level or 0) > (body.level or 0) or not body.level]
    found = Body.objects.select_related("parent__parent__parent").get(pk=body.pk).parent
    while found is not None and len(above) < 4:
        above.append(found)
        found = found.parent
    return above


def bodies_below(body: Body) -> QuerySet[Body]:
    """What answers to a body: what says so itself, and the bodies of a community's compounds."""
    below = Q(parent=body)
    if body.kind == BodyKind.COMMUNITY:
        below |= Q(parent=None, compound__community__path=body.scope)
    return Body.objects.filter(below, until=None).order_by("scope", "level", "pk")


def bodies_of(compound: Compound) -> QuerySet[Body]:
    """What acts in one compound now, also from a compound beside it, with its seats."""
    beside = Coverage.objects.filter(compound=compound, until=None).values("body")
    found = Body.objects.filter(Q(compound=compound) | Q(pk__in=beside), until=None)
    return found.prefetch_related("seats").order_by("pk")


def community_desks() -> QuerySet[Body]:
    """The communities' desks that can be telephoned, in the order of their codes."""
    found = Body.objects.filter(kind=BodyKind.COMMUNITY, level=1, until=None)
    return found.exclude(phone="").order_by("scope", "pk")


def desks_for(level: int, paths: Iterable[str]) -> list[Body]:
    """The offices' desks of that level over several places, each once. One query."""
    wanted = list(dict.fromkeys(paths))
    scopes = {scope for path in wanted for scope in scopes_over(path)}
    desks = list(Body.objects.filter(level=level, scope__in=scopes, until=None).order_by("pk"))
    over = [[one for one in desks if one.scope in scopes_over(path)] for path in wanted]
    found = [office_among(near, level) for near in over]
    return list({one.pk: one for one in found if one is not None}.values())


def bodies_over(path: str) -> QuerySet[Body]:
    """Whom a complaint can be about: the offices over a place and the bodies of the compound."""
    return (
        Body.objects.filter(scope__in=scopes_over(path), until=None)
        .exclude(kind=BodyKind.CONFERENCE)
        .order_by("-scope", "name")
    )


def bodies_around(acting: Acting) -> QuerySet[Body]:
    """Whom somebody at a desk can be told a complaint about: over their place, and in it."""
    around = Q(pk__in=bodies_in(acting).values("pk"))
    for scope in acting.scopes:
        around |= Q(scope__in=scopes_over(scope) if scope else [""])
    found = Body.objects.filter(around, until=None).exclude(kind=BodyKind.CONFERENCE)
    return found.order_by("-scope", "name")


def departments() -> QuerySet[Body]:
    """Who else acts on the district's level: departments and utilities."""
    return Body.objects.filter(kind__in=DEPARTMENTS, level=3, until=None).order_by("kind", "name")


@prepared
def _handling(body_ids: list[int]) -> QuerySet[Seat, tuple[int, int]]:
    seats = Seat.objects.held().filter(body_id__in=body_ids, post__in=HANDLING)
    return seats.order_by("pk").values_list("body_id", "person_id")


def persons_at(body_ids: Collection[int]) -> dict[int, list[int]]:
    """Who handles calls at each of these desks now. One query."""
    people: dict[int, list[int]] = defaultdict(list)
    for body, person in _handling.rows(list(body_ids)):
        if person not in people[body]:
            people[body].append(person)
    return dict(people)


def handlers(body_id: int | None) -> QuerySet[Seat]:
    """The seats that handle calls at a desk, with their people."""
    return (
        Seat.objects.held()
        .filter(body_id=body_id or 0, post__in=HANDLING)
        .select_related("person")
        .order_by("pk")
    )


def bodies_ever(acting: Acting) -> QuerySet[Body]:
    """Bodies in the places that somebody answers for, those that act no more too."""
    place = Q(pk__in=[])
    for scope in acting.scopes:
        place |= Q(scope=scope) | Q(scope__startswith=f"{scope}/") if scope else Q()
    return Body.objects.filter(place).order_by("scope", "level", "pk")


def bodies_in(acting: Acting) -> QuerySet[Body]:
    """Bodies that act now in the places that somebody answers for."""
    return bodies_ever(acting).filter(until=None)
