from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from yihe.people.models import HomeCode, JoinRequest, Residency
from yihe.people.rules import alike, parts, ways_to_write
from yihe.places.models import Compound, Unit
from yihe.places.queries import compounds
from yihe.trail.acting import Acting
from yihe.web.prepared import prepared


@prepared
def homes_of(person_id: int) -> QuerySet[Residency]:
    """Where a person lives or owns now, the home they live in first."""
    return (
        Residency.objects.filter(person_id=person_id, until=None)
        .select_related("unit", "unit__building", "unit__compound", "unit__compound__community")
        .order_by("-lives_here", "pk")
    )


def households(unit_ids: Collection[int]) -> dict[int, list[Residency]]:
    """Who belongs to each of these homes now. One query."""
    found: dict[int, list[Residency]] = defaultdict(list)
    now = Residency.objects.filter(unit_id__in=unit_ids, until=None).select_related("person")
    for one in now.order_by("since", "pk"):
        found[one.unit_id].append(one)
    return found


def open_codes(at: datetime) -> QuerySet[HomeCode]:
    """Codes that somebody could still join with."""
    return HomeCode.objects.filter(used_at=None, revoked_at=None, expires_at__gt=at)


def codes_of(unit_ids: Collection[int], at: datetime) -> dict[int, list[HomeCode]]:
    """The open codes of each of these homes, the newest first. One query."""
    found: dict[int, list[HomeCode]] = defaultdict(list)
    for code in open_codes(at).filter(unit_id__in=unit_ids).order_by("-made_at", "-pk"):
        found[code.unit_id].append(code)
    return found


def requests_waiting(acting: Acting) -> QuerySet[JoinRequest]:
    """Open requests in the places that a clerk answers for."""
    return JoinRequest.objects.filter(
        state=JoinRequest.State.OPEN, unit__compound__in=compounds(acting)
    )


def requests_of(person_id: int) -> QuerySet[JoinRequest]:
    """What a person asked for and nobody decided yet, the newest first."""
    return (
        JoinRequest.objects.filter(person_id=person_id, state=JoinRequest.State.OPEN)
        .select_related("unit", "unit__compound", "unit__compound__community")
        .order_by("-asked_at", "-pk")
    )


def join_requests(acting: Acting) -> QuerySet[JoinRequest]:
    """The same with what a list shows, the longest waiting first."""
    return (
        requests_waiting(acting)
        .select_related("person", "unit", "unit__compound")
        .order_by("asked_at", "pk")
    )


def units_called(compound: Compound, lines: Sequence[str]) -> dict[str, Unit]:
    """The home that each of these words means; words that mean none are left out. One or two queries."""
    ways = {line: ways_to_write(line) for line in lines}
    wanted = {way for several in ways.values() for way in several}
    units = Unit.objects.filter(compound=compound, label__in=wanted).select_related("compound")
    known = {unit.label: unit for unit in units}
    meant = {
        line: next((known[w] for w in several if w in known), None)
        for line, several in ways.items()
    }
    for line, unit in _without_entrance(compound, [line for line in meant if not meant[line]]):
        meant[line] = unit
    return {line: unit for line, unit in meant.items() if unit is not None}


def _without_entrance(compound: Compound, lines: Sequence[str]) -> Iterator[tuple[str, Unit]]:
    """3栋1502, where just one door of that building is called so. One query, or none."""
    wanted = {line: parts(line) for line in lines}
    wanted = {line: said for line, said in wanted.items() if said[0] and not said[1]}
    if not wanted:
        return
    doors: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    units = Unit.objects.filter(compound=compound, name__in={said[2] for said in wanted.values()})
    for unit in units.select_related("compound", "building"):
        doors[unit.building.name, unit.name].append(unit)
    for line, (buildings, _, door) in wanted.items():
        found = next((doors[name, door] for name in buildings if (name, door) in doors), [])
        if len(found) == 1:
            yield line, found[0]


def unit_called(compound: Compound, words: str) -> Unit | None:
    return units_called(compound, [words]).get(words)


def labels_alike(compound: Compound, words: str) -> list[str]:
    """Doors of a compound that look like these words: for the clerk, never for who only asks."""
    labels = compound.units.order_by("pk").values_list("label", flat=True)
    return alike(words, list(labels))
