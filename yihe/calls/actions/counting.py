"""The counters: what the acts changed is folded in, and held against a count of the rows."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

import structlog
from django.db import connection, transaction

from yihe.calls.actions.handling import minutes_since_raised
from yihe.calls.counted import DIMS, MEASURES, rows, summed
from yihe.calls.models import Call
from yihe.web.away import is_away
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)
FOLDED = 1000  # deltas at once
COLUMNS = ("place", "dim", "key", "month", *MEASURES, "contact", "answer")
_ADDED = ", ".join(
    [f"{one} = calls_cell.{one} + excluded.{one}" for one in MEASURES]
    + [f"{one} = calls_added(calls_cell.{one}, excluded.{one}, 1)" for one in ("contact", "answer")]
)
# In the order of the index, so that two workers never wait for each other in a ring.
_INTO_CELLS = f"""
INSERT INTO calls_cell ({", ".join(COLUMNS)}) SELECT {", ".join(COLUMNS)} FROM more
ORDER BY place, dim, month, key
ON CONFLICT (place, dim, month, key) DO UPDATE SET {_ADDED}"""  # noqa: S608  our own constants
_FOLD = f"""
WITH taken AS (
  DELETE FROM calls_delta WHERE id IN (
    SELECT id FROM calls_delta WHERE (again_at IS NULL OR again_at <= %s)
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
  RETURNING *),
more AS ({summed("taken")}),
written AS ({_INTO_CELLS})
SELECT count(*) FROM taken"""  # noqa: S608  our own constants


# Five minutes, ten, twenty … up to a day; of the first that is due.
_PUT_OFF = """
UPDATE calls_delta SET failures = LEAST(failures + 1, 10),
  again_at = %(at)s + LEAST(interval '5 minutes' * 2 ^ LEAST(failures, 9), interval '1 day')
WHERE id = (SELECT id FROM calls_delta WHERE (again_at IS NULL OR again_at <= %(at)s)
  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING call_id"""


def fold(*, at: datetime, limit: int = FOLDED) -> WorkDone:
    """What was changed lately goes into the cells: each delta once, whoever folds, or not at all.

    A batch that fails is halved until the one that cannot be folded stands alone; it is put off, and
    the page of figures counts it from where it is.
    """
    many = FOLDED
    while True:
        try:
            taken = _fold(at, many)
        except Exception as error:
            if is_away(error):
                raise
            if many > 1:
                many //= 2
                continue
            log.error("fold.failed", error=type(error).__name__)
            return WorkDone(failed=_put_off(at), more=True)
        done = [Done("counted", str(taken))] if taken else []
        return WorkDone(done=done, more=taken == many)


@transaction.atomic
def _fold(at: datetime, many: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [at, many])
        (taken,) = cursor.fetchone()
    return int(taken)


def _put_off(at: datetime) -> list[Done]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PUT_OFF, {"at": at})
        return [Done("delta", str(call)) for (call,) in cursor.fetchall()]


class Difference(NamedTuple):
    """A cell that says something else than the rows."""

    place: str
    dim: str
    key: str
    month: date
    said: tuple[int, ...]  # in the order of MEASURES
    counted: tuple[int, ...]  # the same as `said`: it is the times that differ


def _compared(dim: str) -> str:
    """Cells with what is not folded yet, against the rows: `more` is what the cells lack."""
    have = [f"COALESCE(c.{one}, 0) + COALESCE(d.{one}, 0) AS {one}" for one in MEASURES]
    lack = [f"COALESCE(w.{one}, 0) - COALESCE(h.{one}, 0) AS {one}" for one in MEASURES]
    said = ", ".join(f"COALESCE(h.{one}, 0)" for one in MEASURES)
    counted = ", ".join(f"COALESCE(w.{one}, 0)" for one in MEASURES)
    cell = "place, dim, month, key"
    return f"""
    WITH want AS ({summed(f"({rows()})", (dim,))}),
    fresh AS ({summed("calls_delta", (dim,))}),
    have AS (
      SELECT {cell}, {", ".join(have)}, calls_added(c.contact, d.contact, 1) AS contact,
        calls_added(c.answer, d.answer, 1) AS answer
      FROM (SELECT * FROM calls_cell WHERE dim = '{dim}') c FULL JOIN fresh d USING ({cell})),
    more AS (
      SELECT {cell}, {", ".join(lack)},
        calls_added(w.contact, h.contact, -1) AS contact,
        calls_added(w.answer, h.answer, -1) AS answer,
        ARRAY[{said}] AS said, ARRAY[{counted}] AS counted
      FROM want w FULL JOIN have h USING ({cell})
      WHERE ARRAY[{said}] <> ARRAY[{counted}]
        OR NOT COALESCE(0 = ALL(calls_added(w.contact, h.contact, -1)), true)
        OR NOT COALESCE(0 = ALL(calls_added(w.answer, h.answer, -1)), true))
    """  # noqa: S608  our own constants


_LACKING = "SELECT place, dim, key, month, said, counted FROM more ORDER BY place, month, key"


def recount(*, mend: bool = False) -> Iterator[tuple[str, list[Difference]]]:
    """Question by question: the cells that differ from the rows, and added to them what they lack.

    Each question is looked at in one snapshot and mended by addition, so that acts go on meanwhile.
    """
    for dim in DIMS:
        written = f", written AS ({_INTO_CELLS})" if mend else ""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{_compared(dim).rstrip()}{written} {_LACKING}")
            found = cursor.fetchall()
        yield (
            dim,
            [
                Difference(row[0], row[1], row[2], row[3], tuple(row[4]), tuple(row[5]))
                for row in found
            ],
        )


def fill_minutes(*, mend: bool = False) -> int:
    """How many calls lack how long the first contact or answer took, though their steps say when."""
    lacking = 0
    for pk, steps in _steps_of_lacking():
        call = Call.objects.get(pk=pk)
        contact = next((at for kind, at in steps if kind != "raise"), None)
        answer = next((at for kind, at in steps if kind == "answer"), None)
        call.contact_minutes = _minutes(call, contact)
        call.answer_minutes = _minutes(call, answer)
        lacking += 1
        if mend:
            call.save(update_fields=["contact_minutes", "answer_minutes"])
    return lacking


def _minutes(call: Call, at: datetime | None) -> int | None:
    return minutes_since_raised(call, at) if at else None


def _steps_of_lacking() -> list[tuple[int, list[tuple[str, datetime]]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, array_agg(s.kind ORDER BY s.id), array_agg(s.at ORDER BY s.id)"
            " FROM calls_call c JOIN calls_step s ON s.call_id = c.id"
            " AND s.kind IN ('first_contact', 'ask', 'answer')"
            " WHERE c.contact_minutes IS NULL OR (c.answer_minutes IS NULL"
            "   AND c.answered_at IS NOT NULL) GROUP BY c.id"
        )
        found = cursor.fetchall()
    return [(pk, list(zip(kinds, moments, strict=True))) for pk, kinds, moments in found]
