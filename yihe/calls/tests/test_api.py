"""The API as outsiders use it."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, acting_as, make_district
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


class Api:
    def __init__(self, user: User) -> None:
        _, raw = issue_token(user=user, label="test", acting=SYSTEM, at=timezone.now())
        self.client = Client(headers={"Authorization": f"Bearer {raw}"})

    def post(self, path: str, body: object = None, **headers: str):
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers=headers,
        )

    def get(self, path: str):
        return self.client.get(f"/api/v1{path}")


def test_without_a_token_there_is_a_problem_in_words():
    response = Client().get("/api/v1/topics")
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"


def test_openapi_is_public():
    document = Client().get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/calls" in document["paths"]


class TestCalls:
    def test_goes_from_raised_to_confirmed(self, place):
        resident, clerk = Api(place.resident), Api(place.community_clerk)
        made = resident.post("/calls", {"compound": place.compound.code, "text": "灯坏了"})
        assert made.status_code == 201, made.content
        number = made.json()["number"]
        assert made.json()["level"] == "1"
        assert clerk.post(f"/calls/{number}/accept").json()["status"] == "doing"
        refused = clerk.post(f"/calls/{number}/answer", {"text": "好了"})
        assert refused.status_code == 409
        assert "见了谁" in refused.json()["detail"]
        done = clerk.post(f"/calls/{number}/answer", {"text": "好了", "evidence": "换了灯"})
        assert done.json()["status"] == "answered"
        assert resident.post(f"/calls/{number}/confirm").json()["status"] == "closed"
        assert resident.post(f"/calls/{number}/rate", {"stars": 5}).status_code == 200
        kinds = [step["kind"] for step in resident.get(f"/calls/{number}").json()["steps"]]
        assert kinds == ["raise", "accept", "evidence", "answer", "confirm", "rate"]

    def test_the_same_key_raises_once_and_another_body_is_refused(self, place):
        api = Api(place.resident)
        body = {"compound": place.compound.code, "text": "灯坏了"}
        first, second = (api.post("/calls", body, **{"Idempotency-Key": "a"}) for _ in range(2))
        assert first.json() == second.json()
        assert Call.objects.count() == 1
        other = api.post("/calls", {**body, "text": "别的"}, **{"Idempotency-Key": "a"})
        assert other.status_code == 422

    def test_an_outsider_finds_nothing(self, place):
        call = place.raised()
        outsider = Api(place.outsider)
        assert outsider.get(f"/calls/{call.number}").status_code == 404
        assert outsider.get("/calls").json()["items"] == []
        assert (
            outsider.post("/calls", {"compound": place.compound.code, "text": "x"}).status_code
            == 404
        )

    def test_pages_by_cursor(self, place):
        for _ in range(3):
            place.raised()
        api = Api(place.community_clerk)
        page = api.get("/calls?limit=2").json()
        rest = api.get(f"/calls?limit=2&cursor={page['next']}").json()
        assert len(page["items"] + rest["items"]) == 3
        assert rest["next"] is None

    @pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 20_001])
    def test_refuses_bad_text_and_makes_nothing(self, place, text):
        response = Api(place.resident).post(
            "/calls", {"compound": place.compound.code, "text": text}
        )
        assert response.status_code in (409, 422)
        assert not Call.objects.exists()


class TestANeighbourByProgram:
    def test_finds_nothing_by_what_is_hidden_from_neighbours(self, place):
        call = place.raised(text="灯坏了，电话139-0000-5678")
        actions.add_text(
            call=call, text="钥匙在门垫下面", acting=acting_as(place.resident), at=timezone.now()
        )
        near, mine = Api(place.neighbour), Api(place.resident)
        for words in ("139 0000 5678", "5678", "门垫"):
            assert near.get(f"/calls?q={words}").json()["items"] == [], words
            assert len(mine.get(f"/calls?q={words}").json()["items"]) == 1, words
        for words in ("灯坏", call.number):
            assert len(near.get(f"/calls?q={words}").json()["items"]) == 1, words

    def test_does_not_read_the_stars(self, place):
        call = place.raised()
        Call.objects.update(stars=1)
        assert Api(place.neighbour).get(f"/calls/{call.number}").json()["stars"] is None
        assert Api(place.resident).get(f"/calls/{call.number}").json()["stars"] == 1

    def test_learns_nothing_of_people_or_desks_by_trying_acts(self, place):
        call = place.raised()
        for more in ({"person": 10**9}, {"person": place.manager.pk}):
            answer = Api(place.neighbour).post(f"/calls/{call.number}/assign", more)
            assert answer.status_code == 404

    def test_complains_only_about_bodies_over_the_own_place(self, place):
        body = {"compound": place.other.code, "text": "没人管", "about": place.company.pk}
        assert Api(place.outsider).post("/calls", body).status_code == 422
