"""One round of the worker: what must come first holds back the rest; what fails or hangs does not."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, OperationalError

from yihe.calls.tests.builders import make_seat
from yihe.outbox.models import Message
from yihe.people.tests.helpers import browser
from yihe.server import worker
from yihe.server.beat import NAME, Beats, beat
from yihe.server.tests.clocks import Right
from yihe.server.tests.test_up import wait_for
from yihe.server.up import Child
from yihe.web.work import WorkDone


def test_what_holds_is_done_before_the_rest(monkeypatch: Any) -> None:
    seen: list[str] = []

    def first(*, at: Any, limit: int) -> WorkDone:
        seen.append("first")
        return WorkDone(more=True, hold=len(seen) < 3)

    def second(*, at: Any, limit: int) -> WorkDone:
        seen.append("second")
        return WorkDone()

    monkeypatch.setattr(worker, "DUE_WORK", (first, second))
    monkeypatch.setattr(worker.Worker, "_beat", lambda self: None)
    monkeypatch.setattr(worker, "look_back", lambda **_: [])
    monkeypatch.setattr(worker, "Clock", Right)
    one = worker.Worker()
    assert [one.look(), one.look(), one.look()] == [True, True, True]
    assert seen == ["first", "first", "first", "second"]


def named(name: str, do: Any) -> Any:
    def work(*, at: Any, limit: int) -> WorkDone:
        return WorkDone(more=bool(do()))

    work.__name__ = name
    return work


@pytest.fixture
def one(monkeypatch: Any) -> worker.Worker:
    monkeypatch.setattr(worker.Worker, "_beat", lambda self: None)
    monkeypatch.setattr(worker, "look_back", lambda **_: [])
    monkeypatch.setattr(worker, "Clock", Right)
    return worker.Worker()


def broken() -> bool:
    raise DataError


class TestWorkThatFails:
    def test_holds_up_no_other_and_is_put_off_longer_and_longer(self, monkeypatch: Any, one: Any):
        seen: list[str] = []
        works = (
            named("spread", lambda: seen.append("bad") or broken()),  # type: ignore[func-returns-value]
            named("fold", lambda: seen.append("good")),
        )
        monkeypatch.setattr(worker, "DUE_WORK", works)
        pauses = []
        for _ in range(12):
            one.look()
            one.look()  # not due again
            turn = one.turns.known["spread"]
            pauses.append(turn.again - time.monotonic())
            turn.again = 0.0
        assert seen.count("good") == 24
        assert seen.count("bad") == 12
        assert pauses[:3] == pytest.approx([5, 10, 20], abs=2)
        assert pauses[-1] == pytest.approx(600, abs=2)

    def test_is_named_until_it_goes_well_again(self, monkeypatch: Any, one: Any):
        bad = [True]
        monkeypatch.setattr(
            worker, "DUE_WORK", (named("spread", lambda: broken() if bad[0] else False),)
        )
        for _ in range(3):
            assert one.turns.failing() == []
            one.look()
            one.turns.known["spread"].again = 0.0
        assert one.turns.failing() == ["把消息分到各渠道"]
        bad[0] = False
        one.look()
        assert one.turns.failing() == []

    def test_of_a_database_that_is_away_is_nobodys_fault(self, monkeypatch: Any, one: Any):
        def away() -> None:
            raise OperationalError

        monkeypatch.setattr(worker, "DUE_WORK", (named("spread", away),))
        with pytest.raises(OperationalError):
            one.look()
        assert one.turns.known["spread"].failures == 0


@pytest.mark.django_db
class TestThePeople:
    def test_who_keep_the_house_hear_of_it_once_a_day_and_see_it(self, district: Any, client: Any):
        keeper = make_seat(district.district_desk, "administrator")
        one = worker.Worker()
        for _ in range(3):
            one.turns.failed("spread", DataError())
        for _ in range(3):
            one.beaten = 0.0
            one._beat()
        assert Message.objects.filter(person_id=keeper.pk, subject_key="work_failing").count() == 1
        assert "做不下去" in browser(keeper).get("/house/").text
        assert "做不下去：把消息分到各渠道" in client.get("/readyz").json()["missing"]
        one.turns.went_well("spread")
        one.beaten = 0.0
        one._beat()
        assert "做不下去" not in browser(keeper).get("/house/").text
        assert not any("做不下去" in what for what in client.get("/readyz").json()["missing"])


def number(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


class TestASupervisor:
    def child(self, script: str, hung: float) -> Child:
        head = "import time; from yihe.server.beat import beat\n"
        return Child(
            "试验", [sys.executable, "-c", head + script], dict(os.environ), beats=Beats(hung=hung)
        )

    def test_ends_a_child_that_hangs_and_starts_another(self):
        child = self.child("beat(); time.sleep(60)", 1.0)
        child.start()
        try:
            first = number(child)

            def other() -> bool:
                child.watch()
                return number(child) != first

            wait_for(other)
            assert Path(f"/proc/{number(child)}").exists()
        finally:
            child.stop(1)

    def test_lets_be_one_that_beats_and_one_that_never_had_to(self):
        quick = self.child("\nwhile True: beat(); time.sleep(0.1)", 3.0)
        plain = Child("试验", [sys.executable, "-c", "import time; time.sleep(60)"], {})
        for child in (quick, plain):
            child.start()
        try:
            pids = [number(child) for child in (quick, plain)]
            end = time.monotonic() + 5
            while time.monotonic() < end:
                for child in (quick, plain):
                    child.watch()
                time.sleep(0.2)
            assert [number(child) for child in (quick, plain)] == pids
        finally:
            for child in (quick, plain):
                child.stop(1)

    def test_nobody_listening_is_no_harm(self, monkeypatch: Any):
        monkeypatch.delenv(NAME, raising=False)
        beat()
        monkeypatch.setenv(NAME, "987654")
        beat()
