"""How quick the house is with very many calls: `make bench BENCH=calls ROWS=10000,100000,1000000`.

For each number of calls a database is filled (and kept in bench/out/ for the next time), copied, and
asked: over HTTP through gunicorn as in production, each thing in turn with a bare view of the same rows;
then two workers; then page by page within this process, with every plan. The figures are lines of JSON in
bench/out/, growth is a chart there.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from bench.calls.chart import chart
from bench.house import OUT, Served, begin, copied, environment

PARTS = ("pairs", "climbing", "pages")


def ready(rows: int) -> Path:
    """The filled database, made when there is none for these tables and this filling."""
    root = Path(__file__).resolve().parents[2]
    made_of = [root / "bench/calls/filling.py", *sorted(root.glob("yihe/*/migrations/0*.py"))]
    key = hashlib.sha256(b"".join(one.read_bytes() for one in made_of)).hexdigest()[:8]
    kept = OUT / f"filled-{rows}-{key}"
    if not (kept / "pg").exists():
        for old in OUT.glob(f"filled-{rows}-*"):
            shutil.rmtree(old, ignore_errors=True)
        making = OUT / f"making-{rows}"
        shutil.rmtree(making, ignore_errors=True)
        child = os.fork()  # Django can be set up once in a process
        if child == 0:
            os._exit(_fill(making, rows))
        if os.waitpid(child, 0)[1] != 0:
            raise SystemExit("the database could not be filled")
        making.rename(kept)
    return kept


def _fill(making: Path, rows: int) -> int:
    start = time.monotonic()
    cluster = begin(making)
    try:
        from django.core.management import call_command

        from bench.calls.filling import fill

        call_command("migrate", interactive=False, verbosity=0)
        fill(rows)
        print(f"{rows} calls filled in {time.monotonic() - start:.0f} s", flush=True)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}")
        return 1
    finally:
        cluster.stop()
    return 0


def measure(rows: int, parts: tuple[str, ...]) -> int:
    """One number of calls, in a process of its own."""
    kept, home = ready(rows), OUT / f"home-{rows}"
    shutil.rmtree(home, ignore_errors=True)
    copied(kept, home)
    cluster = begin(home)
    served = None
    figures: list[dict[str, Any]] = []
    try:
        if "pairs" in parts:
            from bench.calls.pairs import pairs

            served = Served(home, cluster, settings="bench.calls.served")
            figures += pairs(served.port)
            served.stop()
        if "pages" in parts:
            from bench.calls.pages import measure as pages

            figures += pages(rows)
        if "climbing" in parts:
            from bench.calls.climbing import climbing, everything_open, nothing_due

            everything_open()
            figures += [climbing(environment(home, cluster)), nothing_due()]
            for figure in figures[-2:]:
                print(figure, flush=True)
    finally:
        if served is not None:
            served.stop()
        from django.db import connections

        connections.close_all()
        cluster.destroy()
        shutil.rmtree(home, ignore_errors=True)
    with (OUT / f"calls-{rows}.jsonl").open("w", encoding="utf-8") as lines:
        for figure in figures:
            told = {"bench": "calls", "rows": rows, **figure}
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


def main() -> int:
    sizes = [int(one) for one in (sys.argv[1] if len(sys.argv) > 1 else "100000").split(",")]
    parts = tuple(sys.argv[2].split(",")) if len(sys.argv) > 2 else PARTS
    OUT.mkdir(exist_ok=True)
    for rows in sizes:
        print(f"\n{rows} calls", flush=True)
        ready(rows)
        child = os.fork()
        if child == 0:
            os._exit(measure(rows, parts))
        if os.waitpid(child, 0)[1] != 0:
            return 1
    chart(OUT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
