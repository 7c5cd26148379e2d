"""Photographs and PDFs on calls: raised with, seen by whom, covered, erased."""

import io
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from yihe.accounts.actions import issue_token
from yihe.calls import actions
from yihe.calls.actions.expiring import forget_persons, forget_words
from yihe.calls.models import Attachment, Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.tests.test_pages import FORM, client, queries
from yihe.files.models import File
from yihe.files.pictures import COVER
from yihe.files.storage import kept
from yihe.files.tests.pictures import pdf, picture
from yihe.trail.acting import SYSTEM
from yihe.trail.digests import digest
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def photo(content: bytes | None = None, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture(), "image/jpeg")


def raised_with_photo(place: District, **more: object) -> Call:
    sent = {**FORM, "files": [photo()], **more}
    response = client(place.resident).post("/calls/new/", sent)
    assert response.status_code == 302, response.text
    return Call.objects.latest("pk")


def address(call: Call) -> str:
    return f"/calls/{call.number}/files/{Attachment.objects.get(call=call).file_id}"


class TestRaisedWithAPhotograph:
    def test_the_desk_sees_it_in_the_step_it_belongs_to(self, place):
        call = raised_with_photo(place)
        browser: Client = client(place.community_clerk)
        page = browser.get(f"/calls/{call.number}/").text
        assert page.count(f'src="{address(call)}/small"') == 2  # what was said, and the history
        shown = browser.get(address(call))
        assert shown.status_code == 200
        assert shown["Content-Type"] == "image/jpeg"
        assert shown.getvalue().startswith(b"\xff\xd8\xff")


def seen_by(place: District, address: str) -> str:
    """Who sees it: resident, neighbour, outsider, community, subdistrict, district, manager."""
    people = {
        "r": place.resident, "n": place.neighbour, "o": place.outsider, "c": place.community_clerk,
        "t": place.subdistrict_clerk, "d": place.district_clerk, "m": place.manager,
    }  # fmt: skip
    return "".join(
        role for role, user in people.items() if client(user).get(address).status_code == 200
    )


class TestWhoSeesIt:
    def test_no_neighbour_until_a_desk_has_looked(self, place):
        call = raised_with_photo(place)
        there = address(call)
        assert seen_by(place, there) == seen_by(place, f"{there}/small") == "rctd"
        page = client(place.neighbour).get(f"/calls/{call.number}/").text
        assert "受理台看过" in page
        assert there not in page
        key = there.rpartition("/")[2]
        desk = client(place.community_clerk)
        assert desk.get(f"{there}/screen/").status_code == 200
        sent = {"file": key, "looked": "clear"}
        assert desk.post(f"/calls/{call.number}/screen/", sent).status_code == 302
        assert seen_by(place, there) == "rnctdm"
        assert there in client(place.neighbour).get(f"/calls/{call.number}/").text
        desk.post(f"/calls/{call.number}/screen/", {"file": key, "looked": "hidden"})
        assert seen_by(place, there) == "rctd"

    def test_neighbours_see_the_covered_version_and_the_desk_the_first_one(self, place):
        call = raised_with_photo(place)
        there, key = address(call), address(call).rpartition("/")[2]
        desk = client(place.community_clerk)
        nothing = desk.post(f"/calls/{call.number}/screen/", {"file": key, "looked": "covered"})
        assert nothing.status_code == 409
        sent = {"file": key, "looked": "covered", "cell": ["2.2"], "box": ["900,900,50,50"]}
        assert desk.post(f"/calls/{call.number}/screen/", sent).status_code == 302
        first = desk.get(there).getvalue()
        covered = client(place.neighbour).get(there).getvalue()
        assert first == client(place.resident).get(there).getvalue()
        assert covered == desk.get(f"{there}/covered").getvalue() != first
        with Image.open(io.BytesIO(covered)) as shown:
            dark: Any = shown.getpixel((200, 150))
        assert max(abs(dark[one] - COVER[one]) for one in range(3)) < 12
        entry = Entry.objects.get(act="call.screen")
        assert entry.kinds["looked"] == "covered"
        before = Attachment.objects.get().covered
        desk.post(f"/calls/{call.number}/screen/", {"file": key, "looked": "clear"})
        assert before is not None
        before.refresh_from_db()
        assert before.erased_at is not None

    def test_only_handlers_see_what_hangs_on_a_note(self, place):
        call = place.raised()
        desk = client(place.community_clerk)
        sent = {"text": "留个底。", "files": [photo()]}
        assert desk.post(f"/calls/{call.number}/note/", sent).status_code == 302
        assert seen_by(place, address(call)) == "ctd"

    def test_a_complaint_shows_nothing_to_whom_it_is_about(self, place):
        call = raised_with_photo(place, about=place.company.pk)
        assert seen_by(place, address(call)) == "rc"

    def test_of_a_hidden_reporter_other_desks_see_only_what_the_first_has_looked_at(self, place):
        call = raised_with_photo(place, visibility="desk")
        there, key = address(call), address(call).rpartition("/")[2]
        actions.pass_up(
            call=call, reason="这里定不了。", acting=acting_as(place.community_clerk), at=MONDAY
        )
        assert seen_by(place, there) == "rc"
        other = client(place.subdistrict_clerk)
        sent = {"file": key, "looked": "clear"}
        assert other.post(f"/calls/{call.number}/screen/", sent).status_code == 409
        first = client(place.community_clerk)
        assert first.post(f"/calls/{call.number}/screen/", sent).status_code == 302
        assert seen_by(place, there) == "rct"

    def test_is_asked_about_each_time_and_never_runs(self, place):
        call = raised_with_photo(place, files=[photo(), photo(pdf(), "a.jpg")])
        for attached in Attachment.objects.select_related("file"):
            there = f"/calls/{call.number}/files/{attached.file_id}"
            shown = client(place.resident).get(there)
            assert shown["Cache-Control"] == "private, no-cache"
            assert "sandbox" in shown["Content-Security-Policy"]
            assert shown["X-Content-Type-Options"] == "nosniff"
            how = "inline" if attached.file.is_picture else "attachment"
            assert shown["Content-Disposition"].startswith(how)
            again = client(place.resident).get(there, headers={"If-None-Match": shown["ETag"]})
            assert again.status_code == 304
            assert client(place.neighbour).get(there).status_code == 404


class TestForms:
    def test_what_is_refused_is_told_and_the_rest_stays(self, place):
        browser = client(place.resident)
        sent = {**FORM, "files": [photo(), photo(b"GIF89a not a picture", "x.jpg")]}
        page = browser.post("/calls/new/", sent)
        assert page.status_code == 200
        assert "第 2 个文件没有收" in page.text
        assert FORM["text"] in page.text
        assert not Call.objects.exists()
        key = File.objects.get().key
        assert f'value="{key}" checked' in page.text
        assert browser.get(f"/files/{key}/small").status_code == 200
        assert client(place.neighbour).get(f"/files/{key}/small").status_code == 404
        assert browser.post("/calls/new/", {**FORM, "file": [key]}).status_code == 302
        assert Attachment.objects.get().file_id == key

    def test_sent_twice_it_is_one_call(self, place):
        browser = client(place.resident)
        browser.post("/calls/new/", {**FORM, "text": "", "files": [photo()]})
        sent = {**FORM, "file": [File.objects.get().key]}
        first, second = (browser.post("/calls/new/", sent) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert Call.objects.count() == 1

    def test_nobody_takes_what_somebody_else_has_sent(self, place):
        client(place.neighbour).post("/calls/new/", {**FORM, "text": "", "files": [photo()]})
        sent = {**FORM, "file": [File.objects.get().key]}
        page = client(place.resident).post("/calls/new/", sent)
        assert "找不到" in page.text
        assert not Call.objects.exists()

    def test_of_who_may_not_act_nothing_is_kept(self, place):
        call = place.raised()
        sent = {"text": "好", "files": [photo()]}
        answer = client(place.neighbour).post(f"/calls/{call.number}/note/", sent)
        assert answer.status_code == 404
        assert not File.objects.exists()

    def test_every_act_that_takes_files_brings_them_to_its_step(self, place):
        call = place.raised()
        desk, me = client(place.community_clerk), client(place.resident)
        for browser, act, more in (
            (me, "add", {}),
            (desk, "ask", {}),
            (me, "reply", {}),
            (desk, "evidence", {"ev-text": "看过", "ev-met_whom": "反映人", "ev-met_at": "2026-11-23T09:20"}),
            (desk, "answer", {}),
            (me, "reopen", {"reason": "还是不亮"}),
        ):  # fmt: skip
            sent = {"text": "有照片。", **more, "files": [photo()]}
            assert browser.post(f"/calls/{call.number}/{act}/", sent).status_code == 302, act
        kinds = Attachment.objects.order_by("pk").values_list("step__kind", flat=True)
        assert list(kinds) == ["add", "ask", "reply", "evidence", "answer", "reopen"]
        call.refresh_from_db()
        assert call.files == 6

    def test_the_trail_holds_a_digest_of_each(self, place):
        raised_with_photo(place, files=[photo(), photo()])
        entry = Entry.objects.get(act="call.raise")
        file = File.objects.order_by("pk")[0]
        assert entry.numbers["files"] == 2
        assert digest(file.salt, file.sha256) in entry.digests.values()


class TestBudget:
    @pytest.mark.parametrize("who", ["resident", "community_clerk"])
    def test_pictures_cost_a_page_one_query_however_many(self, place, who):
        plain, one, many = (
            raised_with_photo(place, files=[], once="k0"),
            raised_with_photo(place),
            raised_with_photo(
                place, once="k2", files=[photo(picture(size=(9, 9))) for _ in range(9)]
            ),
        )
        browser = client(getattr(place, who))
        browser.get(f"/calls/{plain.number}/")  # what a process asks once
        asked = []
        for call in (plain, one, many):
            there = f"/calls/{call.number}/"
            asked.append(queries(partial(browser.get, there)))
        assert asked[1] == asked[2] == asked[0] + 1
        assert asked[1] <= 13


class TestForgetting:
    def test_the_bytes_go_and_the_fact_stays(self, place, django_capture_on_commit_callbacks):
        call = raised_with_photo(place)
        there = address(call)
        me = client(place.resident)
        assert me.get("/me/export/").json()["files"][0]["number"] == call.number
        me.post(f"/calls/{call.number}/withdraw/")
        with django_capture_on_commit_callbacks(execute=True):
            assert me.post("/me/erase/", {"sure": "on"}).status_code == 302
        desk = client(place.community_clerk)
        assert desk.get(there).status_code == 404
        assert "已经删去" in desk.get(f"/calls/{call.number}/").text
        assert not [path for path in kept().rglob("*") if path.is_file()]

    def test_when_its_time_is_up_they_go_with_the_persons_and_the_words(
        self, place, django_capture_on_commit_callbacks
    ):
        call = raised_with_photo(place)
        note = {"text": "留个底。", "files": [photo()]}
        client(place.community_clerk).post(f"/calls/{call.number}/note/", note)
        left = []
        for forget in (forget_persons, forget_words):
            with django_capture_on_commit_callbacks(execute=True):
                forget(call=Call.objects.get(pk=call.pk), at=MONDAY)
            left.append(File.objects.filter(erased_at=None).count())
        assert left == [1, 0]
        assert not [path for path in kept().rglob("*") if path.is_file()]


class TestResuming:
    def test_over_http_after_a_lost_connection(self, place):
        browser, content = client(place.resident), picture()
        begun = browser.post("/files/", headers={"Upload-Length": str(len(content))})
        assert begun.status_code == 201
        there, key = begun["Location"], begun.json()["id"]

        def piece(offset: int, part: bytes) -> Any:
            kind = "application/offset+octet-stream"
            return browser.patch(there, part, kind, headers={"Upload-Offset": str(offset)})

        assert piece(0, content[:900])["Upload-Offset"] == "900"
        assert piece(0, content[:900]).status_code == 409
        assert browser.head(there)["Upload-Offset"] == "900"
        assert client(place.neighbour).head(there).status_code == 404
        last = piece(900, content[900:])
        assert (last.status_code, last["Upload-Complete"]) == (204, "?1")
        assert browser.head(there)["Upload-Complete"] == "?1"
        assert browser.post("/calls/new/", {**FORM, "file": [key]}).status_code == 302
        assert browser.head(there).status_code == 404

    def test_is_refused_in_words_and_taken_away(self, place):
        browser = client(place.resident)
        large = browser.post("/files/", headers={"Upload-Length": "10000001"})
        assert (large.status_code, "最多 10 MB" in large.json()["detail"]) == (422, True)
        assert browser.post("/files/").status_code == 400
        begun = browser.post("/files/", headers={"Upload-Length": "5"})
        assert browser.delete(begun["Location"]).status_code == 204
        assert browser.delete(begun["Location"]).status_code == 404


class TestProgram:
    def test_sends_a_file_raises_with_it_and_reads_it_back(self, place):
        _, raw = issue_token(user=place.resident, label="p", acting=SYSTEM, at=MONDAY)
        program = Client(headers={"Authorization": f"Bearer {raw}", "Idempotency-Key": "f1"})
        made = program.post("/api/v1/files", {"file": photo()})
        assert made.status_code == 201, made.text
        assert program.post("/api/v1/files", {"file": photo()}).json() == made.json()
        assert program.post("/api/v1/files", {"file": photo(pdf())}).status_code == 422
        body = {"compound": place.compound.code, "text": "灯坏了", "files": [made.json()["id"]]}
        program = Client(headers={"Authorization": f"Bearer {raw}"})
        call = program.post("/api/v1/calls", body, "application/json").json()
        told = program.get(f"/api/v1/calls/{call['number']}").json()["steps"][0]["files"]
        assert [one["id"] for one in told] == body["files"]
        assert program.get(told[0]["url"]).getvalue().startswith(b"\xff\xd8\xff")
        wrong = program.post("/api/v1/files", {"file": photo(b"no picture at all")})
        assert (wrong.status_code, wrong.headers["Content-Type"]) == (
            422,
            "application/problem+json",
        )
        begun = program.post("/api/v1/files", headers={"Upload-Length": "3"})
        assert program.head(begun["Location"])["Upload-Length"] == "3"
        assert Client().post("/api/v1/files").status_code == 401
