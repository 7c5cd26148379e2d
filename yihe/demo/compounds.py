"""The demo's compounds: those that the seed names, and invented ones with their bodies and homes."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.models import Max

from yihe.accounts.models import User
from yihe.demo.built import Built
from yihe.demo.content import COMPOUNDS, NAMED
from yihe.demo.governing import HANDING_OVER, above_and_below, govern, govern_named, hand_over
from yihe.places.actions import add_building, add_buildings, add_compound, add_units
from yihe.places.models import Compound, Division, Unit
from yihe.places.queries import outlines
from yihe.places.rules import inside
from yihe.trail.acting import SYSTEM

# settled, moving in, then what is still to come: on sale (3 of them newly so this year), building, planned
STAGES = ["settled"] * 52 + ["moving_in"] * 6 + ["on_sale"] * 8 + ["building"] * 8 + ["planned"] * 7
# Invented compounds with people in them: community, kind, buildings, entrances, floors, doors.
DETAILED = (
    ("龙田社区", "commercial", 6, 2, 15, 4),
    ("龙田社区", "commercial", 3, 1, 12, 4),
    ("老坑社区", "social", 4, 2, 10, 4),
    ("六联社区", "commercial", 3, 1, 10, 4),
    ("秀新社区", "commercial", 4, 1, 18, 4),
)
# With people in them: in the first compound, in one of the other detailed ones, in one of the rest.
MOST_HOMES, HOMES, FEW_HOMES = 16, 10, 4
INHABITED = sum(stage in ("settled", "moving_in") for stage in STAGES)
SEED = range(len(DETAILED), len(DETAILED) + len(NAMED))
# Compounds that the first part leaves without bodies; of those that the seed names nothing is invented.
BARE = range(SEED.stop, INHABITED)
SEED_AS_OF = date(2023, 6, 30)  # the seed counts them as lived in by then, and says no more
NEW_PRESALES = 3


def add_compounds(built: Built) -> None:
    """Five invented compounds with people, the four that the seed names, and the rest."""
    communities = list(
        Division.objects.filter(level=5).exclude(name__contains="虚拟").order_by("code")
    )
    by_name = {place.name: place for place in communities}
    serial: dict[str, int] = {}
    points = _points(len(STAGES))
    for number, stage in enumerate(STAGES):
        place = communities[(number * 5) % len(communities)]
        since = (built.at - timedelta(days=60 if stage == "moving_in" else 900 + number)).date()
        more: dict[str, Any] = {}
        if number in SEED:
            named = NAMED[number - SEED.start]
            name, kind, since = named.name, named.kind, SEED_AS_OF
            more = {key: Decimal(value) for key, value in named.figures.items()}
            if named.subdistrict:
                place = next(
                    one
                    for one in communities
                    if one.parent and one.parent.name == named.subdistrict
                )
        else:
            name = COMPOUNDS[number if number < SEED.start else number - len(SEED)]
            kind = "social" if number % 5 == 4 and 9 <= number <= 49 else "commercial"
            more = {"longitude": points[number][0], "latitude": points[number][1]}
        if number < len(DETAILED):
            place, kind = by_name[DETAILED[number][0]], DETAILED[number][1]
        serial[place.code] = serial.get(place.code, 0) + 1
        if stage == "on_sale" and number - STAGES.index("on_sale") < NEW_PRESALES:
            more["presale_on"] = this_year(built.at, number)
        compound = add_compound(
            code=f"{place.code}-{serial[place.code]:02d}",
            name=name,
            kind=kind,
            stage=stage,
            since=since,
            community=place,
            acting=SYSTEM,
            at=built.begun,
            **more,
        )
        built.compounds.append(compound)
        if number < len(DETAILED):
            _inhabit(built, compound, number)
        elif number in SEED:
            govern_named(built, compound, number)
        elif number == HANDING_OVER:
            hand_over(built, compound)


def _points(wanted: int) -> list[tuple[Decimal, Decimal]]:
    """Invented places within the district's outline, as (longitude, latitude), well apart."""
    home = Division.objects.get(here=True)
    ring = outlines()[home.code[:6]]["coordinates"][0]
    west, south = (min(point[axis] for point in ring) for axis in (0, 1))
    east, north = (max(point[axis] for point in ring) for axis in (0, 1))
    chance = random.Random(6)  # noqa: S311  the same demo every time
    found: list[tuple[float, float]] = []
    while len(found) < wanted:
        x, y = chance.uniform(west, east), chance.uniform(south, north)
        apart = all(abs(x - other[0]) + abs(y - other[1]) > 0.008 for other in found)
        if apart and inside(ring, x, y):
            found.append((x, y))
    return [(Decimal(f"{x:.6f}"), Decimal(f"{y:.6f}")) for x, y in found]


def inhabit_rest(at: datetime, number: int) -> Compound:
    """Buildings, bodies and a few homes of one of the compounds that the first part left bare."""
    last = User.objects.filter(phone__startswith="1380").aggregate(last=Max("phone"))["last"]
    built = Built(at=at, begun=at - timedelta(days=800), numbers=count(int(last[3:]) + 1))
    compound = Compound.objects.order_by("pk")[number]
    _inhabit(built, compound, number)
    return compound


def this_year(at: datetime, number: int) -> date:
    return min(date(at.year, 1, 5) + timedelta(days=number % 60), at.date())


def _inhabit(built: Built, compound: Compound, number: int) -> None:
    detail = number < len(DETAILED)
    _build(built, compound, number)
    units = list(Unit.objects.filter(compound=compound).order_by("pk"))
    standings = ("owner", "owner", "family", "tenant")
    live_there: list[User] = []
    wanted = MOST_HOMES if number == 0 else HOMES if detail else FEW_HOMES
    for place in range(wanted):
        person = built.resident(units[(place * 41) % len(units)], standings[place % 4])
        role = {0: "resident", 3: "tenant", 5: "elder"}.get(place) if number == 0 else None
        if role:
            built.people[role] = person
        if standings[place % 4] != "family" and not role:
            live_there.append(person)
    branch = govern(built, compound, number, live_there)
    if detail:
        built.seat(branch, "lead", "lead", area=f"{compound.path}/3栋")
    if number == 0:
        above_and_below(built, compound, branch)


def _build(built: Built, compound: Compound, number: int) -> None:
    """The detailed ones with all their flats, the others with those of their first building."""
    if number >= len(DETAILED):
        buildings, floors = 3 + number % 5, 8 + (number * 7) % 25
        heights = [floors + (place * 3) % 5 for place in range(1, buildings + 1)]
        made = add_buildings(compound=compound, floors=heights, acting=SYSTEM, at=built.begun)
        add_units(building=made[0], floors=heights[0], per_floor=4, area=Decimal("88.5"), acting=SYSTEM, at=built.begun)  # fmt: skip
        return
    buildings, entrances, floors, doors = DETAILED[number][2:]
    for place in range(1, buildings + 1):
        building = add_building(
            compound=compound,
            name=f"{place}栋",
            floors=floors + (place * 3) % 5,
            entrances=[f"{one}单元" for one in range(1, entrances + 1)],
            position=place,
            acting=SYSTEM,
            at=built.begun,
        )
        add_units(
            building=building,
            floors=floors,
            per_floor=doors,
            area=Decimal("88.5"),
            acting=SYSTEM,
            at=built.begun,
        )
