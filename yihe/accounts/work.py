"""What the worker does for sign-ins."""

from datetime import datetime

from yihe.accounts.models import Session
from yihe.web.work import WorkDone


def drop_old_sessions(*, at: datetime, limit: int = 50) -> WorkDone:
    """Those that ran out, and with them every number that was typed and never proven."""
    old = list(Session.objects.filter(expire_date__lt=at).values_list("pk", flat=True)[:limit])
    if old:
        Session.objects.filter(pk__in=old).delete()
    return WorkDone(more=len(old) == limit)
