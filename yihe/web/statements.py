"""Statements that the server plans once, and the rows of an act: written without composing them anew."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.types.numeric import Int8


def cursor() -> Any:
    """Parameters are bound by the server, and a statement that comes again is planned once.

    While queries are looked at, Django's own cursor, which shows them with their values.
    """
    connection.ensure_connection()
    if connection.queries_logged:
        return connection.cursor()
    with connection.wrap_database_errors:
        bound: Any = ServerBindingCursor
        return connection._prepare_cursor(bound(connection.connection))  # type: ignore[attr-defined]


def fetched(statement: str, params: Sequence[Any]) -> list[Any]:
    """The rows of one statement. A whole number is one of 64 bits, so that it is one statement for all."""
    with cursor() as asked:
        asked.execute(statement, [Int8(one) if type(one) is int else one for one in params])
        rows: list[Any] = asked.fetchall()
        return rows


@cache
def _columns(model: type[models.Model]) -> list[Any]:
    """All but a key that the database gives."""
    meta = model._meta
    return [one for one in meta.concrete_fields if one is not meta.auto_field]


@cache
def _insert(model: type[models.Model], rows: int) -> str:
    names = ", ".join(f'"{one.column}"' for one in _columns(model))
    values = ", ".join(["(" + ", ".join(["%s"] * len(_columns(model))) + ")"] * rows)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({names}) VALUES {values} RETURNING "{key}"'  # noqa: S608


def insert(*rows: models.Model) -> None:
    """New rows of one kind, in one statement; each gets its key."""
    if not rows:
        return
    model = type(rows[0])
    values = [
        one.get_db_prep_save(one.pre_save(row, True), connection)
        for row in rows
        for one in _columns(model)
    ]
    for row, (key,) in zip(rows, fetched(_insert(model, len(rows)), values), strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    fields = [model._meta.get_field(name) for name in names]
    values = ", ".join(f'"{one.column}" = %s' for one in fields)  # type: ignore[union-attr]
    table, key = model._meta.db_table, model._meta.pk.column
    statement = f'UPDATE "{table}" SET {values} WHERE "{key}" = %s RETURNING 1'  # noqa: S608
    return statement, fields


def update(row: models.Model, *names: str) -> None:
    """These fields of a row that is locked, as they stand in the object."""
    statement, fields = _update(type(row), tuple(dict.fromkeys(names)))
    values = [one.get_db_prep_save(one.pre_save(row, False), connection) for one in fields]
    if not fetched(statement, [*values, row.pk]):
        raise type(row).DoesNotExist  # type: ignore[attr-defined]
