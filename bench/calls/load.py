"""A small load client: as many kept connections as the server has threads, each asking again at once."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CONNECTIONS = 8  # two workers of four threads
Ask = Callable[[], bytes]


@dataclass
class Load:
    seconds: float
    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    def at(self, part: float) -> float:
        """In milliseconds, the time within which this part of the answers came."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, round(part * len(ordered)))] if ordered else 0.0


def get(path: str, *, cookie: str = "", bearer: str = "") -> bytes:
    return _head("GET", path, cookie, bearer) + b"\r\n"


def post(path: str, body: bytes, *, cookie: str = "", bearer: str = "", kind: str = "") -> bytes:
    kind = kind or "application/x-www-form-urlencoded"
    more = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return _head("POST", path, cookie, bearer) + more.encode() + body


def _head(method: str, path: str, cookie: str, bearer: str) -> bytes:
    lines = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
    lines += f"Cookie: {cookie}\r\n" if cookie else ""
    lines += f"Authorization: Bearer {bearer}\r\n" if bearer else ""
    return lines.encode()


class Connection:
    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        for again in (True, False):
            try:
                if self.socket is None:
                    self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                    self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.socket.sendall(request)
                return self._answer(self.socket)
            except ConnectionError:
                self.close()
                if not again:
                    raise
        raise AssertionError

    def _answer(self, source: socket.socket) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            part = source.recv(65536)
            if not part:
                raise ConnectionResetError
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        lines = head.decode("latin1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        length = int(headers.get("content-length", "0"))
        parts, have = [body], len(body)
        while have < length:
            part = source.recv(65536)
            if not part:
                raise ConnectionResetError
            parts.append(part)
            have += len(part)
        if headers.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), b"".join(parts)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def run(port: int, asks: Iterator[bytes], *, status: int, seconds: float,
        connections: int = CONNECTIONS) -> Load:  # fmt: skip
    """Ask for so long; `asks` gives each request once and may end before."""
    load, lock, start = Load(seconds), threading.Lock(), time.perf_counter()

    def one() -> None:
        connection = Connection(port)
        while time.perf_counter() - start < seconds:
            with lock:
                request = next(asks, None)
            if request is None:
                break
            begun = time.perf_counter()
            code, body = connection.ask(request)
            load.took.append(time.perf_counter() - begun)
            if code != status:
                load.wrong.append(f"{code} {body[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - start
    if load.wrong:
        raise RuntimeError(f"{len(load.wrong)} of {len(load.took)} went wrong: {load.wrong[0]}")
    return load


def in_turn(port: int, ways: dict[str, tuple[Callable[[], Iterator[bytes]], int]], *,
            rounds: int, seconds: float) -> dict[str, list[Load]]:  # fmt: skip
    """Each way for some seconds, then again: what else the machine does falls on all of them alike."""
    for asks, status in ways.values():
        run(port, asks(), status=status, seconds=0.5)
    found: dict[str, list[Load]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (asks, status) in ways.items():
            found[name].append(run(port, asks(), status=status, seconds=seconds))
    return found


def middle(values: list[float]) -> float:
    return statistics.median(values)
