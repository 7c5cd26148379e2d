"""What each doorway says first: what waits for me, what is late, what the district has to list."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yihe.bodies.models import Body
from yihe.calls import actions
from yihe.calls.models import Call, Status
from yihe.calls.tests.builders import acting_as, make_person
from yihe.people.tests.helpers import asked, browser, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(district):
    return district


def answered(place, text="东门到三栋的路灯坏了五盏"):
    call = place.raised(text=text, at=timezone.now())
    return actions.answer(
        call=call, text="修好了。", evidence="到现场看过。",
        acting=acting_as(place.community_clerk), at=timezone.now(),
    )  # fmt: skip


def in_block(page: str) -> str:
    return page.split('<section class="y-now')[1].split("</section>")[0]


class TestAResidentsHome:
    def test_what_waits_comes_first_and_never_drops_out(self, place):
        waiting = answered(place, "最要紧的那一件")
        Call.objects.filter(pk=waiting.pk).update(due_at=timezone.now() + timedelta(days=90))
        for _ in range(6):
            place.raised(at=timezone.now())
        page = browser(place.resident).get("/").text
        rows = page.split('<ul class="y-list">')[1].split("</ul>")[0]
        assert rows.count("<li>") == 3
        assert "最要紧的那一件" in rows.split("</li>")[0]
        assert "全部 7 件" in page

    def test_the_button_tells_the_act(self, place):
        answered(place)
        block = in_block(browser(place.resident).get("/").text)
        assert "确认：东门到三栋的路灯坏……" in block

    def test_in_the_elder_look_one_confirms_on_the_spot(self, place):
        call = answered(place)
        client = browser(place.resident)
        client.cookies["y_elder"] = "1"
        page = client.get("/").text
        assert f"/calls/{call.number}/#reopen" in page
        assert f'action="/calls/{call.number}/confirm/"' in page
        client.post(f"/calls/{call.number}/confirm/")
        assert Call.objects.get(pk=call.pk).status == Status.CLOSED


class TestWhoAskedForAHome:
    def test_reads_where_the_request_lies_and_whom_to_ring(self, place):
        Body.objects.filter(pk=place.community_desk.pk).update(phone="0755-28001234")
        person = make_person("某人")
        assert "先登记您的住处" in browser(person).get("/").text
        asked(place, person)
        page = browser(person).get("/").text
        assert "申请送到龙田社区了，等着核实" in page
        assert "先登记您的住处" not in page
        assert "急事先打" in page
        assert "0755-28001234" in page
        assert "申请送到龙田社区了" in browser(person).get("/home/").text
        assert "0755-28001234" in browser(person).get("/help/").text


class TestABranchsDoorway:
    def test_says_what_is_late_and_what_is_due_today(self, place):
        client = browser(place.secretary)
        assert "现在没有在办的" in in_block(client.get("/").text)
        call = place.raised(at=timezone.now())
        Call.objects.filter(pk=call.pk).update(due_at=timezone.now() + timedelta(days=3))
        assert "都在期限里" in in_block(client.get("/").text)
        Call.objects.filter(pk=call.pk).update(due_at=timezone.now() - timedelta(hours=2))
        page = client.get("/").text
        assert "1 件超期" in in_block(page)
        assert "y-due-late" in page


class TestTheDistrictsDoorway:
    def test_says_first_what_waits_to_be_listed(self, place):
        client = browser(place.district_clerk)
        assert "没有超期" in in_block(client.get("/").text)
        call = place.raised(at=timezone.now())
        Call.objects.filter(pk=call.pk).update(
            level=4, due_at=timezone.now() + timedelta(minutes=7, seconds=30)
        )
        block = in_block(client.get("/").text)
        assert "1 件等着列入联席会议，最急的还剩 7 分钟" in block
        assert "列入议程" in block

    def test_stays_within_ten_queries(self, place):
        for _ in range(5):
            place.raised(at=timezone.now())
        client = browser(place.district_clerk)
        assert queries(lambda: client.get("/")) <= 10


def test_the_landing_page_stays_open():
    assert Client().get("/").status_code == 200
