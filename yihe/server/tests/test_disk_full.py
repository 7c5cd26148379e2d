"""A full disk is called by its name: to people, to programs, in the log, by /readyz, at the start."""

import errno
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from yihe.refusal import Refusal
from yihe.server.embedded import Cluster
from yihe.server.health import what_is_missing
from yihe.server.worker import Worker
from yihe.web.away import disk_full, is_away

FULL = "服务器的磁盘满了"


def from_the_database() -> Exception:
    """As Django hands on what PostgreSQL reports with 53100."""
    error = OperationalError("could not extend file: No space left on device")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file")
    return error


def our_own() -> Exception:
    return OSError(errno.ENOSPC, "No space left on device")


def fails(error: Exception):
    def fail(*args: object, **more: object) -> None:
        raise error

    return fail


def leave(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    usage = SimpleNamespace(free=megabytes * 2**20)
    monkeypatch.setattr("yihe.server.room.shutil.disk_usage", lambda place: usage)


@pytest.mark.parametrize(
    ("error", "full", "away"),
    [
        (from_the_database(), True, True),
        (our_own(), True, True),
        (OSError(errno.EDQUOT, "quota"), True, True),
        (OperationalError("terminating connection"), False, True),
        (DatabaseError("a mistake of ours"), False, False),
        (OSError(errno.EACCES, "denied"), False, False),
        (ValueError(), False, False),
        (None, False, False),
    ],
    ids=str,
)
def test_it_is_told_from_other_failures(error, full, away):
    assert disk_full(error) is full
    assert is_away(error) is away


@pytest.mark.django_db
@pytest.mark.parametrize("error", [from_the_database(), our_own()], ids=["database", "own"])
class TestWhileRunning:
    def test_a_page_says_so(self, monkeypatch, caplog, error):
        monkeypatch.setattr("yihe.portal.views.render", fails(error))
        page = Client().get("/help/")
        assert page.status_code == 503
        assert FULL in page.text
        assert "连不上" not in page.text
        assert "disk.full" in caplog.text

    def test_so_does_a_page_that_fails_outside_its_view(self, monkeypatch, error):
        monkeypatch.setattr("yihe.web.middleware._holds_nul", fails(error))
        page = Client(raise_request_exception=False).get("/help/")
        assert page.status_code == 503
        assert FULL in page.text

    def test_a_program_is_told(self, monkeypatch, caplog, error):
        monkeypatch.setattr("yihe.calls.api.who.by_token", fails(error))
        answer = Client(headers={"Authorization": "Bearer x"}).get("/api/v1/topics")
        assert answer.status_code == 503
        assert FULL in answer.json()["detail"]
        assert answer.headers["Retry-After"] == "60"
        assert "disk.full" in caplog.text


@pytest.mark.django_db
class TestReady:
    def test_names_the_room_that_is_missing(self, monkeypatch):
        leave(monkeypatch, 63)
        answer = Client().get("/readyz")
        assert answer.status_code == 503
        assert "磁盘只剩 63 MB，至少要 64 MB" in answer.json()["missing"]
        leave(monkeypatch, 64)
        assert not [words for words in what_is_missing() if "磁盘" in words]

    def test_names_the_databases_disk(self, monkeypatch):
        monkeypatch.setattr("yihe.server.health.Mark.objects.filter", fails(from_the_database()))
        assert what_is_missing() == ["数据库的磁盘满了"]


def test_the_worker_says_why_it_waits(monkeypatch, caplog):
    worker = Worker(pause=0)

    def look() -> bool:
        worker.stopping = True
        raise from_the_database()

    monkeypatch.setattr(worker, "look", look)
    monkeypatch.setattr("yihe.server.worker.signal.signal", lambda *_: None)
    monkeypatch.setattr("yihe.server.worker.connection.close", lambda: None)
    worker.run()
    assert "worker.disk_full" in caplog.text


@pytest.mark.parametrize(
    ("megabytes", "words"), [(0, "磁盘满了，数据库没有启动。"), (20, "磁盘只剩 20 MB")]
)
def test_a_start_is_refused_in_one_sentence(tmp_path: Path, monkeypatch, megabytes, words):
    cluster = Cluster(tmp_path / "postgres", durable=False)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("18\n")
    leave(monkeypatch, megabytes)
    with pytest.raises(Refusal, match=words):
        cluster.start()
    assert not cluster.socket.exists()


def test_a_new_database_needs_more(tmp_path: Path, monkeypatch):
    leave(monkeypatch, 299)
    with pytest.raises(Refusal, match="至少要 300 MB，数据库没有建"):
        Cluster(tmp_path / "postgres", durable=False).start()
