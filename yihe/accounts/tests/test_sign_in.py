"""Signing in by phone and code: nobody is known and nothing is kept before the number is proven."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import change_name, give_consent
from yihe.accounts.channels import MemoryChannel
from yihe.accounts.models import Consent, Session, User
from yihe.accounts.rules import PRIVACY_VERSION, normalise_phone
from yihe.accounts.tests.builders import (
    OTHER,
    PHONE,
    ask_for_code,
    code,
    make_clerk,
    make_person,
    prove,
    sign_in_by_code,
    wrong,
)
from yihe.accounts.work import drop_old_sessions
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db


class TestByCode:
    def test_a_new_person_is_in_after_proving_the_number(self):
        browser = Client()
        assert ask_for_code(browser).status_code == 302
        assert prove(browser, code()).status_code == 302
        user = User.objects.get(phone=PHONE)
        assert user.phone_verified_at is not None
        assert browser.get("/me/").status_code == 200
        entry = Entry.objects.get(act="person.sign_in", person_id=user.pk)
        assert entry.kinds == {"way": "code"}

    def test_no_number_is_taken_without_consent(self):
        response = Client().post("/account/code/", {"phone": PHONE})
        assert "请先看过告知并打勾" in response.text
        assert MemoryChannel.sent == []

    def test_a_number_that_was_only_typed_makes_nobody_known_and_consents_to_nothing(self):
        ask_for_code(Client())
        assert len(MemoryChannel.sent) == 1
        assert not User.objects.exists()
        assert not Consent.objects.exists()
        assert not Entry.objects.exists()

    def test_nor_does_it_consent_for_somebody_who_is_known(self):
        make_person(agreed=False)
        browser = Client()
        ask_for_code(browser)
        prove(browser, wrong(code()))
        assert not Consent.objects.exists()

    def test_a_typed_number_is_forgotten_with_its_session(self):
        ask_for_code(Client())
        session = Session.objects.get()
        assert session.expire_date < timezone.now() + timedelta(minutes=21)
        drop_old_sessions(at=timezone.now() + timedelta(minutes=22))
        assert not Session.objects.exists()

    def test_consent_is_kept_with_its_version_once_the_number_is_proven(self):
        sign_in_by_code()
        consent = Consent.objects.get()
        assert (consent.version, consent.user.phone) == (PRIVACY_VERSION, PHONE)

    def test_the_session_lasts_once_signed_in(self):
        sign_in_by_code()
        person = User.objects.get()
        session = Session.objects.get(person_id=person.pk)
        assert session.expire_date > timezone.now() + timedelta(days=59)
        assert PHONE not in str(session.get_decoded())

    def test_a_wrong_code_lets_nobody_in_and_says_so(self):
        browser = Client()
        ask_for_code(browser)
        answer = prove(browser, wrong(code()))
        assert "这 6 位数字不对" in answer.text
        assert browser.get("/me/").status_code == 302

    def test_a_code_sent_again_is_another_one_with_its_own_time(self):
        browser = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            ask_for_code(browser)
            first = code()
            clock.shift(280)
            browser.post("/account/code/confirm/", {"action": "resend"})
            second = code()
            clock.shift(280)
            if first != second:
                assert "不对" in prove(browser, first).text
            assert prove(browser, second).headers["Location"] == "/"

    def test_a_code_ends_after_five_minutes(self):
        browser = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            ask_for_code(browser)
            clock.shift(301)
            answer = browser.post("/account/code/confirm/", {"code": code()}, follow=True)
        assert "不能用了" in answer.text
        assert not User.objects.exists()

    def test_who_is_in_office_gets_no_code(self):
        make_clerk()
        browser = Client()
        ask_for_code(browser)
        assert not re.search(r"\d{6}", MemoryChannel.sent[-1][1])
        prove(browser, "")
        assert browser.get("/me/").status_code == 302

    def test_the_page_is_the_same_whether_a_number_is_known_or_not(self):
        make_person(phone=OTHER)
        pages = []
        for phone in (PHONE, OTHER):
            browser = Client()
            ask_for_code(browser, phone)
            page = browser.get("/account/code/confirm/").text
            pages.append(re.sub(r'value="\w{64}"|1\d\d\*{4}\d{4}', "", page))
        assert pages[0] == pages[1]

    def test_says_when_the_text_could_not_be_sent(self, monkeypatch):
        def fail(self, phone, text):
            raise OSError(phone)

        monkeypatch.setattr(MemoryChannel, "send", fail)
        assert "短信没有发出去" in ask_for_code(Client()).text

    def test_a_code_is_tried_five_times_even_by_tries_at_the_same_moment(self):
        browser = Client()
        ask_for_code(browser)
        right, fresh = code(), browser.session["account_login"]
        for _ in range(5):
            session = browser.session
            session["account_login"] = fresh  # as one sees it who came at the same moment
            session.save()
            prove(browser, "nothing")
        session = browser.session
        session["account_login"] = fresh
        session.save()
        prove(browser, right)
        assert browser.get("/me/").status_code == 302

    def test_what_the_limits_refuse_leaves_nothing_behind(self):
        for serial in range(30):
            ask_for_code(Client(), f"1380000{serial:04d}")
        assert len(MemoryChannel.sent) == 20


class TestGoing:
    def test_signing_out_stands_in_the_trail(self):
        browser = sign_in_by_code()
        browser.post("/account/logout/")
        person = User.objects.get()
        assert Entry.objects.filter(act="person.sign_out", person_id=person.pk).count() == 1

    def test_one_button_ends_every_other_session(self):
        here, there = sign_in_by_code(), sign_in_by_code()
        other = sign_in_by_code(OTHER)
        assert "别的 1 处" in here.post("/me/elsewhere/", follow=True).text
        assert here.get("/me/").status_code == 200
        assert there.get("/me/").status_code == 302
        assert other.get("/me/").status_code == 200
        assert Entry.objects.get(act="person.sign_out_elsewhere").numbers == {"sessions": 1}


class TestConsent:
    """A notice that changed, and people whom somebody else registered."""

    @pytest.fixture
    def browser(self):
        person = make_person(agreed=False)
        give_consent(user=person, version="2020-01", acting=SYSTEM, at=timezone.now())
        browser = Client()
        browser.force_login(person)
        return browser

    def test_is_asked_for_once_more_when_the_notice_changed(self, browser):
        answer = browser.get("/me/")
        assert answer.headers["Location"] == "/me/consent/?next=%2Fme%2F"
        page = browser.get(answer.headers["Location"]).text
        assert "第 2020-01 版，现在是第" in page
        sent = browser.post("/me/consent/", {"version": PRIVACY_VERSION, "next": "/me/"})
        assert sent.headers["Location"] == "/me/"
        assert browser.get("/me/").status_code == 200
        assert Consent.objects.filter(version=PRIVACY_VERSION, withdrawn_at=None).count() == 1

    def test_is_only_given_to_the_version_that_was_shown(self, browser):
        assert browser.post("/me/consent/", {"version": "2020-01"}).status_code == 200
        assert browser.get("/me/").status_code == 302

    def test_never_leads_away_from_here(self, browser):
        sent = browser.post(
            "/me/consent/", {"version": PRIVACY_VERSION, "next": "https://elsewhere.example/"}
        )
        assert sent.headers["Location"] == "/"

    @pytest.mark.parametrize(
        "address", ["/privacy/", "/me/export/", "/me/data/", "/help/", "/calls/"]
    )
    def test_is_not_needed_to_read_the_notice_or_see_what_is_kept(self, browser, address):
        assert browser.get(address).status_code == 200

    def test_is_not_needed_to_leave_or_to_be_deleted(self, browser):
        assert browser.post("/me/erase/", {"sure": "on"}).headers["Location"] == "/"
        assert User.objects.get().phone is None

    def test_is_asked_of_people_in_office_too_before_anything_else(self):
        person = make_clerk()
        Consent.objects.all().delete()
        browser = Client()
        browser.force_login(person)
        assert browser.get("/").headers["Location"].startswith("/me/consent/")
        assert browser.get("/calls/").headers["Location"].startswith("/me/consent/")

    def test_is_given_with_the_first_sign_in_of_somebody_a_clerk_registered(self):
        person = make_person(agreed=False)
        browser = sign_in_by_code()
        assert browser.get("/me/").status_code == 200
        assert person.consents.get().version == PRIVACY_VERSION


class TestNames:
    def test_hold_no_sign_that_turns_the_writing_round(self):
        user = make_person(name="\u202e罗\u200b某")
        assert user.name == "罗某"
        with pytest.raises(Refusal):
            change_name(user=user, name="\u2066\u2069", acting=SYSTEM, at=timezone.now())


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
