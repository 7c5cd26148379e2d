"""Queries that are asked with every request: their SQL is composed once, and planned once.

To compose a query set takes Django longer than PostgreSQL needs to answer it, and a look-up with
many joins takes PostgreSQL longer to plan than to find. `@prepared` keeps the query set as the one
definition, and adds `rows` and `first`, which compose it once for each shape of what is asked with:

    @prepared
    def current_seats(person_id: int) -> QuerySet[Seat]: …

    current_seats(7)        the query set, as ever, to be narrowed further
    current_seats.rows(7)   its rows, by a prepared statement

Numbers and words become parameters; None, "", 0, truth values, choices and whatever `shaped` of an
object leaves as it is are part of the shape: the query set is made from the shape itself, so it
cannot depend on anything that the key does not hold. It must not look into a word that it is given,
nor prefetch; for the time it asks `moment`. A word that is looked into and a time that would stay as
it was refuse. docs/decisions/0022.
"""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import Enum
from functools import update_wrapper
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators
from django.utils import timezone
from psycopg import sql as pg

from yihe.web.statements import fetched

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

MOST_SHAPES = 200  # of one query; what comes after is composed each time
FIRST_NUMBER = 7_600_000_000_000_000_000
OPEN, CLOSE = "\ue0f0", "\ue0f1"
NOW = datetime(9000, 1, 1, tzinfo=UTC)
_composing: ContextVar[bool] = ContextVar("composing", default=False)


def moment() -> datetime:
    """Now; in a prepared query the time at which it is asked, not the one at which it was composed."""
    return NOW if _composing.get() else timezone.now()


def _closed(*_: object, **__: object) -> NoReturn:
    raise TypeError("a prepared query does not look into what it is asked with")


class _Word(str):
    """Stands for a word that is not known yet."""

    __slots__ = ()
    split = rsplit = partition = rpartition = startswith = endswith = _closed
    strip = lstrip = rstrip = lower = upper = isdigit = removeprefix = _closed
    __contains__ = __getitem__ = __len__ = _closed

    def __bool__(self) -> bool:
        return True


class _Number(int):
    """Stands for a number that is not known yet."""

    __slots__ = ()
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = _closed


def _shape(value: Any, values: list[Any]) -> Any:
    """What stands for the value; the value itself is added to `values` when it is not part of the shape."""
    if value is None or isinstance(value, bool | Enum) or value in ("", 0):
        return value
    if isinstance(value, int):
        values.append(int(value))
        return _Number(FIRST_NUMBER + len(values) - 1)
    if isinstance(value, str):
        values.append(value)
        return _Word(f"{OPEN}{len(values) - 1}{CLOSE}")
    if isinstance(value, tuple | list):
        return tuple(_shape(one, values) for one in value)
    return value.shaped(lambda one: _shape(one, values))


class _Composed:
    """The SQL of one shape, and how its rows become objects."""

    def __init__(self, found: QuerySet[Any, Any]) -> None:
        compiler = found.query.get_compiler(using=found.db)
        self.compiler = compiler
        try:
            statement, params = compiler.as_sql()
        except EmptyResultSet:
            self.statement = ""
            return
        self.asks: list[Callable[[list[Any]], Any]] = []
        statement = statement.replace("%%", "%%%%")
        self.statement = statement % tuple(self._part(one) for one in params)
        fields = [one[0] for one in compiler.select]
        self.converters = compiler.get_converters(fields)
        self.as_objects = issubclass(found._iterable_class, ModelIterable)
        self.flat = issubclass(found._iterable_class, FlatValuesListIterable)
        if self.as_objects:
            own = compiler.klass_info["select_fields"]
            self.model = compiler.klass_info["model"]
            self.start, self.end = own[0], own[-1] + 1
            self.names = [one[0].target.attname for one in compiler.select[self.start : self.end]]
            self.related = get_related_populators(  # type: ignore[call-arg]  # of a later Django
                compiler.klass_info, compiler.select, found.db
            )
            self.more = list((compiler.annotation_col_map or {}).items())
        self.using = found.db

    def _part(self, value: Any) -> str:
        """A parameter, or a constant of the query as it stands in SQL: indexes can rely on that."""
        if isinstance(value, int) and int(value) >= FIRST_NUMBER:
            place = int(value) - FIRST_NUMBER
            self.asks.append(lambda values: values[place])
            return "%s"
        if isinstance(value, str) and OPEN in str(value):
            before, _, rest = str(value).partition(OPEN)
            number, _, after = rest.partition(CLOSE)
            place = int(number)
            if before or after:  # part of a pattern
                like = connection.ops.prep_for_like_query
                self.asks.append(lambda values: f"{before}{like(values[place])}{after}")
            else:
                self.asks.append(lambda values: values[place])
            return "%s"
        if value == NOW:
            self.asks.append(lambda values: values[-1])
            return "%s"
        if isinstance(value, date):
            raise TypeError("a prepared query asks `moment` for the time")
        value = value.value if isinstance(value, Enum) else value
        return pg.Literal(value).as_string(connection.connection).replace("%", "%%")

    def rows(self, values: list[Any]) -> Iterator[Any]:
        if not self.statement:
            return iter(())
        found: Any = fetched(self.statement, [ask(values) for ask in self.asks])
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        if self.as_objects:
            return self._objects(found)
        return (row[0] for row in found) if self.flat else (tuple(row) for row in found)

    def _objects(self, found: Any) -> Iterator[Any]:
        for row in found:
            one = self.model.from_db(self.using, self.names, row[self.start : self.end])
            for populator in self.related:
                populator.populate(row, one)
            for name, place in self.more:
                setattr(one, name, row[place])
            yield one


class prepared(Generic[P, M, R]):  # noqa: N801  a decorator
    """See above."""

    def __init__(self, make: Callable[P, QuerySet[M, R]]) -> None:
        self.make = make
        self.known: dict[Any, _Composed] = {}
        update_wrapper(self, make)

    def __call__(self, *args: P.args, **more: P.kwargs) -> QuerySet[M, R]:
        return self.make(*args, **more)

    def rows(self, *args: P.args, **more: P.kwargs) -> list[R]:
        values: list[Any] = []
        shape = tuple(_shape(one, values) for one in args)
        if more:
            shape = (*shape, *((name, _shape(one, values)) for name, one in more.items()))
        composed = self.known.get(shape)
        if composed is None:
            connection.ensure_connection()
            named = dict(shape[len(args) :])
            token = _composing.set(True)
            try:
                composed = _Composed(self.make(*shape[: len(args)], **named))
            finally:
                _composing.reset(token)
            if len(self.known) < MOST_SHAPES:
                self.known[shape] = composed
        return list(composed.rows([*values, timezone.now()]))

    def first(self, *args: P.args, **more: P.kwargs) -> R | None:
        """The first row, if there is one. The query says by itself how many there can be."""
        return next(iter(self.rows(*args, **more)), None)
