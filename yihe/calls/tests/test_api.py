"""The API as outsiders use it."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.bodies.actions import seat_person
from yihe.bodies.models import Body, Seat
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, acting_as, make_district, make_seat
from yihe.people.actions import move_in
from yihe.places.actions import add_compound
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

    def test_who_asks_again_is_told_only_of_what_is_on_the_disk(self, place):
        api = Api(place.resident)
        body = {"compound": place.compound.code, "text": "灯坏了"}
        api.post("/calls", body, **{"Idempotency-Key": "a"})
        with CaptureQueriesContext(connection) as asked:
            assert api.post("/calls", body, **{"Idempotency-Key": "a"}).status_code == 201
        assert "pg_logical_emit_message" in asked.captured_queries[-1]["sql"]

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


class TestBodies:
    @pytest.mark.parametrize("act", ["ask", "reply", "note", "answer"])
    def test_files_that_are_not_ones_own_are_refused_in_words_and_nothing_is_done(self, place, act):
        call = place.raised()
        person = place.resident if act == "reply" else place.community_clerk
        if act == "reply":
            Api(place.community_clerk).post(f"/calls/{call.number}/ask", {"text": "几楼？"})
        steps = call.steps.count()
        body = {"text": "看过了。", "files": ["0" * 32]}
        if act == "answer":
            body["evidence"] = "上门看过。"
        refused = Api(person).post(f"/calls/{call.number}/{act}", body)
        assert refused.status_code == 409
        assert "文件" in refused.json()["detail"]
        assert call.steps.count() == steps
        empty = Api(person).post(f"/calls/{call.number}/note", {"text": "看过了。", "files": []})
        assert empty.status_code == (404 if act == "reply" else 200)

    def test_a_call_with_photographs_is_not_raised_without_them(self, place):
        body = {"compound": place.compound.code, "text": "灯坏了", "files": ["x"]}
        assert Api(place.resident).post("/calls", body).status_code == 409
        assert not Call.objects.exists()

    def test_a_part_that_nobody_knows_is_refused_and_named(self, place):
        call = place.raised()
        for path, body in (
            ("/calls", {"compound": place.compound.code, "text": "灯坏了", "sopt": "3栋"}),
            (f"/calls/{call.number}/accept", {"sopt": "3栋"}),
        ):
            refused = Api(place.community_clerk).post(path, body)
            assert refused.status_code == 422
            error = refused.json()["errors"][0]
            assert error["where"].endswith("sopt")
            assert "没有这一项" in error["what"]

    def test_what_an_act_has_no_use_for_is_refused_and_named(self, place):
        call = place.raised()
        refused = Api(place.community_clerk).post(f"/calls/{call.number}/accept", {"text": "好"})
        assert refused.status_code == 422
        assert "text" in refused.json()["detail"]
        call.refresh_from_db()
        assert call.status == "new"


class TestAddresses:
    @pytest.mark.parametrize(
        "path", ["/api/", "/api/v1/", "/api/v1/nowhere", "/api/v2/calls", "/api/v1/calls/"]
    )
    @pytest.mark.parametrize("method", ["get", "post", "put"])
    def test_what_is_not_there_is_a_problem_in_words(self, path, method):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "/api/openapi.json" in answer.json()["detail"]

    def test_so_is_what_fails_before_the_address_is_looked_at(self, place):
        client = Client(raise_request_exception=False)
        for answer in (
            client.get("/api/v1/topics", headers={"Host": "elsewhere.example"}),
            client.get("/api/v1/topics?q=%00"),
        ):
            assert answer.status_code == 400
            assert answer.headers["Content-Type"] == "application/problem+json"
        page = client.get("/help/", headers={"Host": "elsewhere.example"})
        assert page.status_code == 400
        assert "这个请求看不懂" in page.text

    def test_so_is_a_failure_outside_the_acts(self, place, monkeypatch):
        def fail(raw: str) -> None:
            raise RuntimeError(raw)

        monkeypatch.setattr("yihe.accounts.middleware.is_demo", fail)
        monkeypatch.setattr("yihe.api.api.get_openapi_schema", fail)
        answer = Client(raise_request_exception=False).get("/api/openapi.json")
        assert answer.status_code == 500
        assert answer.headers["Content-Type"] == "application/problem+json"


class TestCompounds:
    def test_come_in_pieces_from_all_capacities_each_once(self, place):
        at = timezone.now()
        move_in(
            person=place.community_clerk, unit=place.unit, standing="owner", way="clerk",
            acting=SYSTEM, at=at,
        )  # fmt: skip
        api = Api(place.community_clerk)
        first = api.get("/compounds?limit=1").json()
        second = api.get(f"/compounds?limit=1&cursor={first['next']}").json()
        names = [one["name"] for one in first["items"] + second["items"]]
        assert names == ["印象家园", "碧桐苑"]
        assert second["next"] is None

    def test_more_than_two_hundred_are_not_cut(self, place):
        for number in range(3, 210):
            add_compound(
                code=f"440310006001-{number:03d}", name=f"小区{number}", kind="commercial",
                stage="settled", since=timezone.localdate(), community=place.community,
                acting=SYSTEM, at=timezone.now(),
            )  # fmt: skip
        api, found, cursor = Api(place.community_clerk), [], ""
        while cursor is not None:
            page = api.get(f"/compounds?limit=200&cursor={cursor}").json()
            found += [one["code"] for one in page["items"]]
            cursor = page["next"]
        assert len(found) == len(set(found)) == 209

    def test_a_resident_finds_the_own_one_by_name(self, place):
        assert Api(place.resident).get("/compounds?q=碧").json()["items"] == []
        assert len(Api(place.resident).get("/compounds?q=印象").json()["items"]) == 1


class TestDesks:
    def test_a_department_hands_over_by_the_ids_that_it_was_given(self, place):
        call = at_the_district(place)
        api = Api(place.department_clerk)
        found = api.get(f"/desks?call={call.number}").json()["items"]
        assert {"id": place.fire.pk, "name": "区消防救援大队", "level": "3"} in found
        assert place.housing.pk not in [desk["id"] for desk in found]
        lying = api.get(f"/calls?desk={api.get(f'/calls/{call.number}').json()['desk_id']}")
        assert [one["number"] for one in lying.json()["items"]] == [call.number]
        done = api.post(
            f"/calls/{call.number}/hand_over", {"desk": place.fire.pk, "reason": "是消防的事。"}
        )
        assert (done.json()["desk"], done.json()["desk_id"]) == ("区消防救援大队", place.fire.pk)

    def test_or_by_the_exact_name(self, place):
        call = at_the_district(place)
        api = Api(place.department_clerk)
        for name, status in (("区消防", 422), ("龙田社区党委", 422), ("区消防救援大队", 200)):
            body = {"desk": name, "reason": "是消防的事。"}
            assert api.post(f"/calls/{call.number}/hand_over", body).status_code == status

    def test_only_who_hands_over_sees_where_to(self, place):
        call = at_the_district(place)
        for person in (place.resident, place.outsider, place.community_clerk):
            assert Api(person).get(f"/desks?call={call.number}").status_code == 404

    def test_a_clerk_assigns_by_the_ids_of_the_own_desk(self, place):
        call, colleague = place.raised(), make_seat(place.community_desk, "clerk", "何同事")
        api = Api(place.community_clerk)
        desk = api.get(f"/calls/{call.number}").json()["desk_id"]
        people = api.get(f"/desks/{desk}/people").json()["items"]
        assert {"id": colleague.pk, "name": "何同事", "post": "经办人"} in people
        done = api.post(f"/calls/{call.number}/assign", {"person": colleague.pk})
        assert done.status_code == 200, done.content

    def test_nobody_sees_who_sits_at_another_desk(self, place):
        for person in (place.resident, place.subdistrict_clerk, place.secretary):
            assert Api(person).get(f"/desks/{place.community_desk.pk}/people").status_code == 404


def at_the_district(place: District) -> Call:
    """A call that went up to the department."""
    call = place.raised()
    for clerk in (place.community_clerk, place.subdistrict_clerk):
        acting = acting_as(clerk)
        actions.pass_up(call=call, reason="要专业部门办。", acting=acting, at=timezone.now())
        call.refresh_from_db()
    assert call.desk_id == place.housing.pk
    return call


def another_seat(person: User, body: Body, post: str) -> Seat:
    seat = seat_person(body=body, person=person, post=post, acting=SYSTEM, at=timezone.now())
    person.refresh_from_db()
    return seat


class TestSeats:
    """In which seat somebody acts who has several."""

    def note(self, person: User, call: Call, **headers: str):
        return Api(person).post(f"/calls/{call.number}/note", {"text": "看过了。"}, **headers)

    def test_the_one_at_the_calls_own_desk_acts(self, place):
        call, person = at_the_district(place), place.community_clerk
        another_seat(person, place.housing, "clerk")
        assert self.note(person, call).status_code == 200
        assert call.steps.latest("pk").desk == place.housing

    def test_of_several_elsewhere_one_has_to_be_chosen(self, place):
        call, person = at_the_district(place), place.community_clerk
        follower = another_seat(person, place.subdistrict_desk, "clerk")
        another_seat(person, place.company, "manager")  # may not
        first = person.seats.get(body=place.community_desk)
        refused = self.note(person, call)
        assert refused.status_code == 409
        assert "X-Seat" in refused.json()["detail"]
        assert [one["seat"] for one in refused.json()["seats"]] == [first.pk, follower.pk]
        assert refused.json()["seats"][1]["words"] == "龙田街道办事处·经办人"
        assert not call.steps.filter(kind="note").exists()
        for seat in (first, follower):
            assert self.note(person, call, **{"X-Seat": str(seat.pk)}).status_code == 200
            assert call.steps.latest("pk").desk_id == seat.body_id

    def test_of_two_at_the_same_desk_one_has_to_be_chosen(self, place):
        call, person = place.raised(), place.community_clerk
        head = another_seat(person, place.community_desk, "head")
        assert len(self.note(person, call).json()["seats"]) == 2
        assert self.note(person, call, **{"X-Seat": str(head.pk)}).status_code == 200
        assert call.steps.latest("pk").words.endswith("负责人")

    def test_one_that_may_not_do_this_finds_nothing_to_do(self, place):
        call, person = place.raised(), place.community_clerk
        company = another_seat(person, place.company, "manager")
        assert self.note(person, call, **{"X-Seat": str(company.pk)}).status_code == 404

    def test_one_that_is_somebody_elses_is_refused(self, place):
        call = place.raised()
        theirs = place.subdistrict_clerk.seats.get()
        for seat in (str(theirs.pk), "999999", "x"):
            refused = self.note(place.community_clerk, call, **{"X-Seat": seat})
            assert refused.status_code == 409
            assert "您没有这个任职" in refused.json()["detail"]
            assert len(refused.json()["seats"]) == 1
        assert not call.steps.filter(kind="note").exists()

    def test_a_reporter_needs_not_choose(self, place):
        call, person = place.raised(), place.resident
        for post in ("clerk", "head"):
            another_seat(person, place.community_desk, post)
        assert Api(person).post(f"/calls/{call.number}/withdraw").status_code == 200
