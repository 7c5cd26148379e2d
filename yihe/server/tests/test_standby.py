"""A real standby answers boards; lost, behind or promoted it does not, and the pages come all the same."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client, RequestFactory
from django.utils import timezone

from yihe.calls.models import Call
from yihe.ledger.setback import look_back
from yihe.ledger.work import make_checkpoints
from yihe.people.tests.helpers import browser
from yihe.server.tests.standby import Copied, alias, caught_up, copied, primary_is, until
from yihe.web import replica
from yihe.web.elsewhere import MARKED, reading, reads_elsewhere

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])
LATER = "楼顶的水箱在漏水。"


@pytest.fixture(scope="module")
def standby(django_db_setup: None) -> Iterator[Copied]:
    with copied(os.environ["YIHE_TEST_SOCKET"], follows=True) as cluster, alias(cluster):
        yield cluster


@pytest.fixture
def followed(standby: Copied, settings: Any, district: Any) -> Iterator[Any]:
    """A district whose beginnings are there, too."""
    settings.DATABASE_ROUTERS = ["yihe.web.elsewhere.Router"]
    settings.DATABASE_REPLICA_LAG = 300  # whatever the machine does meanwhile
    standby.start()
    standby.asked("SELECT pg_wal_replay_resume()")
    caught_up(standby)
    replica.forget()
    yield district
    connections[replica.ALIAS].close()


def board(district: Any, who: Any) -> str:
    page = browser(who).get(f"/compounds/{district.compound.code}/board/")
    assert page.status_code == 200
    return page.text


def stopped(standby: Copied, district: Any) -> Call:
    """It replays no more, and a call is raised that it does not know."""
    standby.asked("SELECT pg_wal_replay_pause()")
    until(lambda: standby.asked("SELECT pg_get_wal_replay_pause_state()")[0] == "paused")
    replica.forget()
    call: Call = district.raised(text=LATER, at=timezone.now())
    return call


def test_what_it_has_not_yet_is_not_on_the_board(standby, followed):
    stopped(standby, followed)
    assert LATER not in board(followed, followed.neighbour)
    assert replica._Known.state is not None
    assert replica._Known.state.name == replica.GOOD
    standby.asked("SELECT pg_wal_replay_resume()")
    caught_up(standby)
    assert LATER in board(followed, followed.neighbour)


def test_it_refuses_to_write(standby, followed):
    with connections[replica.ALIAS].cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)


def test_who_did_something_sees_it_at_once(standby, followed):
    call = stopped(standby, followed)
    own = browser(followed.resident)
    page = f"/compounds/{followed.compound.code}/board/"
    assert LATER not in own.get(page).text  # raised by nobody's browser here
    assert own.post(f"/calls/{call.number}/withdraw/").status_code == 302
    seen = replica.position(own.cookies["y_seen"].value)
    assert not replica.serves(seen)
    first = followed.raised(text="门禁坏了。", at=timezone.now())
    assert first.text in own.get(page).text
    assert first.text not in board(followed, followed.neighbour)
    standby.asked("SELECT pg_wal_replay_resume()")
    caught_up(standby)
    assert replica.serves(seen)


def test_behind_by_too_much_it_is_not_read(standby, followed, settings):
    stopped(standby, followed)
    settings.DATABASE_REPLICA_LAG = 0
    replica.forget()
    assert LATER in board(followed, followed.neighbour)
    [note] = Client().get("/readyz").json()["notes"]
    assert "没有跟上" in note


def test_killed_it_is_missed_by_nobody(standby, followed, monkeypatch):
    stopped(standby, followed)
    assert LATER not in board(followed, followed.neighbour)  # a connection stands
    standby.kill()
    until(lambda: standby.pid() is None)
    assert LATER in board(followed, followed.neighbour)
    assert LATER in board(followed, followed.neighbour)
    assert Client().get("/readyz").json()["notes"] == ["备用数据库：连不上，暂时改读主数据库"]
    monkeypatch.setattr(replica, "LEFT_ALONE", 0.0)
    standby.start()
    until(replica.serves)


def test_killed_in_the_middle_of_an_answer_the_primary_gives_it(standby, followed):
    told: list[bool] = []

    @reads_elsewhere
    def slow(request: Any) -> bool:
        with reading().cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            told.append(cursor.fetchone()[0])
            cursor.execute(
                "SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN pg_sleep(15) END"
            )
            return bool(cursor.fetchone()[0])

    MARKED.discard(f"{slow.__module__}.{slow.__qualname__}")
    asking = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(15)%' AND pid <> pg_backend_pid()"

    def kill() -> None:
        until(lambda: standby.asked(asking))
        standby.kill()

    other = threading.Thread(target=kill)
    other.start()
    began = time.monotonic()
    assert slow(RequestFactory().get("/api/")) is False
    other.join()
    assert told == [True, False]  # begun there, answered by the primary, once
    assert time.monotonic() - began < 15


def test_promoted_too_early_it_is_not_read_and_what_it_lost_is_noticed(
    followed,
):
    """A standby that does not get what is done, and takes over all the same."""
    district = followed
    district.raised(at=timezone.now())
    make_checkpoints(at=timezone.now())
    with copied(os.environ["YIHE_TEST_SOCKET"], follows=True) as late, alias(late):
        caught_up(late)
        late.asked("ALTER SYSTEM SET primary_conninfo = ''")
        late.asked("SELECT pg_reload_conf()")
        until(lambda: not late.asked("SELECT pid FROM pg_stat_wal_receiver"))
        lost = district.raised(text=LATER, at=timezone.now())
        make_checkpoints(at=timezone.now() + timedelta(minutes=1))
        assert look_back(at=timezone.now()) == []
        late.promote()
        replica.forget()
        assert LATER in board(district, district.neighbour)
        assert "不是主数据库的备用库" in Client().get("/readyz").json()["notes"][0]
        with primary_is(late):
            assert not Call.objects.filter(pk=lost.pk).exists()
            found = look_back(at=timezone.now())
            assert any("像是退回到了以前" in one for one in found)
            ready = Client().get("/readyz")
            assert ready.status_code == 503
            assert any("像是退回到了以前" in one for one in ready.json()["missing"])
            page = browser(district.neighbour).get("/log/")
            assert "像是退回到了以前" in page.text
