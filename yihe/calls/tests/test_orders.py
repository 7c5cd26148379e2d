"""Work orders on paper: for whom the call lies with, with the contact only when asked for and allowed."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yihe.accounts.models import User
from yihe.calls import actions
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district, make_person
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
TEXT = "我是罗居民，电话 13955556666，电梯夜里响。"


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def place() -> District:
    place = make_district()
    place.resident.phone = "13955556666"
    place.resident.save()
    return place


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def printed() -> int:
    return Entry.objects.filter(act="call.print_contact").count()


class TestAnOrder:
    def test_says_where_what_and_until_when_and_leaves_room(self, place):
        call = place.raised(text=TEXT, spot="三号梯", unit=place.unit)
        actions.add_text(call=call, text="昨晚更响", acting=acting_as(place.resident), at=MONDAY)
        page = client_of(place.community_clerk).get(f"/calls/{call.number}/order/").text
        for words in (f"工单 {call.number}", "龙田社区 印象家园", "三号梯", "电梯运行", "昨晚更响",
                      "首次联系 11月23日", "现场看到的", "办理人签名", '<svg class="y-qr"'):  # fmt: skip
            assert words in page, words

    def test_shows_no_contact_until_it_is_asked_for_and_that_is_an_act(self, place):
        call = place.raised(text=TEXT, unit=place.unit)
        clerk = client_of(place.community_clerk)
        plain = clerk.get(f"/calls/{call.number}/order/").text
        for secret in ("13955556666", "罗居民", "3栋1单元101"):
            assert secret not in plain
        assert printed() == 0
        full = clerk.post(f"/calls/{call.number}/order/").text
        assert "罗居民，3栋1单元101，13955556666" in full
        entry = Entry.objects.get(act="call.print_contact")
        assert (entry.subject_key, entry.person_id) == (call.number, place.community_clerk.pk)
        assert entry.log.key == place.compound.code

    def test_never_shows_who_does_not_want_to_be_known(self, place):
        call = place.raised(text=TEXT, visibility="desk", unit=place.unit)
        page = client_of(place.community_clerk).post(f"/calls/{call.number}/order/").text
        assert "不上纸" in page
        for secret in ("13955556666", "罗居民", "3栋1单元101"):
            assert secret not in page
        assert printed() == 0

    def test_is_there_for_whom_the_call_lies_with_and_nobody_else(self, place):
        call = place.raised(text=TEXT)
        address = f"/calls/{call.number}/order/"
        others = (
            place.resident, place.neighbour, place.outsider, place.subdistrict_clerk, place.manager,
            place.district_clerk, place.department_clerk, place.secretary, make_person(),
        )  # fmt: skip
        for user in others:
            assert client_of(user).get(address).status_code == 404
            assert client_of(user).post(address).status_code == 404
        assert printed() == 0

    def test_is_gone_with_the_call(self, place):
        call = place.raised()
        actions.withdraw(call=call, acting=acting_as(place.resident), at=MONDAY)
        assert (
            client_of(place.community_clerk).get(f"/calls/{call.number}/order/").status_code == 404
        )


class TestSeveral:
    def test_are_printed_from_the_queue_a_sheet_for_each(self, place):
        numbers = [place.raised(text=f"第{one}件").number for one in "一二三"]
        far = place.raised(text="别处的", compound=place.compound)
        actions.pass_up(
            call=far, reason="办不了", acting=acting_as(place.community_clerk), at=MONDAY
        )
        clerk = client_of(place.community_clerk)
        assert 'form="orders"' in clerk.get("/desk/").text
        asked = {"number": [*numbers[:2], far.number, "1", "'", numbers[0]]}
        page = clerk.get("/desk/orders/", asked).text
        assert page.count('<article class="y-order"') == 2
        assert "第三件" not in page
        assert "别处的" not in page
        clerk.post("/desk/orders/", asked)
        assert printed() == 2

    def test_none_chosen_leads_back_with_what_to_do(self, place):
        page = client_of(place.community_clerk).get("/desk/orders/", follow=True)
        assert page.redirect_chain[-1][0] == "/desk/"
        assert "还没有选中" in page.text
        assert client_of(place.resident).get("/desk/orders/").status_code == 404

    def test_ask_no_more_with_more_sheets(self, place):
        numbers = [place.raised(unit=place.unit).number for _ in range(6)]
        clerk = client_of(place.community_clerk)
        asked = []
        for some in (numbers[:1], numbers[:1], numbers):
            with CaptureQueriesContext(connection) as found:
                clerk.get("/desk/orders/", {"number": some})
            asked.append([one["sql"][:160] for one in found])
        assert len(asked[2]) == len(asked[1]), "\n".join(asked[2])
