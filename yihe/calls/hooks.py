"""What other parts ask of calls: a person's own, taken along or loosened; whether a desk may close."""

from datetime import datetime
from typing import Any

from yihe.accounts.models import User
from yihe.calls.models import OPEN, Call, Placement
from yihe.refusal import Refusal
from yihe.trail.acting import Acting


def export(user: User) -> dict[str, Any]:
    rows = Call.objects.filter(reporter=user).order_by("raised_at")
    return {
        "calls": [
            {
                "number": row.number,
                "raised_at": row.raised_at.isoformat(),
                "text": row.text,
                "status": row.status,
                "stars": row.stars,
            }
            for row in rows
        ]
    }


def erase(user: User, acting: Acting, at: datetime) -> None:
    """Open calls are finished or withdrawn first; the others stay, without name or number."""
    if Call.objects.filter(reporter=user, status__in=OPEN).exists():
        raise Refusal("您还有没办完的呼叫。请先等它们办完，或者撤回，再删除自己的信息。")
    Call.objects.filter(reporter=user).update(contact_name="", contact_phone="")


def before_a_body_closes(*, body_id: int) -> None:
    """No open call may lie at a desk that closes."""
    lying = Placement.objects.filter(desk_id=body_id, until=None, call__status__in=OPEN).count()
    if lying:
        raise Refusal(f"这里还有 {lying} 件没办完的呼叫，请先转走。")
