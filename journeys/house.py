"""A real house for journeys: started as people start it, with its own home, port and demo."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from yihe.server.embedded import DATABASE, Cluster
from yihe.server.tests.test_up import ROOT, Running, environment, free_port, yihe

STARTS_WITHIN = 120.0


class Answer(NamedTuple):
    status: int
    body: Any


@dataclass
class House(Running):
    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.home / "postgres")

    def token(self, role: str) -> str:
        done = yihe(self.home, "token", "--role", role)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def call(
        self, token: str, method: str, path: str, body: Any = None, key: str = "", wait: float = 15
    ) -> Answer:
        """One request to the API; status 0 when there was no answer at all."""
        return call_api(self.url, token, method, path, body, key, wait)

    def rows(self, sql: str) -> list[Any]:
        """What the database holds, asked past the application."""
        words = f"SELECT coalesce(json_agg(found), '[]') FROM ({sql}) AS found"  # noqa: S608  our own
        found: list[Any] = json.loads(self.cluster.query(DATABASE, words))
        return found

    def wait_until_ready(self, within: float = STARTS_WITHIN) -> None:
        deadline = time.monotonic() + within
        while not self.ready:
            assert self.process.poll() is None, "the house ended"
            assert time.monotonic() < deadline, "the house is not ready in time"
            time.sleep(0.2)

    def kill_database(self) -> None:
        self.cluster.kill()

    def kill(self, *words: str) -> None:
        """One of our own processes, named by the words it was called with; nobody else's."""
        pid = self.child(words[0])
        for word in words[1:]:
            assert word == "worker"
            workers = children(pid) if pid else []
            pid = random.choice(workers) if workers else 0  # noqa: S311
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def call_api(
    url: str, token: str, method: str, path: str, body: Any = None, key: str = "", wait: float = 15
) -> Answer:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{url}/api/v1{path}", data=data, headers=headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=wait) as response:  # noqa: S310
            return Answer(response.status, json.load(response))
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace")
        with contextlib.suppress(ValueError):
            return Answer(error.code, json.loads(text))
        return Answer(error.code, text)
    except (OSError, ValueError) as error:  # refused, cut off, half an answer
        return Answer(0, str(error))


def start_house(home: Path) -> House:
    port = free_port()
    with (home / "out.log").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "yihe.cli", "up"],
            env=environment(home, PORT=str(port)), cwd=ROOT, text=True, stdout=out, stderr=out,
        )  # fmt: skip
    return House(process, home, port)


def stop_house(house: House) -> None:
    house.process.terminate()
    try:
        house.process.wait(60)
    except subprocess.TimeoutExpired:
        house.process.kill()
        house.process.wait(10)
    house.cluster.stop("immediate")
