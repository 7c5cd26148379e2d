"""The worker: does what is due, again and again. The due columns are the truth; it only looks."""

import signal
import time
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import structlog
from django.db import Error, connection
from django.utils import timezone

from yihe.accounts.work import drop_old_sessions
from yihe.calls.actions.counting import fold
from yihe.calls.actions.learning import learn_again
from yihe.calls.sweeping import sweep_files
from yihe.calls.work import do_due, recompute_provisional
from yihe.demo.actions import build_some
from yihe.demo.keeping import keep_alive
from yihe.ledger.setback import look_back
from yihe.ledger.work import make_checkpoints
from yihe.opendata import work as opendata
from yihe.outbox.sending import send_all
from yihe.outbox.spreading import spread
from yihe.portal.keeping import tell_what_fails, watch_backup, watch_put_off
from yihe.portal.outside import watch_lines
from yihe.retention import work as retention
from yihe.server.beat import beat
from yihe.server.clock import Clock
from yihe.server.ping import Pinger
from yihe.server.senders import Senders
from yihe.server.turns import Turns
from yihe.web.away import disk_full, is_away
from yihe.web.logs import frames
from yihe.web.models import Mark
from yihe.web.work import WorkDone

log = structlog.get_logger(__name__)
Work = Callable[..., WorkDone]
# The demo's people first: what they missed while the house was off lies before what the clock does now.
DUE_WORK: tuple[Work, ...] = (
    keep_alive,
    do_due,
    recompute_provisional,
    spread,
    make_checkpoints,
    watch_lines,
    watch_backup,
    watch_put_off,
    build_some,
    fold,
    learn_again,
    drop_old_sessions,
    sweep_files,
    retention.let_expire_in_turn,
    opendata.publish_in_turn,
)
ONCE: tuple[Work, ...] = (
    recompute_provisional,
    do_due,
    spread,
    send_all,
    retention.let_expire,
    opendata.publish,
)


def do_all(*, at: datetime, limit: int = 100, works: tuple[Work, ...] = ONCE) -> WorkDone:
    """Everything that is due at `at`, batch by batch until nothing is left."""
    total = WorkDone()
    for work in works:
        while True:
            part = work(at=at, limit=limit)
            total.done.extend(part.done)
            total.failed.extend(part.failed)
            if not part.more:
                break
    return total


class Worker:
    """One process of it. Several may run; each row is locked by whoever deals with it."""

    def __init__(self, *, pause: float = 1.0) -> None:
        self.pause = pause
        self.stopping = False
        self.beaten = 0.0
        self.looked_back = 0.0
        self.turns = Turns()
        self.clock = Clock()
        for work in DUE_WORK:
            self.turns.expect(work.__name__)

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        senders, pinger = Senders(turns=self.turns, clock=self.clock), Pinger(self.turns)
        senders.start()
        pinger.start()
        try:
            self._go_on()
        finally:
            pinger.stop()
            senders.stop()

    def _go_on(self) -> None:
        while not self.stopping:
            try:
                busy = self.look()
            except Error as error:  # also what is lost in the middle of a statement
                if disk_full(error):
                    log.error("worker.disk_full", error=type(error).__name__)
                else:
                    log.warning("worker.database_away", error=type(error).__name__)
                connection.close()
                busy = False
            except Exception as error:
                log.error("worker.failed", error=type(error).__name__, at=frames(error))
                connection.close()
                busy = False
            if not busy:
                time.sleep(self.pause)

    def look(self) -> bool:
        """One round; whether there is more to do at once."""
        self._beat()
        self._look_back()
        more = False
        for work in DUE_WORK:
            beat()
            part = self._turn(work)
            more = more or part.more
            if self.stopping or part.hold:
                break
        return more

    def _turn(self, work: Work) -> WorkDone:
        """One kind of work. What fails is put off and tried again; the others go on."""
        name = work.__name__
        if not self.turns.due(name):
            return WorkDone()
        at = self.clock.now()
        if at is None:  # nothing is done because a moment has come that perhaps has not
            return WorkDone()
        try:
            part = work(at=at, limit=50)
        except Exception as error:
            if is_away(error):
                raise
            log.error("worker.failed", work=name, error=type(error).__name__, at=frames(error))
            self.turns.failed(name, error)
            connection.close_if_unusable_or_obsolete()
            return WorkDone()
        self.turns.went_well(name)
        for done in part.done:
            log.info("worker.done", kind=done.kind, subject=done.subject)
        return part

    def _look_back(self) -> None:
        """At the start and every ten minutes: is the database where its checkpoints say it was?"""
        if not self.looked_back or time.monotonic() - self.looked_back > 600:
            for words in look_back(at=timezone.now()):
                log.error("worker.set_back", what=words)
            self.looked_back = time.monotonic()

    def _beat(self) -> None:
        beat()
        if time.monotonic() - self.beaten > 5:
            doubt, failing = self.clock.look(), self.turns.failing()
            value = {"failing": failing, "clock": doubt}
            Mark.objects.update_or_create(
                pk="worker", defaults={"at": timezone.now(), "value": value}
            )
            tell_what_fails(failing, doubt, at=timezone.now())
            self.beaten = time.monotonic()
