"""Which desk such calls usually came to: counted anew from time to time, and shown as advice."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from yihe.calls.models import Call, Status
from yihe.topics.actions import keep_habits
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

EVERY, LEARNED = timedelta(hours=6), "habits"


def learn() -> None:
    """Counted anew from all calls that are over, our own and those of the past."""
    over = Call.objects.filter(
        status__in=(Status.CLOSED, Status.PAST), topic__isnull=False, desk__until=None
    )
    rows = over.values_list("topic_id", "community__path", "desk_id").annotate(n=Count("pk"))
    keep_habits(rows=list(rows.order_by()))


@transaction.atomic
def learn_again(*, at: datetime, limit: int = 1) -> WorkDone:
    """Four times a day, by one worker."""
    if not my_turn(LEARNED, every=EVERY, at=at):
        return WorkDone()
    learn()
    return WorkDone(done=[Done("learn", LEARNED)])
