"""The posts that a person holds or held: taken along; and what they mean for a wish to be deleted."""

from datetime import datetime
from typing import Any

from yihe.accounts.models import User
from yihe.bodies.models import Seat
from yihe.bodies.queries import current_seats
from yihe.refusal import Refusal
from yihe.trail.acting import Acting


def export(user: User) -> dict[str, Any]:
    rows = Seat.objects.filter(person=user).select_related("body").order_by("since")
    return {
        "seats": [
            {
                "body": row.body.name,
                "post": row.post,
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else None,
            }
            for row in rows
        ]
    }


def erase(user: User, acting: Acting, at: datetime) -> None:
    if current_seats(user.pk).exists():
        raise Refusal("您现在还担任职务。请先卸任，再删除自己的信息。")
