import re
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from yihe.trail.acting import Acting
from yihe.trail.digests import new_salt
from yihe.trail.models import Entry, Log

# What may stand in an entry is closed by form: a phone number in `kinds` would not pass.
KIND = re.compile(r"^(?!\+?\d{9,})[A-Za-z0-9_.:/-]{0,64}$")
NUMBER = re.compile(r"^-?\d{1,18}(\.\d{1,8})?$")
HEX = re.compile(r"^[0-9a-f]{64}$")


def _next_sequence(key: str) -> tuple[int, int]:
    """Number of the log and the next place in it. The row stays locked until the act commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_log (key, size) VALUES (%s, 1)"
            " ON CONFLICT (key) DO UPDATE SET size = trail_log.size + 1 RETURNING number, size",
            [key],
        )
        number, size = cursor.fetchone()
    return number, size


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
    numbers, kinds, digests = numbers or {}, kinds or {}, digests or {}
    for form, values in ((NUMBER, numbers), (KIND, kinds), (HEX, digests)):
        for name, value in values.items():
            if not form.match(str(value)):
                raise ValueError(f"{act}: {name} may not stand in the trail")
    # Part of the transaction of the act that it ends: no savepoint of its own.
    number, sequence = _next_sequence(log)
    return Entry.objects.create(
        log_id=number,
        sequence=sequence,
        act=act,
        subject_kind=on[0],
        subject_key=str(on[1]),
        acting_kind=acting.kind,
        person_id=acting.person_id,
        seat_id=acting.seat_id,
        capacity=acting.words[:120],
        numbers=dict(numbers),
        kinds=dict(kinds),
        digests=dict(digests),
        published=published,
        salt=new_salt(),
        at=at,
    )


def lock_logs(*keys: str) -> None:
    """An act that touches several logs locks them in order of number, so that two never wait in a ring."""
    known = set(Log.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in sorted(set(keys) - known):
        Log.objects.get_or_create(key=key)
    list(Log.objects.select_for_update().filter(key__in=keys).order_by("number"))
