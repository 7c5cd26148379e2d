"""The frame: switches, the style page, words for moments, masked numbers, security headers."""

import time
from datetime import datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone

from yihe.web import demo_mode, words
from yihe.web.models import Mark
from yihe.web.text import bigram_query, bigrams, mask
from yihe.worktime import SHANGHAI

MARK = "演示数据，均为虚构"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打我电话13900001234", "打我电话139********"),
        ("139 0000-1234 找我", "139******** 找我"),
        ("１３９００００１２３４", "１３９********"),
        ("固话0755-12345678", "固话075********"),
        ("证号440310199001011234", "证号440********"),
        ("编号2611-0837，3栋1502", "编号2611-0837，3栋1502"),
        ("微信wx13900001234", "微信wx139********"),
        ("139/0000/1234，在家", "139********，在家"),
        ("139，0000，1234", "139********"),
        ("139\u200b0000\u200b1234", "139********"),
        ("①③⑨ 0000 1234", "①③⑨********"),
        ("2栋1301、1302、1303", "2栋1301、1302、1303"),
        ("18:00-20:00，119", "18:00-20:00，119"),
    ],
)
def test_numbers_of_persons_are_masked(text, shown):
    assert mask(text) == shown


def test_a_text_full_of_numbers_is_masked_at_once():
    start = time.perf_counter()
    assert "1380000" not in mask("13800000000 " * 1600)
    assert time.perf_counter() - start < 0.2


def test_a_phrase_is_found_by_its_pairs_of_characters():
    assert set(bigram_query("路灯坏")) <= set(bigrams("东门的路灯坏了"))
    assert not set(bigram_query("灯路")) <= set(bigrams("东门的路灯坏了"))
    assert set(bigram_query("灯")) <= set(bigrams("东门的路灯坏了"))


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=30), "还剩 30 分钟"),
        (timedelta(hours=1, minutes=10), "还剩 1 小时 10 分钟"),
        (timedelta(days=3), "还剩 3 天"),
        (timedelta(hours=-2), "超期 2 小时"),
    ],
)
def test_time_left_in_words(ahead, said):
    assert words.left(NOW + ahead, NOW) == said


def test_moments_in_words():
    assert words.when(NOW, NOW) == "今天 14:00"
    assert words.when(NOW - timedelta(days=1), NOW) == "昨天 14:00"
    assert words.when(NOW - timedelta(days=400), NOW) == "2025年10月19日 14:00"


@pytest.mark.django_db
class TestPages:
    def test_the_style_page_is_there_in_the_demo_only(self):
        assert Client().get("/style/").status_code == 404
        Mark.objects.create(pk="demo", at=timezone.now())
        demo_mode.forget()
        page = Client().get("/style/")
        assert page.status_code == 200
        assert "演示数据，均为虚构" in page.text

    def test_elder_mode_is_kept_and_goes_back_only_to_our_own_pages(self):
        browser = Client()
        response = browser.post("/look/elder/", {"next": "https://elsewhere.example/"})
        assert response.headers["Location"] == "/"
        assert "data-elder" in browser.get("/help/").text

    def test_what_no_database_can_hold_is_refused(self):
        assert Client().get("/help/?q=%00").status_code == 400
        assert Client().post("/look/elder/", {"next": "/\x00"}).status_code == 400

    def test_what_is_larger_than_any_form_is_refused_unread(self):
        for path, kind in (("/look/elder/", "text/html"), ("/api/v1/calls", "application/problem")):
            answer = Client().post(
                path, b"x" * 11_000_001, content_type="multipart/form-data; boundary=b"
            )
            assert answer.status_code == 413
            assert answer.headers["Content-Type"].startswith(kind)
            assert "内容太大了" in answer.text

    def test_no_inline_script_is_allowed(self):
        policy = Client().get("/help/").headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


class TestTheMarkOfTheDemo:
    """It stands on every page, also on those that come when nothing else does."""

    @pytest.fixture(autouse=True)
    def _demo(self, db):
        Mark.objects.create(pk="demo", at=timezone.now())
        demo_mode.forget()
        assert demo_mode.is_demo()

    def test_stays_while_the_database_is_away(self, monkeypatch):
        later = time.monotonic() + 61
        monkeypatch.setattr("yihe.web.demo_mode.time.monotonic", lambda: later)
        monkeypatch.setattr("yihe.web.demo_mode.Mark.objects.filter", lost)
        assert demo_mode.is_demo()
        assert MARK in Client().get("/help/").text
        demo_mode.forget()
        assert not demo_mode.is_demo()  # never known: nothing is claimed

    @pytest.mark.parametrize(
        ("failure", "status"), [(OperationalError, 503), (InterfaceError, 503), (ValueError, 500)]
    )
    def test_stands_on_the_pages_for_what_fails(self, monkeypatch, failure, status):
        def fail(*args: object, **more: object) -> None:
            raise failure

        monkeypatch.setattr("yihe.portal.views.render", fail)
        page = Client(raise_request_exception=False).get("/help/")
        assert page.status_code == status
        assert MARK in page.text
        assert "119" in page.text

    @pytest.mark.parametrize("address", ["/nowhere/", "/help/?q=%00", "/", "/privacy/"])
    def test_stands_in_the_head_of_the_page(self, address):
        head = Client().get(address).text.split("<header>")[1].split("</header>")[0]
        assert MARK in head

    def test_is_gone_outside_the_demo(self):
        Mark.objects.all().delete()
        demo_mode.forget()
        assert MARK not in Client().get("/help/").text


def lost(*args: object, **more: object) -> None:
    raise InterfaceError
