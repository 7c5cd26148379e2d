"""Signing in: by phone and code after consent; people in office by password and a second factor."""

import re

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from yihe.accounts.actions import (
    change_name,
    erase_person,
    issue_token,
    register_person,
    revoke_token,
)
from yihe.accounts.channels import MemoryChannel
from yihe.accounts.models import Consent, User
from yihe.accounts.queries import token_for
from yihe.accounts.rules import normalise_phone
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _no_texts():
    MemoryChannel.sent.clear()


def ask_for_code(browser: Client, **more: str):
    return browser.post("/account/code/", {"phone": PHONE, "agree": "on", **more})


def code() -> str:
    found = re.search(r"\d{6}", MemoryChannel.sent[-1][1])
    assert found
    return found.group()


class TestByCode:
    def test_a_new_person_is_in_after_proving_the_number(self):
        browser = Client()
        assert ask_for_code(browser).status_code == 302
        response = browser.post("/account/code/confirm/", {"code": code()})
        assert response.status_code == 302
        user = User.objects.get(phone=PHONE)
        assert user.phone_verified_at is not None
        assert browser.get("/me/").status_code == 200
        assert Entry.objects.filter(act="person.sign_in", person_id=user.pk).exists()

    def test_no_number_is_taken_without_consent(self):
        response = Client().post("/account/code/", {"phone": PHONE})
        assert "请先看过告知并打勾" in response.text
        assert not User.objects.exists()
        assert MemoryChannel.sent == []

    def test_consent_is_kept_with_its_version(self):
        ask_for_code(Client())
        assert Consent.objects.get().version == "2026-11"

    def test_a_wrong_code_lets_nobody_in(self):
        browser = Client()
        ask_for_code(browser)
        wrong = "000000" if code() != "000000" else "000001"
        browser.post("/account/code/confirm/", {"code": wrong})
        assert browser.get("/me/").status_code == 302

    def test_a_code_is_tried_five_times_even_by_tries_at_the_same_moment(self):
        browser = Client()
        ask_for_code(browser)
        right, fresh = code(), browser.session["account_login"]
        for _ in range(5):
            session = browser.session
            session["account_login"] = fresh  # as one sees it who came at the same moment
            session.save()
            browser.post("/account/code/confirm/", {"code": "nothing"})
        session = browser.session
        session["account_login"] = fresh
        session.save()
        browser.post("/account/code/confirm/", {"code": right})
        assert browser.get("/me/").status_code == 302

    def test_codes_are_not_sent_without_end(self):
        answers = [ask_for_code(Client()).status_code for _ in range(12)]
        assert len(MemoryChannel.sent) < 12
        assert answers[-1] != 302

    def test_a_number_gets_few_codes_an_hour(self):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _ in range(30):
                ask_for_code(Client())
                clock.shift(61)
        assert len(MemoryChannel.sent) == 10

    def test_what_the_limits_refuse_leaves_nothing_behind(self):
        for serial in range(30):
            Client().post("/account/code/", {"phone": f"1380000{serial:04d}", "agree": "on"})
        assert User.objects.count() == Consent.objects.count() == 20

    @override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
    def test_behind_a_proxy_one_visitor_does_not_lock_out_the_others(self):
        for serial in range(30):
            visitor = Client(headers={"X-Forwarded-For": "192.0.2.7, 198.51.100.1"})
            visitor.post("/account/code/", {"phone": f"1380000{serial:04d}", "agree": "on"})
        neighbour = Client(headers={"X-Forwarded-For": "192.0.2.7, 198.51.100.2"})
        assert ask_for_code(neighbour).status_code == 302

    def test_nobody_takes_the_number_of_somebody_else(self):
        other = register_person(phone="13700000001", name="", acting=SYSTEM, at=timezone.now())
        browser = Client()
        ask_for_code(browser)
        browser.post("/account/code/confirm/", {"code": code()})
        browser.post("/account/phone/change/", {"phone": other.phone})
        browser.post("/account/phone/verify/", {"code": code()})
        assert User.objects.get(phone=other.phone) == other

    def test_who_is_in_office_gets_no_code(self):
        user = register_person(phone=PHONE, name="", acting=SYSTEM, at=timezone.now())
        user.works = True
        user.set_password("a long and good one")
        user.save()
        ask_for_code(Client())
        assert not re.search(r"\d{6}", MemoryChannel.sent[-1][1])


class TestInOffice:
    def test_signs_in_by_password_and_must_set_up_a_second_factor(self):
        user = register_person(phone=PHONE, name="", acting=SYSTEM, at=timezone.now())
        user.works = True
        user.phone_verified_at = timezone.now()
        user.set_password("a long and good one")
        user.save()
        browser = Client()
        assert browser.get("/account/login/").status_code == 200
        browser.post(
            "/account/login/", {"login": PHONE, "phone": PHONE, "password": "a long and good one"}
        )
        response = browser.get("/me/")
        assert response.status_code == 302
        assert response.headers["Location"] == "/account/2fa/totp/activate/"


class TestNumbers:
    @pytest.mark.parametrize(
        "text", ["138 1234 5678", "+86-13812345678", "１３８１２３４５６７８", "0086 138-1234-5678"]
    )
    def test_are_read_as_people_type_them(self, text):
        assert normalise_phone(text) == PHONE

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("1381234567", "少了 1 位"),
            ("138123456789", "多了 1 位"),
            ("12345678901", "13 到 19"),
            ("abc", "只写数字"),
        ],
    )
    def test_are_refused_in_words(self, text, words):
        with pytest.raises(Refusal, match=words):
            normalise_phone(text)


class TestTokens:
    def test_are_known_by_digest_and_can_be_revoked(self):
        user = register_person(phone=PHONE, name="", acting=SYSTEM, at=timezone.now())
        token, raw = issue_token(user=user, label="机器", acting=SYSTEM, at=timezone.now())
        assert token_for(raw) == token
        assert raw not in str(token.digest)
        revoke_token(token=token, acting=SYSTEM, at=timezone.now())
        assert token_for(raw) is None


class TestNames:
    def test_hold_no_sign_that_turns_the_writing_round(self):
        user = register_person(
            phone=PHONE, name="\u202e罗\u200b某", acting=SYSTEM, at=timezone.now()
        )
        assert user.name == "罗某"
        with pytest.raises(Refusal):
            change_name(user=user, name="\u2066\u2069", acting=SYSTEM, at=timezone.now())


class TestErasing:
    def test_leaves_only_the_fact(self):
        user = register_person(phone=PHONE, name="罗某", acting=SYSTEM, at=timezone.now())
        erase_person(user=user, acting=SYSTEM, at=timezone.now())
        user.refresh_from_db()
        assert (user.phone, user.name, user.is_active) == (None, "", False)
        assert Entry.objects.filter(act="person.erase").count() == 1
