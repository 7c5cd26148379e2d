"""How people of the demo came into their homes: by invitation, by a clerk, or still waiting for one."""

from datetime import datetime, timedelta
from itertools import count

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.capacities import acting_for
from yihe.demo.content import person_name
from yihe.demo.moments import before, consented_at
from yihe.demo.queries import person_for_role
from yihe.people.actions import ask_to_join, decide_join, make_code, use_code
from yihe.people.models import Residency
from yihe.people.queries import homes_of
from yihe.places.models import Compound, Unit
from yihe.trail.acting import SYSTEM, Acting

# Place of the compound, place of the flat, standing, words, working hours ago; yes, no with a reason, or waiting.
ASKING: tuple[tuple[int, int, str, str, float, bool | str | None], ...] = (
    (0, 77, "owner", "上个月过的户，房产证刚拿到。", 3, None),
    (0, 131, "family", "儿子买的房，我来帮他们带孩子，住到明年夏天。", 9, None),
    (1, 30, "tenant", "租到明年六月，合同在手上，随时可以拿来看。", 16, None),
    (1, 66, "owner", "换了手机号，原来的号码注销了。", 1, None),
    (0, 205, "tenant", "合租，住北边那间。", 30, True),
    (1, 101, "owner", "夫妻共有，另一半也想登记。", 45, True),
    (
        0,
        12,
        "tenant",
        "朋友的房子，借住一阵。",
        40,
        "户主说没有这回事，请带租房合同到服务站再登记。",
    ),
)
INVITED = ((0, "family", 5), (3, "family", 12), (6, "tenant", 25))  # home, standing, days ago


def people_join(at: datetime) -> None:
    """Some wait for the clerk of the demo's community, some were let in or not, some were invited."""
    clerk = person_for_role("community")
    if clerk is None:
        return
    desk = acting_for(clerk, None)
    compounds = list(Compound.objects.order_by("pk")[:2])
    numbers = count(1)
    for where, place, standing, words, hours, verdict in ASKING:
        asked_at = before(at, hours)
        units = Unit.objects.filter(compound=compounds[where]).order_by("pk")
        person, acting = _newcomer(next(numbers), asked_at)
        asked = ask_to_join(person=person, unit=units[place], standing=standing, words=words, acting=acting, at=asked_at)  # fmt: skip
        if verdict is not None:
            reason = verdict if isinstance(verdict, str) else ""
            decide_join(request=asked, confirm=not reason, reason=reason, acting=desk, at=before(at, hours - 6))  # fmt: skip
    for home, standing, days in INVITED:
        _invite(compounds[0], home, standing, at - timedelta(days=days), next(numbers))
    signed_in = person_for_role("resident")
    own = homes_of(signed_in.pk)[0] if signed_in else None
    if signed_in and own:  # one that nobody has used yet
        acting = acting_for(signed_in, f"home:{own.pk}")
        make_code(unit=own.unit, way="invitation", standing="family", acting=acting, at=before(at, 5))  # fmt: skip


def _invite(compound: Compound, home: int, standing: str, at: datetime, number: int) -> None:
    host = Residency.objects.filter(unit__compound=compound, standing="owner").order_by("pk")
    chosen = host.select_related("person", "unit")[home % host.count()]
    acting = acting_for(chosen.person, f"home:{chosen.pk}")
    moment = before(at, 1)
    _, code = make_code(unit=chosen.unit, way="invitation", standing=standing, acting=acting, at=moment)  # fmt: skip
    person, visiting = _newcomer(number, moment + timedelta(minutes=20))
    use_code(code=code, person=person, acting=visiting, at=moment + timedelta(minutes=25))


def _newcomer(number: int, at: datetime) -> tuple[User, Acting]:
    """Somebody who signed in for the first time and agreed to the notice."""
    person = register_person(phone=f"1399{number:07d}", name=person_name(400 + number * 7), acting=SYSTEM, at=at)  # fmt: skip
    moment = at if at > consented_at(PRIVACY_VERSION, at, 0) else at - timedelta(minutes=5)
    version = PRIVACY_VERSION if f"{at:%Y-%m}" >= PRIVACY_VERSION else "2024-06"
    acting = acting_for(person, None)
    give_consent(user=person, version=version, acting=acting, at=moment)
    return person, acting
