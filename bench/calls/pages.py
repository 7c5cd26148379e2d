"""Pages within this process, through Django's test client, with every query and plan of theirs.

One that reads a whole large table is named.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

LARGE = ("calls_call", "calls_step", "calls_placement", "trail_entry", "outbox_message")
SLOW_MS, TIMES = 100.0, 30
Figure = dict[str, Any]


def whole_reads(plan: Any) -> list[str]:
    """The large tables that a plan reads from end to end."""
    found = []
    if plan.get("Node Type") == "Seq Scan" and plan.get("Relation Name") in LARGE:
        found.append(str(plan["Relation Name"]))
    for part in plan.get("Plans", []):
        found += whole_reads(part)
    return found


def looked_at(work: Callable[[], Any]) -> Figure:
    """How many queries, how long they take, and those that read a large table as a whole."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        work()
    times = [(float(query["time"]) * 1000, query["sql"]) for query in seen.captured_queries]
    slowest = max(times, default=(0.0, ""))
    reads = []
    for query in seen.captured_queries:
        sql = query["sql"]
        if not sql.startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"), [])
            row = cursor.fetchone()
        tables = whole_reads(row[0][0]["Plan"])
        if tables:
            reads.append((",".join(sorted(set(tables))), sql))
    plan = []
    if slowest[1].startswith("SELECT"):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + slowest[1].replace("%", "%%"), [])
            plan = [row[0] for row in cursor.fetchall()]
    return {
        "queries": len(times),
        "sql_ms": round(sum(took for took, _ in times), 1),
        "slowest_sql_ms": round(slowest[0], 1),
        "slowest_sql": slowest[1],
        "slowest_plan": plan,
        "whole_reads": [table for table, _ in reads],
        "whole_reads_sql": [sql for _, sql in reads],
    }


def measured(name: str, work: Callable[[], Any], *, times: int = TIMES) -> Figure:
    work()
    seen = looked_at(work)
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return {
        "name": name,
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[min(len(took) - 1, round(len(took) * 0.95))], 1),
        "times": times,
        **seen,
    }


def measure(rows: int) -> list[Figure]:
    from bench.calls.people import People
    from yihe.calls.work import do_due

    who = People()
    print(f"{'':<36}{'p50 ms':>9}{'p95 ms':>9}{'SQL ms':>9}{'queries':>9}")
    pages: list[tuple[str, Callable[[], Any]]] = [
        ("queue of a community's desk", who.get(who.clerk, "/desk/")),
        ("queue, late ones", who.get(who.clerk, "/desk/?which=late")),
        ("queue, passed on", who.get(who.clerk, "/desk/?which=followed")),
        ("queue, search 2 characters", who.get(who.clerk, "/desk/?q=路灯")),
        ("queue, search 4 characters", who.get(who.clerk, "/desk/?q=电梯异响")),
        ("queue of a department", who.get(who.department, "/desk/")),
        ("queue of the district's office", who.get(who.district, "/desk/")),
        ("board", who.get(who.resident, who.board)),
        ("board, page 20", who.get(who.resident, who.board + "?page=20")),
        ("call, by its clerk", who.get(who.clerk, who.open_call)),
        ("call, by a neighbour", who.get(who.resident, who.closed_call)),
        ("a resident's home", who.get(who.resident, "/")),
        ("a resident's calls", who.get(who.resident, "/calls/")),
        ("the district's home", who.get(who.district, "/")),
        ("conference", who.get(who.district, "/conference/")),
        ("the district in numbers", who.get(who.district, "/figures/")),
        ("the same, bare", who.bare()),
        ("a community in numbers", who.get(who.clerk, "/figures/")),
        ("a desk in numbers", who.get(who.clerk, "/figures/desk/")),
        ("the calls behind a figure", who.get(who.district, "/all/?state=contested")),
        ("API, figures", who.api("/api/v1/figures")),
        ("counters, 100 changes folded", who.fold(100)),
        ("API, newest 50 of the district", who.api("/api/v1/calls")),
        ("API, search 2 characters", who.api("/api/v1/calls?q=路灯")),
        ("API, search 4 characters", who.api("/api/v1/calls?q=电梯异响")),
        ("API, search, nothing found", who.api("/api/v1/calls?q=没有的话语")),
        ("API, by number", who.api(f"/api/v1/calls?q={who.number}")),
        ("raise a call (POST)", who.raise_one),
        ("accept a call (POST)", who.accept_one),
        (f"sweep, {who.batch} due calls", who.sweep(do_due, who.batch)),
        ("sweep, nothing due", who.empty_look(do_due)),
    ]
    figures = []
    for name, work in pages:
        try:
            figures.append(measured(name, work, times=5 if "due calls" in name else TIMES))
        except Exception as error:  # the others are still worth knowing
            print(f"{name:<36} failed: {type(error).__name__} {error}")
        else:
            tell(figures[-1])
    return [{"bench": "pages", "rows": rows, **figure} for figure in figures]


def tell(figure: Figure) -> None:
    slow = figure["p95_ms"] > SLOW_MS and "sweep" not in figure["name"]
    mark = " slow" if slow else ""
    reads = f"  reads all of {', '.join(figure['whole_reads'])}" if figure["whole_reads"] else ""
    print(
        f"{figure['name']:<36}{figure['p50_ms']:>9.1f}{figure['p95_ms']:>9.1f}"
        f"{figure['sql_ms']:>9.1f}{figure['queries']:>9}{mark}{reads}",
        flush=True,
    )
