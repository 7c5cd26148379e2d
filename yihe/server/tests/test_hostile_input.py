"""Hostile input to every field of every form that a page shows: words, never a failure, nothing half done."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yihe.accounts.models import User
from yihe.calls.tests.builders import acting_as, make_person, make_seat
from yihe.people.actions import move_in
from yihe.server.tests.everyone import Everyone

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
VALUES = (
    "",
    f'"><img src=x onerror=alert(1)>{SCRIPT}',
    "a\x00b",
    "' OR 1=1; --",
    "\u202e\u200b👵🏽\ufffe",
    "-1",
    "99999999999999999999",
    "1e999",
    "字" * 60_000,
)


@dataclass
class Form:
    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page with the values that a browser would send."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.address = address
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            form = Form(given.get("action") or self.address, given.get("method", "get").lower())
            self.found.append(form)
        if not self.found:
            return
        fields, name = self.found[-1].fields, given.get("name", "")
        if tag == "select":
            self.select = name
            fields[name] = ""
        elif tag == "option" and self.select:
            if "selected" in given or not fields[self.select]:
                fields[self.select] = given.get("value", "")
        elif tag in ("input", "textarea", "button") and name and name != "csrfmiddlewaretoken":
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen or name not in fields:
                fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


PHONE = "13812340000"


def _without_consent() -> User:
    person = make_person()
    person.consents.all().delete()
    return person


def people() -> list[tuple[str, User, list[str]]]:
    """Role, person, the pages whose forms are tried."""
    everyone = Everyone()
    place, rising, calls = everyone.place, everyone.rising, everyone.calls
    body, code = place.community_desk.pk, place.compound.code
    with_password = make_person("有密码的人")
    with_password.set_password("correct-horse-battery")
    with_password.save()

    tenant = move_in(
        person=make_person("田租客"), unit=place.unit, standing="tenant", way="clerk",
        acting=acting_as(place.community_clerk), at=everyone.at,
    )  # fmt: skip
    out = f"/home/registered/{tenant.pk}/out/"

    def at(name: str) -> str:
        return f"/calls/{calls[name].number}/"

    here = f"/calls/{everyone.call.number}/"
    own = f"/bodies/{place.branch.pk}"
    handover, item = everyone.handover, everyone.handover.items.order_by("position")[0]
    branch = [
        f"{own}/change/", f"{own}/seat/", f"{own}/second/", f"{own}/terms/new/",
        f"{own}/terms/1/extend/", f"{own}/seats/{everyone.ending.pk}/extend/",
        f"{own}/seats/{everyone.ending.pk}/end/", f"{own}/cover/", f"{own}/handovers/new/",
        f"{own}/handovers/{handover.pk}/add/", f"{own}/handovers/{handover.pk}/items/{item.pk}/",
        "/seats/",
    ]  # fmt: skip
    return [
        (
            "nobody signed in",
            make_person(),
            [
                "/account/code/", "/account/login/", "/checkup/", "/checkup/?more=2",
                "/checkup/law/", "/checkup/days/",
            ],
        ),
        ("without consent", _without_consent(), ["/me/consent/"]),
        ("new in office", make_seat(place.community_desk, "clerk"), ["/account/password/set/"]),
        ("waiting for a code", make_person(), ["/account/code/confirm/"]),
        (
            "without a home",
            everyone.people["x"] or make_person(),
            [
                "/home/join/", "/me/", "/home/", "/account/password/set/", "/account/phone/change/",
                "/account/2fa/totp/activate/",
            ],
        ),
        ("with a password", with_password, ["/account/password/change/", "/account/reauthenticate/"]),
        ("changing the phone", make_person(), ["/account/phone/verify/"]),
        (
            "resident",
            place.resident,
            [
                "/calls/new/", here, at("asked"), at("answered"), "/home/", out, "/me/", "/inbox/",
                "/me/messages/", "/me/messages/mail/",
            ],
        ),
        ("lead", everyone.people["l"] or make_person(), ["/calls/new/"]),
        ("secretary", place.secretary, ["/calls/new/"]),
        ("manager", place.manager, ["/inquiries/"]),
        (
            "clerk",
            place.community_clerk,
            [
                "/calls/new/", here, at("complaint"), "/desk/", "/home/requests/", "/bodies/new/",
                *branch, "/home/paper/",
                "/home/registered/", out, "/all/?state=counted&topic=-", "/all/calls.csv", "/figures/",
                "/figures/desk/",
            ],
        ),
        ("subdistrict", place.subdistrict_clerk, [at("second"), "/desk/", "/bodies/"]),
        ("convener", place.convener, [at("top"), at("listed"), "/conference/"]),
        (
            "administrator",
            everyone.people["a"] or make_person(),
            [
                "/house/retention/", "/house/retention/words/", "/house/retention/hold/",
                "/topics/new/", "/topics/07-01/", "/topics/07-01/route/", "/topics/07-01/deadline/",
                "/deadlines/change/", "/bodies/new/", f"/bodies/{body}/change/", f"/bodies/{body}/seat/",
                f"/bodies/{body}/seats/{place.community_clerk.seats.get().pk}/reset/",
                "/compounds/", "/more/", "/compounds/new/", f"/compounds/{code}/change/",
                f"/compounds/{rising.code}/stage/", f"/compounds/{code}/building/", "/calendar/",
                "/house/tables/",
            ],
        ),
    ]  # fmt: skip


def rows() -> dict[str, int]:
    tables = [
        name
        for name in connection.introspection.table_names()
        if name not in ("accounts_session", "web_cache")
    ]
    counted = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(counted)
        return dict(cursor.fetchall())


def test_every_field_of_every_form():
    tried = 0
    for role, person, pages in people():
        for page in pages:
            shown = _signed_in(role, person).get(page)
            assert shown.status_code == 200, (role, page, shown.status_code)
            for form in Forms(shown.text, page).found:
                client = _signed_in(role, person)  # the one before may have signed out
                for name in form.fields:
                    for value in VALUES:
                        _try(client, form, name, value, f"{role} {page} {form.action} {name}")
                        tried += 1
    assert tried > 800


def _signed_in(role: str, person: User) -> Client:
    client = Client(raise_request_exception=False)
    if role == "waiting for a code":
        client.post("/account/code/", {"phone": person.phone, "agree": "on"})
    elif role != "nobody signed in":
        client.force_login(person)
    if role == "changing the phone":
        client.post("/account/phone/change/", {"phone": PHONE})
    return client


def _try(client: Client, form: Form, name: str, value: str, where: str) -> None:
    cache.clear()  # how often is not what is tried here
    sent = {**form.fields, name: value}

    def send() -> HttpResponse:
        answer: HttpResponse = getattr(client, form.method)(form.action.split("#")[0], sent)
        return answer

    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            answer = send()
        transaction.set_rollback(True)
    what = f"{where} = {value[:40]!r}"
    assert answer.status_code < 500, (what, answer.status_code)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert SCRIPT not in answer.text, what
        assert "<img src=x" not in answer.text, what
    said = answer.status_code == 200 and 'aria-invalid="true"' in answer.text
    refused = said or answer.status_code in (400, 404, 409, 413)
    if refused and any(one["sql"].startswith("INSERT INTO") for one in queries):
        before = rows()  # it may have been taken back: look again
        with transaction.atomic():
            send()
            assert rows() == before, f"{what}: refused ({answer.status_code}), yet written"
            transaction.set_rollback(True)
