"""Statements that the server plans once, and the rows of an act: written without composing them anew."""

import itertools
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg import RawCursor
from psycopg.types.numeric import Int8


@cache
def _numbered(statement: str) -> bytes:
    """With $1, $2 … for each %s, as the server itself writes it."""
    count = itertools.count(1)
    numbered = re.sub("%%|%s", lambda one: f"${next(count)}" if one[0] == "%s" else "%", statement)
    return numbered.encode()


def fetched(statement: str, params: Sequence[Any] = ()) -> list[Any]:
    """The rows of one statement, which is one of few: values stand in `params` alone.

    The server binds them, and plans once what comes again. A whole number is one of 64 bits, so that it
    is one statement for all. While queries are looked at, Django's own cursor shows them with their values.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    logged = here.queries_logged
    with here.cursor() if logged else here._prepare_cursor(RawCursor(here.connection)) as asked:
        words = statement if logged else _numbered(statement)
        asked.execute(words, [Int8(one) if type(one) is int else one for one in params])
        rows: list[Any] = asked.fetchall()
        return rows


# Of these the object holds what the driver takes; others say themselves how they are written.
AS_THEY_ARE = (
    models.CharField, models.TextField, models.BooleanField, models.IntegerField,
    models.DateTimeField, models.ForeignKey, models.BinaryField, ArrayField,
)  # fmt: skip


def _written(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, AS_THEY_ARE) and type(field).pre_save in (
        models.Field.pre_save, models.DateTimeField.pre_save,
    ):  # fmt: skip
        return None
    return lambda value: field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """Name, column and how it is written: all but a key that the database gives."""
    meta = model._meta
    fields = [one for one in meta.concrete_fields if one is not meta.auto_field]
    return [(one.attname, one.column, _written(one)) for one in fields]


def _values(row: models.Model, fields: Any) -> list[Any]:
    return [
        getattr(row, name) if written is None else written(getattr(row, name))
        for name, _, written in fields
    ]


@cache
def _insert(kinds: tuple[tuple[type[models.Model], int], ...]) -> str:
    parts, told = [], []
    for place, (model, rows) in enumerate(kinds):
        fields, meta = _fields(model), model._meta
        names = ", ".join(f'"{column}"' for _, column, _ in fields)
        values = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * rows)
        parts.append(
            f'k{place} AS (INSERT INTO "{meta.db_table}" ({names}) VALUES {values}'  # noqa: S608
            f' RETURNING "{meta.pk.column}" AS key)'
        )
        told.append(f"SELECT {place} AS kind, key FROM k{place}")  # noqa: S608
    return f"WITH {', '.join(parts)} {' UNION ALL '.join(told)} ORDER BY kind, key"


def insert(*rows: models.Model) -> None:
    """New rows, those of one kind side by side, in one statement; each gets its key, in their order."""
    if not rows:
        return
    kinds: list[tuple[type[models.Model], int]] = []
    values: list[Any] = []
    for row in rows:
        same = bool(kinds) and kinds[-1][0] is type(row)
        kinds[-1:] = [(type(row), kinds[-1][1] + 1)] if same else [*kinds[-1:], (type(row), 1)]
        values += _values(row, _fields(type(row)))
    for row, (_, key) in zip(rows, fetched(_insert(tuple(kinds)), values), strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Any]:
    chosen: list[Any] = [model._meta.get_field(name) for name in names]
    fields = [(one.attname, one.column, _written(one)) for one in chosen]
    values = ", ".join(f'"{column}" = %s' for _, column, _ in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'UPDATE "{table}" SET {values} WHERE "{key}" = %s RETURNING 1', fields  # noqa: S608


def update(row: models.Model, *names: str) -> None:
    """These fields of a row that is locked, as they stand in the object."""
    statement, fields = _update(type(row), tuple(dict.fromkeys(names)))
    if not fetched(statement, [*_values(row, fields), row.pk]):
        raise type(row).DoesNotExist  # type: ignore[attr-defined]
