"""Calls of another system as they were there: no clock runs, nobody is told, one act for the whole file."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, TextChoices
from django.utils import timezone
from psycopg import sql

from yihe.bodies.models import Body
from yihe.calls.actions.learning import learn
from yihe.calls.models import Call, Channel, Outcome, Source, Status, Visibility
from yihe.places.models import Compound, Division
from yihe.topics.models import Topic
from yihe.topics.models import Unit as TimeUnit
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import bigrams

BATCH = 1000
STATED = (
    "subdistrict", "community", "compound", "place",
    "channel", "nature", "topic", "unit", "outcome",
)  # fmt: skip
PLACED = (
    "raised_at", "community_id", "compound_id", "path", "topic_id", "nature", "level", "desk_id",
    "intake_id", "status", "answered_in_time", "closed_how", "clock_from",
)  # fmt: skip


@dataclass(frozen=True)
class Past:
    """A call as another system kept it: its place, topic and desk here, and the words there."""

    key: str
    raised_at: datetime
    division: Division  # the lowest that is known
    compound: Compound | None
    topic: Topic | None
    nature: str
    level: int
    desk: Body
    said: dict[str, str]  # the words of Source, by field

    @property
    def known(self) -> bool:
        return self.said["outcome"] != Outcome.UNKNOWN


def one_file_at_a_time() -> None:
    """Two files of calls would make the same topics and desks twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('calls.import', 0))")


@transaction.atomic
def take_past(
    *, rows: Sequence[Past], system: str, digest: str, acting: Acting, at: datetime
) -> list[str]:
    """What became of each row: created, updated or unchanged. A call keeps its number."""
    became: list[str] = []
    fresh: list[Past] = []
    changed: list[tuple[Call, Source]] = []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        there = Source.objects.filter(system=system, key__in=[row.key for row in part])
        known = {one.key: one for one in there.select_related("call").defer("call__grams")}
        for row in part:
            source = known.get(row.key)
            if source is None:
                fresh.append(row)
                became.append("created")
            elif _differs(source, row):
                changed.append((source.call, source))
                became.append("updated")
            else:
                became.append("unchanged")
    _create(fresh, system)
    if changed:
        Call.objects.bulk_update([call for call, _ in changed], [*PLACED, "grams"], BATCH)
        Source.objects.bulk_update([source for _, source in changed], STATED, BATCH)
    if fresh or changed:
        learn()
    counts = Counter(became)
    record(
        acting=acting,
        act="call.import",
        on=("calls", digest[:16] or "table"),
        at=at,
        numbers={name: counts[name] for name in ("created", "updated", "unchanged")},
        digests={"file": digest} if digest else {},
    )
    return became


def _placed(row: Past) -> dict[str, Any]:
    return {
        "raised_at": row.raised_at,
        "community_id": row.division.pk,
        "compound_id": row.compound.pk if row.compound else None,
        "path": row.compound.path if row.compound else row.division.path,
        "topic_id": row.topic.pk if row.topic else None,
        "nature": row.nature,
        "level": row.level,
        "desk_id": row.desk.pk,
        "intake_id": row.desk.pk,
        "status": Status.CLOSED if row.known else Status.PAST,
        "answered_in_time": row.said["outcome"] == Outcome.IN_TIME if row.known else None,
        "closed_how": "imported" if row.known else "",
        "clock_from": row.raised_at,
    }


def _words(row: Past) -> list[str]:
    """What it is found by: there is no text."""
    place = row.compound.name if row.compound else row.division.name
    topic = row.topic.name if row.topic else ""
    return bigrams(f"{topic} {row.said['topic']} {place} {row.desk.name}")


def _differs(source: Source, row: Past) -> bool:
    """Whether the row says otherwise than what is kept, which is then put right.

    What was erased when its time had come does not come back.
    """
    found = False
    said = row.said if not source.call.expired else {**row.said, "place": source.place}
    for of, values in ((source.call, _placed(row)), (source, said)):
        for name, value in values.items():
            if getattr(of, name) != value:
                setattr(of, name, value)
                found = True
    if found:
        source.call.grams = _words(row)
    return found


def _create(rows: Sequence[Past], system: str) -> None:
    numbers = _numbers(rows)
    calls = [
        Call(
            number=numbers[row.key],
            text="",
            grams=_words(row),
            channel=Channel.IMPORT,
            visibility=Visibility.HANDLERS,
            contact_amount=0,
            contact_unit=TimeUnit.WORKDAYS,
            answer_amount=0,
            answer_unit=TimeUnit.WORKDAYS,
            **_placed(row),
        )
        for row in rows
    ]
    keys = _poured(calls)
    _poured(
        [
            Source(call_id=key, system=system, key=row.key, **row.said)
            for key, row in zip(keys, rows, strict=True)
        ]
    )


def _poured(rows: Sequence[Model]) -> list[int]:
    """New rows of one table by COPY, several times as quick as INSERT; their keys."""
    if not rows:
        return []
    table = rows[0]._meta
    fields = [field.attname for field in table.concrete_fields if not field.primary_key]
    columns = [str(field.column) for field in table.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table.db_table, table.pk.column, len(rows)],
        )
        keys = [row[0] for row in cursor.fetchall()]
        names = sql.SQL(", ").join(map(sql.Identifier, (str(table.pk.column), *columns)))
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.db_table), names)
        with cursor.copy(into) as copy:
            for key, row in zip(keys, rows, strict=True):
                copy.write_row((key, *(_plain(getattr(row, name)) for name in fields)))
    return keys


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, TextChoices) else value


def _numbers(rows: Sequence[Past]) -> dict[str, str]:
    """“1802-0001”: counted on within the month in which each was raised, in order of time."""
    months: dict[str, list[Past]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.raised_at, row.key)):
        months[timezone.localtime(row.raised_at).strftime("%y%m")].append(row)
    numbers = {}
    with connection.cursor() as cursor:
        for month, of_month in sorted(months.items()):
            cursor.execute(
                "INSERT INTO calls_numbering (month, last) VALUES (%s, %s) ON CONFLICT (month)"
                " DO UPDATE SET last = calls_numbering.last + EXCLUDED.last RETURNING last",
                [month, len(of_month)],
            )
            first = cursor.fetchone()[0] - len(of_month)
            for place, row in enumerate(of_month, start=1):
                numbers[row.key] = f"{month}-{first + place:04d}"
    return numbers
