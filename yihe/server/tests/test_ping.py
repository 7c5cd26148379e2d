"""The dead man's switch, against a receiver on this machine: only while all goes well, never in the way."""

import logging
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from yihe.outbox.tests.provider import provider
from yihe.refusal import Refusal
from yihe.server.copies import command
from yihe.server.copies.manifest import Manifest
from yihe.server.ping import Pinger, ping, unfit
from yihe.server.tests.test_up import wait_for
from yihe.server.turns import PATIENCE, Turns

OK = {"status": 200, "body": "OK"}


@pytest.mark.parametrize(
    ("url", "bad"),
    [
        ("https://hc.example/ping/0b1c", False),
        ("http://127.0.0.1:8010/ping/0b1c", False),
        ("http://localhost/ping/0b1c", False),
        ("http://hc.example/ping/0b1c", True),
        ("http://127.0.0.1.hc.example/", True),
        ("http://127.0.0.1@hc.example/", True),
        ("https://name:word@hc.example/", True),
        ("https://", True),
        ("https://[::1/", True),
        ("https://hc.example:99999/", True),
        ("https://hc.example/a\r\nX: y", True),
        ("file:///etc/passwd", True),
        ("ftp://hc.example/", True),
    ],
)
def test_https_or_a_receiver_on_this_machine(url: str, bad: bool) -> None:
    assert unfit(url) is bad


def test_one_get_and_nothing_of_the_house_in_it() -> None:
    with provider(OK) as there:
        assert ping(f"{there.url}/ping/0b1c", what="worker")
    (asked,) = there.asked
    assert (asked.path, asked.body) == ("/ping/0b1c", b"")
    assert set(asked.headers) <= {"host", "accept-encoding"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with provider(OK) as inside:
        elsewhere = {"status": status, "body": "", "headers": {"Location": f"{inside.url}/admin"}}
        with provider(elsewhere) as there:
            assert not ping(there.url, what="worker")
    assert inside.asked == []


def test_what_goes_wrong_is_false_and_the_address_stays_out_of_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with provider({"status": 500, "body": "SECRET"}) as there:
        assert not ping(f"{there.url}/ping/5EC1", what="worker")
    assert not ping(f"{there.url}/ping/5EC2", what="worker")  # nobody listens any more
    assert not ping("http://hc.example/ping/5EC3", what="worker")
    with provider({"status": 200, "body": "x" * 400_000}) as there:
        assert not ping(f"{there.url}/ping/5EC4", what="worker")
    said = capsys.readouterr()
    assert "5EC" not in caplog.text + said.out + said.err
    assert "ping" in caplog.text + said.out + said.err


def test_one_who_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yihe.server.ping.SECONDS", 0.3)
    with provider({"status": 200, "body": "x" * 200, "drip": 0.1}) as there:
        assert not ping(there.url, what="worker")
    assert len(there.asked) == 1


class TestTheWorker:
    def test_pings_only_while_every_kind_of_work_is_turning(self, settings: Any) -> None:
        turns = Turns()
        turns.expect("do_due")
        turns.expect("spread")
        with provider(OK) as there:
            settings.PING_URL = there.url
            pinger = Pinger(turns)
            assert not pinger.once(), "nothing has been done yet"
            turns.went_well("do_due")
            assert not pinger.once(), "one kind was never come to"
            turns.went_well("spread")
            assert pinger.once()
            turns.known["spread"].good -= PATIENCE + 1
            assert not pinger.once(), "it stood still for too long"
            turns.failed("spread", RuntimeError())
            assert not pinger.once()
            turns.went_well("spread")
            assert pinger.once()
        assert len(there.asked) == 2

    def test_is_not_held_up_by_a_receiver_that_sleeps(self, settings: Any) -> None:
        with provider({**OK, "seconds": 5}) as there:
            settings.PING_URL = there.url
            pinger = Pinger(Turns(), every=0.01)
            begun = time.monotonic()
            pinger.start()
            wait_for(lambda: there.asked)
            pinger.stop()
            assert time.monotonic() - begun < 5, "whoever started it did not wait for the answer"

    def test_starts_no_thread_where_there_is_nobody_to_tell(self, settings: Any) -> None:
        settings.PING_URL = ""
        pinger = Pinger(Turns(), every=0.0)
        pinger.once()
        assert not ping("", what="worker")


@pytest.mark.django_db
class TestABackup:
    def test_that_is_good_is_told_and_one_that_is_not_is_not(
        self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        words = Namespace(file=str(tmp_path / "one.zip"), keep=None, force=False)
        good = Manifest.__new__(Manifest)
        monkeypatch.setattr(command, "_holds", lambda _: "")
        with provider(OK, {"status": 404, "body": ""}) as there:
            settings.BACKUP_PING_URL = f"{there.url}/ping/0b1c"
            monkeypatch.setattr(command, "back_up", lambda *_, **__: good)
            assert command.make(words) == 0
            assert "没有报到外面去" not in capsys.readouterr().out
            assert command.make(words) == 0, "the copy is good all the same"
            assert "没有报到外面去" in capsys.readouterr().out

            def spoilt(*_: object, **__: object) -> Manifest:
                raise Refusal("写不进去。")

            monkeypatch.setattr(command, "back_up", spoilt)
            with pytest.raises(Refusal):
                command.make(words)
        assert len(there.asked) == 2
