"""A community with a branch and people in it, for tests of branches and of the ledger."""

from datetime import date, timedelta

from django.utils import timezone

from yihe.accounts.models import User
from yihe.bodies.actions import found_body
from yihe.bodies.capacities import capacities
from yihe.bodies.models import Body
from yihe.bodies.tests.builders import AT, House, browser
from yihe.party.ledger.actions import enter_oneself
from yihe.party.ledger.models import Member
from yihe.places.actions import add_compound
from yihe.places.models import Compound
from yihe.trail.acting import SYSTEM, Acting

__all__ = ["AT", "Quarter", "browser"]


class Quarter(House):
    """The house of bodies' tests, with a secretary, and a second compound that is on sale."""

    def __init__(self) -> None:
        super().__init__()
        self.secretary = self.sit(self.branch, "secretary")
        self.person = self.sit(self.branch, "member")
        self.rising = self.compound_at("on_sale", "02")

    def compound_at(self, stage: str, serial: str) -> Compound:
        return add_compound(
            code=f"440310006001-{serial}", name=f"新苑{serial}", kind="commercial", stage=stage,
            since=AT.date(), community=self.place["龙田社区"], acting=SYSTEM, at=AT,
        )  # fmt: skip

    def make_company(self) -> User:
        company = found_body(
            kind="company", name="某物业", compound=self.compound, acting=SYSTEM, at=AT
        )
        return self.sit(company, "manager")

    def committee(self) -> Body:
        return found_body(
            kind="committee", name="业委会", compound=self.compound, acting=SYSTEM, at=AT
        )

    def acting(self, user: User) -> Acting:
        return capacities(user)[0].acting

    def entered(self, person: User | None = None) -> Member:
        return enter_oneself(
            person=person or self.person, branch=self.branch, standing="full",
            relation="floating", relation_on=date(2026, 1, 2), came_from="某厂党支部", at=AT,
        )  # fmt: skip


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)
