"""How quickly a decision is verified: `make bench BENCH=votes ROWS=100000`.

Bundles of 1000 ballots and of ROWS are made, and `yihe verify` is run on each in a fresh process:
start, reading, every hash and signature, and, for a full bundle, both majorities counted again. The
same for the start of `yihe tally` where it is there. Last, how many acts a second one log takes from
eight writers on a real PostgreSQL. A table for people on the screen, one line of
JSON for each figure in bench/out/.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.appends import appends
from yihe.proof.bundle import write_bundle
from yihe.proof.proofs import consistency, inclusion
from yihe.proof.tests.generator import make_vote
from yihe.proof.tree import MemoryNodes, append, leaf_hash, root

OUT = Path(__file__).parent / "out"
YIHE = str(Path(sys.executable).parent / "yihe")
TIMES = 5
GOALS = {1_000: 0.2, 100_000: 5.0}  # seconds for a full bundle
Figure = dict[str, Any]


def ran(words: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of one fresh process that has to find everything good."""
    start = time.perf_counter()
    process = subprocess.Popen([YIHE, *words], stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"yihe {' '.join(words)}: {process.returncode}")
    return took, usage.ru_maxrss / 1024


def measured(name: str, words: list[str], **more: Any) -> Figure:
    ran(words)
    runs = [ran(words) for _ in range(TIMES)]
    took = sorted(seconds for seconds, _ in runs)
    return {
        "name": name,
        "p50_s": round(statistics.median(took), 3),
        "max_s": round(took[-1], 3),
        "peak_mb": round(max(size for _, size in runs)),
        "times": TIMES,
        **more,
    }


def tell(figure: Figure) -> None:
    goal = figure.get("goal_s")
    mark = " slow" if goal and figure["p50_s"] > goal else ""
    print(
        f"{figure['name']:<44}{figure['p50_s']:>9.3f}{figure['max_s']:>9.3f}"
        f"{figure['peak_mb']:>9}{goal or '':>9}{mark}",
        flush=True,
    )


def bundles(rows: int, place: Path) -> list[Figure]:
    figures = []
    for ballots in sorted({1_000, rows}):
        sealed = make_vote(1, ballots, late=2).sealed()
        receipt = place / "receipt.txt"
        receipt.write_text(str(sealed.receipt(10)), encoding="utf-8")
        for kind, files in (("full", sealed.files), ("public", sealed.public())):
            path = place / f"{kind}-{ballots}.zip"
            write_bundle(path, files)
            figure = measured(
                f"verify, {kind}, {ballots} ballots",
                ["verify", str(path), "--receipt", str(receipt)],
                zip_mb=round(path.stat().st_size / 2**20, 1),
                goal_s=GOALS.get(ballots) if kind == "full" else None,
            )
            tell(figure)
            figures.append(figure)
    return figures


def log(rows: int) -> list[Figure]:
    """What a log costs in one process: leaves in, a checkpoint of ten new ones, proofs."""
    hashes = [leaf_hash(str(number).encode()) for number in range(rows)]
    nodes, start = MemoryNodes(), time.perf_counter()
    size = append(nodes, 0, hashes)
    took = time.perf_counter() - start
    start = time.perf_counter()
    size = append(nodes, size, hashes[:10])
    root(nodes, size)
    again = time.perf_counter() - start
    start = time.perf_counter()
    for index in range(0, size, max(1, size // 1000)):
        inclusion(nodes, index, size)
        consistency(nodes, index + 1, size)
    proofs = (time.perf_counter() - start) / 2000
    print(f"\nappend {rows / took:,.0f} leaves/s; checkpoint of 10 new in {again * 1e6:.0f} µs; a proof in {proofs * 1e6:.0f} µs")  # fmt: skip # noqa: E501
    return [
        {"name": "append", "leaves_per_s": round(rows / took)},
        {"name": "checkpoint of 10 new leaves", "us": round(again * 1e6)},
        {"name": "a proof", "us": round(proofs * 1e6)},
    ]


def tally(place: Path) -> list[Figure]:
    """The start of `yihe tally` on one small notice, where the command is there."""
    listed = subprocess.run([YIHE, "--help"], capture_output=True, check=False, text=True)  # noqa: S603
    if "tally" not in listed.stdout:
        return []
    notice = {
        "notice_on": "2024-07-29",
        "totals": {"heads": 100, "area": "10000"},
        "participation": {"heads": 80, "area": "8000"},
        "motions": [
            {"id": "1", "matter": "service_company", "agree": {"heads": 60, "area": "6000"}}
        ],
    }
    path = place / "notice.json"
    path.write_text(json.dumps(notice), encoding="utf-8")
    figure = measured("tally, one notice", ["tally", str(path), "--json"])
    tell(figure)
    return [figure]


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    place = Path(tempfile.mkdtemp(prefix="yihe-bench-"))
    try:
        print(f"{'':<44}{'p50 s':>9}{'max s':>9}{'MB':>9}{'goal s':>9}")
        figures = bundles(rows, place) + tally(place) + log(rows) + appends()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    OUT.mkdir(exist_ok=True)
    with (OUT / f"votes-{rows}.jsonl").open("w", encoding="utf-8") as lines:
        for figure in figures:
            lines.write(json.dumps({"bench": "votes", "rows": rows, **figure}) + "\n")
    print(f"\nbench/out/votes-{rows}.jsonl")
    return 0


if __name__ == "__main__":
    sys.exit(main())
