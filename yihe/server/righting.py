"""After a clock was set right: what a wrong one left in the future would otherwise lie there until then.

What people and the worker did by it stands as it was written; only what waits for a moment is righted.
"""

from datetime import datetime, timedelta

import structlog
from django.db import connection

from yihe.calls.righting import right_calls
from yihe.ledger.models import Ledger
from yihe.portal.keeping import tell_clock_right
from yihe.web.models import Mark

log = structlog.get_logger(__name__)
LONGEST_LIMIT = timedelta(days=2)  # longer than any limit on tries lasts


def put_right(*, at: datetime, slack: timedelta) -> int:
    """How many calls got a new deadline. May be repeated; changes nothing where nothing lies ahead."""
    Mark.objects.filter(at__gt=at + slack).update(at=at)
    Ledger.objects.filter(current=True, not_before__gt=at + timedelta(hours=1)).update(
        not_before=at
    )
    with connection.cursor() as cursor:  # who was locked out by it would be so until then
        cursor.execute("DELETE FROM web_cache WHERE expires > %s", [at + LONGEST_LIMIT])
    done = right_calls(at=at, slack=slack)
    log.warning("clock.put_right", calls=done)
    tell_clock_right(done, at=at)
    return done
