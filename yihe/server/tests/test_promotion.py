"""A primary is killed under load and its synchronous standby takes over: what was told is there, and once."""

import json
import os
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.calls.models import Call, Step
from yihe.calls.tests.builders import District, make_district
from yihe.ledger.setback import look_back
from yihe.ledger.work import make_checkpoints
from yihe.people.tests.helpers import browser
from yihe.server.tests.standby import Copied, copied, primary_is, until
from yihe.trail.acting import SYSTEM
from yihe.trail.actions import on_disk
from yihe.trail.models import Log

pytestmark = pytest.mark.django_db(transaction=True)
LEAST = 15  # acts that were told before the primary dies, and after the standby took over
LETTERS = "bcdfghkmnpqrstvwxz"  # nothing takes it for a number
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
Turn = Callable[[str], int]  # a word that stands in one text only → the answer's status


@dataclass
class Load:
    """Several who act at once, and what they were told."""

    told: list[str] = field(default_factory=list)
    unanswered: int = 0
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def keep(self, turn: Turn, again: bool) -> None:
        """Act after act. One that is not answered is sent again where that is safe."""
        word = ""
        while not self.stop.is_set():
            word = word or "mark-" + "".join(secrets.choice(LETTERS) for _ in range(12))
            status = turn(word)
            if status < 400:
                self.told.append(word)
                word = ""
            elif status >= 500:
                self.unanswered += 1
                word = word if again else ""
                connection.close()
                time.sleep(0.05)
            else:
                self.wrong.append(f"{status} for {word}")
                break
        connection.close()


@pytest.fixture
def primary(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copied]:
    """A server of its own with a copy of the empty house, on which the house stands."""
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    with copied(os.environ["YIHE_TEST_SOCKET"], follows=False) as cluster, primary_is(cluster):
        yield cluster


@pytest.fixture
def standby(primary: Copied) -> Iterator[Copied]:
    """What it acknowledges, both have on their disks."""
    with copied(primary.socket, follows=True) as cluster:
        for setting in ("synchronous_standby_names = 'yihe_b'", "synchronous_commit = 'on'"):
            primary.asked(f"ALTER SYSTEM SET {setting}")
        primary.asked("SELECT pg_reload_conf()")
        follows(primary)
        yield cluster


def follows(primary: Copied) -> None:
    until(lambda: primary.asked("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"))


def turns(place: District) -> list[tuple[Turn, bool]]:
    """Two programs that raise calls, one that takes notes on one, and a person on a page."""
    call = place.raised(at=timezone.now())

    def program(user: User, path: str, **more: Any) -> Turn:
        _, raw = issue_token(user=user, label="program", acting=SYSTEM, at=timezone.now())
        client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {raw}"})

        def turn(word: str) -> int:
            body, key = json.dumps({"text": f"灯坏了。{word}", **more}), {"Idempotency-Key": word}
            return client.post(path, body, "application/json", headers=key).status_code

        return turn

    person = browser(place.resident)
    person.raise_request_exception = False

    def adds(word: str) -> int:
        return person.post(f"/calls/{call.number}/add/", {"text": f"又响了。{word}"}).status_code

    calls, here = "/api/v1/calls", {"compound": place.compound.code}
    return [
        (program(place.resident, calls, **here), True),
        (program(place.neighbour, calls, **here), True),
        (program(place.community_clerk, f"{calls}/{call.number}/note"), True),
        (adds, False),
    ]


def words_kept() -> Counter[str]:
    """How often each word stands in a call or in a step that was added to one."""
    texts = [*Call.objects.values_list("text", flat=True), *_steps()]
    return Counter(word for text in texts for word in re.findall(r"mark-\w{12}", text))


def _steps() -> list[str]:
    return list(Step.objects.filter(kind__in=("note", "add")).values_list("text", flat=True))


def test_nobody_is_told_of_an_act_that_only_one_server_holds(primary, standby):
    standby.stop()

    def act() -> None:
        on_disk()
        connection.close()

    acting = threading.Thread(target=act)
    acting.start()
    until(lambda: primary.asked(WAITS)[0] == 1)
    standby.start()
    acting.join(20)
    assert not acting.is_alive()


def test_the_standby_takes_over_and_no_act_is_lost_or_doubled(primary, standby):
    load, place = Load(), make_district()
    people = [threading.Thread(target=load.keep, args=one) for one in turns(place)]
    for one in people:
        one.start()
    try:
        until(lambda: len(load.told) >= LEAST)
        make_checkpoints(at=timezone.now())
        until(lambda: len(load.told) >= 2 * LEAST)
        primary.kill()
        until(lambda: load.unanswered)
        before = len(load.told)
        standby.promote()
        with primary_is(standby):
            until(lambda: len(load.told) >= before + LEAST)
            load.stop.set()
            for one in people:
                one.join(20)
            assert not any(one.is_alive() for one in people)
            kept = words_kept()
            assert load.wrong == []
            assert [word for word in load.told if not kept[word]] == []  # lost
            assert [word for word, times in kept.items() if times > 1] == []  # doubled
            logs = Log.objects.annotate(n=Count("entries"))
            assert all(log.n == log.size for log in logs)
            assert look_back(at=timezone.now()) == []
    finally:
        load.stop.set()
        for one in people:
            one.join(20)
