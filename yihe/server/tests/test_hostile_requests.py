"""Requests that no browser sends: too deep, too many parts, what no database can hold."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.calls.models import Call
from yihe.calls.tests.builders import District
from yihe.server.tests.test_hostile_input import rows
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u4e00-\u9fff]")
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
def test_what_no_database_can_hold_is_refused_or_left_out_in_each_part(
    district: District, part: str, text: str
):
    body = {"compound": district.compound.code, "text": "灯坏了", part: text}
    api, before = program(district.community_clerk), Call.objects.count()
    answer = api.post("/api/v1/calls", json.dumps(body), content_type="application/json")
    if answer.status_code == 201:  # of a name or a place what nobody sees is left out
        call = Call.objects.get()
        assert part in ("spot", "on_behalf_of")
        assert "a" in (call.spot, call.contact_name) or "ab" in (call.spot, call.contact_name)
        return
    refused_in_words(answer)
    assert Call.objects.count() == before
