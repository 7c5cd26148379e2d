"""Hostile input to every field of every form that a page shows: words, never a failure, nothing half done."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from yihe.accounts.models import User
from yihe.calls import actions
from yihe.calls.tests.builders import District, acting_as, make_district, make_person, make_seat
from yihe.people.actions import ask_to_join, make_code, move_in
from yihe.trail.acting import SYSTEM

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


def _without_consent() -> User:
    person = make_person()
    person.consents.all().delete()
    return person


def _with_password() -> User:
    person = make_person()
    person.set_password("a long and good one")
    person.save()
    return person


def people(place: District) -> list[tuple[str, User, list[str]]]:
    """Role, person, the pages whose forms are tried."""
    call = place.raised(at=timezone.now())
    actions.accept(call=call, acting=acting_as(place.community_clerk), at=timezone.now())
    answered = place.raised(at=timezone.now())
    actions.answer(
        call=answered, text="修好了。", evidence="看过。",
        acting=acting_as(place.community_clerk), at=timezone.now(),
    )  # fmt: skip
    body, code = place.community_desk.pk, place.compound.code
    here = f"/calls/{call.number}/"
    tenant = move_in(
        person=make_person("田租客"), unit=place.unit, standing="tenant", way="clerk",
        acting=acting_as(place.community_clerk), at=timezone.now(),
    )  # fmt: skip
    make_code(
        unit=place.unit, way="invitation", standing="family",
        acting=acting_as(place.resident), at=timezone.now(),
    )  # fmt: skip
    asker = make_person("某人")
    ask_to_join(
        person=asker, unit=place.unit, standing="family", words="", acting=SYSTEM,
        at=timezone.now(),
    )  # fmt: skip
    out = f"/home/registered/{tenant.pk}/out/"
    home = ["/home/", out]
    return [
        (
            "nobody signed in",
            make_person(),
            ["/account/code/", "/account/login/", "/checkup/", "/checkup/?more=2"],
        ),
        ("without a home", asker, ["/home/join/", "/me/", "/home/", "/account/phone/change/"]),
        ("without consent", _without_consent(), ["/me/consent/"]),
        ("with a password", _with_password(), ["/account/password/change/", "/account/reauthenticate/"]),
        ("setting up", make_person(), ["/account/2fa/totp/activate/"]),
        ("new in office", make_seat(place.community_desk, "clerk"), ["/account/password/set/"]),
        (
            "resident",
            place.resident,
            ["/calls/new/", here, f"/calls/{answered.number}/", "/me/", "/inbox/", *home],
        ),
        (
            "clerk",
            place.community_clerk,
            ["/calls/new/", here, "/desk/", "/home/requests/", "/home/paper/", "/home/registered/", out],
        ),
        ("subdistrict", place.subdistrict_clerk, [here, "/desk/", "/bodies/"]),
        (
            "administrator",
            make_seat(place.district_desk, "administrator"),
            [
                "/topics/new/", "/topics/07-01/", "/topics/07-01/route/", "/topics/07-01/deadline/",
                "/deadlines/change/", "/bodies/new/", f"/bodies/{body}/change/", f"/bodies/{body}/seat/",
                f"/bodies/{body}/seats/{place.community_clerk.seats.get().pk}/reset/",
                "/compounds/", "/more/", "/compounds/new/", f"/compounds/{code}/change/",
                f"/compounds/{code}/building/", "/calendar/", "/house/tables/",
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


def test_every_field_of_every_form(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    tried = 0
    for role, person, pages in people(make_district()):
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
    if role != "nobody signed in":
        client.force_login(person)
    return client


def _try(client: Client, form: Form, name: str, value: str, where: str) -> None:
    before = rows()
    with transaction.atomic():
        sent = {**form.fields, name: value}
        answer = getattr(client, form.method)(form.action.split("#")[0], sent)
        after = rows()
        transaction.set_rollback(True)
    what = f"{where} = {value[:40]!r}"
    assert answer.status_code < 500, (what, answer.status_code)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert SCRIPT not in answer.text, what
        assert "<img src=x" not in answer.text, what
    said = answer.status_code == 200 and 'aria-invalid="true"' in answer.text
    if said or answer.status_code in (400, 404, 409, 413):
        assert after == before, (
            f"{what}: refused ({answer.status_code}) and yet something was written"
        )
