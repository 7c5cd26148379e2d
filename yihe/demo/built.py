"""What the demo is built with: people by the number, their seats, bodies."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.actions import found_body, seat_person
from yihe.bodies.models import Body
from yihe.demo.content import person_name
from yihe.demo.moments import consented_at
from yihe.people.actions import move_in
from yihe.places.models import Compound, Unit
from yihe.trail.acting import SYSTEM

FIRST_NOTICE = "2024-06"  # the notice that held when the demo's people came; PRIVACY_VERSION since


@dataclass
class Built:
    at: datetime
    begun: datetime
    numbers: Any = field(default_factory=lambda: count(1))
    people: dict[str, User] = field(default_factory=dict)
    compounds: list[Compound] = field(default_factory=list)

    def person(self, name: str = "") -> User:
        number = next(self.numbers)
        person = register_person(
            phone=f"138{number:08d}",
            name=name or person_name(number),
            acting=SYSTEM,
            at=self.begun,
        )
        moment = consented_at(PRIVACY_VERSION, self.at, person.pk)
        give_consent(user=person, version=PRIVACY_VERSION, acting=SYSTEM, at=moment)
        return person

    def nameless(self) -> User:
        """Somebody who holds an office where no person may be invented."""
        number = next(self.numbers)
        return register_person(phone=f"138{number:08d}", name="", acting=SYSTEM, at=self.begun)

    def seat(self, body: Body, post: str, role: str = "", area: str = "") -> User:
        person = self.person()
        seat_person(body=body, person=person, post=post, area=area, acting=SYSTEM, at=self.begun)
        if role:
            self.people.setdefault(role, person)
        return person

    def body(self, kind: str, name: str, **more: Any) -> Body:
        return found_body(kind=kind, name=name, acting=SYSTEM, at=self.begun, **more)

    def resident(self, unit: Unit, standing: str) -> User:
        """Somebody with a home, who agreed to the notice of that time, and by now to the new one."""
        person = self.person()
        move_in(
            person=person, unit=unit, standing=standing, way="clerk", acting=SYSTEM, at=self.begun
        )
        give_consent(user=person, version=FIRST_NOTICE, acting=SYSTEM, at=self.begun)
        return person
