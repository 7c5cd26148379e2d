"""From a message in the app to its deliveries outside. The worker does it, so that acts pay nothing for it.

The message itself was written in the act's transaction; it says by `spread_at` whether this was done.
Both happen in one transaction here: nothing is lost, nothing is spread twice.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from yihe.outbox.channels import open_channels
from yihe.outbox.models import Delivery, Message
from yihe.outbox.rules import EMERGENCY, TOO_OLD, Reader, plan
from yihe.web.work import WorkDone


def readers(person_ids: Collection[int]) -> dict[int, Reader]:
    """What these persons chose; who chose nothing is not in it."""
    ask: Callable[[Collection[int]], dict[int, Reader]] = import_string(settings.READERS)
    return ask(person_ids)


@transaction.atomic
def spread(*, at: datetime, limit: int = 500) -> WorkDone:
    """Deliveries for messages that nobody has looked at yet. Many workers may do it at once."""
    messages = list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(spread_at=None)
        .order_by("pk")
        .only("person_id", "urgency", "at")[:limit]
    )
    if not messages:
        return WorkDone()
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
    return WorkDone(more=len(messages) == limit)
