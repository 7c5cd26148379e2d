"""The whole way of somebody who takes up an office, and what happens to it later."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import reset_sign_in
from yihe.accounts.channels import MemoryChannel
from yihe.accounts.models import User
from yihe.accounts.tests.builders import (
    OTHER,
    PASSWORD,
    PHONE,
    app_code,
    by_password,
    code,
    make_clerk,
    make_person,
    sign_in_by_code,
)
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
ACTIVATE, CODES = "/account/2fa/totp/activate/", "/account/2fa/recovery-codes/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def set_up(browser: Client) -> tuple[str, list[str]]:
    """The second factor; the secret in the app, and the recovery codes."""
    page = browser.get(ACTIVATE)
    secret = page.context["form"].secret
    assert browser.post(ACTIVATE, {"code": app_code(secret)}).headers["Location"] == CODES
    return secret, re.findall(r'<li class="y-code">(\d{8})</li>', browser.get(CODES).text)


def first_day() -> tuple[Client, str, list[str]]:
    """From the first code by text to the recovery codes."""
    make_person(works=True)
    browser = sign_in_by_code()
    assert browser.get("/").headers["Location"] == "/account/password/set/"
    sent = browser.post(
        "/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD}, follow=True
    )
    assert sent.redirect_chain[-1][0] == ACTIVATE, "the password just set is not asked for again"
    secret, codes = set_up(browser)
    return browser, secret, codes


def test_from_the_first_sign_in_to_a_new_number(clock):
    browser, secret, codes = first_day()
    assert len(codes) == 10
    again = browser.get(CODES).text
    assert "不再显示" in again
    assert codes[0] not in again
    assert browser.get("/me/").status_code == 200
    browser.post("/account/logout/")

    clock.shift(60)
    by_app = Client()
    assert by_password(by_app).headers["Location"] == "/account/2fa/authenticate/"
    assert by_app.get("/me/").status_code == 302, "a password alone is not enough"
    sent = by_app.post("/account/2fa/authenticate/", {"code": app_code(secret)})
    assert sent.headers["Location"] == "/"
    assert by_app.get("/me/").status_code == 200

    on_paper = Client()
    by_password(on_paper)
    on_paper.post("/account/2fa/authenticate/", {"code": codes[3]})
    assert on_paper.get("/me/").status_code == 200
    twice = Client()
    by_password(twice)
    assert "这个码不对" in twice.post("/account/2fa/authenticate/", {"code": codes[3]}).text

    assert by_app.post("/account/phone/change/", {"phone": OTHER}).status_code == 302
    assert MemoryChannel.sent[-1][0] == OTHER
    assert User.objects.get().phone == PHONE
    assert by_app.get("/account/phone/verify/").status_code == 200
    done = by_app.post("/account/phone/verify/", {"code": code()}, follow=True)
    assert "手机号换好了" in done.text
    assert User.objects.get().phone == OTHER
    assert MemoryChannel.sent[-1][0] == PHONE, "the old number hears of it"
    assert on_paper.get("/me/").status_code == 302
    assert by_app.get("/me/").status_code == 200
    clock.shift(60)
    assert by_password(Client(), phone=OTHER).headers["Location"] == "/account/2fa/authenticate/"
    said = list(Entry.objects.order_by("id").values_list("act", flat=True))
    for act in ("password", "second_factor", "sign_in", "sign_out", "change_number"):
        assert f"person.{act}" in said


class TestAPassword:
    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("短", "太短了，至少 8 位"),
            ("13812345678", "手机号太像"),
            ("password1", "太多"),
            ("9482716350", "不能全是数字，请加"),
        ],
    )
    def test_that_is_weak_is_refused_in_words(self, password, words):
        make_person(works=True)
        browser = sign_in_by_code()
        answer = browser.post(
            "/account/password/set/", {"password1": password, "password2": password}
        )
        assert words in answer.text
        assert not User.objects.get().has_usable_password()

    def test_when_changed_ends_the_other_sessions(self):
        person = make_clerk()
        here, there = Client(), Client()
        here.force_login(person)
        there.force_login(person)
        new = {
            "oldpassword": PASSWORD,
            "password1": "quite another 77",
            "password2": "quite another 77",
        }
        assert here.post("/account/password/change/", new).headers["Location"] == "/me/"
        assert there.get("/me/").headers["Location"].startswith("/account/code/")
        assert not here.get("/me/").headers["Location"].startswith("/account/code/")


class TestTheSecondFactor:
    def test_is_set_up_before_anything_else(self):
        make_clerk()
        browser = Client()
        by_password(browser)
        assert browser.get("/me/").headers["Location"] == ACTIVATE
        assert browser.get("/account/2fa/").status_code == 200

    def test_shows_its_picture_without_style_or_script_of_its_own(self):
        make_clerk()
        browser = Client()
        by_password(browser)
        page = browser.get(ACTIVATE).text
        assert '<svg class="y-qr"' in page
        assert "style=" not in page
        assert page.count("<script") == page.count('<script src="/static/')

    def test_is_changed_for_another_after_one_proves_who_one_is(self, clock):
        browser, secret, _ = first_day()
        elsewhere = Client()
        clock.shift(400)
        by_password(elsewhere)
        elsewhere.post("/account/2fa/authenticate/", {"code": app_code(secret)})
        asked = browser.get("/account/2fa/totp/deactivate/")
        assert asked.headers["Location"].startswith("/account/reauthenticate/")
        where = asked.headers["Location"]
        assert "再证明一次" in browser.get(where).text
        assert browser.post(where, {"password": PASSWORD}).status_code == 302
        sent = browser.post("/account/2fa/totp/deactivate/", follow=True)
        assert sent.redirect_chain[-1][0] == ACTIVATE
        assert not Authenticator.objects.exists()
        assert browser.get("/me/").headers["Location"] == ACTIVATE
        assert elsewhere.get("/me/").headers["Location"].startswith("/account/code/")
        other, codes = set_up(browser)
        assert other != secret
        assert len(codes) == 10

    def test_new_recovery_codes_end_the_old_ones(self, clock):
        browser, _, codes = first_day()
        browser.post("/account/2fa/recovery-codes/generate/")
        new = re.findall(r'<li class="y-code">(\d{8})</li>', browser.get(CODES).text)
        assert set(new).isdisjoint(codes)
        clock.shift(60)
        late = Client()
        by_password(late)
        assert "不对" in late.post("/account/2fa/authenticate/", {"code": codes[0]}).text

    def test_lost_with_the_password_is_set_up_anew_after_somebody_else_resets_it(self):
        browser, _, _ = first_day()
        person = User.objects.get()
        reset_sign_in(user=person, acting=SYSTEM, at=timezone.now())
        assert browser.get("/me/").status_code == 302
        assert "不对" in by_password(Client()).text
        anew = sign_in_by_code()
        assert anew.get("/").headers["Location"] == "/account/password/set/"


class TestANumber:
    def test_of_somebody_else_is_not_taken(self):
        make_person(phone=OTHER)
        browser = sign_in_by_code()
        browser.post("/account/phone/change/", {"phone": OTHER})
        answer = browser.post("/account/phone/verify/", {"code": code()})
        assert "已经有人在用" in answer.text
        assert User.objects.filter(phone=PHONE).exists()

    def test_changes_only_after_who_has_a_password_proves_it_again(self, clock):
        browser, _, _ = first_day()
        clock.shift(600)
        sent = browser.post("/account/phone/change/", {"phone": OTHER})
        assert sent.headers["Location"].startswith("/account/reauthenticate/")
        assert OTHER not in [phone for phone, _ in MemoryChannel.sent]
        after = browser.post(sent.headers["Location"], {"password": PASSWORD})
        assert after.headers["Location"] == "/account/phone/verify/", "what was typed goes on"

    def test_stays_when_five_codes_were_wrong(self):
        browser = sign_in_by_code()
        browser.post("/account/phone/change/", {"phone": OTHER})
        for _ in range(5):
            answer = browser.post("/account/phone/verify/", {"code": "0"}, follow=True)
        assert "号码没有换" in answer.text
        assert User.objects.get().phone == PHONE


def test_an_account_that_ended_says_so():
    assert "停用了" in Client().get("/account/inactive/").text
