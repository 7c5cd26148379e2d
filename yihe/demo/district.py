"""The demo's places, offices, people and topics, built through the acts that people use."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.actions import found_body, seat_person
from yihe.bodies.models import Body
from yihe.demo.content import (
    COMPOUNDS,
    DEPARTMENTS,
    NAMED,
    person_name,
    rows,
)
from yihe.people.actions import move_in
from yihe.places.actions import (
    add_building,
    add_buildings,
    add_compound,
    add_units,
    put_divisions,
)
from yihe.places.models import Compound, Division, Unit
from yihe.places.queries import outlines
from yihe.places.rules import inside
from yihe.topics.starter import load_starter
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


@dataclass
class Built:
    at: datetime
    begun: datetime
    numbers: Any = field(default_factory=lambda: count(1))
    people: dict[str, User] = field(default_factory=dict)
    compounds: list[Compound] = field(default_factory=list)
    residents: list[User] = field(default_factory=list)

    def person(self, name: str = "") -> User:
        number = next(self.numbers)
        person = register_person(
            phone=f"138{number:08d}",
            name=name or person_name(number),
            acting=SYSTEM,
            at=self.begun,
        )
        give_consent(user=person, version=PRIVACY_VERSION, acting=SYSTEM, at=self.begun)
        return person

    def seat(self, body: Body, post: str, role: str = "", area: str = "") -> User:
        person = self.person()
        seat_person(body=body, person=person, post=post, area=area, acting=SYSTEM, at=self.begun)
        if role:
            self.people.setdefault(role, person)
        return person

    def body(self, kind: str, name: str, **more: Any) -> Body:
        return found_body(kind=kind, name=name, acting=SYSTEM, at=self.begun, **more)


def build_district(at: datetime) -> Built:
    built = Built(at=at, begun=at - timedelta(days=800))
    put_divisions(
        rows=[
            (row["code"], int(row["level"]), row["name"], row["parent_code"])
            for row in rows("divisions.csv")
        ],
        acting=SYSTEM,
        at=built.begun,
    )
    _offices(built)
    load_starter(acting=SYSTEM, at=built.begun)
    _compounds(built)
    return built


def _offices(built: Built) -> None:
    district = Division.objects.get(here=True)
    conference = built.body("conference", "区小区治理联席会议", division=district, level=4)
    office = built.body(
        "district",
        "区小区治理办",
        division=district,
        level=3,
        parent=conference,
        phone="0755-00000000",
    )
    built.seat(conference, "convener", "conference")
    built.seat(office, "clerk", "district")
    built.seat(office, "administrator", "administrator")
    for name in DEPARTMENTS:
        department = built.body("department", name, division=district, level=3, parent=office)
        built.seat(department, "clerk", "department")
    for subdistrict in Division.objects.filter(level=4).order_by("code"):
        street = built.body(
            "subdistrict", f"{subdistrict.name}办事处", division=subdistrict, level=2, parent=office
        )
        clerk = built.seat(street, "clerk")
        built.seat(street, "head")
        if subdistrict.name == "龙田街道":
            built.people["subdistrict"] = clerk
        for place in subdistrict.children.order_by("code"):
            near = built.body(
                "community", f"{place.name}党委", division=place, level=1, parent=street,
                phone=f"0755-0000{int(place.code[6:9]):02d}{int(place.code[9:12]) % 100:02d}",
            )  # fmt: skip
            clerk = built.seat(near, "clerk")
            built.seat(near, "clerk")
            if place.name == "龙田社区":
                built.people["community"] = clerk


def _compounds(built: Built) -> None:
    """Five invented compounds with people, the four that the seed names, and the rest."""
    communities = list(
        Division.objects.filter(level=5).exclude(name__contains="虚拟").order_by("code")
    )
    by_name = {place.name: place for place in communities}
    serial: dict[str, int] = {}
    points = _points(len(STAGES))
    for number, stage in enumerate(STAGES):
        place = communities[(number * 5) % len(communities)]
        name = COMPOUNDS[number if number < SEED.start else number - len(SEED)]
        kind = "social" if number % 5 == 4 and 9 <= number <= 49 else "commercial"
        more: dict[str, Any] = {}
        if number < len(DETAILED):
            place, kind = by_name[DETAILED[number][0]], DETAILED[number][1]
        elif number in SEED:
            name, kind, more = NAMED[number - len(DETAILED)]
            more = {key: Decimal(str(value)) for key, value in more.items()}
        serial[place.code] = serial.get(place.code, 0) + 1
        if stage == "on_sale" and number % 8 < 3:
            more["presale_on"] = _this_year(built.at, number)
        compound = add_compound(
            code=f"{place.code}-{serial[place.code]:02d}",
            name=name,
            kind=kind,
            stage=stage,
            since=(built.at - timedelta(days=60 if stage == "moving_in" else 900 + number)).date(),
            community=place,
            latitude=points[number][1],
            longitude=points[number][0],
            acting=SYSTEM,
            at=built.begun,
            **more,
        )
        built.compounds.append(compound)
        if number < len(DETAILED):
            _inhabit(built, compound, number)


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
    """Buildings, branch, committee and company of one of the compounds that the first part left bare."""
    built = Built(at=at, begun=at - timedelta(days=800), numbers=count(User.objects.count() + 1))
    compound = Compound.objects.order_by("pk")[number]
    _inhabit(built, compound, number)
    return compound


INHABITED = sum(stage in ("settled", "moving_in") for stage in STAGES)
SEED = range(len(DETAILED), len(DETAILED) + len(NAMED))
# Compounds that the first part leaves without bodies; of those that the seed names nothing is invented.
BARE = range(SEED.stop, INHABITED)


def _this_year(at: datetime, number: int) -> date:
    return min(date(at.year, 1, 5) + timedelta(days=number), at.date())


def _inhabit(built: Built, compound: Compound, number: int) -> None:
    detail = DETAILED[number][2:] if number < len(DETAILED) else None
    buildings, entrances, floors, doors = detail or (3 + number % 5, 0, 8 + (number * 7) % 25, 0)
    heights = [floors + (place * 3) % 5 for place in range(1, buildings + 1)]
    if not detail:
        add_buildings(compound=compound, floors=heights, acting=SYSTEM, at=built.begun)
    for place, height in enumerate(heights if detail else [], start=1):
        building = add_building(
            compound=compound,
            name=f"{place}栋",
            floors=height,
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
    near = Body.objects.get(kind="community", division=compound.community)
    branch = built.body("branch", f"{compound.name}党支部", compound=compound, parent=near)
    built.seat(branch, "secretary", "secretary")
    company = built.body(
        "company", f"{compound.name}物业服务中心", compound=compound, parent=near, level=1
    )
    built.seat(company, "manager", "company")
    if number < 22:
        committee = built.body("committee", f"{compound.name}业委会", compound=compound)
        built.seat(committee, "director", "director")
    if detail:
        built.seat(branch, "lead", "lead", area=f"{compound.path}/3栋")
        units = list(Unit.objects.filter(compound=compound).order_by("pk"))
        standings = ("owner", "owner", "family", "tenant")
        for place in range(16):
            person = built.person()
            move_in(
                person=person,
                unit=units[(place * 41) % len(units)],
                standing=standings[place % 4],
                way="clerk",
                acting=SYSTEM,
                at=built.begun,
            )
            built.residents.append(person)
            if number == 0:
                role = {0: "resident", 3: "tenant", 5: "elder"}.get(place)
                if role:
                    built.people[role] = person
