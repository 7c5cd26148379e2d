from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from yihe.outbox.models import Delivery, Line, Message
from yihe.outbox.rules import (
    CHANNELS,
    DOWN_AFTER,
    FAILED,
    GIVEN_UP,
    NAMES,
    RESERVE,
    SENT,
    SKIPPED,
    WAITING,
)


def _about_the_same() -> QuerySet[Message]:
    return Message.objects.filter(
        person_id=OuterRef("person_id"),
        subject_kind=OuterRef("subject_kind"),
        subject_key=OuterRef("subject_key"),
    ).order_by()


def inbox(person_id: int) -> QuerySet[Message]:
    """The newest message on each subject, newest first; `unseen` counts those not read on that subject."""
    newest = (
        Message.objects.filter(person_id=person_id)
        .order_by("subject_kind", "subject_key", "-at", "-pk")
        .distinct("subject_kind", "subject_key")
    )
    unseen = (
        _about_the_same()
        .filter(read_at=None)
        .values("person_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        Message.objects.filter(Q(pk__in=newest.values("pk")))
        .annotate(unseen=Subquery(unseen))
        .order_by("-at", "-pk")
    )


def unread(person_id: int) -> int:
    return Message.objects.filter(person_id=person_id, read_at=None).count()


# outside the app -------------------------------------------------------------------------------

STATES = {
    WAITING: "还在发",
    RESERVE: "备用",
    SENT: "已发出",
    FAILED: "没有送到",
    GIVEN_UP: "没有送到",
    SKIPPED: "不用发",
}
STUCK = timedelta(minutes=30)  # due so long ago and still not out


def sent_to(person_id: int) -> list[dict[str, object]]:
    """What went to a person outside the app, oldest first; without an address."""
    found = Delivery.objects.filter(person_id=person_id).select_related("message").order_by("pk")
    return [
        {
            "title": one.message.title,
            "channel": NAMES[one.channel],
            "state": STATES[one.state],
            "at": one.done_at,
        }
        for one in found
    ]


def told(*, person: str, kind: str, key: str) -> ArraySubquery:
    """For a query on another table whose columns `person` and `key` are: how the newest message to that
    person on that subject went outside the app, as `in_words` reads it."""
    newest = (
        Message.objects.filter(
            person_id=OuterRef(OuterRef(person)),
            subject_kind=kind,
            subject_key=OuterRef(OuterRef(key)),
        )
        .order_by("-at", "-pk")
        .values("pk")[:1]
    )
    return ArraySubquery(
        Delivery.objects.filter(message_id=Subquery(newest))
        .exclude(state__in=(RESERVE, SKIPPED))
        .order_by("rank", "pk")
        .values_list(Concat("channel", Value(":"), "state"))
    )


def in_words(went: Sequence[str]) -> str:
    """“短信没有送到，微信已发出”; "" where nothing went out. A channel counts only when itself confirmed."""
    rows = [one.partition(":")[::2] for one in went]
    said = []
    for channel in dict.fromkeys(channel for channel, _ in rows):
        states = {state for name, state in rows if name == channel}
        best = next((one for one in (SENT, WAITING) if one in states), FAILED)
        said.append(f"{NAMES[channel]}{STATES[best]}")
    return "，".join(said)


@dataclass(frozen=True)
class LineState:
    """One channel as the administrators see it."""

    channel: str
    waiting: int
    oldest: datetime | None  # when the oldest that is due became due
    sent: int
    failed: int
    down: bool
    error: str
    since: datetime | None

    @property
    def name(self) -> str:
        return NAMES[self.channel]

    def stuck(self, at: datetime) -> bool:
        late = self.oldest is not None and at - self.oldest > STUCK
        return late or (self.down and self.since is not None and at - self.since > STUCK)


def lines(*, channels: Sequence[str] = CHANNELS, at: datetime) -> list[LineState]:
    """Waiting now, and how the last day went, by channel. Three queries."""
    day = at - timedelta(days=1)
    waiting: dict[str, dict[str, Any]] = {
        row["channel"]: {**row}
        for row in Delivery.objects.filter(state=WAITING)
        .values("channel")
        .annotate(n=Count("pk"), oldest=Min("wake_at", filter=Q(wake_at__lte=at)))
    }
    done: dict[str, dict[str, Any]] = {
        row["channel"]: {**row}
        for row in Delivery.objects.filter(done_at__gt=day)
        .values("channel")
        .annotate(
            sent=Count("pk", filter=Q(state=SENT)),
            failed=Count("pk", filter=Q(state__in=(FAILED, GIVEN_UP))),
        )
    }
    known = {line.channel: line for line in Line.objects.all()}
    found = []
    for channel in channels:
        line, waits, went = known.get(channel), waiting.get(channel, {}), done.get(channel, {})
        found.append(
            LineState(
                channel=channel,
                waiting=waits.get("n", 0),
                oldest=waits.get("oldest"),
                sent=went.get("sent", 0),
                failed=went.get("failed", 0),
                down=line is not None and line.troubles >= DOWN_AFTER,
                error=line.error if line else "",
                since=line.held_at if line else None,
            )
        )
    return found
