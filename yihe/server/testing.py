"""A throw-away cluster for a run of the tests: made first, removed at the end.

A pytest plugin of its own, because the environment has to stand before Django reads its settings.
`make test` runs while `make run` is up: nothing is shared between them.
"""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
import uuid
from pathlib import Path

import pytest

from yihe.server.embedded import OWNER, Cluster

_cluster: Cluster | None = None


def _begin() -> None:
    """At import, which is before any other plugin reads the settings."""
    global _cluster
    os.environ.setdefault("YIHE_SHARED", str(Path(__file__).resolve().parents[3] / "shared"))
    os.environ.update(
        YIHE_PLAIN_STATIC="1",
        YIHE_STATIC=str(Path(__file__).resolve().parents[1] / "web" / "static"),
        YIHE_DB_POOL="0",
        YIHE_SECRET_KEY="only-for-tests",  # noqa: S106
        YIHE_LOG_LEVEL="ERROR",
        YIHE_SMS_CHANNEL="yihe.accounts.channels.MemoryChannel",
        YIHE_EMAIL_URL="smtp://127.0.0.1:1",
        YIHE_PUSH_CONTACT="mailto:nobody@example.invalid",
        YIHE_WECHAT_SIGN_IN="1",
        YIHE_WECHAT_HOST="http://127.0.0.1:1",
        YIHE_WECHAT_TEMPLATE="template-of-nobody",
        YIHE_WECHAT_APP_ID="wx-of-nobody",
        YIHE_WECHAT_APP_SECRET="secret-of-nobody",  # noqa: S106
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )
    if "YIHE_TEST_SOCKET" not in os.environ:  # workers of xdist inherit it
        base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())  # noqa: S108
        _sweep(base)
        _cluster = Cluster(base / f"yihe-test-{uuid.uuid4().hex[:8]}" / "pg", durable=False)
        _cluster.data.parent.mkdir(mode=0o700)
        (_cluster.data.parent / "owner").write_text(str(os.getpid()))
        atexit.register(_remove)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it is removed then too
        _cluster.start()
        os.environ["YIHE_TEST_SOCKET"] = str(_cluster.socket)
    socket = os.environ["YIHE_TEST_SOCKET"]
    os.environ["DATABASE_URL"] = f"postgresql://{OWNER}@/yihe?host={socket}&port=5432"
    os.environ["DATABASE_OWNER_URL"] = os.environ["DATABASE_URL"]
    os.environ.pop("DATABASE_REPLICA_URL", None)


def _sweep(base: Path) -> None:
    """What runs that were killed left behind."""
    for owner in base.glob("yihe-test-*/owner"):
        with contextlib.suppress(OSError, ValueError):
            if not Path(f"/proc/{int(owner.read_text())}").exists():
                Cluster(owner.parent / "pg").destroy()
                shutil.rmtree(owner.parent, ignore_errors=True)


def _remove() -> None:
    if _cluster is not None and _cluster.data.exists():
        _cluster.destroy()
        shutil.rmtree(_cluster.data.parent, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _remove()


_begin()
