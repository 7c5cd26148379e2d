"""Signing in by WeChat: nobody is known by it before the phone number is proven."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from yihe.accounts import wechat
from yihe.accounts.actions import as_oneself
from yihe.accounts.choices import add_address
from yihe.accounts.models import Address, Consent, User
from yihe.accounts.tests.builders import (
    OTHER,
    PHONE,
    ask_for_code,
    code,
    make_clerk,
    make_person,
    prove,
)
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
OPENID = "OPENID-OF-SOMEBODY"


class Reply:
    def __init__(self, said: dict[str, object], status: int = 200) -> None:
        self.said, self.status_code, self.content = said, status, b""

    def json(self) -> dict[str, object]:
        return self.said


@pytest.fixture
def weixin(monkeypatch):
    """WeChat's answer to the code, as its documentation shows it; what it was asked is kept."""
    asked: list[dict[str, object]] = []
    said: dict[str, object] = {
        "access_token": "ACCESS_TOKEN", "expires_in": 7200, "refresh_token": "REFRESH_TOKEN",
        "openid": OPENID, "scope": "snsapi_base",
    }  # fmt: skip

    def request(self, method, url, **more):
        asked.append({"url": url, **more})
        return Reply(said)

    monkeypatch.setattr(wechat._Session, "request", request)
    return said, asked


def come(browser: Client, **said: str) -> Any:
    """To WeChat and back, as the browser does it."""
    there = browser.get("/account/weixin/login/")
    assert there.status_code == 302
    parts = urlsplit(there.headers["Location"])
    assert (parts.netloc, parts.path) == ("open.weixin.qq.com", "/connect/oauth2/authorize")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query["appid"] == "wx-of-nobody"
    assert query["scope"] == "snsapi_base", "who it is, and nothing else"
    back = urlsplit(query["redirect_uri"]).path
    return browser.get(back, {"code": "CODE", "state": query["state"], **said})


class TestAStranger:
    def test_has_to_prove_a_number_first_and_is_joined_to_it_then(self, weixin):
        browser = Client()
        answer = come(browser)
        assert answer.headers["Location"] == "/account/code/"
        assert not User.objects.exists()
        assert not Address.objects.exists()
        assert not Entry.objects.exists()
        ask_for_code(browser)
        assert not User.objects.exists()
        assert not Consent.objects.exists()
        prove(browser, code())
        user = User.objects.get(phone=PHONE)
        assert user.addresses.get().value == OPENID
        assert browser.get("/me/").status_code == 200

    def test_comes_in_by_one_tap_the_next_time(self, weixin):
        first = Client()
        come(first)
        ask_for_code(first)
        prove(first, code())
        second = Client()
        assert come(second).headers["Location"] == "/"
        assert second.get("/me/").status_code == 200
        newest = Entry.objects.filter(act="person.sign_in").order_by("-pk")[0]
        assert newest.kinds == {"way": "wechat"}

    def test_is_not_joined_to_whom_another_browser_proves(self, weixin):
        come(Client())
        other = Client()
        ask_for_code(other)
        prove(other, code())
        assert not Address.objects.exists()

    def test_what_waited_too_long_is_not_joined(self, weixin, monkeypatch):
        browser = Client()
        come(browser)
        ask_for_code(browser)
        monkeypatch.setattr("yihe.accounts.pending.WECHAT_SECONDS", -1)
        prove(browser, code())
        assert User.objects.exists()
        assert not Address.objects.exists()


class TestSomebodyKnown:
    def test_connects_wechat_while_signed_in(self, weixin):
        person = make_person()
        browser = Client()
        browser.force_login(person)
        assert come(browser).headers["Location"] == "/me/messages/"
        assert person.addresses.get().channel == "wechat"

    def test_in_office_is_not_let_in_without_password(self, weixin):
        clerk = make_clerk()
        add_address(
            user=clerk, channel="wechat", value=OPENID, acting=as_oneself(clerk), at=timezone.now()
        )
        browser = Client()
        assert come(browser).headers["Location"] == "/account/login/"
        assert browser.get("/me/").status_code == 302

    def test_takes_the_account_along_when_it_is_proven_for_another_number(self, weixin):
        before = make_person(phone=OTHER)
        add_address(
            user=before,
            channel="wechat",
            value=OPENID,
            acting=as_oneself(before),
            at=timezone.now(),
        )
        now = make_person()
        browser = Client()
        browser.force_login(now)
        come(browser)
        assert Address.objects.get().user == now


class TestWhatGoesWrong:
    def test_is_said_and_leads_to_the_number(self, weixin):
        said, _ = weixin
        said.clear()
        said.update(errcode=40029, errmsg="invalid code")
        browser = Client()
        answer = come(browser)
        assert answer.headers["Location"] == "/account/code/"
        assert "微信这次没有让您登录" in browser.get("/account/code/").text

    def test_a_state_that_is_not_ours_is_not_believed(self, weixin):
        browser = Client()
        come(browser)
        answer = Client().get(
            "/account/weixin/login/callback/", {"code": "CODE", "state": "made-up"}
        )
        assert answer.status_code == 302
        _, asked = weixin
        assert len(asked) == 1

    def test_an_answer_without_a_person_is_no_person(self, weixin):
        said, _ = weixin
        del said["openid"]
        browser = Client()
        assert come(browser).headers["Location"] == "/account/code/"
        ask_for_code(browser)
        prove(browser, code())
        assert not Address.objects.exists()


def test_is_offered_inside_wechat_only():
    inside = Client(headers={"User-Agent": "Mozilla/5.0 … MicroMessenger/8.0.50"})
    assert "用微信登录" in inside.get("/account/code/").text
    assert "用微信登录" not in Client().get("/account/code/").text
