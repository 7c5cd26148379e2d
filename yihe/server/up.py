"""`yihe up`: the whole house under one supervisor. What dies is started again; Ctrl-C stops all."""

import contextlib
import ctypes
import errno
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from unicodedata import east_asian_width

import psycopg

from yihe.refusal import Refusal
from yihe.server.beat import Beats
from yihe.server.embedded import OWNER, Cluster

PR_SET_PDEATHSIG = 1


@dataclass
class House:
    """Where everything lies and how it is reached."""

    home: Path
    cluster: Cluster | None
    environment: dict[str, str] = field(default_factory=dict)


def home() -> Path:
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("YIHE_HOME", root / ".yihe")).absolute()


def prepare_home() -> Path:
    """The directory for data and keys, made if need be; its secret is written once."""
    place = home()
    try:
        (place / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
        place.chmod(0o700)
        secret = place / "keys" / "secret"
        if not secret.exists():
            making = secret.with_suffix(".making")
            making.write_text(secrets.token_urlsafe(48))
            making.chmod(0o600)
            making.rename(secret)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refusal("磁盘满了。请先腾出地方。") from error
        raise Refusal(f"不能在 {place} 里写东西，请用 YIHE_HOME 指一个可以写的目录。") from error
    return place


def lock(place: Path) -> int:
    """One supervisor a home."""
    handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise Refusal(
            f"{place} 里的一核已经在运行。要再开一个，请换目录和端口：YIHE_HOME=… PORT=8001 make run。"
        ) from error
    return handle


def release(handle: int) -> None:
    os.close(handle)


def check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                words = f"端口 {port} 已经有别的程序在用。请换一个：PORT={port + 1} make run。"
            elif error.errno == errno.EACCES:
                words = f"没有权限用端口 {port}。请换一个大的：PORT=8000 make run。"
            else:
                words = f"这台机器没有 {host} 这个地址。请改 HOST，如 HOST=127.0.0.1。"
            raise Refusal(words) from error


def address() -> tuple[str, int]:
    """Where to listen, from HOST and PORT."""
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal("PORT 要写 1 到 65535 之间的数，如 PORT=8001 make run。")
    return os.environ.get("HOST") or "127.0.0.1", int(text)


def database(place: Path) -> House:
    """The embedded server, started when it is not up, unless DATABASE_URL names another."""
    if os.environ.get("DATABASE_URL"):
        return House(place, None, {})
    cluster = Cluster(place / "postgres")
    if not cluster.running():
        cluster.start()
    return House(
        place,
        cluster,
        {"DATABASE_URL": cluster.url(), "DATABASE_OWNER_URL": cluster.url(OWNER)},
    )


def _with_parent() -> None:
    """In the child: end when the supervisor is gone, however it went."""
    with contextlib.suppress(Exception):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    name: str
    words: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    again_at: float = 0.0
    beats: Beats | None = None  # of a child that says from time to time that it is not stuck

    def start(self) -> None:
        heard = self.beats.fresh() if self.beats else {}
        self.process = subprocess.Popen(  # noqa: S603
            self.words,
            env={**self.environment, **heard},
            preexec_fn=_with_parent,
            stdin=subprocess.DEVNULL,
            pass_fds=[int(one) for one in heard.values()],
        )

    def stop(self, seconds: float) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def watch(self) -> None:
        """Start it again when it died, or hangs: at once, then with growing pauses."""
        if self.process is None:
            return
        if self.process.poll() is None:
            if self.beats is None or not self.beats.silent():
                return
            _say(f"{self.name} 没有动静，停掉它。")
            self.stop(5)
        now = time.monotonic()
        if not self.again_at:
            self.failures += 1
            self.again_at = now + min(10.0, 0.2 * 2 ** min(self.failures, 6))
            _say(f"{self.name} 停了，马上重新启动。")
        if now >= self.again_at:
            self.again_at = 0.0
            self.start()


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def run_yihe(*words: str, environment: dict[str, str]) -> None:
    """One of our own commands, as the owner of the database, to its end."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "yihe.cli", *words],
        env={**environment, "YIHE_AS_OWNER": "1", "YIHE_DB_POOL": "0"},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise Refusal("数据库没有准备好，原因见上面一行。")


def up(*, demo: bool) -> int:
    """Start everything, say where it is, watch over it until told to stop."""
    host, port = address()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop while still starting
    place = prepare_home()
    handle = lock(place)
    check_port(host, port)
    mark = place / "demo-wanted"
    if demo:
        mark.touch()
    else:
        mark.unlink(missing_ok=True)
    try:
        house = database(place)
    except BaseException:  # told to stop in the middle of it
        Cluster(place / "postgres").stop()
        raise
    environment = {
        **os.environ,
        **house.environment,
        "YIHE_HOME": str(place),
        "YIHE_PUBLIC_URL": os.environ.get("YIHE_PUBLIC_URL", f"http://{host}:{port}"),
        "PYTHONUNBUFFERED": "1",
        "YIHE_LOG_LEVEL": os.environ.get("YIHE_LOG_LEVEL", "WARNING"),
    }
    children: list[Child] = []
    try:
        run_yihe("prepare", *([] if demo else ["--no-demo"]), environment=environment)
        children = [
            Child(
                "网页服务",
                [
                    sys.executable, "-m", "gunicorn", "yihe.wsgi:application",
                    "--bind", f"{host}:{port}", "--worker-class", "gthread",
                    "--workers", "2", "--threads", "4", "--graceful-timeout", "8",
                    "--log-level", "warning", "--worker-tmp-dir", _memory(),
                    "--limit-request-line", "8190",
                ],
                environment,
            ),
            Child(
                "工作进程",
                [sys.executable, "-m", "yihe.cli", "work"],
                environment,
                beats=Beats(),
            ),
        ]  # fmt: skip
        for child in children:
            child.start()
        _welcome(host, port, sign_ins(environment["DATABASE_URL"]) if demo else [])
        _watch(house, children)
    finally:
        for child in children:
            child.stop(10)
        if house.cluster is not None:
            house.cluster.stop()
        release(handle)
    _say("一核停好了。")
    return 0


def _memory() -> str:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108


def sign_ins(database_url: str) -> list[tuple[str, str]]:
    """Of the demo, as its first page offers them: the words of each and what it can do."""
    with contextlib.suppress(psycopg.Error), psycopg.connect(database_url) as asking:
        mark = asking.execute("SELECT value FROM web_mark WHERE name = 'demo'").fetchone()
        people = mark[0].get("people", []) if mark else []
        return [(str(one["words"]), str(one["hint"])) for one in people]
    return []


def _welcome(host: str, port: int, people: list[tuple[str, str]]) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  not where it listens
    _say(f"\n  一核在这里：http://{shown}:{port}")
    if people:
        _say("\n  演示数据，均为虚构。打开首页，点一下就以这个身份进去，不用密码：\n")
        wide = max(_width(words) for words, _ in people)
        for words, hint in people:
            _say(f"    {words}{' ' * (wide - _width(words))}  {hint}")
    _say("\n  停下：Ctrl-C\n")


def _width(words: str) -> int:
    """In columns of a terminal, where a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in words)


def _watch(house: House, children: list[Child]) -> None:
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    started = time.monotonic()
    said, again_at = "", 0.0
    while not stopping:
        if house.cluster is None or house.cluster.pid() is not None:
            said = ""
        elif time.monotonic() > again_at:
            if not said:
                _say("数据库停了，马上重新启动。")
            try:
                house.cluster.start()
            except Refusal as refusal:  # said once, tried until it goes
                if str(refusal) != said:
                    said = str(refusal)
                    _say(said)
                again_at = time.monotonic() + 2
        for child in children:
            child.watch()
        if time.monotonic() - started > 60:
            for child in children:
                child.failures = 0
            started = time.monotonic()
        time.sleep(0.3)
