"""The API keeps to its own description, whatever is sent."""

import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, make_district
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
SETTINGS = settings(
    max_examples=15, derandomize=True, deadline=None, database=None,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def place() -> District:
    return make_district()


def program(user: User) -> Client:
    _, raw = issue_token(user=user, label="probe", acting=SYSTEM, at=timezone.now())
    return Client(headers={"Authorization": f"Bearer {raw}"}, raise_request_exception=False)


def departs(document: dict[str, Any], told: dict[str, Any], answer: Any) -> str:
    """How an answer departs from the description, or ""."""
    if answer.status_code >= 500:
        return "5xx"
    if str(answer.status_code) not in told:
        return f"undocumented {answer.status_code}"
    kinds = told[str(answer.status_code)].get("content", {})
    kind = answer.headers["Content-Type"].split(";")[0]
    if kind not in kinds:
        return f"{answer.status_code} as {kind}"
    schema = {**kinds[kind]["schema"], "components": document["components"]}
    errors = list(jsonschema_rs.Draft202012Validator(schema).iter_errors(answer.json()))
    return f"{answer.status_code}: {errors[0].message}" if errors else ""


@pytest.mark.parametrize("role", ["resident", "community_clerk", "outsider"])
@pytest.mark.parametrize("key", ["", "same-key"])
@pytest.mark.parametrize("real", [True, False], ids=["a real call", "any number"])
def test_every_operation_keeps_to_the_description(place, role, key, real):
    call = place.raised()
    client = program(getattr(place, role))
    document = client.get("/api/openapi.json").json()
    wrong: dict[str, str] = {}
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        found: Any = result.ok()  # type: ignore[union-attr]
        if found.path.endswith("/files"):  # no JSON: calls/tests/test_files.py sends files
            continue
        wrong.update(_probed(client, document, found, number=call.number if real else "", key=key))
    assert wrong == {}


def _probed(
    client: Client, document: dict[str, Any], operation: Any, *, number: str, key: str
) -> dict[str, str]:
    """What departs from the description: where, and what was sent."""
    wrong: dict[str, str] = {}

    @SETTINGS
    @given(case=operation.as_strategy())
    def probe(case: Any) -> None:
        if number and "number" in case.path_parameters:
            case.path_parameters["number"] = number
        headers = {name: str(value) for name, value in (case.headers or {}).items()}
        if key:
            headers["Idempotency-Key"] = key
        sent = b"" if type(case.body).__name__ == "NotSet" else json.dumps(case.body)
        mark = transaction.savepoint()
        if case.method.upper() == "GET":
            answer = client.get(case.formatted_path, dict(case.query or {}), headers=headers)
        else:
            answer = client.generic(
                case.method.upper(), case.formatted_path, sent,
                content_type="application/json", headers=headers,
            )  # fmt: skip
        transaction.savepoint_rollback(mark)
        how = departs(document, operation.definition.raw["responses"], answer)
        if how:
            name = f"{case.method.upper()} {operation.path} {how}"
            wrong.setdefault(name, f"{case.formatted_path} {sent!r:.200} {headers}")

    probe()
    return wrong


BODIES = {
    "array for text": '{"compound": "%s", "text": ["x"]}',
    "surrogate": '{"compound": "%s", "text": "a\\ud800b"}',
    "surrogate in the spot": '{"compound": "%s", "text": "x", "spot": "\\ud800"}',
    "surrogate in the name": '{"compound": "%s", "text": "x", "on_behalf_of": "\\ud800"}',
    "NUL": '{"compound": "%s", "text": "a\\u0000b"}',
    "only NUL": '{"compound": "%s", "text": "\\u0000"}',
    "huge number": '{"compound": "%s", "text": "x", "about": 1e400}',
    "big number": '{"compound": "%s", "text": "x", "about": 2147483648}',
    "digits of another script": '{"compound": "%s", "text": "x", "on_behalf_of": "١٣٩٠٠٠٠٠٠٠١"}',
    "array": '["%s"]',
    "deep": "[" * 20000 + '"%s"',
    "not JSON": "%s{",
    "script, SQL, turned round": (
        '{"compound": "%s", "text": "\\u202e👵🏽\' OR 1=1; --<script>alert(1)</script>"}'
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_hostile_bodies_are_taken_whole_or_refused_whole(place, name, monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    before = Call.objects.count()
    text = BODIES[name].replace("%s", place.compound.code)
    answer = program(place.resident).post("/api/v1/calls", text.encode(), "application/json")
    assert answer.status_code in (201, 400, 404, 409, 422)
    assert Call.objects.count() == before + (answer.status_code == 201)
    if answer.status_code == 201:
        browser = Client()
        browser.force_login(place.resident)
        page = browser.get(f"/calls/{answer.json()['number']}/")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


def test_what_is_no_request_is_a_problem_in_words(place):
    client = program(place.resident)
    code = place.compound.code
    good = json.dumps({"compound": code, "text": "灯坏了"})
    much = json.dumps({"compound": code, "text": "灯" * 4_000_000})
    kind = "application/json"
    for status, answer in (
        (413, client.post("/api/v1/calls", much, kind)),
        (422, client.post("/api/v1/calls", good, kind, headers={"Idempotency-Key": "a\x00b"})),
        (422, client.post("/api/v1/calls", good, kind, headers={"Idempotency-Key": "k" * 101})),
        (405, client.put("/api/v1/calls", good, kind)),
        (400, client.post("/api/v1/calls", b"\xff\xfe", "application/octet-stream")),
        (404, client.get("/api/v1/calls/9999-9999")),
        (401, Client().post("/api/v1/calls", good, kind)),
    ):
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert Call.objects.count() == 0


def test_the_same_key_through_another_seat_is_another_request(place):
    client = program(place.community_clerk)
    call = place.raised()
    key = {"Idempotency-Key": "one"}
    first = client.post(
        f"/api/v1/calls/{call.number}/accept", "{}", "application/json", headers=key
    )
    assert first.status_code == 200
    again = client.post(
        f"/api/v1/calls/{call.number}/accept", "{}", "application/json",
        headers={**key, "X-Seat": "999999"},
    )  # fmt: skip
    assert again.status_code == 422


def test_a_failure_inside_shows_and_logs_nothing_of_what_was_sent(place, monkeypatch, caplog):
    def fail(**values: object) -> None:
        raise RuntimeError("13955556666 灯坏了")

    monkeypatch.setattr("yihe.calls.actions.raise_call", fail)
    body = json.dumps({"compound": place.compound.code, "text": "13955556666 灯坏了"})
    answer = program(place.resident).post("/api/v1/calls", body, "application/json")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "13955556666" not in answer.text
    assert "13955556666" not in caplog.text
