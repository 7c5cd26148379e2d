"""Photographs and PDFs on calls: raised with, seen by whom, covered, erased."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yihe.calls.models import Attachment, Call
from yihe.calls.tests.builders import MONDAY, District, make_district
from yihe.calls.tests.test_pages import FORM, client
from yihe.files.tests.pictures import picture

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
