"""Guessing and flooding: limits by number and by address, locks that open by themselves, plain words."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from yihe.accounts.channels import MemoryChannel
from yihe.accounts.models import User
from yihe.accounts.tests.builders import (
    OTHER,
    PASSWORD,
    PHONE,
    ask_for_code,
    by_password,
    code,
    make_clerk,
    prove,
    wrong,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


class TestCodes:
    def test_end_after_five_wrong_ones(self):
        browser = Client()
        ask_for_code(browser)
        right = code()
        for _ in range(4):
            assert "不对" in prove(browser, wrong(right)).text
        fifth = browser.post("/account/code/confirm/", {"code": wrong(right)}, follow=True)
        assert "这个验证码作废了。请再要一个" in fifth.text
        prove(browser, right)
        assert browser.get("/me/").status_code == 302
        assert not User.objects.exists()

    def test_are_limited_by_number_whoever_asks(self, clock):
        for turn in range(3):
            ask_for_code(Client(), REMOTE_ADDR=f"10.0.0.{turn}")
        answer = ask_for_code(Client(), REMOTE_ADDR="10.0.0.9")
        assert "请过 5 分钟再试" in answer.text
        assert len(MemoryChannel.sent) == 3
        assert ask_for_code(Client(), OTHER).status_code == 302
        clock.shift(301)
        assert ask_for_code(Client()).status_code == 302

    def test_are_ten_a_day_for_a_number(self, clock):
        for _ in range(14):
            ask_for_code(Client())
            clock.shift(301)
        assert len(MemoryChannel.sent) == 10
        clock.shift(24 * 3600)
        assert ask_for_code(Client()).status_code == 302

    def test_are_limited_by_address_whatever_the_number(self, clock):
        answers = [ask_for_code(Client(), f"139000000{turn:02d}") for turn in range(22)]
        assert [one.status_code for one in answers[:20]] == [302] * 20
        assert "要得太勤" in answers[20].text
        assert ask_for_code(Client(), REMOTE_ADDR="10.0.0.9").status_code == 302
        clock.shift(61)
        assert ask_for_code(Client(), "13900000999").status_code == 302

    def test_sent_again_count_like_any_other(self):
        browser = Client()
        ask_for_code(browser)
        ask_for_code(Client())
        ask_for_code(Client())
        answer = browser.post("/account/code/confirm/", {"action": "resend"}, follow=True)
        assert "要得太勤" in answer.text
        assert len(MemoryChannel.sent) == 3


class TestPasswords:
    def test_that_are_wrong_lock_the_number_for_ten_minutes(self, clock):
        make_clerk()
        for turn in range(5):
            assert "不对，请核对" in by_password(Client(), "x", REMOTE_ADDR=f"10.0.1.{turn}").text
        answer = by_password(Client(), PASSWORD, REMOTE_ADDR="10.0.2.1")
        assert "过 10 分钟自己会开" in answer.text
        clock.shift(601)
        assert by_password(Client()).status_code == 302

    def test_of_one_number_lock_nobody_else(self):
        make_clerk(OTHER)
        for turn in range(6):
            by_password(Client(), "x", REMOTE_ADDR=f"10.0.1.{turn}")
        assert by_password(Client(), phone=OTHER).status_code == 302

    def test_lock_an_address_that_tries_many_numbers(self, clock):
        make_clerk()
        for turn in range(10):
            by_password(Client(), "x", phone=f"139000000{turn:02d}")
        assert "先锁上了" in by_password(Client()).text
        assert by_password(Client(), REMOTE_ADDR="10.0.0.9").status_code == 302
        clock.shift(61)
        assert by_password(Client()).status_code == 302

    def test_second_factors_are_not_guessed_without_end(self):
        person = make_clerk()
        Authenticator.objects.create(user=person, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
        browser = Client()
        by_password(browser)
        said = [browser.post("/account/2fa/authenticate/", {"code": "1"}).text for _ in range(6)]
        assert "这个码不对" in said[0]
        assert "过 10 分钟" in said[5]


class TestTheAddress:
    def test_cannot_be_forged_in_a_header(self):
        for turn in range(10):
            by_password(
                Client(), "x", f"139000000{turn:02d}", headers={"X-Forwarded-For": f"1.2.3.{turn}"}
            )
        assert "先锁上了" in by_password(Client(), headers={"X-Forwarded-For": "9.9.9.9"}).text

    def test_is_what_a_declared_proxy_says_and_nothing_before_it(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for turn in range(10):
            by_password(
                Client(), "x", f"139000000{turn:02d}",
                headers={"X-Forwarded-For": f"1.2.3.{turn}, 7.7.7.7"},
            )  # fmt: skip
        assert (
            "先锁上了"
            in by_password(Client(), headers={"X-Forwarded-For": "5.5.5.5, 7.7.7.7"}).text
        )
        make_clerk(PHONE)
        assert by_password(Client(), headers={"X-Forwarded-For": "8.8.8.8"}).status_code == 302

    def test_of_too_few_proxies_is_the_nearest_one(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
        assert ask_for_code(Client(), headers={"X-Forwarded-For": "7.7.7.7"}).status_code == 302

    @pytest.mark.parametrize("said", ["192.0.2.7, 198.51.100.2", "198.51.100.2"])
    def test_of_one_visitor_behind_a_proxy_locks_out_no_other(self, settings, said):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for serial in range(30):
            one = Client(headers={"X-Forwarded-For": "192.0.2.7, 198.51.100.1"})
            ask_for_code(one, f"1380000{serial:04d}")
        assert ask_for_code(Client(headers={"X-Forwarded-For": said})).status_code == 302
