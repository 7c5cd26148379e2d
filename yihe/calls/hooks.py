"""What other parts ask of calls: a person's own, taken along or loosened; whether a desk may close."""

from datetime import datetime
from typing import Any

from yihe.accounts.models import User
from yihe.calls.access import without_reporter
from yihe.calls.models import OPEN, Call, Placement
from yihe.outbox.actions import empty
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.digests import new_salt
from yihe.web.text import bigrams


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
                "stars_text": row.stars_text,
                "spot": row.spot,
                "visibility": row.visibility,
                "said": [
                    {"kind": step.kind, "at": step.at.isoformat(), "text": step.text}
                    for step in row.steps.filter(by_reporter=True).exclude(text="").order_by("id")
                ],
            }
            for row in rows
        ]
    }


def erase(user: User, acting: Acting, at: datetime) -> None:
    """Open calls are finished or withdrawn first; the others stay, and nothing in them says whose they are.

    A step that holds the name or a number loses all its words: it can be emptied, never rewritten.
    """
    if Call.objects.filter(reporter=user, status__in=OPEN).exists():
        raise Refusal("您还有没办完的呼叫。请先等它们办完，或者撤回，再删除自己的信息。")
    calls = list(Call.objects.select_for_update(of=("self",)).filter(reporter=user))
    for call in calls:
        plain = without_reporter(call, call.text)
        if plain != call.text:
            call.text, call.salt, call.grams = plain, new_salt(), bigrams(f"{plain} {call.spot}")
        call.spot, call.unit = without_reporter(call, call.spot)[:80], None
        call.stars_text = without_reporter(call, call.stars_text)[:500]
        for step in call.steps.all():
            said = f"{step.text}\n{step.met_whom}"
            if without_reporter(call, said) != said:
                step.text, step.salt, step.met_whom = "", "", ""
                step.save(update_fields=["text", "salt", "met_whom"])
        call.contact_name, call.contact_phone = "", ""
        call.save(
            update_fields=[
                "text", "salt", "grams", "spot", "unit", "stars_text", "contact_name", "contact_phone",
            ]
        )  # fmt: skip
    empty(kind="call", keys=[call.number for call in calls])
    if user.phone:  # written down for them before they had an account
        Call.objects.filter(contact_phone=user.phone).update(contact_name="", contact_phone="")


def before_a_body_closes(*, body_id: int) -> None:
    """No open call may lie at a desk that closes."""
    lying = Placement.objects.filter(desk_id=body_id, until=None, call__status__in=OPEN).count()
    if lying:
        raise Refusal(f"这里还有 {lying} 件没办完的呼叫，请先转走。")
