"""How a second database is judged, from what it and the primary say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from yihe.web import replica
from yihe.web.replica import AWAY, BEHIND, GOOD, STRANGER, State, position

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THERE = "16/B374D848"


class TestPosition:
    def test_is_a_number_that_grows(self):
        told = ["0/0", "0/FFFFFFFF", "1/0", "16/B374D848", "FF/1"]
        assert [position(one) for one in told] == sorted({position(one) for one in told})
        assert position("1/10") == 2**32 + 16
        assert position(None) == 0

    @pytest.mark.parametrize("text", ["", "16", "1/2/3", "x/1", "1/" + "F" * 9, "F" * 5000])
    def test_other_text_is_none(self, text):
        with pytest.raises(ValueError):  # noqa: PT011
            position(text or "/")


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What both answer; the list is of who was asked."""
    monkeypatch.setattr(replica._Known, "state", None)

    def fix(standby: Any, primary: Any = (THERE, NOW, 7)) -> list[str]:
        asked: list[str] = []

        def one(alias: str, question: str) -> Any:
            asked.append(alias)
            answer = standby if alias == replica.ALIAS else primary
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(replica, "_one", one)
        monkeypatch.setattr(replica, "_drop", lambda: None)
        return asked

    return fix


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("standby", "name", "behind"),
    [
        ((True, THERE, None, 7), GOOD, 0),  # just started, and there
        ((True, "16/C0000000", ago(900), 7), GOOD, 0),  # nothing was done for a quarter of an hour
        ((True, "16/B374D847", ago(3), 7), GOOD, 3),
        ((True, "16/0", ago(10), 7), GOOD, 10),
        ((True, "16/0", ago(10.1), 7), BEHIND, 10.1),
        ((True, "16/0", None, 7), BEHIND, None),  # nobody can tell
        ((True, None, None, 7), BEHIND, None),
        ((False, THERE, ago(0), 7), STRANGER, None),  # promoted, or the primary itself
        ((True, THERE, ago(0), 8), STRANGER, None),  # of another house
        (OperationalError("refused"), AWAY, None),
    ],
)
def test_a_look(says, standby, name, behind):
    says(standby)
    found = replica.look()
    assert found is not None
    assert (found.name, found.behind) == (name, behind)
    assert replica.serves() is (name == GOOD)
    assert found.words


def test_the_primary_is_asked_first_and_both_only_now_and_then(says, monkeypatch):
    asked = says((True, THERE, ago(0), 7))
    clock = 100.0
    monkeypatch.setattr("yihe.web.replica.time.monotonic", lambda: clock)
    for _ in range(50):
        replica.look()
    assert asked == [replica.PRIMARY, replica.ALIAS]
    clock += replica.LOOK_EVERY
    replica.look()
    assert len(asked) == 4


def test_one_that_is_away_is_left_alone_for_longer_and_said_once(says, monkeypatch, caplog):
    asked = says(OperationalError("refused"))
    clock = 100.0
    monkeypatch.setattr("yihe.web.replica.time.monotonic", lambda: clock)
    with caplog.at_level("INFO"):
        for _ in range(6):
            replica.look()
            clock += replica.LEFT_ALONE / 2
        assert asked.count(replica.ALIAS) == 3
        says((True, THERE, ago(0), 7))
        clock += replica.LEFT_ALONE
        assert replica.serves()
    assert [one.msg["event"] for one in caplog.records] == ["replica.away", "replica.good"]


def test_a_primary_that_does_not_say_leaves_it_unused(says):
    says((True, THERE, ago(0), 7), OperationalError("gone"))
    assert replica.look() is None
    assert not replica.serves()


def test_who_hangs_while_looking_is_not_believed_for_ever(says, monkeypatch):
    says((True, THERE, ago(0), 7))
    clock = 100.0
    monkeypatch.setattr("yihe.web.replica.time.monotonic", lambda: clock)
    assert replica.serves()
    with replica._Known.looking:  # another thread
        clock += replica.LOOK_EVERY
        assert replica.serves()
        clock += replica.STUCK
        assert not replica.serves()


def test_what_somebody_did_must_have_arrived(says):
    says((True, "16/10", ago(1), 7))
    assert replica.serves(position("16/10"))
    says(("16/20",))
    assert replica.serves(position("16/20"))  # it went on since the last look
    assert not replica.serves(position("16/21"))
    assert State(GOOD).words != State(BEHIND).words
