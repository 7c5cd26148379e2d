"""Many people at once, over HTTP: residents who raise, clerks who accept, each signed in."""

import itertools
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone

from bench.calls.load import get, post
from bench.calls.people import TEXT, signed_in
from yihe.accounts.actions import issue_token
from yihe.accounts.models import Consent, User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.models import Body, Seat
from yihe.calls.models import OPEN, Call
from yihe.demo.queries import person_for_role
from yihe.people.models import Residency
from yihe.trail.acting import SYSTEM

CSRF = "c" * 32
RESIDENTS = 64
WORDS = ("路灯", "电梯", "楼道", "漏水", "停车", "噪音")
PHRASES = ("电梯异响", "路灯坏了", "看不清台阶", "地库漏水", "没有的话语", "天了", "灯")


def cookie(user: User) -> str:
    Consent.objects.get_or_create(
        user=user, notice="privacy", version=PRIVACY_VERSION, withdrawn_at=None,
        defaults={"given_at": timezone.now()},
    )  # fmt: skip
    return f"sessionid={signed_in(user).cookies['sessionid'].value}; csrftoken={CSRF}"


class Crowd:
    def __init__(self) -> None:
        self.residents: list[tuple[str, str, str]] = []  # cookie, token, compound's code
        homes = Residency.objects.filter(until=None).select_related("person", "unit__compound")
        each = list({home.person_id: home for home in homes.order_by("pk")}.values())
        of: dict[str, list[Residency]] = {}
        for home in each:
            if not home.person.works:
                of.setdefault(home.unit.compound.code, []).append(home)
        turns = itertools.zip_longest(*of.values())
        for home in [one for turn in turns for one in turn if one][:RESIDENTS]:
            _, raw = issue_token(user=home.person, label="度量", acting=SYSTEM, at=timezone.now())
            self.residents.append((cookie(home.person), raw, home.unit.compound.code))
        self.logs = len({code for _, _, code in self.residents})
        desks = Body.objects.filter(level=1, until=None, calls__status__in=OPEN)
        self.clerks: dict[int, str] = {}  # desk → cookie
        for desk in desks.annotate(n=Count("calls")).order_by("-n"):
            seat = Seat.objects.filter(body=desk, post="clerk", until=None).first()
            if seat is not None:
                self.clerks[desk.pk] = cookie(seat.person)
        district = person_for_role("district")
        resident = person_for_role("resident")
        assert district is not None
        assert resident is not None
        self.district, self.resident = cookie(district), cookie(resident)
        _, self.program = issue_token(user=district, label="度量", acting=SYSTEM, at=timezone.now())
        self.board = self.residents[0][2]

    def create(self, path: str) -> Iterator[bytes]:
        for who, _, code in itertools.cycle(self.residents):
            body = {"text": TEXT, "spot_kind": "compound", "spot": "", "visibility": "compound",
                    "nature": "request", "once": secrets.token_hex(12), "code": code,
                    "csrfmiddlewaretoken": CSRF}  # fmt: skip
            yield post(path, urlencode(body).encode(), cookie=who)

    def create_api(self, path: str) -> Iterator[bytes]:
        for _, token, code in itertools.cycle(self.residents):
            body = json.dumps({"compound": code, "text": TEXT}).encode()
            asked = post(path, body, bearer=token, kind="application/json")
            key = f"Idempotency-Key: {secrets.token_hex(12)}\r\n".encode()
            yield asked.replace(b"Content-Type", key + b"Content-Type", 1)

    def accept(self, path: str) -> Iterator[bytes]:
        """Calls that were raised before, at the desks of many communities in turn."""
        of: dict[int, list[str]] = {}
        fresh = Call.objects.filter(status="new", level=1)
        for number, desk in fresh.order_by("-pk").values_list("number", "desk_id")[:20_000]:
            if desk in self.clerks:
                of.setdefault(desk, []).append(number)
        body = urlencode({"csrfmiddlewaretoken": CSRF}).encode()
        waiting = itertools.zip_longest(
            *([(desk, one) for one in many] for desk, many in of.items())
        )
        for desk, number in (one for turn in waiting for one in turn if one):
            yield post(path.format(number), body, cookie=self.clerks[desk])

    def pages(self, path: str) -> Iterator[bytes]:
        """By the clerks of the five fullest desks in turn."""
        for who in itertools.cycle(list(self.clerks.values())[:5]):
            yield get(path, cookie=who)

    def page(self, path: str, who: str) -> Iterator[bytes]:
        yield from itertools.repeat(get(path, cookie=who))


def much_due(count: int) -> None:
    """Of all that is open, so many become due at once, level by level from below."""
    now = timezone.now()
    chosen = Call.objects.filter(status__in=("new", "doing"), level__lt=4, wake_at__gt=now)
    pks = list(chosen.order_by("level", "pk").values_list("pk", flat=True)[:count])
    Call.objects.filter(pk__in=pks).update(wake_at=now, due_at=now - timedelta(minutes=1))
