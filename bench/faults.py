"""One hundred `kill -9` at random moments of a mixed load: `make bench BENCH=faults [ROWS=100]`.

A house of its own (`yihe up`, PostgreSQL with fsync on, two web processes, a worker) is used by
several clients, while its processes are killed one after another: PostgreSQL's first process, one of
its backends, gunicorn's master, one of its workers, the worker, and the supervisor itself, which is
started again as a service manager would. Then all that was acknowledged is looked for: lost acts
and doubled acts are counted, and both have to be 0. A killed process leaves the operating system
alone: what a power cut would do is not shown here.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from bench.clients import Calls, Forms, Load, Pages, Told, person, program
from bench.house import OUT
from yihe.server.embedded import OWNER, Cluster
from yihe.server.tests.test_up import environment, free_port

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("postmaster", "backend", "web master", "web worker", "worker", "supervisor")
QUIET = 20.0  # seconds that a kill waits at most for one more answer
Figure = dict[str, Any]


class House:
    """`yihe up` in a home of its own, and its processes by what they are."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.cluster = Cluster(home / "postgres")
        self.said = (home / "up.log").open("ab")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "yihe.cli", "up"],
            env=environment(self.home, PORT=str(self.port)), cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said,
        )  # fmt: skip

    def keep_up(self) -> None:
        """What a service manager does: a supervisor that ended is started again."""
        if self.process.poll() is not None:
            self.process = self._start()

    def ready(self) -> bool:
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{self.port}/readyz"
            with urllib.request.urlopen(address, timeout=10) as answer:
                return bool(answer.status == 200)
        return False

    def until_ready(self, seconds: float = 180.0) -> None:
        end = time.monotonic() + seconds
        while not self.ready():
            if time.monotonic() > end:
                raise RuntimeError("the house did not come up; see up.log")
            self.keep_up()
            time.sleep(0.3)

    def pids(self, kind: str) -> list[int]:
        """The processes of that kind that run now; only ever our own."""
        ours = _children(self.process.pid) if self.process.poll() is None else []
        masters = [pid for pid in ours if "gunicorn" in _words(pid)]
        postmaster = self.cluster.pid()
        match kind:
            case "supervisor":
                return [self.process.pid] if self.process.poll() is None else []
            case "web master":
                return masters
            case "web worker":
                return [pid for master in masters for pid in _children(master)]
            case "worker":
                return [pid for pid in ours if "work" in _words(pid)]
            case "postmaster":
                return [postmaster] if postmaster else []
            case _:
                return _children(postmaster) if postmaster else []

    def yihe(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            [sys.executable, "-m", "yihe.cli", *words], env=environment(self.home), cwd=ROOT,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
        self.cluster.stop("immediate")
        self.said.close()


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _words(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def token(house: House, role: str) -> str:
    done = house.yihe("token", "--role", role)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def people(house: House, told: Told, stop: threading.Event) -> list[Load]:
    """Who uses the house: three calls at once through the API, one on the page, one reader."""
    desk = program(house.port, told, token(house, "community"))
    reporters = [program(house.port, told, token(house, "resident")) for _ in range(3)]
    _, text, _ = reporters[0].until_answered("GET", "/api/v1/compounds")
    compound = json.loads(text)["items"][0]["code"]
    pages = [f"/compounds/{compound}/board/", "/", "/calls/"]
    return [
        *(Calls(told, stop, reporter=one, desk=desk, compound=compound) for one in reporters),
        Forms(told, stop, who=person(house.port, told, 0)),
        Pages(told, stop, who=person(house.port, told, 0), paths=pages),
    ]


def kill(house: House, told: Told, times: int) -> Counter[str]:
    """So many processes, each at a random moment, after at least one more answer was given."""
    killed: Counter[str] = Counter()
    while sum(killed.values()) < times:
        before, end = told.answered, time.monotonic() + QUIET
        while told.answered == before and time.monotonic() < end:
            house.keep_up()
            time.sleep(0.05)
        time.sleep(random.uniform(0.0, 3.0))  # noqa: S311
        kind = random.choice(KINDS)  # noqa: S311
        pids = house.pids(kind)
        if not pids:
            continue
        with contextlib.suppress(ProcessLookupError):
            os.kill(random.choice(pids), signal.SIGKILL)  # noqa: S311
            killed[kind] += 1
            done = len(told.raised) + len(told.acts)
            print(f"{sum(killed.values()):>4} {kind:<12}{done:>7} acts acknowledged", flush=True)
        if kind == "supervisor":
            house.process.wait(30)
        house.keep_up()
    return killed


def count(house: House, told: Told) -> Figure:
    """Everything that was acknowledged, looked for in the database."""
    with psycopg.connect(house.cluster.url(OWNER)) as asking:
        rows = asking.execute("SELECT text, number FROM calls_call WHERE text LIKE '%记号 %'")
        calls = [(re.findall(r"记号 (\w+)", text)[0], number) for text, number in rows]
        steps = asking.execute(
            "SELECT c.number, s.kind, s.text FROM calls_step s JOIN calls_call c ON c.id = s.call_id"
            " WHERE c.text LIKE '%记号 %'"
        ).fetchall()
        trail = asking.execute(
            "SELECT subject_key, act FROM trail_entry WHERE subject_kind = 'call'"
        ).fetchall()
        holes = asking.execute(
            "SELECT l.number FROM trail_log l LEFT JOIN trail_entry e ON e.log_id = l.number"
            " GROUP BY l.number HAVING count(e.id) <> l.size OR coalesce(max(e.sequence), 0) <> l.size"
        ).fetchall()
    found, numbers = Counter(one for one, _ in calls), {number for _, number in calls}
    lost = [
        f"call {number}" for one, number in told.raised.items() if (one, number) not in set(calls)
    ]
    doubled = [f"call with {one}" for one, times in found.items() if times > 1]
    texts = Counter((number, kind, one) for number, kind, one in steps)
    kinds = Counter((number, kind) for number, kind, _ in steps)
    for number, act, word in told.acts:
        there = (
            sum(n for (at, kind, text), n in texts.items() if at == number and word in text)
            if word
            else kinds[number, act]
        )
        if there == 0:
            lost.append(f"{act} on {number}")
        if there > 1 and not word:
            doubled.append(f"{act} on {number}")
    words = Counter(word for _, _, text in steps for word in re.findall(r"记号 (\w+)", text))
    doubled += [f"act with {word}" for word, n in words.items() if n > 1]  # acknowledged or not
    written = Counter(
        (number, act.removeprefix("call.")) for number, act in trail if number in numbers
    )
    unwritten = [
        f"{kind} on {number}" for (number, kind), n in kinds.items() if written[number, kind] != n
    ]
    return {
        "lost": lost, "doubled": doubled, "without_trail": unwritten,
        "holes": [f"log {number}" for (number,) in holes],
    }  # fmt: skip


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    times = 100 if times > 10_000 else times  # ROWS of the other benches
    home = Path(tempfile.mkdtemp(prefix="yihe-faults-"))
    told, stop, begun = Told(), threading.Event(), time.monotonic()
    house = House(home)
    good = False
    try:
        house.until_ready()
        load = people(house, told, stop)
        for one in load:
            one.start()
        killed = kill(house, told, times)
        stop.set()
        house.until_ready()
        for one in load:
            one.join(240)
        stuck = sum(one.is_alive() for one in load)
        house.until_ready()
        time.sleep(5)  # the worker signs what is new
        found = count(house, told)
        checked = house.yihe("keys", "check", "--all")
        good = checked.returncode == 0 and house.ready()
    finally:
        stop.set()
        house.stop()
        if good:
            shutil.rmtree(home, ignore_errors=True)
        else:
            print(f"kept: {home}")
    said = [line for line in checked.stdout.splitlines() if "都和检查点相符" not in line]
    figures: list[Figure] = [
        {"name": "kills", "n": sum(killed.values()), "by": dict(killed)},
        {"name": "acts acknowledged", "n": len(told.raised) + len(told.acts)},
        {"name": "requests sent again", "n": told.again},
        {"name": "answers 500", "n": told.unfit, "goal": 0},
        {"name": "clients that got stuck", "n": stuck, "goal": 0},
        {"name": "gave up", "n": len(told.gave_up), "which": told.gave_up[:20], "goal": 0},
        {"name": "refused", "n": len(told.refused), "which": told.refused[:20], "goal": 0},
        *(
            {"name": name.replace("_", " "), "n": len(which), "which": which[:20], "goal": 0}
            for name, which in found.items()
        ),
        {"name": "logs that do not check", "n": int(not good), "said": said, "goal": 0},
        {"name": "minutes", "n": round((time.monotonic() - begun) / 60, 1)},
    ]  # fmt: skip
    OUT.mkdir(exist_ok=True)
    with (OUT / f"faults-{times}.jsonl").open("w", encoding="utf-8") as lines:
        for figure in figures:
            lines.write(json.dumps({"bench": "faults", **figure}, ensure_ascii=False) + "\n")
    print()
    for figure in figures:
        wrong = " ←" if figure.get("goal") == 0 and figure["n"] else ""
        print(f"{figure['name']:<28}{figure['n']:>9}{wrong}")
    print(f"\nbench/out/faults-{times}.jsonl")
    return int(any(one.get("goal") == 0 and one["n"] for one in figures))


if __name__ == "__main__":
    sys.exit(main())
