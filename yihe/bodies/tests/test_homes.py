"""Who belongs to a home, and for how long what they were given is good."""

import pytest

from yihe.accounts.actions import register_person
from yihe.accounts.models import User
from yihe.bodies.tests.builders import AT, House
from yihe.people.actions import leave_home, make_code, move_in, use_code
from yihe.people.models import Residency
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM, Acting

pytestmark = pytest.mark.django_db


def person(phone: str) -> User:
    return register_person(phone=phone, name="", acting=SYSTEM, at=AT)


def as_self(user: User) -> Acting:
    return Acting(user.pk, "home", None, "业主", ())


def unit_of(house: House) -> Unit:
    return Unit.objects.create(
        compound=house.compound, building=house.compound.buildings.get(), label="3栋101"
    )


def test_a_code_is_worth_nothing_once_who_made_it_has_left(house):
    unit, owner, family = unit_of(house), person("13700000001"), person("13700000002")
    home = move_in(person=owner, unit=unit, standing="owner", way="clerk", acting=SYSTEM, at=AT)
    codes = [
        make_code(unit=unit, way="invitation", standing="family", acting=as_self(owner), at=AT)[1]
        for _ in range(2)
    ]
    use_code(code=codes[0], person=family, acting=as_self(family), at=AT)
    leave_home(residency=home, acting=as_self(owner), at=AT)
    with pytest.raises(Refusal, match="这个码不对"):
        use_code(code=codes[1], person=owner, acting=as_self(owner), at=AT)
    assert list(Residency.objects.filter(until=None).values_list("person", flat=True)) == [
        family.pk
    ]
