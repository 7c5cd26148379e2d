"""Who asks for the pages: signed in as people are, each through Django's own test client."""

import itertools
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.http import QueryDict
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.bodies.capacities import capacities
from yihe.bodies.models import Body, Seat
from yihe.calls.actions.counting import fold
from yihe.calls.models import OPEN, Call
from yihe.demo.queries import person_for_role
from yihe.insight.views import shown_of
from yihe.people.queries import homes_of
from yihe.trail.acting import SYSTEM

BARE = """{% for title, rows in tables %}<h2>{{ title }}</h2><table>{% for r in rows %}<tr><td>{{ r.name }}
<td>{{ r.count.total }}<td>{{ r.count.open }}<td>{{ r.rate }}<td>{{ r.count.contested }}<td>{{ r.contact }}
<td>{{ r.answer }}<td>{{ r.change }}{% endfor %}</table>{% endfor %}{% for m in months %}{{ m.month }}
{{ m.count.total }} {{ m.before }}{% endfor %}{% for q in quarters %}{{ q.name }} {{ q.now }}{% endfor %}"""
TEXT = "东门到3栋的路灯坏了5盏，台阶看不清，昨晚有老人差点摔了，请尽快来看看。"


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session["second_factor_set_up"] = True
    session.save()
    return client


def _role(role: str) -> User:
    person = person_for_role(role)
    assert person is not None
    return person


def _busiest(**which: Any) -> User:
    """A clerk of the desk of that kind where most open calls lie."""
    desk = (
        Body.objects.filter(calls__status__in=OPEN, **which)
        .annotate(n=Count("calls"))
        .order_by("-n")
        .first()
    )
    assert desk is not None
    return Seat.objects.filter(body=desk, post="clerk", until=None)[0].person


class People:
    def __init__(self) -> None:
        resident = _role("resident")
        clerk = _busiest(level=1)
        self.resident, self.clerk = signed_in(resident), signed_in(clerk)
        self.department = signed_in(_busiest(kind="department"))
        self.district = signed_in(_role("district"))
        desk = Seat.objects.get(person=clerk, until=None).body
        compound = homes_of(resident.pk)[0].unit.compound
        self.board = f"/compounds/{compound.code}/board/"
        self.desk_calls = list(
            Call.objects.filter(desk=desk, status="new").order_by("pk").values_list("number", flat=True)
        )  # fmt: skip
        self.open_call = f"/calls/{self.desk_calls[-1]}/"
        closed = Call.objects.filter(compound=compound, status="closed", visibility="compound")
        self.closed_call = f"/calls/{closed.order_by('-pk')[0].number}/"
        self.number = closed.order_by("pk")[0].number
        _, raw = issue_token(user=_role("district"), label="度量", acting=SYSTEM, at=timezone.now())
        self.program = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {raw}"})
        self.batch = min(100, Call.objects.filter(status__in=("new", "doing")).count() // 10)
        self.to_accept = itertools.cycle(self.desk_calls[:-1])

    def get(self, client: Client, url: str) -> Callable[[], Any]:
        def work() -> None:
            response = client.get(url)
            assert response.status_code == 200, (url, response.status_code)

        return work

    def bare(self) -> Callable[[], Any]:
        """All that the district's page shows, asked for as it is, in a template without look or frame."""
        acting = capacities(_role("district"))[0].acting
        template = Template(BARE)

        def work() -> None:
            template.render(Context(shown_of(acting, QueryDict(""))))

        return work

    def fold(self, changes: int) -> Callable[[], Any]:
        """So many calls count otherwise, and back again."""
        pks = list(
            Call.objects.filter(status="closed").values_list("pk", flat=True)[: changes // 2]
        )

        def work() -> None:
            for number in (1, 2):
                Call.objects.filter(pk__in=pks).update(stars=number * 2)
            fold(at=timezone.now())

        return work

    def api(self, url: str) -> Callable[[], Any]:
        return self.get(self.program, url)

    def raise_one(self) -> None:
        response = self.resident.post(
            "/calls/new/",
            {"text": TEXT, "spot_kind": "compound", "spot": "东门", "visibility": "compound",
             "nature": "request", "once": secrets.token_hex(12)},
        )  # fmt: skip
        assert response.status_code == 302, response.status_code

    def accept_one(self) -> None:
        number = next(self.to_accept)
        Call.objects.filter(number=number).update(status="new")
        response = self.clerk.post(f"/calls/{number}/accept/")
        assert response.status_code == 302, response.status_code

    def sweep(self, do_due: Callable[..., Any], batch: int) -> Callable[[], Any]:
        """So many calls become due, of those that lie lowest, and are dealt with."""

        def work() -> None:
            now = timezone.now()
            while do_due(at=now).more:  # what came due by itself
                pass
            chosen = Call.objects.filter(status__in=("new", "doing"), level__lt=4, wake_at__gt=now)
            pks = list(chosen.order_by("level", "pk").values_list("pk", flat=True)[:batch])
            Call.objects.filter(pk__in=pks).update(wake_at=now, due_at=now - timedelta(minutes=1))
            done = do_due(at=now, limit=100)
            assert not done.failed
            assert len(done.done) == batch

        return work

    def empty_look(self, do_due: Callable[..., Any]) -> Callable[[], Any]:
        """At a moment before the first that is due."""
        at = Call.objects.aggregate(first=Min("wake_at"))["first"] - timedelta(minutes=1)

        def work() -> None:
            assert not do_due(at=at).done

        return work
