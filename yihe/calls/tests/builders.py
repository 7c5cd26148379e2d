"""A small district with all levels, for tests of calls and of whatever stands above them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import count

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.actions import found_body, seat_person
from yihe.bodies.capacities import capacities
from yihe.bodies.models import Body
from yihe.calls.actions import raise_call
from yihe.calls.models import Call
from yihe.people.actions import move_in
from yihe.places.actions import add_building, add_compound, add_units, put_divisions
from yihe.places.models import Compound, Division, Unit
from yihe.topics.actions import add_topic, set_route
from yihe.topics.models import Topic
from yihe.trail.acting import SYSTEM, Acting
from yihe.worktime import SHANGHAI

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)  # an ordinary working day
EARLIER = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
_phones = count(13900000001)


def make_person(name: str = "") -> User:
    person = register_person(phone=str(next(_phones)), name=name, acting=SYSTEM, at=EARLIER)
    give_consent(user=person, version=PRIVACY_VERSION, acting=SYSTEM, at=EARLIER)
    return person


def acting_as(user: User) -> Acting:
    return capacities(user)[0].acting


def make_seat(body: Body, post: str, name: str = "") -> User:
    person = make_person(name)
    seat_person(body=body, person=person, post=post, acting=SYSTEM, at=EARLIER)
    person.refresh_from_db()
    return person


@dataclass
class District:
    """Everything one needs to raise a call and see it answered."""

    compound: Compound
    other: Compound
    community: Division
    unit: Unit
    community_desk: Body
    subdistrict_desk: Body
    district_desk: Body
    housing: Body
    fire: Body
    conference: Body
    company: Body
    branch: Body
    topic: Topic
    emergency: Topic
    resident: User
    neighbour: User
    outsider: User
    community_clerk: User
    subdistrict_clerk: User
    department_clerk: User
    district_clerk: User
    convener: User
    manager: User
    secretary: User

    def raised(self, **more: object) -> Call:
        values: dict[str, object] = {
            "acting": acting_as(self.resident),
            "at": MONDAY,
            "text": "3栋电梯夜里有异响，老人不敢坐。",
            "compound": self.compound,
            "topic": self.topic,
            "reporter": self.resident,
            **more,
        }
        return raise_call(**values)  # type: ignore[arg-type]


def make_district() -> District:
    at = EARLIER
    put_divisions(
        rows=[
            ("440310000000", 3, "坪山区", ""),
            ("440310006000", 4, "龙田街道", "440310000000"),
            ("440310006001", 5, "龙田社区居委会", "440310006000"),
        ],
        acting=SYSTEM,
        at=at,
    )
    district, subdistrict, community = Division.objects.order_by("level")
    compound, other = (
        add_compound(
            code=f"440310006001-0{number}",
            name=name,
            kind="commercial",
            stage="settled",
            since=at.date(),
            community=community,
            acting=SYSTEM,
            at=at,
        )
        for number, name in ((1, "印象家园"), (2, "碧桐苑"))
    )
    building = add_building(
        compound=compound, name="3栋", floors=3, entrances=["1单元", "2单元"], acting=SYSTEM, at=at
    )
    add_units(building=building, floors=3, per_floor=2, area=Decimal("88.5"), acting=SYSTEM, at=at)
    units = list(Unit.objects.order_by("pk"))
    far = add_building(compound=other, name="1栋", floors=2, acting=SYSTEM, at=at)
    add_units(building=far, floors=2, per_floor=2, area=Decimal("70"), acting=SYSTEM, at=at)

    def desk(
        kind: str,
        name: str,
        level: int | None,
        place: Division | Compound,
        parent: Body | None = None,
    ) -> Body:
        where = {"compound": place} if isinstance(place, Compound) else {"division": place}
        return found_body(
            kind=kind,
            name=name,
            level=level,
            parent=parent,
            acting=SYSTEM,
            at=at,
            **where,
        )

    conference = desk("conference", "区小区治理联席会议", 4, district)
    office = desk("district", "区小区治理办", 3, district, conference)
    housing = desk("department", "区住房和建设局", 3, district, office)
    fire = desk("department", "区消防救援大队", 3, district, office)
    street = desk("subdistrict", "龙田街道办事处", 2, subdistrict, office)
    near = desk("community", "龙田社区党委", 1, community, street)
    company = desk("company", "印象家园物业服务中心", 1, compound, near)
    branch = desk("branch", "印象家园党支部", None, compound, near)
    parent = add_topic(code="07", name="电梯", acting=SYSTEM, at=at)
    topic = add_topic(
        code="07-01", name="电梯运行", parent=parent, words="电梯 异响", acting=SYSTEM, at=at
    )
    emergency = add_topic(
        code="07-03",
        name="电梯困人",
        parent=parent,
        emergency=True,
        words="困人 被困",
        acting=SYSTEM,
        at=at,
    )
    for one in (topic, emergency):
        set_route(topic=one, desk=housing, acting=SYSTEM, at=at)
    resident, neighbour, outsider = (make_person(name) for name in ("罗居民", "周邻居", "吴外人"))
    for person, unit in (
        (resident, units[0]),
        (neighbour, units[1]),
        (outsider, Unit.objects.last()),
    ):
        assert unit is not None
        move_in(person=person, unit=unit, standing="owner", way="clerk", acting=SYSTEM, at=at)
    return District(
        compound=compound,
        other=other,
        community=community,
        unit=units[0],
        community_desk=near,
        subdistrict_desk=street,
        district_desk=office,
        housing=housing,
        fire=fire,
        conference=conference,
        company=company,
        branch=branch,
        topic=topic,
        emergency=emergency,
        resident=resident,
        neighbour=neighbour,
        outsider=outsider,
        community_clerk=make_seat(near, "clerk"),
        subdistrict_clerk=make_seat(street, "clerk"),
        department_clerk=make_seat(housing, "clerk"),
        district_clerk=make_seat(office, "clerk"),
        convener=make_seat(conference, "convener"),
        manager=make_seat(company, "manager"),
        secretary=make_seat(branch, "secretary"),
    )
