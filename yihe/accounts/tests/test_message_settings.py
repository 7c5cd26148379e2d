"""我的消息设置: what is on is what was proven and chosen; nobody touches another's."""

import re
from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import as_oneself, change_number
from yihe.accounts.channels import MemoryChannel
from yihe.accounts.choices import MOST, add_address
from yihe.accounts.models import Address, MessageChoice
from yihe.accounts.reach import destinations, readers
from yihe.accounts.tests.builders import OTHER, PHONE, make_clerk, make_person
from yihe.outbox.actions import tell
from yihe.outbox.models import Delivery
from yihe.outbox.rules import YOURS, Quiet
from yihe.outbox.sending import send_all
from yihe.outbox.spreading import spread
from yihe.refusal import Refusal
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
HERE = "/me/messages/"
DEVICE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "p256dh": "B" * 87,
    "auth": "a" * 22,
    "label": "安卓手机，Edge",
}


def signed_in(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def person():
    return make_person(name="某人")


@pytest.fixture
def browser(person):
    return signed_in(person)


class TestShortMessages:
    def test_go_to_the_number_of_the_sign_in(self, person, browser):
        assert "短信" in browser.get(HERE).text
        browser.post(f"{HERE}sms/")
        browser.post(HERE, {"what": "all", "quiet_from": "7", "quiet_until": "7"})
        tell(
            persons=[person.pk], title="社区答复了", link="/calls/1/", on=("call", "1"),
            at=timezone.now(), urgency=YOURS,
        )  # fmt: skip
        spread(at=timezone.now())
        send_all(at=timezone.now())
        phone, said = MemoryChannel.sent[-1]
        assert (phone, said) == (PHONE, "您在一核有一条消息：社区答复了。请登录查看。")

    def test_follow_a_changed_number(self, person, browser):
        browser.post(f"{HERE}sms/")
        key = person.addresses.get().pk
        change_number(
            user=person, phone=OTHER, keep=None, acting=as_oneself(person), at=timezone.now()
        )
        assert destinations([key])[key].value == OTHER
        assert Address.objects.get().value == "", "the number stands in one place only"

    def test_are_off_until_switched_on_and_off_again(self, person, browser):
        assert readers([person.pk]) == {}
        browser.post(f"{HERE}sms/")
        assert [one.channel for one in readers([person.pk])[person.pk].addresses] == ["sms"]
        browser.post(f"{HERE}{person.addresses.get().pk}/drop/")
        assert readers([person.pk]) == {}
        acts = Entry.objects.filter(person_id=person.pk).values_list("act", flat=True)
        assert {"person.address", "person.drop_address"} <= set(acts)

    def test_are_not_offered_where_the_house_has_none(self, browser, settings):
        settings.SMS_CHANNEL = ""
        assert f"{HERE}sms/" not in browser.get(HERE).text
        assert browser.post(f"{HERE}sms/").status_code == 404


class TestMail:
    def ask(self, browser, mailoutbox, address="somebody@mail.example"):
        assert browser.post(f"{HERE}mail/", {"address": address}).status_code == 302
        found = re.search(r"\d{6}", mailoutbox[-1].body)
        assert found
        return found.group()

    def test_counts_once_its_code_came_back(self, person, browser, mailoutbox):
        code = self.ask(browser, mailoutbox)
        assert not Address.objects.exists()
        wrong = "000000" if code != "000000" else "000001"
        assert "这 6 位数字不对" in browser.post(f"{HERE}mail/code/", {"code": wrong}).text
        browser.post(f"{HERE}mail/code/", {"code": code})
        assert person.addresses.get().value == "somebody@mail.example"
        assert "somebody@mail.example" in browser.get(HERE).text

    def test_five_wrong_codes_end_it(self, browser, mailoutbox):
        code = self.ask(browser, mailoutbox)
        wrong = "000000" if code != "000000" else "000001"
        for _ in range(5):
            page = browser.post(f"{HERE}mail/code/", {"code": wrong})
        assert "作废" in page.text
        browser.post(f"{HERE}mail/code/", {"code": code})
        assert not Address.objects.exists()

    def test_is_not_sent_out_without_end(self, browser, mailoutbox):
        for _ in range(3):
            self.ask(browser, mailoutbox)
        page = browser.post(f"{HERE}mail/", {"address": "somebody@mail.example"})
        assert "太勤了" in page.text
        assert len(mailoutbox) == 3

    def test_a_new_one_takes_the_old_ones_place(self, person, browser, mailoutbox):
        for address in ("a@mail.example", "b@mail.example"):
            code = self.ask(browser, mailoutbox, address)
            browser.post(f"{HERE}mail/code/", {"code": code})
        assert [one.value for one in person.addresses.all()] == ["b@mail.example"]

    def test_a_code_is_of_the_browser_that_asked(self, person, browser, mailoutbox):
        code = self.ask(browser, mailoutbox)
        assert signed_in(person).post(f"{HERE}mail/code/", {"code": code}).status_code == 302
        assert not Address.objects.exists()


class TestDevices:
    def test_are_added_and_belong_to_who_uses_them_last(self, person, browser):
        assert browser.post(f"{HERE}device/", DEVICE).status_code == 302
        assert "安卓手机，Edge" in browser.get(HERE).text
        other = make_person(phone=OTHER)
        signed_in(other).post(f"{HERE}device/", DEVICE)
        assert not person.addresses.exists()
        assert other.addresses.get().keys["auth"] == "a" * 22

    @pytest.mark.parametrize(
        "endpoint", ["https://169.254.169.254/latest/", "http://fcm.googleapis.com/x", "x"]
    )
    def test_of_unknown_services_are_refused(self, browser, endpoint):
        answer = browser.post(f"{HERE}device/", {**DEVICE, "endpoint": endpoint})
        assert answer.status_code == 409
        assert not Address.objects.exists()

    def test_are_not_without_end(self, person, browser):
        for number in range(MOST):
            browser.post(f"{HERE}device/", {**DEVICE, "endpoint": f"{DEVICE['endpoint']}{number}"})
        answer = browser.post(f"{HERE}device/", DEVICE)
        assert "请先去掉不用的" in answer.text
        assert person.addresses.count() == MOST


class TestChoices:
    def test_are_kept_and_shown_again(self, person, browser):
        browser.post(HERE, {"what": "all", "quiet_from": "21", "quiet_until": "8"})
        choice = MessageChoice.objects.get(user=person)
        assert (choice.what, choice.quiet_from, choice.quiet_until) == ("all", time(21), time(8))
        assert '<option value="21" selected>' in browser.get(HERE).text

    def test_begin_with_what_waits_for_one_and_quiet_nights(self, person, browser):
        browser.post(f"{HERE}sms/")
        reader = readers([person.pk])[person.pk]
        assert (reader.what, reader.quiet) == ("mine", Quiet(time(22), time(7)))

    def test_say_which_channel_comes_first(self, person, browser):
        me = as_oneself(person)
        for channel, value in (("sms", ""), ("email", "a@mail.example")):
            add_address(user=person, channel=channel, value=value, acting=me, at=timezone.now())
        assert next(one.channel for one in readers([person.pk])[person.pk].addresses) == "sms"
        browser.post(
            HERE, {"what": "mine", "first": "email", "quiet_from": "22", "quiet_until": "7"}
        )
        assert next(one.channel for one in readers([person.pk])[person.pk].addresses) == "email"

    @pytest.mark.parametrize(
        "wrong",
        [{"what": "nothing"}, {"quiet_from": "25"}, {"first": "pigeon"}, {"quiet_until": ""}],
    )
    def test_that_are_none_are_said_and_change_nothing(self, person, browser, wrong):
        for channel, value in (("sms", ""), ("email", "a@mail.example")):
            add_address(
                user=person,
                channel=channel,
                value=value,
                acting=as_oneself(person),
                at=timezone.now(),
            )
        good = {"what": "all", "first": "sms", "quiet_from": "22", "quiet_until": "7"}
        assert browser.post(HERE, {**good, **wrong}).status_code == 200
        assert not MessageChoice.objects.exists()

    def test_only_emergencies_are_for_who_is_in_office(self, browser, monkeypatch):
        monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
        assert "只要紧急的" not in browser.get(HERE).text
        assert "只要紧急的" in signed_in(make_clerk(OTHER)).get(HERE).text


def test_one_does_not_touch_anothers(person):
    other = make_person(phone=OTHER)
    mine = add_address(user=person, channel="sms", acting=as_oneself(person), at=timezone.now())
    assert signed_in(other).post(f"{HERE}{mine.pk}/drop/").status_code == 404
    assert Address.objects.filter(pk=mine.pk).exists()


def test_a_phone_is_needed_for_short_messages(person):
    person.phone = None
    with pytest.raises(Refusal):
        add_address(user=person, channel="sms", acting=as_oneself(person), at=timezone.now())


def test_reaching_asks_no_more_for_many(django_assert_num_queries):
    people = [make_person(phone=f"138000000{number:02}") for number in range(20)]
    for one in people:
        add_address(user=one, channel="sms", acting=as_oneself(one), at=timezone.now())
    with django_assert_num_queries(2):
        readers([one.pk for one in people])
    keys = list(Address.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert len(destinations(keys)) == 20


def test_who_was_deleted_is_not_written_to(person, browser):
    browser.post(f"{HERE}sms/")
    tell(persons=[person.pk], title="x", link="/", on=("call", "1"), at=timezone.now())
    spread(at=timezone.now())
    browser.post("/me/erase/", {"sure": "on"})
    assert not Delivery.objects.exists()
    assert not Address.objects.exists()
