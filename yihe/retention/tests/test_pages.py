"""The page of periods: what is set, what is due, what is held; and what residents read of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import District, acting_as, make_district, make_person, make_seat
from yihe.retention.actions import set_period
from yihe.retention.models import Hold, Period
from yihe.retention.rules import BY_KEY
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
PAGE = "/house/retention/"


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture
def keeper(place) -> Client:
    client = Client()
    client.force_login(make_seat(place.district_desk, "administrator"))
    return client


def long_ago(place: District) -> Call:
    at = timezone.now() - timedelta(days=1200)
    call = place.raised(at=at)
    actions.withdraw(call=call, acting=acting_as(place.resident), at=at)
    return call


class TestThePage:
    def test_says_what_would_be_due_before_anything_is_switched_on(self, place, keeper):
        long_ago(place)
        page = keeper.get(PAGE).text
        assert "一条都没有打开" in page
        assert "建议 3 年" in page
        assert "不是法律规定的" in page
        assert "已经到期 1 条" in keeper.get(f"{PAGE}persons/").text

    def test_takes_a_period_and_says_when_it_begins(self, place, keeper):
        sent = keeper.post(
            f"{PAGE}persons/", {"months": "24", "on": "on", "sure": "on"}, follow=True
        )
        assert "一周以后才开始删" in sent.text
        assert "开始" in sent.text
        assert (Period.objects.get().months, Period.objects.get().on) == (24, True)
        entry = Entry.objects.get(act="retention.period")
        assert (entry.numbers, entry.kinds) == ({"months": 24}, {"on": "yes"})

    def test_wants_it_confirmed_and_keeps_what_was_typed(self, place, keeper):
        page = keeper.post(f"{PAGE}persons/", {"months": "24", "on": "on"}).text
        assert "请在这里打勾确认" in page
        assert 'value="24"' in page
        assert not Period.objects.exists()

    def test_refuses_less_than_the_least(self, place, keeper):
        sent = {"months": "2", "on": "on", "sure": "on"}
        assert "至少留 1 年" in keeper.post(f"{PAGE}words/", sent).text

    def test_holds_a_call_and_lets_it_go(self, place, keeper):
        call = long_ago(place)
        look_on = timezone.localdate() + timedelta(days=30)
        sent = {"number": call.number.replace("-", ""), "reason": "在打官司", "look_on": look_on}
        page = keeper.post(f"{PAGE}hold/", sent, follow=True).text
        assert call.number in page
        assert "在打官司" in page
        assert "已经到期 0 条" in keeper.get(f"{PAGE}persons/").text
        held = Hold.objects.get()
        assert "不再另外留着" in keeper.post(f"{PAGE}hold/{held.pk}/end/", follow=True).text
        assert "已经到期 1 条" in keeper.get(f"{PAGE}persons/").text
        assert "不留着了" in keeper.post(f"{PAGE}hold/{held.pk}/end/", follow=True).text

    @pytest.mark.parametrize(
        ("number", "days", "words"),
        [("2611-9999", 30, "没有这个编号"), ("1", 30, "编号像"), ("", 30, "请写编号")],
    )
    def test_says_what_is_wrong_with_a_hold(self, place, keeper, number, days, words):
        look_on = timezone.localdate() + timedelta(days=days)
        sent = {"number": number, "reason": "在打官司", "look_on": look_on}
        assert words in keeper.post(f"{PAGE}hold/", sent).text

    def test_asks_no_more_with_more_calls(self, place, keeper, django_assert_max_num_queries):
        for _ in range(5):
            long_ago(place)
        with django_assert_max_num_queries(42):
            keeper.get(PAGE)


class TestTheNotice:
    def test_says_the_same_that_the_worker_does(self, place, client):
        assert "区里还没有定期限" in client.get("/privacy/").text
        long_since = timezone.now() - timedelta(days=30)
        kind = BY_KEY["messages"]
        set_period(kind=kind, months=18, on=True, acting=SYSTEM, at=long_since)
        assert "发给您的消息，18 个月后删掉。" in client.get("/privacy/").text
        set_period(kind=kind, months=18, on=False, acting=SYSTEM, at=timezone.now())
        assert "18 个月" not in client.get("/privacy/").text

    def test_says_from_when_on(self, place, client):
        set_period(kind=BY_KEY["codes"], months=3, on=True, acting=SYSTEM, at=timezone.now())
        assert "起）" in client.get("/privacy/").text

    def test_is_read_before_one_agrees(self, place):
        person = make_person()
        person.consents.all().delete()
        client = Client()
        client.force_login(person)
        assert "到期自动删的" in client.get("/me/consent/").text
