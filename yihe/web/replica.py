"""A second database that only reads (a PostgreSQL standby): may it answer, and how far behind is it."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connections

log = structlog.get_logger(__name__)
ALIAS, PRIMARY = "replica", "default"
LOOK_EVERY = 2.0  # seconds that a look holds, for this process
LEFT_ALONE = 10.0  # seconds until one that did not answer is asked again
STUCK = 15.0  # seconds after which a look is no longer believed: whoever looks hangs
# A standby gives up a question that stands in the way of what it has to replay; that is no loss.
CONFLICTS = {"40001", "40P01"}

GOOD, BEHIND, AWAY, STRANGER = "good", "behind", "away", "stranger"
# The clock is the primary's in both: what is compared are moments of one machine.
ASK_PRIMARY = """
SELECT pg_current_wal_insert_lsn()::text, clock_timestamp(), system_identifier FROM pg_control_system()"""
ASK_REPLICA = """
SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, pg_last_xact_replay_timestamp(),
  system_identifier FROM pg_control_system()"""
ASK_REACHED = "SELECT pg_last_wal_replay_lsn()::text"


@dataclass(frozen=True)
class State:
    """What the last look found; `behind` in seconds, None where nobody can tell."""

    name: str
    reached: int = 0
    behind: float | None = None
    looked: float = 0.0

    @property
    def words(self) -> str:
        """For whoever keeps the house."""
        seconds = "，落后多少还不知道" if self.behind is None else f"，落后 {self.behind:.0f} 秒"
        return {
            GOOD: f"正常{seconds}",
            BEHIND: f"没有跟上{seconds}，暂时改读主数据库",
            AWAY: "连不上，暂时改读主数据库",
            STRANGER: "这个地址上的不是主数据库的备用库，没有用它",
        }[self.name]


class _Known:
    """In this process."""

    state: State | None = None
    looking = threading.Lock()


def wanted() -> bool:
    """Whether the house has one: DATABASE_REPLICA_URL."""
    return ALIAS in connections.settings


def position(text: str | None) -> int:
    """A position in PostgreSQL's log of changes (“16/B374D848”) as a number; ValueError for other text."""
    high, low = (text or "0/0").split("/")
    if len(high) > 8 or len(low) > 8:
        raise ValueError("no position")
    return (int(high, 16) << 32) + int(low, 16)


def look() -> State | None:
    """How it stands: asked at most every LOOK_EVERY seconds, by one thread. None: the primary did not say."""
    known, now = _Known.state, time.monotonic()
    holds = LEFT_ALONE if known and known.name in (AWAY, STRANGER) else LOOK_EVERY
    if known and now - known.looked < holds:
        return known
    if not _Known.looking.acquire(blocking=False):
        return known if known and now - known.looked < STUCK else None
    try:
        found = _asked()
        if found is not None:
            _remember(found)
        return found
    finally:
        _Known.looking.release()


def serves(seen: int = 0) -> bool:
    """Whether it may answer now to somebody whose own last act lies at that position."""
    state = look()
    if state is None or state.name != GOOD:
        return False
    if state.reached >= seen:
        return True
    try:
        return position(_one(ALIAS, ASK_REACHED)[0]) >= seen
    except Error as error:
        failed(error)
        return False


def failed(error: Error) -> None:
    """It broke off an answer. What is lost is left alone for a while, and said once in the log."""
    state = str(getattr(error.__cause__, "sqlstate", "") or "")
    if isinstance(error, OperationalError | InterfaceError) and state not in CONFLICTS:
        _drop()
        _remember(State(AWAY, looked=time.monotonic()))
    else:
        log.warning("replica.gave_up", error=type(error.__cause__ or error).__name__)


def forget() -> None:
    """For the tests."""
    _Known.state = None


def _remember(state: State) -> None:
    before, _Known.state = _Known.state, state
    was = before.name if before else GOOD
    if state.name != was:
        say = log.info if state.name == GOOD else log.warning
        say(f"replica.{state.name}", behind=state.behind and round(state.behind))


def _asked() -> State | None:
    """The primary first: what the replica says afterwards is at least as new."""
    try:
        there, now, house = _one(PRIMARY, ASK_PRIMARY)
    except Error as error:
        log.warning("replica.primary_did_not_say", error=type(error).__name__)
        return None
    try:
        standby, reached, replayed_at, same = _one(ALIAS, ASK_REPLICA)
    except Error:
        _drop()
        return State(AWAY, looked=time.monotonic())
    looked = time.monotonic()
    if not standby or same != house:
        return State(STRANGER, looked=looked)
    behind = _behind(position(there), now, position(reached), replayed_at)
    good = behind is not None and behind <= settings.DATABASE_REPLICA_LAG
    return State(GOOD if good else BEHIND, position(reached), behind, looked)


def _behind(there: int, now: datetime, reached: int, replayed_at: datetime | None) -> float | None:
    """Seconds at most. All that was committed before `replayed_at` is there; all of it when it reached
    where the primary is."""
    if reached >= there:
        return 0.0
    return None if replayed_at is None else max(0.0, (now - replayed_at).total_seconds())


def _drop() -> None:
    """The next one who asks connects anew."""
    connections[ALIAS].close()


def _one(alias: str, question: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()
