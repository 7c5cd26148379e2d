"""Whether the house is kept: the last backup, the worker, and a word when the backups stop."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from yihe.bodies.access import KEEPERS
from yihe.bodies.models import BodyKind, Seat
from yihe.outbox.actions import tell
from yihe.outbox.rules import YOURS
from yihe.web.demo_mode import is_demo
from yihe.web.models import Mark
from yihe.web.work import Done, WorkDone

BACKUP, SAID, WORKER = "backup", "backup_said", "worker"
EVERY, TOO_OLD, LATELY = timedelta(hours=1), timedelta(days=7), timedelta(minutes=2)


def kept() -> dict[str, object]:
    """For the page of those who keep the house; one query."""
    now = timezone.now()
    marks = {mark.name: mark for mark in Mark.objects.filter(pk__in=[BACKUP, WORKER])}
    backup, worker = marks.get(BACKUP), marks.get(WORKER)
    return {
        "backup": backup,
        "backup_old": backup is None or now - backup.at > TOO_OLD,
        "worker": worker,
        "worker_gone": worker is None or now - worker.at > LATELY,
    }


def watch_backup(*, at: datetime, limit: int = 1) -> WorkDone:
    """Who keeps the house is told when a week has gone without a backup, and once a week from then on."""
    said = Mark.objects.filter(pk=SAID).first()
    looked = datetime.fromisoformat(said.value["looked"]) if said else None
    if looked is not None and looked <= at < looked + EVERY:
        return WorkDone()
    if said is None:  # a new house has a week
        Mark.objects.create(pk=SAID, at=at, value={"looked": at.isoformat()})
        return WorkDone()
    said.value = {"looked": at.isoformat()}
    backup = Mark.objects.filter(pk=BACKUP).first()
    last = max(said.at, backup.at) if backup else said.at
    due = at - last > TOO_OLD and not is_demo()
    if due:
        said.at = at
    said.save(update_fields=["value", "at"])
    if not due:
        return WorkDone()
    keepers = Seat.objects.filter(body__kind=BodyKind.DISTRICT, until=None, post__in=KEEPERS)
    tell(
        persons=keepers.order_by("pk").values_list("person_id", flat=True),
        title="一个星期没有备份了",
        body="请在服务器上执行 yihe backup，或者看看定时备份为什么停了。",
        link=reverse("portal:house"),
        on=("house", BACKUP),
        at=at,
        urgency=YOURS,
    )
    return WorkDone(done=[Done("watch", BACKUP)])
