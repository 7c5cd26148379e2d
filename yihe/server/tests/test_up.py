"""The house as a whole: starts, says what stands in its way, and survives the death of its parts."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from yihe.server.embedded import Cluster

ROOT = Path(__file__).resolve().parents[3]
AT_MOST = 60.0


@dataclass
class Running:
    process: subprocess.Popen[str]
    home: Path
    port: int

    @property
    def ready(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}/readyz"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def child(self, word: str) -> int:
        """The number of the supervisor's child that was called with `word`, or 0."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in children.read_text().split():
            if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                return int(pid)
        return 0


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = ("DATABASE_", "YIHE_", "PORT", "HOST", "PYTEST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    if "YIHE_PG_BIN" in os.environ:
        kept["YIHE_PG_BIN"] = os.environ["YIHE_PG_BIN"]
    return {**kept, "YIHE_HOME": str(home), **more}


def yihe(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yihe.cli", *words],
        env=environment(home, **more), cwd=ROOT,
        capture_output=True, text=True, timeout=AT_MOST, check=False,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + AT_MOST
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.1)


def replaced(house: Running, word: str, before: int) -> bool:
    return house.child(word) not in (0, before)


def start(home: Path, port: int) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "yihe.cli", "up", "--no-demo"],
        env=environment(home, PORT=str(port)), cwd=ROOT, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return Running(process, home, port)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    running = start(tmp_path, free_port())
    try:
        wait_for(lambda: running.ready)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(AT_MOST)
        Cluster(tmp_path / "postgres").stop("immediate")


def came_back(house: Running, word: str, before: int) -> bool:
    return house.child(word) not in (0, before)


def test_what_dies_is_started_again_and_a_stop_leaves_nothing(house: Running) -> None:
    cluster = Cluster(house.home / "postgres")
    for word in ("work", "gunicorn"):
        before = house.child(word)
        os.kill(before, signal.SIGKILL)
        wait_for(partial(replaced, house, word, before))
    before = cluster.pid() or 0
    cluster.kill()
    wait_for(lambda: cluster.pid() not in (None, before))
    wait_for(lambda: house.ready)

    again = yihe(house.home, "up", PORT=str(free_port()))
    assert again.returncode != 0
    assert "已经在运行" in again.stderr

    house.process.terminate()
    assert house.process.wait(AT_MOST) == 0
    assert not house.ready
    assert not cluster.running()


def test_after_the_supervisor_was_killed_the_next_start_takes_over(house: Running) -> None:
    house.process.kill()
    house.process.wait(AT_MOST)
    following = start(house.home, house.port)
    try:
        wait_for(lambda: following.process.poll() is not None or following.child("work"))
        assert following.process.poll() is None
        wait_for(lambda: following.ready)
    finally:
        following.process.terminate()
        assert following.process.wait(AT_MOST) == 0


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = yihe(tmp_path, "up", PORT=str(other.getsockname()[1]))
    assert done.returncode != 0
    assert "请换一个" in done.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"PORT": "eight"}, "PORT"),
        ({"HOST": "203.0.113.9"}, "HOST"),
        ({"YIHE_HOME": "/proc/nowhere"}, "YIHE_HOME"),
        ({"YIHE_PRODUCTION": "1", "YIHE_DEBUG": "1"}, "YIHE_DEBUG"),
        ({"YIHE_PRODUCTION": "1"}, "YIHE_SMS_CHANNEL"),
        ({"YIHE_PG_BIN": "/nowhere"}, "YIHE_PG_BIN"),
    ],
    ids=lambda value: str(value),
)
def test_what_stands_in_the_way_is_said_in_one_sentence(
    tmp_path: Path, setting: dict[str, str], words: str
) -> None:
    done = yihe(
        Path(setting.get("YIHE_HOME", str(tmp_path))),
        "up",
        **{"PORT": str(free_port()), **{k: v for k, v in setting.items() if k != "YIHE_HOME"}},
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
