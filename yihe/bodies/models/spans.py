"""Ranges for constraints that forbid overlaps, from the types that PostgreSQL brings along.

Equality beside a range usually needs the extension btree_gist, which the embedded server does not have.
A range of one value overlaps exactly the same value; text gets a range type of our own
(docs/decisions/0029).
"""

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, DateTimeRangeField
from django.db.models import CharField, Field, Func, Value


class TextRangeField(Field):  # type: ignore[type-arg]
    """Only in constraints: no column is of this type."""

    def db_type(self, connection: object) -> str:
        return "textrange"


def one(name: str) -> Func:
    """A row's number, as a range of this one number."""
    return Func(name, name, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def word(name: str) -> Func:
    """A text, as a range of this one text."""
    bounds = Value("[]", output_field=CharField())
    return Func(name, name, bounds, function="textrange", output_field=TextRangeField())


def period(since: str, until: str) -> Func:
    """From a moment up to another, which is no longer in it; without an end when there is none."""
    return Func(since, until, Value("[)"), function="tstzrange", output_field=DateTimeRangeField())


def days(since: str, until: str) -> Func:
    """From a day to a day, both in it."""
    return Func(since, until, Value("[]"), function="daterange", output_field=DateRangeField())
