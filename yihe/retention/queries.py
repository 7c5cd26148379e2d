"""What is due, by an index for each kind; the periods, the holds, the rows that failed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yihe.calls.models import Call, Replay
from yihe.outbox.models import Delivery, Message
from yihe.people.models import HomeCode, JoinRequest, Residency
from yihe.retention.models import Hold, Period, Stuck
from yihe.retention.rules import KINDS, Kind, in_words, months_before
from yihe.trail.models import Entry

COUNTED = 10_000  # a preview counts no further
SOON = timedelta(days=30)
Rows = QuerySet[Any]


def _calls(before: datetime, flag: str) -> Rows:
    held = Hold.objects.filter(call=OuterRef("pk"), until=None)
    return Call.objects.ended_before(before).filter(~Exists(held), **{flag: None})


def _messages(before: datetime) -> Rows:
    """None about a call that is held, and none of which nobody has seen yet who hears of it outside."""
    held = Hold.objects.filter(until=None, call__number=OuterRef("subject_key"))
    about_held = Message.objects.filter(Exists(held), subject_kind="call", pk=OuterRef("pk"))
    found = Message.objects.filter(~Exists(about_held), at__lt=before, spread_at__isnull=False)
    return found.order_by("at")


DUE: dict[str, Callable[[datetime], Rows]] = {
    "persons": lambda before: _calls(before, "persons_erased_at"),
    "words": lambda before: _calls(before, "words_erased_at"),
    "messages": _messages,
    "deliveries": lambda before: Delivery.objects.filter(done_at__lt=before).order_by("done_at"),
    "requests": lambda before: (
        JoinRequest.objects.filter(decided_at__lt=before)
        .exclude(words="", reason="")
        .order_by("decided_at")
    ),
    "departures": lambda before: (
        Residency.objects.filter(until__lt=before).exclude(end_reason="").order_by("until")
    ),
    "codes": lambda before: HomeCode.objects.filter(expires_at__lt=before).order_by("expires_at"),
    "replays": lambda before: Replay.objects.filter(at__lt=before).order_by("at"),
}


def due(kind: Kind, months: int, *, at: datetime) -> Rows:
    """The rows of that kind whose time is up at `at`, the oldest first, but for those that wait after
    an error."""
    stuck = Stuck.objects.filter(kind=kind.key, wake_at__gt=at).values_list("row", flat=True)
    return DUE[kind.key](months_before(at, months)).exclude(pk__in=list(stuck[:1000]))


@dataclass(frozen=True)
class Standing:
    """A kind with the district's period, or with the proposed one where it has set none."""

    kind: Kind
    months: int
    on: bool
    starts_at: datetime | None

    @property
    def words(self) -> str:
        return in_words(self.months)

    def running(self, at: datetime) -> bool:
        return self.on and self.starts_at is not None and self.starts_at <= at


def standing() -> list[Standing]:
    """All kinds in their order: one query."""
    known = {row.kind: row for row in Period.objects.all()}
    return [
        Standing(kind, row.months, row.on, row.starts_at)
        if (row := known.get(kind.key))
        else Standing(kind, kind.months, False, None)
        for kind in KINDS
    ]


def counted(rows: Rows) -> int:
    """How many, no further than `COUNTED`."""
    return rows.order_by()[:COUNTED].count()


def preview(one: Standing, *, at: datetime) -> tuple[int, int]:
    """How many are due now and how many will be in thirty days, by this period, were it on or not."""
    return counted(due(one.kind, one.months, at=at)), counted(
        due(one.kind, one.months, at=at + SOON)
    )


def holds() -> QuerySet[Hold]:
    """What is held now, by the day on which somebody has to ask whether it still is."""
    found = Hold.objects.filter(until=None).select_related("call__compound", "call__community")
    return found.defer("call__grams", "call__text").order_by("look_on", "pk")


def runs() -> QuerySet[Entry]:
    """What was erased by period and how many, the newest first."""
    return Entry.objects.filter(
        subject_kind="retention",
        subject_key__in=[kind.key for kind in KINDS],
        act="retention.run",
    ).order_by("-id")


def failures() -> QuerySet[Stuck]:
    return Stuck.objects.order_by("wake_at", "pk")


def held_among(numbers: Iterable[str]) -> set[str]:
    """Which of these calls are held."""
    found = Hold.objects.filter(until=None, call__number__in=list(numbers))
    return set(found.values_list("call__number", flat=True))
