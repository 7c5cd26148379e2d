import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from yihe.trail.acting import Acting
from yihe.trail.digests import new_salt
from yihe.trail.leaves import composed, hash_of
from yihe.trail.models import Entry, Log
from yihe.web.elsewhere import wrote
from yihe.web.statements import fetched

# What may stand in an entry is closed by form: a phone number in `kinds` would not pass.
KIND = re.compile(r"(?!\+?\d{9,})[A-Za-z0-9_.:/-]{0,64}")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,8})?", re.ASCII)
COLUMNS = (
    "act", "subject_kind", "subject_key", "acting_kind", "person_id", "seat_id", "capacity",
    "numbers", "kinds", "digests", "published", "salt", "at", "leaf",
)  # fmt: skip
HEX = re.compile(r"[0-9a-f]{64}")


# One statement: the log's row is locked only from here to the end of the act that this entry ends.
# The commit does not wait for the disk while it holds that lock: `on_disk` waits after it, so that
# many writers of one log share one write (docs/decisions/0009).
WRITE = """
INSERT INTO trail_entry (log_id, sequence, act, subject_kind, subject_key, acting_kind, person_id,
  seat_id, capacity, numbers, kinds, digests, published, salt, at, leaf)
SELECT number, size, %s, %s, %s, %s, %s::bigint, %s::bigint, %s, %s, %s, %s, %s, %s, %s, %s
FROM place WHERE set_config('synchronous_commit', 'off', true) = 'off'
RETURNING id, log_id, sequence, written_at
"""
APPEND = f"""
WITH place AS (
  UPDATE trail_log SET size = size + 1 WHERE key = %s RETURNING number, size
) {WRITE}"""  # noqa: S608  our own constants
# The first entry of a log, perhaps of two writers at once. Not for every entry: a row that is there
# would still use up a number, and the numbers of logs are public.
BEGIN = f"""
WITH place AS (
  INSERT INTO trail_log (key, size) VALUES (%s, 1)
  ON CONFLICT (key) DO UPDATE SET size = trail_log.size + 1 RETURNING number, size
) {WRITE}"""  # noqa: S608  our own constants
# Many at once, of several logs: each takes the places after the last, in the order they come in.
TYPES = {
    "person_id": "bigint", "seat_id": "bigint", "published": "boolean", "leaf": "bytea",
    "numbers": "jsonb", "kinds": "jsonb", "digests": "jsonb", "at": "timestamptz",
}  # fmt: skip
MANY = f"""
WITH come AS (
  SELECT * FROM unnest(%(log)s::text[], {
    ", ".join(f"%({name})s::{TYPES.get(name, 'text')}[]" for name in COLUMNS)
}) WITH ORDINALITY AS come (log, {", ".join(COLUMNS)}, place)
), place AS (
  UPDATE trail_log SET size = size + many.n
  FROM (SELECT log, count(*) AS n FROM come GROUP BY log) many WHERE key = many.log
  RETURNING key, number, size - many.n AS before
)
INSERT INTO trail_entry (log_id, sequence, {", ".join(COLUMNS)})
SELECT number, before + row_number() OVER (PARTITION BY key ORDER BY come.place),
  {", ".join(COLUMNS)}
FROM come JOIN place ON key = log WHERE set_config('synchronous_commit', 'off', true) = 'off'
"""  # noqa: S608  our own constants


def record(
    *,
    acting: Acting,
    act: str,
    on: tuple[str, str | int],
    at: datetime,
    log: str = "",
    numbers: Mapping[str, int | str] | None = None,
    kinds: Mapping[str, str] | None = None,
    digests: Mapping[str, str] | None = None,
    published: bool = False,
) -> Entry:
    """The last line of every action. `log` is a compound's code, or "" for the district's log.

    ValueError when something that is not a number, a kind or a digest would be written: the trail
    never holds a name, a phone number or free text.
    """
    entry = drafted(
        acting=acting,
        act=act,
        on=on,
        at=at,
        numbers=numbers,
        kinds=kinds,
        digests=digests,
        published=published,
    )
    append(entry, log)
    return entry


def append(entry: Entry, log: str) -> None:
    """A draft gets its place in a log. One statement, two where it begins the log."""
    row = _row(entry, log)
    values = [log, *(row[name] for name in COLUMNS)]
    [place] = fetched(APPEND, values) or fetched(BEGIN, values)
    entry.pk, entry.log_id, entry.sequence, entry.written_at = place
    entry._state.adding = False
    _answer_on_disk()


def append_all(entries: Sequence[tuple[Entry, str]]) -> None:
    """Drafts of many acts in one transaction, each with the key of its log, in this order.

    Three statements for any number. The logs are locked in order, from here to the end.
    """
    if len(entries) < 2:
        for entry, log in entries:
            append(entry, log)
        return
    lock_logs(*{log for _, log in entries})
    rows = [_row(entry, log) for entry, log in entries]
    with connection.cursor() as asked:
        asked.execute(MANY, {name: [row[name] for row in rows] for name in rows[0]})
    _answer_on_disk()


def drafted(
    *,
    acting: Acting,
    act: str,
    on: tuple[str, str | int],
    at: datetime,
    numbers: Mapping[str, int | str] | None = None,
    kinds: Mapping[str, str] | None = None,
    digests: Mapping[str, str] | None = None,
    published: bool = False,
) -> Entry:
    """An entry that has no place in a log yet. Refuses what `record` refuses."""
    numbers, kinds, digests = numbers or {}, kinds or {}, digests or {}
    for form, values in ((NUMBER, numbers), (KIND, kinds), (HEX, digests)):
        for name, value in values.items():
            if not form.fullmatch(str(value)):
                raise ValueError(f"{act}: {name} may not stand in the trail")
    return Entry(
        act=act,
        subject_kind=on[0],
        subject_key=composed(str(on[1]), 64),
        acting_kind=acting.kind,
        person_id=acting.person_id,
        seat_id=acting.seat_id,
        capacity=composed(acting.words, 120),
        numbers=dict(numbers),
        kinds=dict(kinds),
        digests=dict(digests),
        published=published,
        salt=new_salt(),
        at=at,
    )


def _row(entry: Entry, log: str) -> dict[str, Any]:
    """What is written of an entry, its leaf with it."""
    entry.leaf = hash_of(entry, log)
    row = {name: getattr(entry, name) for name in COLUMNS}
    return row | {name: Jsonb(row[name]) for name in ("numbers", "kinds", "digests")} | {"log": log}


def _answer_on_disk() -> None:
    if not any(waiting[1] is on_disk for waiting in connection.run_on_commit):
        transaction.on_commit(on_disk)


def on_disk() -> None:
    """Returns when all that was committed before is on the disk: a commit of its own, which waits.

    Who acted is told only then, and so is who asks again after an answer that did not come: what they
    see may not be on the disk yet. What dies in between was not acknowledged, and is lost from the
    end of the log if at all. Where standbys are synchronous, they are waited for too.
    """
    [(place,)] = fetched("SELECT pg_logical_emit_message(true, 'yihe', '')")
    wrote(place)  # where that lies: behind all that was done before


def lock_logs(*keys: str) -> None:
    """An act that touches several logs locks them in order of number, so that two never wait in a ring."""
    known = set(Log.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in sorted(set(keys) - known):
        Log.objects.get_or_create(key=key)
    list(Log.objects.select_for_update().filter(key__in=keys).order_by("number"))
