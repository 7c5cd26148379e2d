"""What the worker does for the public record: checkpoints of logs that grew, and a look back at its start."""

from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from yihe.ledger.actions import begin_ledger, make_checkpoint
from yihe.ledger.models import Ledger
from yihe.places.queries import district
from yihe.refusal import Refusal
from yihe.trail.models import Log
from yihe.web.away import is_away
from yihe.web.logs import frames
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)


def make_checkpoints(*, at: datetime, limit: int = 50) -> WorkDone:
    """Of every log that grew, at most every few seconds one; several workers may do it at once."""
    done: list[Done] = []
    failed: list[Done] = []
    nameless = Log.objects.filter(size__gt=0, ledgers__isnull=True).order_by("number")[:limit]
    if nameless and district() is not None:
        for one in nameless:
            try:
                begin_ledger(log=one, at=at)
            except Exception as error:
                if is_away(error):
                    raise
                log.error("ledger.not_begun", log=one.number, error=type(error).__name__)
                failed.append(Done("begin", str(one.number)))
    waiting = Q(trouble="") & ~Q(log__size=F("size"), signed=F("size"))
    due = Ledger.objects.filter(waiting | ~Q(trouble=""), current=True, not_before__lte=at)
    more = False
    for pk, origin in list(due.order_by("not_before").values_list("pk", "origin")[:limit]):
        try:
            more = make_checkpoint(ledger_id=pk, at=at) or more
        except Exception as error:
            if is_away(error):
                raise  # nothing is wrong with the log
            log.error("ledger.failed", ledger=origin, error=type(error).__name__, at=frames(error))
            _put_off(pk, at, str(error) if isinstance(error, Refusal) else "")
            failed.append(Done("checkpoint", origin))
        else:
            done.append(Done("checkpoint", origin))
    return WorkDone(done=done, failed=failed, more=more)


def _put_off(pk: int, at: datetime, words: str) -> None:
    """Five seconds, ten, twenty … up to an hour; why is said where people look."""
    ledger = Ledger.objects.get(pk=pk)
    ledger.failures = min(ledger.failures + 1, 11)
    pause = min(timedelta(seconds=5 * 2 ** (ledger.failures - 1)), timedelta(hours=1))
    ledger.not_before = at + pause
    ledger.trouble = words.rstrip("。")[:200] or "做检查点没有成功，会再试"
    ledger.save(update_fields=["failures", "not_before", "trouble"])
