"""From a message in the app to its deliveries outside. The worker does it, so that acts pay nothing for it.

The message itself was written in the act's transaction; it says by `spread_at` whether this was done.
Both happen in one transaction here: nothing is lost, nothing is spread twice.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from yihe.outbox.channels import open_channels
from yihe.outbox.models import Delivery, Message
from yihe.outbox.rules import ASTRAY, EMERGENCY, LONGEST, TOO_OLD, Reader, back_off, plan
from yihe.web.away import is_away
from yihe.web.logs import frames
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)


def readers(person_ids: Collection[int]) -> dict[int, Reader]:
    """What these persons chose; who chose nothing is not in it."""
    ask: Callable[[Collection[int]], dict[int, Reader]] = import_string(settings.READERS)
    return ask(person_ids)


def spread(*, at: datetime, limit: int = 500) -> WorkDone:
    """Deliveries for messages that nobody has looked at yet. Many workers may do it at once.

    Where a batch fails each of it is tried alone, and one that fails is put off with growing distance.
    """
    try:
        return WorkDone(more=_batch(at, limit) == limit)
    except Exception as error:
        if is_away(error):
            raise
        log.error("spread.failed", error=type(error).__name__, at=frames(error))
    waiting = _due(at).order_by("pk").values_list("pk", flat=True)
    failed = []
    for pk in list(waiting[:limit]):
        try:
            _batch(at, 1, pk=pk)
        except Exception as error:
            if is_away(error):
                raise
            log.error("spread.one_failed", message=pk, error=type(error).__name__)
            _put_off(pk, at)
            failed.append(Done("spread", str(pk)))
    return WorkDone(failed=failed)


def _due(at: datetime) -> QuerySet[Message]:
    astray = at + LONGEST * 2 + ASTRAY  # further than it is ever put off: by a clock that ran ahead
    due = Q(spread_again=None) | Q(spread_again__lte=at) | Q(spread_again__gt=astray)
    return Message.objects.filter(due, spread_at=None)


def _put_off(pk: int, at: datetime) -> None:
    """A minute, two, four … an hour; once it is no news any more it stays in the app alone."""
    one = Message.objects.only("at", "spread_tries").get(pk=pk)
    tries = min(one.spread_tries + 1, 100)
    Message.objects.filter(pk=pk, spread_at=None).update(
        spread_tries=tries,
        spread_again=at + back_off(tries),
        spread_at=at if at - one.at > TOO_OLD + timedelta(hours=1) else None,
    )


@transaction.atomic
def _batch(at: datetime, limit: int, *, pk: int | None = None) -> int:
    """How many were looked at: those that are due, or the one that is named."""
    due = _due(at) if pk is None else Message.objects.filter(pk=pk, spread_at=None)
    messages = list(
        due.select_for_update(skip_locked=True)
        .order_by("pk")
        .only("person_id", "urgency", "at")[:limit]
    )
    if not messages:
        return 0
    usable = set(open_channels())
    fresh = [one for one in messages if at - one.at < TOO_OLD] if usable else []
    chosen = readers({one.person_id for one in fresh}) if fresh else {}
    Delivery.objects.bulk_create(
        [
            Delivery(
                message=one,
                person_id=one.person_id,
                channel=planned.address.channel,
                address_key=planned.address.key,
                rank=planned.rank,
                urgent=one.urgency == EMERGENCY,
                state=planned.state,
                wake_at=planned.wake_at,
                set_at=at,
            )
            for one in fresh
            if one.person_id in chosen
            for planned in plan(one.urgency, chosen[one.person_id], at=at, open_channels=usable)
        ],
        ignore_conflicts=True,
    )
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(spread_at=at)
    return len(messages)
