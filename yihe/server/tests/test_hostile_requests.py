"""Requests that no browser sends: too deep, too many, too large; text made to break what shows it."""

import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.calls import actions
from yihe.calls.models import Call, Step
from yihe.calls.tests.builders import MONDAY, District, acting_as
from yihe.outbox.models import Message
from yihe.people.tests.helpers import browser
from yihe.server.tests.test_hostile_input import rows
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u4e00-\u9fff]")
TEN_MEGABYTES = "字" * 3_500_000
DEEP = 100_000


def program(user: User) -> Client:
    _, raw = issue_token(user=user, label="probe", acting=SYSTEM, at=timezone.now())
    return Client(headers={"Authorization": f"Bearer {raw}"}, raise_request_exception=False)


def refused_in_words(answer: Any) -> None:
    """400, 404, 409, 413 or 422; a Chinese sentence; nothing of our own code."""
    assert answer.status_code in (400, 404, 409, 413, 422), answer.status_code
    assert HAN.search(answer.text), answer.text[:200]
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text
    assert len(answer.content) < 200_000


BODIES = {
    "lists": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"text":' * DEEP + b"1" + b"}" * DEEP,
    "a part that is deep": b'{"compound":"x","text":"y","files":'
    + b"[" * DEEP
    + b"]" * DEEP
    + b"}",
    "never closed": b"[" * DEEP,
    "a number": b'{"compound":"x","text":"y","about":' + b"9" * 20_000 + b"}",
    "not a number": b'{"compound":"x","text":"y","about":NaN}',
    "no JSON": b"\xff\xfe\x00",
    "nothing": b"",
    "null": b"null",
    "many parts": json.dumps({f"part{n}": n for n in range(10_000)}).encode(),
    "one part twice": b'{"compound":"x","compound":["y"],"text":"z"}',
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_call_is_refused_by_the_api(district: District, name: str):
    api, before = program(district.resident), rows()
    answer = api.post("/api/v1/calls", BODIES[name], content_type="application/json")
    refused_in_words(answer)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {**rows(), "accounts_token": 0} == {**before, "accounts_token": 0}


TEXTS = ("a\x00b", "\ud800", "字\udfff字", "\ud83d")


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.parametrize("part", ["text", "compound", "topic", "spot", "on_behalf_of"])
def test_what_no_database_can_hold_is_refused_in_each_part(
    district: District, part: str, text: str
):
    body = {"compound": district.compound.code, "text": "灯坏了", part: text}
    api, before = program(district.community_clerk), Call.objects.count()
    answer = api.post("/api/v1/calls", json.dumps(body), content_type="application/json")
    refused_in_words(answer)
    assert Call.objects.count() == before


@pytest.mark.parametrize(
    "part", ["text", "compound", "topic", "spot", "on_behalf_of", "visibility"]
)
def test_ten_megabytes_in_each_part_are_refused(district: District, part: str):
    body = {"compound": district.compound.code, "text": "灯坏了", part: TEN_MEGABYTES}
    api, before = program(district.resident), Call.objects.count()
    for longest in (TEN_MEGABYTES, "字" * 700_000):  # over the limit of a body, and under it
        sent = json.dumps({**body, part: longest}, ensure_ascii=False)
        refused_in_words(api.post("/api/v1/calls", sent, content_type="application/json"))
    assert Call.objects.count() == before


def test_forms_with_too_many_fields_or_too_much_in_one(district: District):
    me = browser(district.resident)
    me.raise_request_exception = False
    before = rows()
    refused_in_words(me.post("/calls/new/", {f"field{n}": "x" for n in range(10_000)}))
    refused_in_words(me.post("/calls/new/", {"text": TEN_MEGABYTES}))
    many = "&".join(f"field{n}=x" for n in range(10_000))
    refused_in_words(me.post("/calls/new/", many, content_type="application/x-www-form-urlencoded"))
    assert rows() == before


def test_addresses_and_headers_without_end(district: District):
    me, api = browser(district.resident), program(district.resident)
    for client in (me, api):
        client.raise_request_exception = False
    long = "a" * 60_000
    for path in (f"/calls/{long}/", f"/{long}", f"/log/{'9' * 5000}/", f"/all/?q={long}"):
        assert me.get(path).status_code in (200, 400, 404), path[:20]
    assert api.get(f"/api/v1/calls?cursor={long}").status_code in (400, 422)
    assert api.get("/api/v1/calls", headers={"X-Seat": long}).status_code in (
        200,
        400,
        404,
        409,
        422,
    )
    assert (
        Client().get("/api/v1/calls", headers={"Authorization": f"Bearer {long}"}).status_code
        == 401
    )
    many = {f"X-Some-{n}": "x" for n in range(2000)}
    assert me.get("/home/", headers=many).status_code == 200


HOSTILE = (
    "<script>alert(7)</script>",
    '" onmouseover=alert(7) x="',
    "' onfocus='alert(7)",
    "{{7*7}}{% now 'Y' %}",
    "</textarea></title></style><img src=x onerror=alert(7)>",
    "javascript:alert(7)",
    "\u202e\u200b\u2066\ufeff👩‍👩‍👧‍👦",
    "<!--<svg/onload=alert(7)>",
)
BAD = re.compile(
    r"<script>alert|<img src=x|<svg/onload|<[^>]*\son(?:mouseover|focus|error|load)\s*=|[\"']javascript:alert"
)
FREE = (models.CharField, models.TextField)
# What is a code or a key and not shown as it stands, or is held by a rule of the database.
KEPT = {"accounts_session", "web_mark", "trail_entry", "trail_log", "django_content_type"}


def poison(text: str) -> int:
    """Into every free text of every table, as whoever writes in SQL could; how many columns took it."""
    done = 0
    for model in apps.get_models():
        table = model._meta.db_table
        if table in KEPT or not model.__module__.startswith("yihe."):
            continue
        for field in model._meta.concrete_fields:
            free = type(field) in FREE and not field.choices and not field.unique
            if not free or field.primary_key or not NAMES.fullmatch(field.name):
                continue
            longest = field.max_length or 400
            if model is Step or len(text) > longest:
                continue
            done += model._default_manager.update(**{field.name: text}) > 0
    return done


NAMES = re.compile(
    r"name|title|text|body|words|spot|reason|note|hint|contact_name|raised_words|stars_text|about_text|developer|address"
)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_in_every_field_is_shown_as_text(district: District, text: str):
    me, clerk = acting_as(district.resident), acting_as(district.community_clerk)
    call = district.raised(text=f"灯坏了 {text}")
    actions.accept(call=call, acting=clerk, at=MONDAY)
    call.refresh_from_db()
    actions.urge(call=call, text=f"快一点 {text}", acting=me, at=MONDAY) if hasattr(
        actions, "urge"
    ) else None
    assert poison(text) > 8
    assert Message.objects.filter(title=text).exists()
    here = f"/calls/{call.number}/"
    pages = {
        district.resident: [
            "/",
            "/home/",
            here,
            "/calls/",
            "/inbox/",
            "/me/",
            "/me/data/",
            "/me/messages/",
        ],
        district.neighbour: ["/home/", f"/compounds/{district.compound.code}/"],
        district.community_clerk: [
            "/desk/",
            here,
            "/all/",
            "/all/?q=alert",
            "/home/requests/",
            "/figures/",
            "/bodies/",
        ],
        district.subdistrict_clerk: ["/desk/", "/bodies/", "/figures/"],
        district.convener: ["/conference/", "/figures/", "/inbox/"],
        district.secretary: ["/home/", "/inbox/", "/figures/"],
    }
    shown = seen = 0
    for person, addresses in pages.items():
        client = browser(person)
        client.raise_request_exception = False
        for address in addresses:
            answer = client.get(address, follow=True)
            assert answer.status_code in (200, 404), (address, answer.status_code)
            assert not BAD.search(answer.text), (address, BAD.search(answer.text))
            if "{{7*7}}" in text:
                assert not re.search(r"(?<!\d)49(?!\d)\{%|\b49202\d", answer.text), address
            shown += answer.status_code == 200
            seen += "alert(7)" in answer.text or "{{7*7}}" in answer.text or "\u202e" in answer.text
    assert shown > 15
    assert seen > 5, "the text has to be on the pages for this to say anything"
    for person in (district.resident, district.community_clerk):
        answer = program(person).get(f"/api/v1/calls/{call.number}")
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"].startswith("application/json")
