"""Beside the worker: a thread for each channel; `yihe outbox` tries one out."""

import threading
import time

import pytest
from django.db import OperationalError
from django.utils import timezone

from yihe.accounts.channels import MemoryChannel
from yihe.accounts.tests.builders import PHONE, make_person
from yihe.outbox.channels import ALL
from yihe.outbox.models import Delivery, Line
from yihe.outbox.rules import Refused, Trouble
from yihe.outbox.spreading import spread
from yihe.outbox.tests.conftest import providers  # noqa: F401  a fixture
from yihe.outbox.tests.people import somebody, told
from yihe.refusal import Refusal
from yihe.server import senders
from yihe.server.outside import in_words, states, try_out
from yihe.server.senders import Senders
from yihe.server.tests.clocks import Right
from yihe.web.work import WorkDone


def wait_for(what) -> None:
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end, "it did not happen within ten seconds"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_channel_that_hangs_delays_no_other(providers):  # noqa: F811
    let_go = threading.Event()
    providers["sms"].answer = lambda value: let_go.wait(20) and None
    somebody(1, "sms")
    somebody(2, "email")
    told(1, 2, at=timezone.now())
    spread(at=timezone.now())
    running = Senders(clock=Right(), pause=0.05)
    running.start()
    try:
        wait_for(lambda: Delivery.objects.filter(channel="email", state="sent").exists())
        assert Delivery.objects.filter(channel="sms", state="waiting").exists()
        let_go.set()
        wait_for(lambda: Delivery.objects.filter(channel="sms", state="sent").exists())
    finally:
        let_go.set()
        running.stop()
    assert not any(one.is_alive() for one in running.threads)


def test_a_thread_goes_on_after_whatever_went_wrong(monkeypatch):
    said = [OperationalError("away"), RuntimeError("x")]
    looked = threading.Event()

    def look(**rest: object) -> WorkDone:
        if said:
            raise said.pop()
        looked.set()
        return WorkDone()

    monkeypatch.setattr(senders, "send_out", look)
    monkeypatch.setattr(senders, "open_channels", lambda: ["sms"])
    running = Senders(clock=Right(), pause=0.01)
    running.start()
    assert looked.wait(5)
    running.stop()


@pytest.mark.django_db
class TestTryingOut:
    def test_sends_one_at_once(self):
        assert "短信发出了" in try_out("sms", PHONE)
        assert MemoryChannel.sent[-1] == (
            PHONE, "您在一核有一条消息：一核试发一条消息。请登录查看。",
        )  # fmt: skip
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize(
        ("channel", "address", "words"),
        [
            ("pigeon", PHONE, "没有这个渠道"),
            ("sms", "123", "手机号"),
            ("wechat", PHONE, "还没有打开微信"),
        ],
    )
    def test_says_what_is_missing(self, channel, address, words):
        make_person()
        with pytest.raises(Refusal, match=words):
            try_out(channel, address)

    def test_says_that_a_channel_is_not_open(self, settings):
        settings.MAIL_ON = False
        with pytest.raises(Refusal, match="还没有开通"):
            try_out("email", "a@mail.example")

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (Trouble("isv.OUT_OF_SERVICE"), "欠费停机"),
            (Refused("isv.MOBILE_NUMBER_ILLEGAL"), "没有接受"),
        ],
    )
    def test_says_why_it_did_not_go_out(self, monkeypatch, error, words):
        def fail(*rest: object) -> str:
            raise error

        monkeypatch.setattr(type(ALL["sms"]), "send", fail)
        with pytest.raises(Refusal, match=words):
            try_out("sms", PHONE)

    def test_tells_the_state_of_each_channel_without_addresses(self):
        assert [one["channel"] for one in states()] == ["push", "wechat", "email", "sms"]
        Line.objects.create(channel="sms", troubles=9, error="isv.OUT_OF_SERVICE")
        said = in_words(states()).splitlines()
        assert said[3].startswith("短信（sms）：不通：短信账户欠费停机（isv.OUT_OF_SERVICE）")
