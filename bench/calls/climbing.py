"""A thousand calls become due at once: two workers take them up, and none twice."""

import subprocess
import sys
import time
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from bench.calls.crowd import much_due
from bench.calls.load import middle
from yihe.calls.models import Call, Step
from yihe.calls.work import do_due

WORKER = """
import os, sys, time, django
django.setup()
from django.db import connection
from django.utils import timezone
from django.urls import reverse
from yihe.calendar.queries import calendar
from yihe.calls.work import do_due
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    backend = cursor.fetchone()[0]
def processor():
    with open(f"/proc/{backend}/stat") as stat:
        ticks = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()
reverse("calls:call", args=["0000-0000"])  # as in a worker that runs: all addresses are loaded
calendar()
print("ready", flush=True)
sys.stdin.readline()
done, used = 0, processor()
while True:
    part = do_due(at=timezone.now(), limit=50)
    done += len(part.done)
    if not part.more:
        break
print(done, processor() - used, flush=True)
"""


def everything_open() -> None:
    """All calls that were closed are open again and due far ahead, as if nobody ever answered.

    What would have come due meanwhile is due far ahead, too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # counters are not measured here
        cursor.execute("DROP INDEX call_by_text")
        cursor.execute(
            "UPDATE calls_call SET status = 'doing', due_kind = 'answer', answered_at = NULL,"
            " answered_in_time = NULL, closed_at = NULL, closed_how = '', due_at = now() + interval"
            " '200 days', wake_at = now() + interval '199 days'"
            " WHERE channel <> 'import' AND (due_at IS NULL OR wake_at < now() + interval '9 days')"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("CREATE INDEX call_by_text ON calls_call USING gin (grams)")
        cursor.execute("VACUUM ANALYZE calls_call")


def climbing(around: dict[str, str], *, due: int = 1000, rounds: int = 3) -> dict[str, Any]:
    took, used, done = [], [], 0
    while do_due(at=timezone.now(), limit=500).more:  # what has come due since it was filled
        pass
    for _ in range(rounds):
        before = Step.objects.order_by("-pk").values_list("pk", flat=True)[0]
        workers = [
            subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", WORKER], env=around, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            ) for _ in range(2)
        ]  # fmt: skip
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        much_due(due)
        start = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
        told = [worker.communicate()[0].split()[-2:] for worker in workers]
        took.append(time.perf_counter() - start)
        counted = [int(number) for number, _ in told]
        used.append(sum(float(seconds) for _, seconds in told))
        climbed = Step.objects.filter(pk__gt=before, kind="climb").values("call")
        twice = climbed.annotate(n=Count("pk")).filter(n__gt=1).count()
        assert sum(counted) == climbed.count() == due, (counted, climbed.count())
        assert not twice
        done += due
    return {"name": f"climbing, {due} due", "seconds": round(middle(took), 2),
            "processor_seconds": round(middle(used), 2),  # of workers and database, on whatever machine
            "open": Call.objects.open().count(), "twice": 0, "done": done}  # fmt: skip


def nothing_due(times: int = 200) -> dict[str, Any]:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        assert not do_due(at=timezone.now()).done
        took.append(1000 * (time.perf_counter() - start))
    took.sort()
    return {"name": "an empty look", "p50_ms": round(middle(took), 2),
            "p95_ms": round(took[int(0.95 * times)], 2)}  # fmt: skip
