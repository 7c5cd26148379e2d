"""Messages: one row a subject, its newest state, what it is about; nothing shown that one may not see."""

import pytest
from django.utils import timezone

from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import acting_as
from yihe.outbox.actions import tell
from yihe.people.tests.helpers import browser, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(district):
    return district


def told(person, title, key, kind="call"):
    tell(
        persons=[person.pk], title=title, link=f"/calls/{key}/", on=(kind, key),
        at=timezone.now(), body="灯泡换好了。",
    )  # fmt: skip


def test_the_newest_state_of_each_call_with_its_title(place):
    call = place.raised(text="东门的路灯坏了", at=timezone.now())
    told(place.resident, "社区受理了", call.number)
    told(place.resident, "社区答复了", call.number)
    told(place.resident, "区里的通知", "n1", kind="notice")
    page = browser(place.resident).get("/inbox/").text.split("<main")[1]
    assert "社区答复了" in page
    assert "社区受理了" not in page
    assert "东门的路灯坏了" in page
    assert "区里的通知" in page
    assert "条还没看" in page


def test_what_one_may_not_see_has_no_title(place):
    call = place.raised(text="东门的路灯坏了", visibility="handlers", at=timezone.now())
    told(place.outsider, "有一件事", call.number)
    page = browser(place.outsider).get("/inbox/").text
    assert "有一件事" in page
    assert "东门的路灯" not in page


def test_reading_all_quiets_the_block(place):
    told(place.resident, "区里的通知", "n1", kind="notice")
    client = browser(place.resident)
    client.post("/inbox/read/")
    assert "都看过了" in client.get("/inbox/").text


def test_the_elder_page_is_short(place):
    for number in range(9):
        told(place.resident, f"通知{number}", f"n{number}", kind="notice")
    client = browser(place.resident)
    client.cookies["y_elder"] = "1"
    assert client.get("/inbox/").text.count('class="y-row') <= 6


def test_asks_no_more_with_rows(place):
    for _ in range(12):
        call = place.raised(at=timezone.now())
        told(place.resident, "社区受理了", call.number)
    client = browser(place.resident)
    assert queries(lambda: client.get("/inbox/")) <= 8


class TestTheTrailOfACall:
    def test_is_linked_and_read_by_who_is_inside(self, place):
        call = place.raised(at=timezone.now())
        actions.accept(call=call, acting=acting_as(place.community_clerk), at=timezone.now())
        url = f"/house/trail/call/{call.number}/"
        assert url in browser(place.community_clerk).get(f"/calls/{call.number}/").text
        page = browser(place.community_clerk).get(url).text
        assert "受理" in page
        assert "反映人" in page
        for who in (place.neighbour, place.resident, place.secretary, place.outsider):
            assert browser(who).get(url).status_code == 404

    def test_of_a_complaint_is_not_there_for_whom_it_is_about(self, place):
        call = place.raised(about=place.company, at=timezone.now())
        assert Call.objects.get(pk=call.pk).about_id == place.company.pk
        url = f"/house/trail/call/{call.number}/"
        assert browser(place.manager).get(url).status_code == 404

    @pytest.mark.parametrize("kind", ["token", "home", "nothing", "body", "unit", "topic"])
    def test_of_what_is_not_there_is_not_there(self, place, kind):
        clerk = browser(place.community_clerk)
        assert clerk.get(f"/house/trail/{kind}/99999999999999999999/").status_code == 404

    def test_of_a_home_is_read_by_the_communitys_clerk(self, place):
        url = f"/house/trail/unit/{place.unit.pk}/"
        assert browser(place.community_clerk).get(url).status_code == 200
        assert browser(place.subdistrict_clerk).get(url).status_code == 404
        code, label = place.compound.code, place.unit.label
        found = browser(place.community_clerk).get(
            "/home/registered/", {"compound": code, "home": label}
        )
        assert url in found.text
