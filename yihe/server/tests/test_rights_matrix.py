"""Every address × every role. What is not in the table is closed: not there, or only the way to sign in.

A new address fails here until somebody decides who gets in: one line in the table below.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yihe.calls.rules import REPORTER_ACTS
from yihe.calls.views.acts import READS
from yihe.server.tests.everyone import EVERYBODY, Everyone, routes

pytestmark = pytest.mark.django_db
SIGNED_IN = EVERYBODY.replace("v", "")
POSTS = "lsmchftpdak"
COMMUNITIES = "chf"
COMMUNITIES_DESK = "ch"  # where the call lies
DISTRICT = "da"
KEEPER = "a"
# allauth's own: who is signed in already is led home, who has no second factor to the page for it.
ACCOUNT = {
    "account/2fa/authenticate/": SIGNED_IN,
    "account/2fa/reauthenticate/": SIGNED_IN,
    "account/2fa/recovery-codes/generate/": SIGNED_IN,
    "account/2fa/totp/activate/": SIGNED_IN,
    "account/code/": EVERYBODY,
    "account/code/confirm/": SIGNED_IN,
    "account/login/": EVERYBODY,
    "account/logout/": EVERYBODY,
    "account/password/change/": SIGNED_IN,
    "account/password/set/": SIGNED_IN,
    "account/phone/change/": SIGNED_IN,
    "account/phone/verify/": SIGNED_IN,
    "account/reauthenticate/": SIGNED_IN,
    "account/weixin/login/": EVERYBODY,  # leads to WeChat
    "account/weixin/login/callback/": SIGNED_IN,  # without what WeChat brings: back to the sign-in
}
GET = {
    **ACCOUNT,
    "account/2fa/": SIGNED_IN,
    "account/inactive/": EVERYBODY,
    "": EVERYBODY,
    "all/": POSTS,
    "all/calls.csv": POSTS,
    "all/calls.xlsx": POSTS,
    "bodies/": POSTS,
    "bodies/<int:body_id>/": "lsmchtpdak",
    "bodies/<int:body_id>/change/": KEEPER,
    "bodies/<int:body_id>/close/": KEEPER,
    "bodies/<int:body_id>/cover/": "cha",
    "bodies/<int:body_id>/cover/<int:compound_id>/end/": "cha",
    "bodies/<int:body_id>/handovers/<int:handover_id>/add/": "cha",
    "bodies/<int:body_id>/handovers/<int:handover_id>/done/": "cha",
    "bodies/<int:body_id>/handovers/<int:handover_id>/items/<int:item_id>/": "cha",
    "bodies/<int:body_id>/handovers/new/": "cha",
    "bodies/<int:body_id>/second/": "cha",
    "bodies/<int:body_id>/seats/<int:seat_id>/extend/": "cha",
    "bodies/<int:body_id>/substitute/": "cha",
    "bodies/<int:body_id>/terms/<int:number>/extend/": "cha",
    "bodies/<int:body_id>/terms/new/": "cha",
    "bodies/<int:body_id>/seat/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/end/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/reset/": "ha",
    "branches/": "chftda",
    "branches/<slug:code>/": "rnlsmchtpdak",
    "branches/<slug:code>/checks/<slug:item>/": "chtda",
    "branches/<slug:code>/dissolve/": "chtda",
    "branches/<slug:code>/formal/": "chtda",
    "branches/<slug:code>/intent/": "chtda",
    "branches/<slug:code>/join/": "chtda",
    "branches/<slug:code>/mandate/": "chtda",
    "branches/<slug:code>/mandate/<int:mandate_id>/end/": "chtda",
    "branches/<slug:code>/part/": "chtda",
    "branches/<slug:code>/set-up/": "chtda",
    "bodies/<int:branch_id>/members/": "sh",
    "bodies/<int:branch_id>/members/<uuid:row_id>/": "sh",
    "bodies/<int:branch_id>/members/<uuid:row_id>/change/": "s",
    "bodies/<int:branch_id>/members/<uuid:row_id>/duty/": "s",
    "bodies/<int:branch_id>/members/<uuid:row_id>/strike/": "s",
    "bodies/<int:branch_id>/members/new/": "s",
    "bodies/<int:body_id>/handovers/<int:handover_id>/": "lsmchtpdak",
    "bodies/new/": "chfa",
    "calendar/": POSTS,
    "calls/": SIGNED_IN,
    "calls/<slug:number>/": "rnlsmchtda",
    "calls/<slug:number>/order/": COMMUNITIES_DESK,
    "calls/<slug:number>/<slug:name>/": SIGNED_IN,  # leads to the call, which decides
    "calls/<slug:number>/files/<slug:file>": "rchtda",  # a neighbour waits until a desk has looked
    "calls/<slug:number>/files/<slug:file>/small": "rchtda",
    "calls/<slug:number>/files/<slug:file>/screen/": "ch",
    "calls/new/": "xrnolsmchftpdk",
    "checkup/": EVERYBODY,
    "checkup/days/": EVERYBODY,
    "checkup/law/": EVERYBODY,
    "checkup/law/<slug:book_id>/": EVERYBODY,
    "checkup/result/": EVERYBODY,
    "compounds/": SIGNED_IN,
    "compounds/<slug:code>/": "rnlsmchtpdak",
    "compounds/<slug:code>/board/": "rnlsmchtpdak",
    "compounds/<slug:code>/building/": DISTRICT,
    "compounds/<slug:code>/buildings/<int:building_id>/": "lsmchtpdak",
    "compounds/<slug:code>/change/": DISTRICT,
    "compounds/<slug:code>/stage/": DISTRICT,
    "compounds/map.json": SIGNED_IN,
    "compounds/map/": SIGNED_IN,
    "compounds/new/": DISTRICT,
    "conference/": "pdak",
    "corrections/": DISTRICT,
    "deadlines/": POSTS,
    "deadlines/change/": DISTRICT,
    "desk/": "mchftpdk",
    "desk/orders/": COMMUNITIES_DESK,
    "figures/": "lsmchtdak",
    "files/<slug:file>/small": "r",  # whose it is
    "figures/<slug:code>/": "lsmchtdak",
    "figures/desk/": "mchftpdk",
    "governs/<slug:code>/": "rnlsmchtpdak",
    "healthz": EVERYBODY,
    "manifest.webmanifest": EVERYBODY,
    "offline/": EVERYBODY,
    "sw.js": EVERYBODY,
    "help/": EVERYBODY,
    "home/": SIGNED_IN,
    "home/join/": SIGNED_IN,
    "home/paper/": COMMUNITIES,
    "home/registered/": COMMUNITIES,
    "home/registered/<int:residency_id>/out/": "ch",
    "home/requests/": COMMUNITIES,
    "house/": KEEPER,
    "house/outside/": KEEPER,
    "house/retention/": KEEPER,
    "house/retention/<slug:kind>/": KEEPER,
    "house/retention/hold/": KEEPER,
    "house/tables/": KEEPER,
    "house/tables/<slug:kind>.<slug:ext>": KEEPER,
    "house/trail/<slug:kind>/<slug:key>/": "chtda",
    "inbox/": SIGNED_IN,
    "me/acts/": SIGNED_IN,
    "me/branch/": SIGNED_IN,
    "me/branch/change/": "l",
    "me/branch/enter/": SIGNED_IN,
    "more/": SIGNED_IN,
    "inquiries/": POSTS,
    "inquiries/<int:inquiry_id>/": SIGNED_IN,  # leads to the list of one's own
    "log/": EVERYBODY,
    "log/<int:number>/": EVERYBODY,
    "log/<int:number>/checkpoint": EVERYBODY,
    "log/<int:number>/consistency": EVERYBODY,
    "log/<int:number>/keys": EVERYBODY,
    "open/": DISTRICT,  # until it is open; then everybody's
    "me/": SIGNED_IN,
    "me/consent/": SIGNED_IN,
    "me/data/": SIGNED_IN,
    "me/export/": SIGNED_IN,
    "me/messages/": SIGNED_IN,
    "me/messages/mail/": SIGNED_IN,
    "me/messages/mail/code/": SIGNED_IN,
    "privacy/": EVERYBODY,
    "readyz": EVERYBODY,
    "seats/": SIGNED_IN,
    "style/": EVERYBODY,
    "topics/": POSTS,
    "topics/<slug:code>/": POSTS,
    "topics/<slug:code>/deadline/": DISTRICT,
    "topics/<slug:code>/route/": DISTRICT,
    "topics/new/": DISTRICT,
}
POST = {
    **ACCOUNT,
    "bodies/<int:body_id>/change/": KEEPER,
    "bodies/<int:body_id>/close/": KEEPER,
    "bodies/<int:body_id>/cover/": "cha",
    "bodies/<int:body_id>/cover/<int:compound_id>/end/": "cha",
    "bodies/<int:body_id>/handovers/<int:handover_id>/add/": "cha",
    "bodies/<int:body_id>/handovers/<int:handover_id>/done/": "cha",
    "bodies/<int:body_id>/handovers/<int:handover_id>/items/<int:item_id>/": "cha",
    "bodies/<int:body_id>/handovers/new/": "cha",
    "bodies/<int:body_id>/second/": "cha",
    "bodies/<int:body_id>/seats/<int:seat_id>/extend/": "cha",
    "bodies/<int:body_id>/substitute/": "cha",
    "bodies/<int:body_id>/terms/<int:number>/extend/": "cha",
    "bodies/<int:body_id>/terms/new/": "cha",
    "bodies/<int:body_id>/seat/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/end/": "ha",
    "bodies/<int:body_id>/seats/<int:seat_id>/reset/": "ha",
    "branches/<slug:code>/checks/<slug:item>/": "chtda",
    "branches/<slug:code>/dissolve/": "chtda",
    "branches/<slug:code>/formal/": "chtda",
    "branches/<slug:code>/intent/": "chtda",
    "branches/<slug:code>/join/": "chtda",
    "branches/<slug:code>/mandate/": "chtda",
    "branches/<slug:code>/mandate/<int:mandate_id>/end/": "chtda",
    "branches/<slug:code>/part/": "chtda",
    "branches/<slug:code>/set-up/": "chtda",
    "bodies/<int:branch_id>/members/<uuid:row_id>/": "sh",
    "bodies/<int:branch_id>/members/<uuid:row_id>/change/": "s",
    "bodies/<int:branch_id>/members/<uuid:row_id>/duty/": "s",
    "bodies/<int:branch_id>/members/<uuid:row_id>/strike/": "s",
    "bodies/<int:branch_id>/members/new/": "s",
    "bodies/<int:branch_id>/members/<uuid:row_id>/confirm/": "s",
    "bodies/<int:branch_id>/members/<uuid:row_id>/duty/end/": "s",
    "bodies/new/": "chfa",
    "calendar/": KEEPER,
    "calls/<slug:number>/order/": COMMUNITIES_DESK,
    "desk/orders/": COMMUNITIES_DESK,
    "calls/<slug:number>/<slug:name>/": "ch",  # a note; every act stands in ACTS
    "calls/new/": "xrnolsmchftpdk",
    "capacity/": SIGNED_IN.replace("x", ""),
    "checkup/paste/": EVERYBODY,
    "compounds/<slug:code>/building/": DISTRICT,
    "compounds/<slug:code>/change/": DISTRICT,
    "compounds/<slug:code>/stage/": DISTRICT,
    "compounds/new/": DISTRICT,
    "deadlines/change/": DISTRICT,
    "demo/sign-in/": EVERYBODY,
    "files/": SIGNED_IN,
    "home/<int:residency_id>/leave/": "r",
    "home/codes/<int:code_id>/revoke/": "rch",
    "home/join/": SIGNED_IN,
    "home/paper/": COMMUNITIES,
    "home/registered/<int:residency_id>/out/": "ch",
    "home/requests/<int:request_id>/": "ch",
    "home/requests/<int:request_id>/withdraw/": "x",
    "house/retention/<slug:kind>/": KEEPER,
    "house/retention/hold/": KEEPER,
    "house/retention/hold/<int:hold_id>/end/": KEEPER,
    "house/tables/": KEEPER,
    "inbox/read/": SIGNED_IN,
    "inquiries/<int:inquiry_id>/": "m",
    "log/<int:number>/cosignatures": EVERYBODY,
    "look/<slug:what>/": EVERYBODY,
    "me/branch/change/": "l",
    "me/branch/enter/": SIGNED_IN,
    "me/branch/withdraw/": SIGNED_IN,
    "me/consent/": SIGNED_IN,
    "me/elsewhere/": SIGNED_IN,
    "me/erase/": SIGNED_IN,
    "me/messages/": SIGNED_IN,
    "me/messages/mail/": SIGNED_IN,
    "me/messages/mail/code/": SIGNED_IN,
    "me/messages/<int:address_id>/drop/": "r",
    "me/messages/device/": SIGNED_IN,
    "me/messages/sms/": SIGNED_IN,
    "me/name/": SIGNED_IN,
    "me/tokens/": SIGNED_IN,
    "me/tokens/<int:token_id>/revoke/": "r",
    "open/switch/": DISTRICT,
    "topics/<slug:code>/": DISTRICT,
    "topics/<slug:code>/deadline/": DISTRICT,
    "topics/<slug:code>/route/": DISTRICT,
    "topics/<slug:code>/route/<int:route_id>/end/": DISTRICT,
    "topics/new/": DISTRICT,
    "home/<int:residency_id>/invite/": "r",
    "seats/<int:seat_id>/name/": "c",
}
# Acts on a call at its community's desk, unless it says where. The same on the page and by program.
DESK, REPORTER = "ch", "r"
ACTS = {
    "accept": DESK,
    "add": REPORTER,
    "answer": DESK,
    "ask": DESK,
    "ask_facts": DESK,
    "assign": DESK,
    "confirm": REPORTER,
    "correct_topic": DESK,
    "decide": "dk",  # at the conference
    "evidence": DESK,
    "extend": DESK,
    "first_contact": DESK,
    "hand_over": DESK,
    "list": "dk",  # at the conference
    "note": DESK,
    "pass_up": DESK,
    "rate": REPORTER,
    "screen": DESK,
    "reopen": REPORTER,
    "reply": REPORTER,
    "send_back": "t",  # at the subdistrict's desk
    "urge": REPORTER,
    "withdraw": REPORTER,
}
NOT_BY_PROGRAM = {"add", "ask_facts", "decide", "evidence", "list", "screen"}
API = {
    ("get", "openapi.json"): EVERYBODY,
    ("get", "v1/calls"): SIGNED_IN,
    ("get", "v1/calls/NUMBER"): "rnlsmchtda",
    ("get", "v1/compounds"): SIGNED_IN,
    ("get", "v1/desks?call=NUMBER"): DESK,
    ("get", "v1/desks/DESK/people"): DESK,
    ("get", "v1/figures"): "lsmchtdak",
    ("get", "v1/topics"): SIGNED_IN,
    ("post", "v1/calls"): "rnlsmchtpdk",
    ("post", "v1/files"): "",  # nothing to send: that of files has its own tests
}
IGNORED = ("accounts_session", "web_cache", "accounts_user", "accounts_token")  # limits, last use
TO_SIGN_IN = ("/account/code/", "/account/login/", "/account/reauth", "/account/2fa/reauth")
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')


def _state() -> list[tuple[str, int]]:
    """How many rows each table holds, and a sum over all that stands in them."""
    tables = [name for name in connection.introspection.table_names() if name not in IGNORED]
    sums = " UNION ALL ".join(
        f"SELECT '{name}', count(*)::bigint + coalesce(sum(hashtext(t::text)::bigint), 0) FROM {name} t"  # noqa: S608
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(sums)
        return [(name, int(number)) for name, number in cursor.fetchall()]


def lets_in(send: Callable[[], Any], what: object) -> bool:
    """Whether what was sent is answered. Nothing that it does stays; what is refused does nothing."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            answer = send()
        transaction.set_rollback(True)
    assert answer.status_code < 500 or "readyz" in str(what), (what, answer.status_code)
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(TO_SIGN_IN)
    closed = answer.status_code in (401, 404, 405, 409, 422) or to_sign_in
    written = {found[1] for one in queries if (found := WRITES.match(one["sql"]))}
    if closed and written - set(IGNORED):  # it may have been taken back: look again
        before = _state()
        with transaction.atomic():
            send()
            assert _state() == before, f"{what} refuses and yet writes"
            transaction.set_rollback(True)
    return not closed


def compare(table: dict[Any, str], found: dict[Any, str]) -> None:
    wrong = [
        f"{what}: the table says {table.get(what, '')!r}, the address lets in {roles!r}"
        for what, roles in found.items()
        if set(table.get(what, "")) != set(roles)
    ]
    if wrong:
        pytest.fail("\n".join(wrong))
    assert set(table) <= set(found), "the table names addresses that are gone"


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(method):
    everyone = Everyone()

    def send(role: str, route: str) -> Any:
        client = getattr(everyone.client(role), method)
        return client(everyone.address(route), everyone.sent(role, route))

    found = {
        route: "".join(
            role for role in EVERYBODY if lets_in(partial(send, role, route), (method, route, role))
        )
        for route in routes()
        if not route.startswith("api/")
    }
    compare(GET if method == "get" else POST, found)


def test_every_act_is_in_the_table_and_open_to_those_who_stand_there():
    assert set(ACTS) == {act.value for act in READS}
    everyone = Everyone()

    def send(role: str, act: str) -> Any:
        call, fields = everyone.for_act(act)
        return everyone.client(role).post(f"/calls/{call.number}/{act}/", fields)

    found = {
        act: "".join(role for role in EVERYBODY if lets_in(partial(send, role, act), (act, role)))
        for act in ACTS
    }
    compare(ACTS, found)


def test_every_act_is_open_to_the_same_by_program():
    everyone = Everyone()
    programs = {role: everyone.program(role) for role in EVERYBODY}

    def send(role: str, act: str) -> Any:
        call, fields = everyone.for_act(act, program=True)
        address = f"/api/v1/calls/{call.number}/{act}"
        return programs[role].post(address, json.dumps(fields), "application/json")

    found = {
        act: "".join(role for role in EVERYBODY if lets_in(partial(send, role, act), (act, role)))
        for act in set(ACTS) - NOT_BY_PROGRAM
    }
    compare({act: roles for act, roles in ACTS.items() if act in found}, found)


def test_programs_get_in_where_the_table_says_and_a_session_is_no_token():
    everyone = Everyone()
    programs = {role: everyone.program(role) for role in EVERYBODY}
    place = everyone.place
    body = json.dumps({"compound": place.compound.code, "text": "灯坏了"})

    def send(client: Client, method: str, route: str) -> Any:
        route = route.replace("NUMBER", everyone.calls["new"].number)
        address = "/api/" + route.replace("DESK", str(place.community_desk.pk))
        if method == "get":
            return client.get(address)
        return client.post(address, body, "application/json")

    found = {
        (method, route): "".join(
            role
            for role in EVERYBODY
            if lets_in(partial(send, programs[role], method, route), (method, route, role))
        )
        for method, route in API
    }
    compare(API, found)
    known = {re.sub(r"<\w+>", "", route) for route in routes() if route.startswith("api/v1/")}
    told = {re.sub(r"NUMBER|DESK|\?.*", "", f"api/{route}") for _, route in API}
    assert known - told == {"api/v1/calls//", "api/v1/calls//files/", "api/v1/files/"}, (
        "an address of the API is in no table"
    )
    session = everyone.client("c")
    for method, route in API:
        if route != "openapi.json":
            assert send(session, method, route).status_code == 401


def test_a_reporters_acts_are_nobody_elses():
    assert {act for act, roles in ACTS.items() if roles == REPORTER} == {
        act.value for act in REPORTER_ACTS
    }
