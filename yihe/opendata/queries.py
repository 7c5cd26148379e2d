"""The calls of a month as facts; the rows that are published."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from yihe.calls.models import Call, Channel, Status, Visibility
from yihe.opendata.models import Month, Row
from yihe.opendata.rules import COLUMNS, FEWEST, UNKNOWN, Fact, band, last_settled
from yihe.places.models import Compound, Division
from yihe.topics.models import Topic
from yihe.web.models import Mark
from yihe.web.words import LEVELS
from yihe.worktime import SHANGHAI

OPEN_DATA, LOOKED = "open_data", "opendata_looked"  # marks: the switch; the worker's last look
FIELDS = (
    "path", "topic_id", "channel", "level", "status", "answered_in_time", "contact_minutes",
    "answer_minutes", "visibility", "reporter_id", "contact_phone", "pk", "source__subdistrict",
    "source__community", "source__compound", "source__topic", "source__channel",
)  # fmt: skip


def is_open() -> bool:
    mark = Mark.objects.filter(pk=OPEN_DATA).first()
    return mark is not None and bool(mark.value.get("on"))


def least() -> int:
    """How many persons a row needs in this house."""
    return max(FEWEST, settings.OPEN_LEAST)


def home() -> Division | None:
    """The district that lives in this house."""
    return Division.objects.filter(level=3).exclude(path="-").order_by("-here", "code").first()


def missing_months(today: date) -> list[date]:
    """Months with calls that are settled and not published yet, the oldest first."""
    place = home()
    if place is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month FROM (SELECT month FROM calls_cell WHERE place = %s AND dim = 'all'"
            " UNION SELECT month FROM calls_delta) m WHERE month <= %s"
            " AND month NOT IN (SELECT month FROM opendata_month) ORDER BY month",
            [place.path, last_settled(today)],
        )
        return [row[0] for row in cursor.fetchall()]


def facts_of(month: date) -> Iterator[Fact]:
    """Every call raised in that month; none that complains about somebody, whoever it may be."""
    begin = datetime.combine(month, time(), tzinfo=SHANGHAI)
    end = datetime.combine((month + timedelta(days=32)).replace(day=1), time(), tzinfo=SHANGHAI)
    divisions = dict(Division.objects.exclude(path="-").values_list("path", "name"))
    compounds = dict(Compound.objects.values_list("path", "name"))
    topics = _first_level()
    found = Call.objects.filter(raised_at__gte=begin, raised_at__lt=end, about=None).order_by("pk")
    for values in found.values_list(*FIELDS).iterator(2000):
        yield _fact(dict(zip(FIELDS, values, strict=True)), divisions, compounds, topics)


def _first_level() -> dict[int, str]:
    rows = Topic.objects.values_list("pk", "name", "parent__name", "parent__parent__name")
    return {pk: above or parent or name for pk, name, parent, above in rows}


def _fact(
    row: dict[str, Any],
    divisions: dict[str, str],
    compounds: dict[str, str],
    topics: dict[int, str],
) -> Fact:
    parts = row["path"].split("/")
    past = row["channel"] == Channel.IMPORT

    def said(name: str, own: str | None) -> str:
        """In the words of the source, or in ours."""
        words = row[f"source__{name}"] if past else own
        return words if words and words != "-" else own or UNKNOWN

    words = (
        said("subdistrict", divisions.get("/".join(parts[:2])) if len(parts) > 1 else None),
        said("community", divisions.get("/".join(parts[:3])) if len(parts) > 2 else None),
        said("compound", compounds.get(row["path"])),
        said("topic", topics.get(row["topic_id"])),
        said("channel", str(Channel(row["channel"]).label)),
        LEVELS.get(row["level"], UNKNOWN),
        _outcome(row["status"], row["answered_in_time"]),
        band(row["contact_minutes"], known=not past),
        band(row["answer_minutes"], known=not past),
    )
    on_board = row["visibility"] == Visibility.COMPOUND and row["status"] != Status.WITHDRAWN
    # Who wrote it down for somebody unknown is not that person: then each call is somebody else's.
    person = row["reporter_id"] or row["contact_phone"] or ("call", row["pk"])
    return Fact(words, person, hidden=not on_board)


def _outcome(status: str, in_time: bool | None) -> str:
    if status == Status.WITHDRAWN:
        return "撤回"
    if status == Status.CLOSED and in_time is not None:
        return "按时办完" if in_time else "超期办完"
    return "结果不明" if status in (Status.PAST, Status.CLOSED) else "还没办完"


def published() -> Iterator[tuple[Any, ...]]:
    """All rows, month and words and number, in a fixed order."""
    rows = Row.objects.order_by("month", *COLUMNS).values_list("month_id", *COLUMNS, "calls")
    for month, *rest in rows.iterator(5000):
        yield (f"{month:%Y-%m}", *rest)


def state() -> dict[str, Any]:
    """From which month to which, how many rows, and when the last month was added."""
    rows = Row.objects.order_by("month")
    first, last = rows.first(), rows.last()
    built = Month.objects.aggregate(at=Max("built_at"), least=Min("least"))
    return {
        "least": min(least(), built["least"] or least()),  # what holds for every row
        "first": first.month_id if first else None,
        "last": last.month_id if last else None,
        "rows": rows.count(),
        "built_at": built["at"],
    }
