"""Real standbys, made by `pg_basebackup` from a running server and with the same programs."""

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from yihe.server.embedded import OWNER, Cluster, _run, binaries
from yihe.web import replica

SOON = 20.0  # seconds for what takes milliseconds on a quiet machine


class Copied(Cluster):
    """A server that came from another one: its roles came along, and it may be one that only reads."""

    def _roles(self) -> None:
        pass

    def asked(self, sql: str) -> Any:
        """As its owner."""
        with psycopg.connect(self.url(OWNER, "postgres"), autocommit=True) as asking:
            found = asking.execute(sql.encode())
            return found.fetchone() if found.description else None

    def promote(self) -> None:
        done = _run(binaries() / "pg_ctl", "promote", "-D", self.data, "-w", "-t", "20")
        assert done.returncode == 0, done.stderr


@contextmanager
def copied(socket: str | Path, *, follows: bool) -> Iterator[Copied]:
    """A copy of the server at that socket, started: one that follows it, or one that goes its own way."""
    if not (binaries() / "pg_basebackup").exists():
        pytest.skip(f"needs pg_basebackup beside the other programs of PostgreSQL in {binaries()}")
    memory = Path("/dev/shm")  # noqa: S108
    base = memory if memory.is_dir() else Path(tempfile.gettempdir())
    place = base / f"yihe-test-{uuid.uuid4().hex[:8]}"
    place.mkdir(mode=0o700)
    (place / "owner").write_text(str(os.getpid()))  # what a killed run leaves, the next one removes
    cluster = Copied(place / "pg", durable=False)
    try:
        _run(
            binaries() / "pg_basebackup", "-D", cluster.data, "-X", "stream", "-c", "fast",
            "--no-sync", *(["-R"] if follows else []),
            "-d", f"host={socket} port=5432 user={OWNER} application_name=yihe_b",
        )  # fmt: skip
        cluster.start()
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def alias(cluster: Cluster) -> Iterator[None]:
    """It is the house's replica, as settings would have it."""
    ours, before = connections.settings[replica.PRIMARY], connections.settings.get(replica.ALIAS)
    _forget_line()
    connections.settings[replica.ALIAS] = {
        **ours,
        "HOST": str(cluster.socket),
        "OPTIONS": {"connect_timeout": "2", "options": "-c default_transaction_read_only=on"},
        "TEST": {**ours["TEST"], "MIRROR": replica.PRIMARY},
    }
    try:
        yield
    finally:
        _forget_line()
        if before:
            connections.settings[replica.ALIAS] = before
        else:
            del connections.settings[replica.ALIAS]


def _forget_line() -> None:
    replica.forget()
    if replica.ALIAS in connections.settings:
        connections[replica.ALIAS].close()
        del connections[replica.ALIAS]


@contextmanager
def primary_is(cluster: Cluster) -> Iterator[None]:
    """The house stands on that server, in every thread that connects from now on."""
    ours = connections[replica.PRIMARY].settings_dict
    before = ours["HOST"]
    _move(ours, str(cluster.socket))
    try:
        yield
    finally:
        _move(ours, before)


def _move(ours: dict[str, Any], host: str) -> None:
    connections[replica.PRIMARY].close()
    ours["HOST"] = host


def until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def caught_up(cluster: Copied) -> None:
    """Until it has replayed everything that the house did so far."""
    with connections[replica.PRIMARY].cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'yihe', '')")
        (there,) = cursor.fetchone()
    until(lambda: cluster.asked(f"SELECT pg_last_wal_replay_lsn() >= '{there}'")[0])
