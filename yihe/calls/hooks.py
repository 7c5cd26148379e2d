"""A person's calls, taken along or loosened from them."""

from datetime import datetime
from typing import Any

from yihe.accounts.models import User
from yihe.calls.models import OPEN, Call
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
