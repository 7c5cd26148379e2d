"""A form that is sent again, because its answer did not come, is done once."""

import re

import pytest
import time_machine

from yihe.calls.models import Call, Step
from yihe.calls.tests.builders import MONDAY, District, make_district
from yihe.calls.tests.test_pages import FORM, client

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def key_in(page: str) -> str:
    found = re.search(r'name="once"[^>]* value="(\w+)"', page)
    assert found is not None
    return found[1]


class TestARaisedCall:
    def test_sent_again_leads_to_the_first(self, place):
        browser = client(place.resident)
        first = browser.post("/calls/new/", FORM)
        again = browser.post("/calls/new/", FORM)
        assert Call.objects.count() == 1
        assert again.headers["Location"] == first.headers["Location"]

    def test_changed_meanwhile_is_not_swallowed(self, place):
        """The first came, its answer did not, and the person went on writing."""
        browser = client(place.resident)
        browser.post("/calls/new/", FORM)
        number = Call.objects.get().number
        changed = {**FORM, "text": "东门的灯坏了，台阶也裂了"}
        asked = browser.post("/calls/new/", changed)
        assert Call.objects.count() == 1
        assert number in asked.text
        assert "台阶也裂了" in asked.text
        fresh = key_in(asked.text)
        assert fresh != FORM["once"]
        browser.post("/calls/new/", {**changed, "once": fresh})
        assert Call.objects.count() == 2


class TestAnAct:
    @pytest.mark.parametrize("name", ["note", "first_contact"])
    def test_sent_again_is_noted_once(self, place, name):
        call = place.raised()
        browser, sent = client(place.community_clerk), {"text": "约了周二。", "once": "k7"}
        for _ in range(2):
            answer = browser.post(f"/calls/{call.number}/{name}/", sent, follow=True)
        assert Step.objects.filter(call=call, text="约了周二。").count() == 1
        assert "先前已经送到了" in answer.text

    def test_that_moved_the_call_is_not_refused_for_that(self, place):
        call = place.raised()
        browser = client(place.community_clerk)
        sent = {"reason": "这里定不了。", "once": "k8", "version": call.version}
        browser.post(f"/calls/{call.number}/pass_up/", sent)
        again = browser.post(f"/calls/{call.number}/pass_up/", sent)
        assert again.status_code == 302
        call.refresh_from_db()
        assert call.level == 2

    def test_with_other_words_is_asked_about(self, place):
        call = place.raised()
        browser = client(place.community_clerk)
        browser.post(f"/calls/{call.number}/note/", {"text": "约了周二。", "once": "k9"})
        other = browser.post(f"/calls/{call.number}/note/", {"text": "改约周三。", "once": "k9"})
        assert other.status_code == 409
        assert "改约周三。" in other.text
        assert not Step.objects.filter(text="改约周三。").exists()

    def test_that_was_refused_may_be_sent_again(self, place):
        call = place.raised()
        browser = client(place.community_clerk)
        refused = browser.post(f"/calls/{call.number}/note/", {"text": "", "once": "k10"})
        assert refused.status_code == 409
        browser.post(f"/calls/{call.number}/note/", {"text": "约了周二。", "once": "k10"})
        assert Step.objects.filter(text="约了周二。").count() == 1

    def test_somebody_elses_key_is_not_mine(self, place):
        call = place.raised()
        sent = {"text": "灯还没有好。", "once": "k11"}
        client(place.resident).post(f"/calls/{call.number}/add/", sent)
        client(place.community_clerk).post(f"/calls/{call.number}/note/", sent)
        assert Step.objects.filter(call=call, text="灯还没有好。").count() == 2
