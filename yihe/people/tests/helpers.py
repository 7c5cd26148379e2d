"""What the tests of homes do again and again."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.outbox.models import Message
from yihe.people.actions import ask_to_join, make_code, move_in
from yihe.people.models import HomeCode, JoinRequest, Residency
from yihe.trail.acting import SYSTEM, Acting
from yihe.worktime import SHANGHAI

EARLIER = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
_phones = count(13700000001)


def make_person(name: str = "") -> User:
    person = register_person(phone=str(next(_phones)), name=name, acting=SYSTEM, at=EARLIER)
    give_consent(user=person, version=PRIVACY_VERSION, acting=SYSTEM, at=EARLIER)
    return person


def number_of(person: User) -> str:
    assert person.phone
    return person.phone


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def own(user: User) -> Acting:
    """A person who acts from no seat."""
    return Acting(user.pk, "visitor", None, "访客", ())


def settle(place: Any, standing: str, name: str = "", person: User | None = None) -> Residency:
    """Somebody more in the owner's home."""
    return move_in(
        person=person or make_person(name), unit=place.unit, standing=standing, way="clerk",
        acting=SYSTEM, at=timezone.now(),
    )  # fmt: skip


def invited(place: Any, standing: str = "family") -> tuple[HomeCode, str]:
    return make_code(
        unit=place.unit, way="invitation", standing=standing, acting=own(place.resident),
        at=timezone.now(),
    )  # fmt: skip


def asked(place: Any, person: User, standing: str = "owner") -> JoinRequest:
    return ask_to_join(
        person=person, unit=place.unit, standing=standing, words="", acting=own(person),
        at=timezone.now(),
    )  # fmt: skip


def told(user: User) -> list[str]:
    """What a person finds in the inbox, oldest first: title and text."""
    rows = Message.objects.filter(person_id=user.pk).order_by("pk")
    return [f"{row.title} / {row.body}" for row in rows]


def at_home(place: Any) -> set[str]:
    now = Residency.objects.filter(unit=place.unit, until=None)
    return set(now.values_list("person__name", flat=True))


def queries(show: Callable[[], object]) -> int:
    show()
    with CaptureQueriesContext(connection) as seen:
        show()
    return len(seen)
