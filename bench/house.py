"""A house to measure in: a database of its own with fsync on, and gunicorn as `yihe up` starts it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import django

from yihe.server.embedded import OWNER, Cluster

OUT = Path(__file__).parent / "out"


def environment(home: Path, cluster: Cluster, *, settings: str = "yihe.settings") -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": cluster.url(),
        "DATABASE_OWNER_URL": cluster.url(OWNER),
        "YIHE_HOME": str(home),
        "YIHE_LOG_LEVEL": "CRITICAL",
        "YIHE_SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "PYTHONUNBUFFERED": "1",
    }


def begin(home: Path) -> Cluster:
    """The database with the house's own settings, and Django on top of it, in this process."""
    cluster = Cluster(home / "pg")
    cluster.start()
    os.environ.update(
        environment(home, cluster),
        DATABASE_URL=cluster.url(OWNER),
        YIHE_DB_POOL="0",
        YIHE_PLAIN_STATIC="1",
        YIHE_STATIC=str(Path(__file__).resolve().parents[1] / "yihe" / "web" / "static"),
    )
    django.setup()
    return cluster


class Served:
    """gunicorn with two processes of four threads, as in production, on a free port of this machine."""

    def __init__(self, home: Path, cluster: Cluster, *, settings: str) -> None:
        around = environment(home, cluster, settings=settings)
        for name in ("YIHE_DB_POOL", "YIHE_PLAIN_STATIC", "YIHE_STATIC"):
            around.pop(name, None)
        subprocess.run(
            [sys.executable, "-m", "yihe.cli", "prepare", "--no-demo"],
            env={**around, "YIHE_AS_OWNER": "1", "YIHE_DB_POOL": "0"}, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process = subprocess.Popen(  # noqa: S603
            [
                sys.executable, "-m", "gunicorn", "yihe.wsgi:application",
                "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
                "--workers", "2", "--threads", "4", "--log-level", "warning",
                "--worker-tmp-dir", "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp",  # noqa: S108
            ],
            env=around, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def copied(kept: Path, home: Path) -> None:
    """The database of a house that lies ready, for one measurement to change."""
    shutil.copytree(kept / "pg", home / "pg", symlinks=True)
