"""A person's homes, taken along or deleted."""

from datetime import datetime
from typing import Any

from yihe.accounts.models import User
from yihe.outbox.actions import retell
from yihe.people.actions import leave_home
from yihe.people.actions.homes import joined_title
from yihe.people.models import JoinRequest, Residency
from yihe.trail.acting import Acting


def export(user: User) -> dict[str, Any]:
    rows = Residency.objects.filter(person=user).select_related("unit", "unit__compound")
    asked = JoinRequest.objects.filter(person=user).select_related("unit", "unit__compound")
    return {
        "homes": [
            {
                "compound": row.unit.compound.name,
                "home": row.unit.label,
                "standing": row.standing,
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else None,
                "why_ended": row.end_reason,
            }
            for row in rows.order_by("since")
        ],
        "join_requests": [
            {
                "compound": row.unit.compound.name,
                "home": row.unit.label,
                "standing": row.standing,
                "words": row.words,
                "asked_at": row.asked_at.isoformat(),
                "state": row.state,
                "reason": row.reason,
            }
            for row in asked.order_by("asked_at")
        ],
    }


def erase(user: User, acting: Acting, at: datetime) -> None:
    for home in Residency.objects.filter(person=user, until=None):
        leave_home(residency=home, acting=acting, at=at)
    homes = Residency.objects.filter(person=user)
    homes.update(end_reason="")
    retell(
        kind="household",
        keys=[str(pk) for pk in homes.values_list("pk", flat=True)],
        title=joined_title(""),
    )
    JoinRequest.objects.filter(person=user).update(words="", reason="")
    JoinRequest.objects.filter(person=user, state=JoinRequest.State.OPEN).update(
        state=JoinRequest.State.WITHDRAWN, decided_at=at
    )
