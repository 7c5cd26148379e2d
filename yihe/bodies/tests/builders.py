"""A district with two communities, offices and people in them, for tests of what is kept in the browser."""

from datetime import datetime

from django.test import Client

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.actions import found_body, seat_person
from yihe.bodies.models import Body
from yihe.places.actions import add_building, add_compound, put_divisions
from yihe.places.models import Compound, Division
from yihe.trail.acting import SYSTEM
from yihe.worktime import SHANGHAI

AT = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)


class House:
    """Two communities, a compound in the first, an office on each level, a person in each."""

    def __init__(self) -> None:
        put_divisions(
            rows=[
                ("440310000000", 3, "坪山区", ""),
                ("440310006000", 4, "龙田街道", "440310000000"),
                ("440310006001", 5, "龙田社区", "440310006000"),
                ("440310006002", 5, "老坑社区", "440310006000"),
            ],
            acting=SYSTEM,
            at=AT,
        )
        self.serial = 0
        self.place = {one.name: one for one in Division.objects.all()}
        self.compound = self.make_compound()
        self.district = self.make("district", "区小区治理办", "坪山区", 3)
        self.street = self.make("subdistrict", "龙田街道办事处", "龙田街道", 2, self.district)
        self.near = self.make("community", "龙田社区党委", "龙田社区", 1, self.street)
        self.far = self.make("community", "老坑社区党委", "老坑社区", 1, self.street)
        self.branch = found_body(
            kind="branch", name="碧梧里党支部", compound=self.compound, acting=SYSTEM, at=AT
        )
        self.administrator = self.sit(self.district, "administrator")
        self.clerk = self.sit(self.district, "clerk")
        self.head = self.sit(self.near, "head")
        self.far_head = self.sit(self.far, "head")

    def make_compound(self) -> Compound:
        compound = add_compound(
            code="440310006001-01", name="碧梧里", kind="commercial", stage="settled",
            since=AT.date(), community=self.place["龙田社区"], acting=SYSTEM, at=AT,
        )  # fmt: skip
        add_building(compound=compound, name="3栋", floors=9, acting=SYSTEM, at=AT)
        return compound

    def make(
        self, kind: str, name: str, place: str, level: int, parent: Body | None = None
    ) -> Body:
        return found_body(
            kind=kind, name=name, division=self.place[place], level=level, parent=parent,
            acting=SYSTEM, at=AT,
        )  # fmt: skip

    def sit(self, body: Body, post: str) -> User:
        self.serial += 1
        person = register_person(
            phone=f"1380000{self.serial:04d}", name=f"某{self.serial}", acting=SYSTEM, at=AT
        )
        give_consent(user=person, version=PRIVACY_VERSION, acting=SYSTEM, at=AT)
        seat_person(body=body, person=person, post=post, acting=SYSTEM, at=AT)
        return person


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
