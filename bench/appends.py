"""How many acts a second one log takes from many writers, on a PostgreSQL that writes to the disk."""

import multiprocessing
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.house import begin

WRITERS, SECONDS, GOAL = 8, 5.0, 1_000
Figure = dict[str, Any]


def write(log: str, ready: Any, seconds: float, told: Any) -> None:
    """One writer: acts that hold nothing but their record, one after another; tells how many."""
    from django.db import connection, transaction

    from yihe.trail.acting import SYSTEM
    from yihe.trail.actions import record

    connection.ensure_connection()
    ready.wait()
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with transaction.atomic():
            record(
                acting=SYSTEM, act="bench.append", on=("bench", done), at=datetime.now(UTC), log=log,
                numbers={"n": done}, kinds={"kind": "bench"},
            )  # fmt: skip
        done += 1
    told.put(done)


def writing(logs: list[str], seconds: float = SECONDS) -> float:
    """Acts a second of one process for each of `logs`, begun together."""
    from django.db import connections

    connections.close_all()
    fork = multiprocessing.get_context("fork")
    ready, told = fork.Barrier(len(logs)), fork.Queue()
    writers = [fork.Process(target=write, args=(log, ready, seconds, told)) for log in logs]
    for writer in writers:
        writer.start()
    done = [told.get(timeout=seconds + 60) for _ in writers]
    for writer in writers:
        writer.join()
    return float(sum(done)) / seconds


def appends() -> list[Figure]:
    home = Path(tempfile.mkdtemp(prefix="yihe-bench-"))
    cluster = None
    try:
        cluster = begin(home)
        from django.core.management import call_command
        from django.db import connections
        from django.db.models import Max

        call_command("migrate", interactive=False, verbosity=0)
        figures = []
        for name, logs in (
            ("acts into one log, 1 writer", ["one"]),
            (f"acts into one log, {WRITERS} writers", ["one"] * WRITERS),
            (f"acts into {WRITERS} logs, {WRITERS} writers", [f"c{n}" for n in range(WRITERS)]),
        ):
            rate = writing(logs)
            goal = GOAL if logs == ["one"] * WRITERS else None
            print(
                f"{name:<44}{rate:>9,.0f} /s{' slow' if goal and rate < goal else ''}", flush=True
            )
            figures.append({"name": name, "per_s": round(rate), "goal_per_s": goal})
        from yihe.trail.models import Entry, Log

        for log in Log.objects.all():
            found = Entry.objects.filter(log=log).aggregate(last=Max("sequence"))["last"]
            assert found == log.size == Entry.objects.filter(log=log).count(), "the log has a hole"
        connections.close_all()
        return figures
    finally:
        if cluster is not None:
            cluster.destroy()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    appends()
