"""Tests run as the application's role; the schema is made, and flushed between tests, by the owner."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from yihe.bodies.tests.builders import House
from yihe.calendar.queries import _composed
from yihe.calls.tests.builders import District, make_district
from yihe.server.embedded import APPLICATION, OWNER, roles_sql
from yihe.web import demo_mode


def _become(role: str) -> None:
    connection.close()
    connection.settings_dict["USER"] = role


@contextmanager
def as_owner() -> Iterator[None]:
    _become(OWNER)
    try:
        yield
    finally:
        _become(APPLICATION)


@pytest.fixture
def unwatched() -> Callable[[], AbstractContextManager[Any]]:
    """As the owner with triggers off: what a backup brings back, or somebody who should not."""

    @contextmanager
    def begin() -> Iterator[Any]:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            yield cursor

    return begin


@pytest.fixture(autouse=True)
def _no_calendar_of_another_test() -> None:
    """What a rolled-back test entered would be found again under the same version."""
    _composed.cache_clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After Django made the test database as owner: rights for the application, then be it."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(roles_sql())
        _become(APPLICATION)
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_as_owner(self: TransactionTestCase) -> None:
        with as_owner():
            flush(self)

    TransactionTestCase._fixture_teardown = flush_as_owner  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        _become(OWNER)


@pytest.fixture(autouse=True)
def _quick_and_apart(settings: Any, tmp_path: Path) -> None:
    settings.YIHE_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    demo_mode.forget()


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file of the real data, or the test is skipped and says why."""

    def find(name: str) -> Path:
        path = Path(os.environ["YIHE_SHARED"]) / name
        if not path.exists():
            pytest.skip(f"needs the real data {name} under YIHE_SHARED")
        return path

    return find


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """Offices and people in them; the second factor is not asked for."""
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    return House()


@pytest.fixture
def district(monkeypatch: pytest.MonkeyPatch) -> District:
    """An owner, a neighbour, an outsider, and somebody on every desk; the second factor is not asked for."""
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    return make_district()
