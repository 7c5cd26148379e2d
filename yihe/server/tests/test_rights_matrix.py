"""Every address × every role. What is not in the table is closed: not there, or only the way to sign in.

A new address fails here until somebody decides who gets in: one line in the table below.
"""

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from yihe.accounts.models import User
from yihe.bodies.models import Body
from yihe.calls import actions
from yihe.calls.tests.builders import acting_as, make_district, make_person, make_seat
from yihe.ledger.models import Ledger
from yihe.ledger.work import make_checkpoints
from yihe.people.actions import ask_to_join, make_code
from yihe.places.models import Division
from yihe.topics.models import Route
from yihe.trail.acting import SYSTEM

# Who: v nobody signed in, x signed in without home or post, r reporter, n neighbour, o of another compound,
# l lead, s secretary, m the service company's manager, c the call's community desk, h its head,
# f another community's clerk, t subdistrict, p department, d district's clerk, a administrator, k conference.
EVERYBODY = "vxrnolsmchftpdak"
SIGNED_IN = EVERYBODY.replace("v", "")
POSTS = "lsmchftpdak"
COMMUNITIES = "chf"
DISTRICT = "da"
KEEPER = "a"
GET = {
    "": EVERYBODY,
    "all/": POSTS,
    "bodies/": POSTS,
    "bodies/<int:body_id>/": "lsmchtpdak",
    "bodies/<int:body_id>/change/": KEEPER,
    "bodies/<int:body_id>/close/": KEEPER,
    "bodies/<int:body_id>/seat/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/end/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/reset/": "ha",
    "bodies/new/": KEEPER,
    "calendar/": POSTS,
    "calls/": SIGNED_IN,
    "calls/<slug:number>/": "rnlsmchtda",
    "calls/new/": "xrnolsmchftpdk",
    "checkup/": EVERYBODY,
    "checkup/law/": EVERYBODY,
    "checkup/law/<slug:book_id>/": EVERYBODY,
    "checkup/result/": EVERYBODY,
    "compounds/": SIGNED_IN,
    "compounds/<slug:code>/": "rnlsmchtpdak",
    "compounds/<slug:code>/board/": "rnlsmchtpdak",
    "compounds/<slug:code>/building/": DISTRICT,
    "compounds/<slug:code>/buildings/<int:building_id>/": "lsmchtpdak",
    "compounds/<slug:code>/change/": DISTRICT,
    "compounds/map.json": SIGNED_IN,
    "compounds/map/": SIGNED_IN,
    "compounds/new/": DISTRICT,
    "conference/": "pdak",
    "corrections/": DISTRICT,
    "deadlines/": POSTS,
    "deadlines/change/": DISTRICT,
    "desk/": "mchftpdk",
    "healthz": EVERYBODY,
    "help/": EVERYBODY,
    "home/": SIGNED_IN,
    "home/join/": SIGNED_IN,
    "home/paper/": COMMUNITIES,
    "home/registered/": COMMUNITIES,
    "home/registered/<int:residency_id>/out/": "ch",
    "home/requests/": COMMUNITIES,
    "house/": KEEPER,
    "house/tables/": KEEPER,
    "house/tables/<slug:kind>.<slug:ext>": KEEPER,
    "house/trail/<slug:kind>/<slug:key>/": "chtda",
    "inbox/": SIGNED_IN,
    "me/acts/": SIGNED_IN,
    "more/": SIGNED_IN,
    "inquiries/": POSTS,
    "log/": EVERYBODY,
    "log/<int:number>/": EVERYBODY,
    "log/<int:number>/checkpoint": EVERYBODY,
    "log/<int:number>/consistency": EVERYBODY,
    "log/<int:number>/keys": EVERYBODY,
    "me/": SIGNED_IN,
    "me/consent/": SIGNED_IN,
    "me/data/": SIGNED_IN,
    "me/export/": SIGNED_IN,
    "privacy/": EVERYBODY,
    "readyz": EVERYBODY,
    "topics/": POSTS,
    "topics/<slug:code>/": POSTS,
    "topics/<slug:code>/deadline/": DISTRICT,
    "topics/<slug:code>/route/": DISTRICT,
    "topics/new/": DISTRICT,
}
POST = {
    "bodies/<int:body_id>/change/": KEEPER,
    "bodies/<int:body_id>/close/": KEEPER,
    "bodies/<int:body_id>/seat/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/end/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/reset/": "ha",
    "bodies/new/": KEEPER,
    "calendar/": KEEPER,
    "calls/<slug:number>/<slug:name>/": "ch",
    "calls/new/": "xrnolsmchftpdk",
    "checkup/paste/": EVERYBODY,
    "compounds/<slug:code>/building/": DISTRICT,
    "compounds/<slug:code>/change/": DISTRICT,
    "compounds/new/": DISTRICT,
    "deadlines/change/": DISTRICT,
    "home/<int:residency_id>/invite/": "r",
    "home/<int:residency_id>/leave/": "r",
    "home/codes/<int:code_id>/revoke/": "rch",
    "home/join/": SIGNED_IN,
    "home/paper/": COMMUNITIES,
    "home/registered/<int:residency_id>/out/": "ch",
    "home/requests/<int:request_id>/": "ch",
    "home/requests/<int:request_id>/withdraw/": "x",
    "house/tables/": KEEPER,
    "inbox/read/": SIGNED_IN,
    "inquiries/<int:inquiry_id>/": "m",
    "log/<int:number>/cosignatures": EVERYBODY,
    "look/<slug:what>/": EVERYBODY,
    "me/consent/": SIGNED_IN,
    "me/elsewhere/": SIGNED_IN,
    "me/erase/": SIGNED_IN,
    "me/name/": SIGNED_IN,
    "me/tokens/": SIGNED_IN,
    "topics/<slug:code>/": DISTRICT,
    "topics/<slug:code>/deadline/": DISTRICT,
    "topics/<slug:code>/route/": DISTRICT,
    "topics/<slug:code>/route/<int:route_id>/end/": DISTRICT,
    "topics/new/": DISTRICT,
}
# What is sent where an empty form would be refused for its content.
SENT = {
    "calls/<slug:number>/<slug:name>/": {"text": "看过了。"},
    "home/<int:residency_id>/invite/": {"standing": "family"},
    "home/registered/<int:residency_id>/out/": {"reason": "钥匙交还了。"},
    "home/requests/<int:request_id>/": {"confirm": "yes"},
    "inquiries/<int:inquiry_id>/": {"text": "当晚有人值班。"},
}


class Everyone:
    """A district with a call at the community's desk, and somebody in every role."""

    def __init__(self) -> None:
        self.place = place = make_district()
        Division.objects.filter(level=3).update(here=True)
        self.call = place.raised(at=timezone.now())
        actions.accept(call=self.call, acting=acting_as(place.community_clerk), at=timezone.now())
        far = Body.objects.create(
            kind="community", name="老坑社区党委", scope="440310/006/002", level=1,
            division=place.community, since=timezone.localdate(),
        )  # fmt: skip
        self.people: dict[str, User | None] = {
            "v": None,
            "x": make_person("某人"),
            "r": place.resident,
            "n": place.neighbour,
            "o": place.outsider,
            "l": make_seat(place.branch, "lead"),
            "s": place.secretary,
            "m": place.manager,
            "c": place.community_clerk,
            "h": make_seat(place.community_desk, "head"),
            "f": make_seat(far, "clerk"),
            "t": place.subdistrict_clerk,
            "p": place.department_clerk,
            "d": place.district_clerk,
            "a": make_seat(place.district_desk, "administrator"),
            "k": place.convener,
        }
        self.client: dict[str, Client] = {}
        for role, user in self.people.items():
            self.client[role] = Client(raise_request_exception=False)
            if user is not None:
                self.client[role].force_login(user)
        asker = self.people["x"]
        assert asker is not None
        request = ask_to_join(
            person=asker, unit=place.unit, standing="tenant", words="", acting=SYSTEM,
            at=timezone.now(),
        )  # fmt: skip
        inquiry = actions.ask_facts(
            call=place.raised(about=place.company, at=timezone.now()), question="上月的值班记录，请发一份。",
            acting=acting_as(place.community_clerk), at=timezone.now(),
        )  # fmt: skip
        home = place.resident.residencies.get()
        code, _ = make_code(
            unit=place.unit, way="invitation", standing="family",
            acting=acting_as(place.resident), at=timezone.now(),
        )  # fmt: skip
        seat = place.community_clerk.seats.get()
        make_checkpoints(at=timezone.now())
        self.log = Ledger.objects.order_by("pk")[0].log_id
        self.samples = {
            "number": self.call.number,
            "name": "note",
            "code": place.compound.code,
            "kind": "units",
            "ext": "csv",
            "what": "elder",
            "book_id": "cn-civil-code-2021",
            "building_id": place.unit.building_id,
            "body_id": place.community_desk.pk,
            "seat_id": seat.pk,
            "residency_id": home.pk,
            "request_id": request.pk,
            "code_id": code.pk,
            "inquiry_id": inquiry.pk,
            "route_id": Route.objects.filter(topic=place.topic).get().pk,
            "token_id": 1,
        }

    def address(self, route: str) -> str:
        samples = dict(self.samples)
        samples["key"] = self.call.number
        if route.startswith("house/trail/"):
            samples["kind"] = "call"
        if route.startswith("log/"):
            samples["number"] = self.log
        if route.startswith("topics/"):
            samples["code"] = self.place.topic.code
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(samples[found[1]]), route)

    def gets_in(self, role: str, route: str, method: str) -> bool:
        """Whether the address answers this role. Nothing that it does stays."""
        before = _state() if method == "post" else []
        with transaction.atomic():
            answer = getattr(self.client[role], method)(self.address(route), SENT.get(route, {}))
            changed = method == "post" and _state() != before
            transaction.set_rollback(True)
        assert answer.status_code < 500 or route == "readyz", (
            role,
            method,
            route,
            answer.status_code,
        )
        to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(
            ("/account/code/", "/account/login/", "/account/reauthenticate/")
        )
        closed = answer.status_code in (404, 405, 409) or to_sign_in
        assert not (closed and changed), f"{method} {route} refuses {role} and yet writes"
        return not closed


IGNORED = ("accounts_session", "web_cache", "accounts_user")  # sessions, limits, last sign-in


def _state() -> list[tuple[str, int]]:
    """How many rows each table holds, with the highest transaction that wrote one."""
    tables = [name for name in connection.introspection.table_names() if name not in IGNORED]
    sums = " UNION ALL ".join(
        f"SELECT '{name}', count(*)::bigint + coalesce(sum(hashtext(t::text)::bigint), 0) FROM {name} t"  # noqa: S608
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sums)
        return [(name, int(number)) for name, number in cursor.fetchall()]


def _routes() -> Iterator[str]:
    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for one in patterns:
            here = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    for route in walk(get_resolver().url_patterns, ""):
        if not route.startswith(("api/", "account/", "static/")):
            yield route


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(method, monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)  # no second factor here
    everyone = Everyone()
    table = GET if method == "get" else POST
    found = {
        route: "".join(role for role in EVERYBODY if everyone.gets_in(role, route, method))
        for route in sorted(set(_routes()))
    }
    wrong = {
        route: f"the table says {table.get(route, '')!r}, the address lets in {roles!r}"
        for route, roles in found.items()
        if set(table.get(route, "")) != set(roles)
    }
    if wrong:
        pytest.fail("\n".join(f"{route}: {words}" for route, words in wrong.items()))
    assert set(table) <= set(found), "the table names addresses that are gone"
