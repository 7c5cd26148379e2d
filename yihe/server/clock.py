"""Whether the machine's clock is to be believed, before anything is done because a moment has come.

What came due by a wrong clock cannot be undone. So the worker holds its work while the clock differs
from the database's, after a jump, and after a start with a clock before what is already written; it goes
on when the clock is right again, when somebody says that it is, or, after a jump, an hour later
(docs/decisions/0028).
"""

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from uuid import uuid4

import structlog
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from yihe.server.righting import put_right
from yihe.web.models import Mark

log = structlog.get_logger(__name__)
SLACK = timedelta(minutes=2)  # so far apart two clocks may be, and so far one may be set
HOLD = 3600.0  # seconds for which a clock that jumped is not believed
NAME = "clock "  # of the mark; a machine's start follows
ASK = """SELECT clock_timestamp(), (SELECT written_at FROM trail_entry ORDER BY id DESC LIMIT 1)"""
DIFFERS, JUMPED, BEFORE = "differs", "jumped", "before"


def since_boot() -> float:
    """Seconds since the machine started, sleep included; nobody can set it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot() -> str:
    """Which start of the machine this is."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:13]
    except OSError:
        return uuid4().hex[:13]


@dataclass(frozen=True)
class State:
    """What is known of a machine's clock; `offset`: wall clock less the seconds since its start."""

    offset: float | None = None  # of the clock as it was last believed
    doubt: str = ""
    since: float = 0.0  # seconds since the machine's start when the doubt began
    doubted: float = 0.0  # the offset that is doubted
    far: float = 0.0  # seconds by which the clock is ahead of what it was held against


def judged(
    before: State,
    *,
    wall: float,
    run: float,
    database: float,
    latest: float,
    right: bool = False,
) -> State:
    """The next state. All in seconds; `latest`: the last moment written before this start."""
    slack, offset = SLACK.total_seconds(), wall - run
    good = State(offset=offset)
    if abs(wall - database) > slack:
        kind, far = DIFFERS, wall - database
    elif before.offset is not None and abs(offset - before.offset) > slack:
        kind, far = JUMPED, offset - before.offset
    elif before.offset is None and wall < latest - slack:
        kind, far = BEFORE, wall - latest
    else:
        return good
    if right:
        return good
    same = before.doubt == kind and abs(before.doubted - offset) <= slack
    since = before.since if same else run
    if kind != DIFFERS and run - since >= HOLD:
        return good
    return State(before.offset, kind, since, offset, far)


def in_words(state: State) -> str:
    """The doubt for people; "" when there is none."""
    far = _span(abs(state.far))
    words = {
        DIFFERS: f"服务器的时钟比数据库的{'快' if state.far > 0 else '慢'}了{far}",
        JUMPED: f"服务器的时钟忽然{'快' if state.far > 0 else '慢'}了{far}",
        BEFORE: f"服务器的时钟比最后一次记录早了{far}",
    }
    return f"{words[state.doubt]}，到期的事先停着" if state.doubt else ""


def _span(seconds: float) -> str:
    if seconds >= 2 * 86400:
        return f" {round(seconds / 86400)} 天"
    if seconds >= 2 * 3600:
        return f" {round(seconds / 3600)} 小时"
    return f" {round(seconds / 60)} 分钟"


def of_database() -> tuple[datetime, datetime | None]:
    """Its moment, and that of the last entry, by its own clock."""
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        now, written = cursor.fetchone()
    return now, written


class Clock:
    """One process's view; its threads share it. `now` costs nothing, `look` asks the database."""

    def __init__(self) -> None:
        self.state = State()
        self.lock = Lock()
        self.boot = boot()

    def now(self) -> datetime | None:
        """The moment, or None while the clock is not believed or has moved since the last look."""
        at = timezone.now()
        with self.lock:
            state = self.state
        if state.doubt or state.offset is None:
            return None
        moved = abs(at.timestamp() - since_boot() - state.offset) > SLACK.total_seconds()
        return None if moved else at

    def look(self) -> str:
        """Holds the clock against the database's, its own past and the last entry; the doubt in words."""
        mark = Mark.objects.filter(pk=NAME + self.boot).first()
        before = State(**mark.value["state"]) if mark and "state" in mark.value else State()
        database, written = of_database()
        at, run = timezone.now(), since_boot()
        latest = max([written, *self._seen()], key=lambda one: one or at) or at
        state = judged(
            before,
            wall=at.timestamp(),
            run=run,
            database=database.timestamp(),
            latest=latest.timestamp(),
            right=bool(mark and mark.value.get("right")),
        )
        if state.doubt and state.doubt != before.doubt:
            log.error("clock.doubted", why=state.doubt, seconds=round(state.far))
        Mark.objects.update_or_create(
            pk=NAME + self.boot, defaults={"at": at, "value": {"state": asdict(state)}}
        )
        with self.lock:
            self.state = state
        if before.doubt and not state.doubt:
            log.warning("clock.believed", was=before.doubt)
            put_right(at=at, slack=SLACK)
        return in_words(state)

    def _seen(self) -> list[datetime]:
        """What the worker wrote last before this start of the machine."""
        others = Mark.objects.filter(name__startswith=NAME).exclude(pk=NAME + self.boot)
        return list(others.order_by("-at").values_list("at", flat=True)[:1])


def doubts() -> list[str]:
    """What is doubted now, in words."""
    states = [State(**mark.value.get("state", {})) for mark in _marks()]
    return [in_words(state) for state in states if state.doubt]


def believe() -> list[str]:
    """Somebody says that the clocks are right as they are; what was doubted, in words."""
    found = doubts()
    for mark in _marks():
        if mark.value.get("state", {}).get("doubt"):
            mark.value["right"] = True
            mark.save(update_fields=["value"])
    return found


def _marks() -> QuerySet[Mark]:
    return Mark.objects.filter(name__startswith=NAME)
