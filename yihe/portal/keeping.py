"""Whether the house is kept: the last backup, the worker, and a word when the backups stop."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from yihe.bodies.access import KEEPERS
from yihe.bodies.models import BodyKind, Seat
from yihe.calls.models import Call, Delta
from yihe.outbox.actions import tell
from yihe.outbox.models import Message
from yihe.outbox.rules import YOURS
from yihe.web import replica
from yihe.web.demo_mode import is_demo
from yihe.web.models import Mark
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

BACKUP, SAID, LOOKED, WORKER = "backup", "backup_said", "backup_looked", "worker"
FAILING, CLOCK = "work_failing", "clock"
EVERY, TOO_OLD, LATELY = timedelta(hours=1), timedelta(days=7), timedelta(minutes=2)
LOOKED_AT_ROWS, OFTEN = "rows_looked", 3
SAY_AGAIN = timedelta(days=1)


def kept() -> dict[str, object]:
    """For the page of those who keep the house; four queries, and what is known of a replica."""
    now = timezone.now()
    marks = {mark.name: mark for mark in Mark.objects.filter(pk__in=[BACKUP, WORKER])}
    backup, worker = marks.get(BACKUP), marks.get(WORKER)
    return {
        "backup": backup,
        "backup_old": backup is None or now - backup.at > TOO_OLD,
        "worker": worker,
        "worker_gone": worker is None or abs(now - worker.at) > LATELY,
        "clock": worker.value.get("clock", "") if worker else "",
        "failing": worker.value.get("failing", []) if worker else [],
        "replica": replica.look() if replica.wanted() else None,
        "put_off": put_off(),
    }


def put_off() -> list[str]:
    """Rows that failed several times in a row, in words; three counts."""
    calls = Call.objects.open().filter(failures__gte=OFTEN).count()
    messages = Message.objects.filter(spread_at=None, spread_tries__gte=OFTEN).count()
    deltas = Delta.objects.filter(failures__gte=OFTEN).count()
    words = ((calls, "件到期的呼叫"), (messages, "条要发出去的消息"), (deltas, "处计数"))
    return [f"{n} {what}" for n, what in words if n]


def watch_put_off(*, at: datetime, limit: int = 1) -> WorkDone:
    """Who keeps the house is told when rows keep failing, at most once a day."""
    if not my_turn(LOOKED_AT_ROWS, every=EVERY, at=at):
        return WorkDone()
    found = put_off()
    if not found or not my_turn(f"{LOOKED_AT_ROWS}_said", every=SAY_AGAIN, at=at):
        return WorkDone()
    body = f"{'、'.join(found)}，一直处理不了，会隔一阵再试。原因在服务器的日志里。"
    _tell("有几件定时的事处理不了", body, FAILING, at)
    return WorkDone(done=[Done("watch", FAILING)])


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


def tell_what_fails(failing: list[str], doubt: str, *, at: datetime) -> None:
    """What keeps failing of the worker's work, and a clock that is not believed: once a day each."""
    if doubt and my_turn(f"{CLOCK}_said", every=SAY_AGAIN, at=at):
        _tell(
            "服务器的时钟可能不对",
            f"{doubt}。请对一对时钟；如果它是对的，在服务器上执行 yihe clock --right。",
            CLOCK,
            at,
        )
    for what in failing:
        if my_turn(f"{FAILING} {what}"[:40], every=SAY_AGAIN, at=at):
            _tell(
                "有一样定时的事做不下去",
                f"{what}。会隔一阵再试；原因在服务器的日志里，找 worker.failed。",
                FAILING,
                at,
            )


def tell_clock_right(calls: int, *, at: datetime) -> None:
    """The work goes on; how many calls had a deadline that lay too far ahead."""
    redone = f"有 {calls} 件呼叫的期限是按走快的时钟算的，已经按现在重算。" if calls else ""
    _tell("服务器的时钟可以用了", f"到期的事接着办。{redone}", CLOCK, at)


def _tell(title: str, body: str, what: str, at: datetime) -> None:
    tell_keepers(title=title, body=body, link=reverse("portal:house"), on=("house", what), at=at)


def tell_keepers(*, title: str, body: str, link: str, on: tuple[str, str], at: datetime) -> None:
    """Something about the house itself, to whoever keeps it."""
    keepers = Seat.objects.held().filter(body__kind=BodyKind.DISTRICT, post__in=KEEPERS)
    persons = keepers.order_by("pk").values_list("person_id", flat=True)
    tell(persons=persons, title=title, body=body, link=link, on=on, at=at, urgency=YOURS)
