"""Boards, figures and exports read from the replica where the house has one: one line above what reads.

Inside of it every question goes to the replica, and nothing may be written. Who asks and in which
capacity is known before, from the primary. When the replica is lost, too far behind, or has not yet
what this browser itself just did, the primary answers.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse

from yihe.web import replica
from yihe.web.problems import for_program

View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "y_seen"
_alias: ContextVar[str] = ContextVar("reads_from", default=replica.PRIMARY)
_written: ContextVar[str] = ContextVar("written", default="")
MARKED: set[str] = set()  # what is marked, by its name


class WritesElsewhere(Exception):  # noqa: N818  a mistake of ours, not the person's
    """Something marked as only reading writes."""


def reads_elsewhere(function: View) -> View:
    """Marks a view, or the part of one that reads. It is run once more, on the primary, if the replica
    breaks off; so it has to be without effects."""
    MARKED.add(f"{function.__module__}.{function.__qualname__}")

    @wraps(function)
    def answer(request: Any, /, *args: Any, **more: Any) -> Any:
        if not replica.wanted():
            return function(request, *args, **more)
        if not for_program(request):
            _ = request.acting.kind  # who asks: from the primary
        if not replica.serves(_seen(request)):
            return function(request, *args, **more)
        before = _alias.set(replica.ALIAS)
        try:
            with connections[replica.PRIMARY].execute_wrapper(_only_reading):
                return function(request, *args, **more)
        except Error as error:
            replica.failed(error)
        finally:
            _alias.reset(before)
        return function(request, *args, **more)

    return cast(View, answer)


def reading() -> Any:
    """The connection that questions in plain SQL go to."""
    return connections[_alias.get()]


class Router:
    """Where a query set reads: what was marked says so, not where its rows once came from."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _alias.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return replica.PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == replica.PRIMARY


def _only_reading(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if not sql.lstrip("( \n").upper().startswith("SELECT"):
        raise WritesElsewhere(sql.split()[0])
    return execute(sql, params, many, context)


# one's own acts are seen at once ----------------------------------------------------------------


def wrote(position: str) -> None:
    """Up to where the log of changes holds what this request did, as the act was told anyway."""
    _written.set(position)


def own_writes(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """A browser that did something keeps where that lies, as long as a replica may lack it."""
    if not replica.wanted():
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        before = _written.set("")
        try:
            response = get_response(request)
            if _written.get() and not for_program(request):
                response.set_cookie(
                    COOKIE,
                    _written.get(),
                    max_age=settings.DATABASE_REPLICA_LAG + 2 * int(replica.LOOK_EVERY) + 1,
                    httponly=True,
                    samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )
            return response
        finally:
            _written.reset(before)

    return middleware


def _seen(request: HttpRequest) -> int:
    """What the browser's cookie says; one that we did not write says nothing."""
    try:
        return replica.position(request.COOKIES.get(COOKIE))
    except ValueError:
        return 0
