"""Whether the house is kept: the last backup, the worker, and a word when the backups stop."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from yihe.bodies.access import KEEPERS
from yihe.bodies.models import BodyKind, Seat
from yihe.outbox.actions import tell
from yihe.outbox.rules import YOURS
from yihe.web import replica
from yihe.web.demo_mode import is_demo
from yihe.web.models import Mark
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

BACKUP, SAID, LOOKED, WORKER = "backup", "backup_said", "backup_looked", "worker"
EVERY, TOO_OLD, LATELY = timedelta(hours=1), timedelta(days=7), timedelta(minutes=2)


def kept() -> dict[str, object]:
    """For the page of those who keep the house; one query, and what is known of a replica."""
    now = timezone.now()
    marks = {mark.name: mark for mark in Mark.objects.filter(pk__in=[BACKUP, WORKER])}
    backup, worker = marks.get(BACKUP), marks.get(WORKER)
    return {
        "backup": backup,
        "backup_old": backup is None or now - backup.at > TOO_OLD,
        "worker": worker,
        "worker_gone": worker is None or now - worker.at > LATELY,
        "replica": replica.look() if replica.wanted() else None,
    }


def watch_backup(*, at: datetime, limit: int = 1) -> WorkDone:
    """Who keeps the house is told when a week has gone without a backup, and once a week from then on."""
    if not my_turn(LOOKED, every=EVERY, at=at) or is_demo():
        return WorkDone()
    said, _ = Mark.objects.get_or_create(pk=SAID, defaults={"at": at})  # a new house has a week
    backup = Mark.objects.filter(pk=BACKUP).first()
    if at - max(said.at, backup.at if backup else said.at) <= TOO_OLD:
        return WorkDone()
    said.at = at
    said.save(update_fields=["at"])
    tell_keepers(
        title="一个星期没有备份了",
        body="请在服务器上执行 yihe backup，或者看看定时备份为什么停了。",
        link=reverse("portal:house"),
        on=("house", BACKUP),
        at=at,
    )
    return WorkDone(done=[Done("watch", BACKUP)])


def tell_keepers(*, title: str, body: str, link: str, on: tuple[str, str], at: datetime) -> None:
    """Something about the house itself, to whoever keeps it."""
    keepers = Seat.objects.filter(body__kind=BodyKind.DISTRICT, until=None, post__in=KEEPERS)
    persons = keepers.order_by("pk").values_list("person_id", flat=True)
    tell(persons=persons, title=title, body=body, link=link, on=on, at=at, urgency=YOURS)
