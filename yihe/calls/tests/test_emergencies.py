"""What looks urgent is asked once; what turns out to be urgent starts on several desks."""

import pytest
import time_machine

from yihe.calls.actions import accept, correct_topic
from yihe.calls.models import Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.tests.test_pages import FORM, client
from yihe.outbox.models import Message

pytestmark = pytest.mark.django_db
URGENT = {**FORM, "text": "7栋电梯困人了，快来"}


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


class TestAsking:
    def test_a_text_that_sounds_urgent_is_asked_about_before_it_is_sent(self, place):
        page = client(place.resident).post("/calls/new/", URGENT)
        assert page.status_code == 200
        assert "还没有发出" in page.text
        assert "7栋电梯困人了" in page.text
        assert not Call.objects.exists()

    def test_yes_sends_it_to_several_desks_at_once(self, place):
        client(place.resident).post("/calls/new/", {**URGENT, "urgent": place.emergency.pk})
        call = Call.objects.get()
        assert (call.emergency, call.topic) == (True, place.emergency)
        assert call.placements.count() == 3

    def test_no_sends_it_as_it_is(self, place):
        client(place.resident).post("/calls/new/", {**URGENT, "urgent": "0"})
        call = Call.objects.get()
        assert (call.emergency, call.topic) == (False, None)

    def test_who_chose_a_topic_is_not_asked(self, place):
        client(place.resident).post("/calls/new/", {**URGENT, "topic": place.topic.pk})
        assert Call.objects.get().topic == place.topic

    @pytest.mark.parametrize("urgent", ["99999", "x", "-1"])
    def test_a_topic_that_is_no_emergency_cannot_be_slipped_in(self, place, urgent):
        page = client(place.resident).post("/calls/new/", {**URGENT, "urgent": urgent})
        assert page.status_code == 200
        assert not Call.objects.exists()


class TestCorrecting:
    def test_to_an_emergency_puts_it_on_several_desks_with_an_urgent_clock(self, place):
        clerk = acting_as(place.community_clerk)
        call = place.raised(topic=None)
        before = call.due_at
        call = correct_topic(call=call, topic=place.emergency, acting=clerk, at=MONDAY)
        now = call.placements.filter(until=None)
        assert {one.desk for one in now} == {
            place.community_desk,
            place.subdistrict_desk,
            place.housing,
        }
        assert now.get(lead=True).desk == place.community_desk
        assert call.due_at < before
        assert Message.objects.filter(
            person_id=place.resident.pk, title__contains="电梯困人"
        ).exists()

    def test_that_moves_a_call_tells_its_reporter(self, place):
        call = place.raised(topic=None)
        clerk = acting_as(place.community_clerk)
        accept(call=call, acting=clerk, at=MONDAY)
        call = correct_topic(
            call=call, topic=place.topic, desk=place.company, acting=clerk, at=MONDAY
        )
        told = Message.objects.filter(person_id=place.resident.pk).latest("pk")
        assert told.title == "您的呼叫归到了“电梯运行”，转到印象家园物业服务中心"


def test_the_desk_sees_what_a_call_without_a_topic_looks_like(place):
    call = place.raised(topic=None, text="电梯夜里有异响")
    page = client(place.community_clerk).get(f"/calls/{call.number}/").text
    assert "看内容像：电梯运行" in page
