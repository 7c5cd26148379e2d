"""What needs somebody now, out of the calls that run: few, and each by an index."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from yihe.calls.behind import CONTESTED, soon
from yihe.calls.models import OPEN, Call, CallQuerySet, Status
from yihe.calls.queries import narrowed_to

CONTESTED_DAYS = 30


def running(place: str | None, hidden: tuple[int, ...], desk: int | None = None) -> CallQuerySet:
    calls = Call.objects.all()
    if place is not None:
        calls = narrowed_to(calls, place)
    if desk is not None:
        calls = calls.filter(desk_id=desk)
    return calls.exclude(about_id__in=hidden) if hidden else calls


def now_wanted(calls: CallQuerySet, *, at: datetime) -> dict[str, Any]:
    """How many are late and since when, go up within a day, came back twice, were contested lately."""
    at_work = calls.filter(status__in=(Status.NEW, Status.DOING))
    late = at_work.filter(due_at__lt=at).aggregate(n=Count("*"), first=Min("due_at"))
    lately = calls.filter(CONTESTED, raised_at__gte=at - timedelta(days=CONTESTED_DAYS))
    return {
        "late": late["n"],
        "late_since": late["first"],
        "soon": calls.filter(soon(at)).count(),
        "twice": calls.filter(status__in=OPEN, reopened__gte=2).count(),
        "contested": lately.exclude(status=Status.WITHDRAWN).count(),
    }
