"""Figures: cells and what is not folded into them yet, in one snapshot; odd days from the rows themselves."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from yihe.bodies.models import Body
from yihe.calls.counted import FACTS, MEASURES, SUMS, asked, rows
from yihe.calls.models import Channel, Nature
from yihe.insight.rules import NEVER, Count, Span
from yihe.places.models import Compound, Division
from yihe.topics.models import Topic
from yihe.web.elsewhere import reading
from yihe.worktime import SHANGHAI

UNKNOWN = "-"
ALL = ("all",)
_NUMBERS = ", ".join(MEASURES)
_CELLS = f"""
SELECT dim, key, month, {_NUMBERS}, contact, answer, NULL::int, NULL::int
FROM calls_cell WHERE place = %(place)s AND dim = ANY(%(dims)s)
  AND month BETWEEN %(first)s AND %(last)s"""  # noqa: S608  our own constants


def _loose(source: str, dims: tuple[str, ...]) -> str:
    """Deltas or rows, added up as cells are, but for the buckets: one line for each pair of them."""
    return f"""
    SELECT dim, key, month, {SUMS}, NULL::int[], NULL::int[], contact, answer
    FROM ({asked(source, dims)}) a GROUP BY dim, key, month, contact, answer"""  # noqa: S608


_IN_PLACE = "(path = %(place)s OR path LIKE %(below)s)"
_LIES_IN_PLACE = "(c.path = %(place)s OR c.path LIKE %(below)s)"
_FRESH = f"""(SELECT * FROM calls_delta WHERE {_IN_PLACE}
  AND month BETWEEN %(first)s AND %(last)s)"""  # noqa: S608  our own constants
_UNTIMED = f"""
SELECT dim, key, CASE WHEN dim = 'all' THEN month ELSE '0001-01-01' END,
  {", ".join(f"sum({one})::int" for one in MEASURES)}, NULL, NULL, NULL, NULL
FROM ({{}}) u GROUP BY 1, 2, 3"""  # noqa: S608  our own constants
Cube = dict[tuple[str, str, date], Count]


def _parts(
    place: str, dims: Sequence[str], span: Span, hidden: Iterable[int]
) -> tuple[list[str], dict[str, Any]]:
    """Selects of one form, to be put together by UNION ALL, and their values."""
    known = tuple(dims)
    values: dict[str, Any] = {
        "place": place,
        "below": below(place),
        "dims": list(known),
        "first": span.first or NEVER,
        "last": span.last or NEVER,
        "hidden": list(hidden),
    }
    parts: list[str] = []
    if span.first is not None:
        parts += [_CELLS, _loose(_FRESH, known)]
    if span.odd:
        parts.append(_loose(f"({rows(f'{_LIES_IN_PLACE} AND ({_days(span, values)})')})", known))
    if values["hidden"] and (span.first or span.odd):
        about = f"c.about_id = ANY(%(hidden)s) AND {_LIES_IN_PLACE} AND ({_days(span, values, whole=True)})"
        less = f"(SELECT call_id, -n AS n, {_BUT_N} FROM ({rows(about)}) h)"  # noqa: S608
        parts.append(_loose(less, known))
    return [f"({part})" for part in parts], values


def cube(
    place: str,
    dims: Sequence[str],
    span: Span,
    *,
    hidden: Iterable[int] = (),
    key: str | None = None,
    timed: bool = True,
) -> Cube:
    """(dim, key, month) → what was raised in that time in that place; of one key alone if given.

    Without times the months are added up, but for those of all together.

    `hidden`: bodies about which whoever asks may know no complaint, not even that there is one.
    """
    parts, values = _parts(place, dims, span, hidden)
    found: Cube = {}
    if not parts:
        return found
    with reading().cursor() as cursor:
        union = " UNION ALL ".join(parts)
        if key is not None:
            values["key"] = key
            union = f"SELECT * FROM ({union}) u WHERE key = %(key)s"  # noqa: S608
        if not timed:
            union = _UNTIMED.format(union)
        cursor.execute(union, values)
        for dim, key, month, *rest in cursor.fetchall():
            numbers = rest[: len(MEASURES)]
            contact, answer, contact_at, answer_at = rest[len(MEASURES) :]
            count = found.setdefault((dim, key, month), Count())
            count.add(numbers)
            count.add_times(contact, answer)
            count.add_bucket(numbers[0], contact_at, answer_at)
    return found


def below(place: str) -> str:
    """What LIKE takes for all that lies in a place."""
    return re.sub(r"([\\%_])", r"\\\1", place) + "/%"


_BUT_N = ", ".join(FACTS)


def _days(span: Span, values: dict[str, Any], *, whole: bool = False) -> str:
    """When it was raised, by the clock of Shanghai; with the whole months, too, if asked for."""
    spans = list(span.odd)
    if whole and span.first and span.last:
        end = date.max if span.last == NEVER else (span.last + timedelta(days=32)).replace(day=1)
        spans.append((span.first, end))
    found = []
    for place, (begin, end) in enumerate(spans):
        values[f"b{place}"], values[f"e{place}"] = _moment(begin), _moment(end)
        found.append(f"(c.raised_at >= %(b{place})s AND c.raised_at < %(e{place})s)")
    return " OR ".join(found)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


Months = tuple[date, date]  # both with


def sums(
    place: str, dims: Sequence[str], spans: Sequence[Months], *, hidden: Iterable[int] = ()
) -> dict[tuple[str, str], tuple[int, ...]]:
    """(dim, key) → how many were raised in each of these spans of months. One query."""
    whole = Span(min(first for first, _ in spans), max(last for _, last in spans), ())
    parts, values = _parts(place, dims, whole, hidden)
    columns = []
    for number, (first, last) in enumerate(spans):
        values[f"f{number}"], values[f"l{number}"] = first, last
        columns.append(
            "COALESCE(sum(total) FILTER"
            f" (WHERE month BETWEEN %(f{number})s AND %(l{number})s), 0)::int"
        )
    union = " UNION ALL ".join(parts)
    with reading().cursor() as cursor:
        cursor.execute(
            f"SELECT dim, key, {', '.join(columns)} FROM ({union}) u GROUP BY dim, key",  # noqa: S608
            values,
        )
        return {(dim, key): tuple(numbers) for dim, key, *numbers in cursor.fetchall()}


def by_key(found: Cube, dim: str) -> dict[str, Count]:
    """Months added up."""
    counts: dict[str, Count] = defaultdict(Count)
    for (of, key, _), count in found.items():
        if of == dim:
            counts[key].take(count)
    return dict(counts)


def by_month(found: Cube, dim: str = "all", key: str = "") -> dict[date, Count]:
    return {
        month: count for (of, at, month), count in sorted(found.items()) if (of, at) == (dim, key)
    }


def first_month(place: str) -> date | None:
    """When the oldest call of a place was raised, as far as it is counted."""
    with reading().cursor() as cursor:
        cursor.execute(
            "SELECT least((SELECT min(month) FROM calls_cell WHERE place = %s AND dim = 'all'),"
            " (SELECT min(month) FROM calls_delta WHERE path = %s OR path LIKE %s))",
            [place, place, below(place)],
        )
        (month,) = cursor.fetchone()
    return month  # type: ignore[no-any-return]


# names -----------------------------------------------------------------------------------------


def names(dim: str, keys: Iterable[str]) -> dict[str, str]:
    """Key → how people call it: the words of the source, or our own name."""
    own = {key for key in keys if not key.startswith("=")}
    said = {key: key[1:] or UNKNOWN for key in keys if key.startswith("=")}
    return {**said, **_own_names(dim, own)}


def _own_names(dim: str, keys: set[str]) -> dict[str, str]:
    if dim == "channel":
        return {key: dict(Channel.choices).get(key, key) for key in keys}
    if dim == "nature":
        return {key: dict(Nature.choices).get(key, key) for key in keys}
    if dim == "level":
        return {key: "conference" if key == "4" else key for key in keys}
    if dim in ("topic", "leaf"):
        found = {
            str(pk): name
            for pk, name in Topic.objects.filter(pk__in=keys).values_list("pk", "name")
        }
    elif dim == "desk":
        found = {
            str(pk): name for pk, name in Body.objects.filter(pk__in=keys).values_list("pk", "name")
        }
    elif dim == "compound":
        found = dict(Compound.objects.filter(path__in=keys).values_list("path", "name"))
    else:
        found = dict(Division.objects.filter(path__in=keys).values_list("path", "name"))
    return {key: found.get(key, UNKNOWN) for key in keys}


def named(found: Cube, dim: str) -> dict[str, Count]:
    """By name: what was imported and what was raised here stand together where they are called the same."""
    counts = by_key(found, dim)
    called = names(dim, counts)
    together: dict[str, Count] = defaultdict(Count)
    for key, count in counts.items():
        together[called[key]].take(count)
    return dict(together)


# places ----------------------------------------------------------------------------------------


def home() -> Division | None:
    """The district that lives in this house."""
    return Division.objects.filter(level=3).exclude(path="-").order_by("-here", "code").first()


def place_of(code: str) -> Division | Compound | None:
    """By the code of a division of ours or of a compound."""
    division = Division.objects.filter(code=code).exclude(path="-").first()
    return division or Compound.objects.filter(code=code).first()


def place_at(path: str) -> Division | Compound | None:
    division = Division.objects.filter(path=path).first()
    return division or Compound.objects.filter(path=path).first()


def today() -> date:
    return timezone.localdate()
