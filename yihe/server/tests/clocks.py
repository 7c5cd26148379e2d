"""Clocks for tests: one that is always believed, and a machine whose clock can be set."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from yihe.server import clock
from yihe.server.clock import Clock


class Right(Clock):
    """Believed at once, without a look."""

    def now(self) -> datetime:
        return timezone.now()


class Machine:
    """A machine with a database on it, which takes the time from the same clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
        self.started = "first start"
        self.travel = time_machine.travel(at, tick=False)
        self.clock = self.travel.__enter__()
        self.run = 10_000.0
        self.written: datetime | None = None
        self.apart = timedelta(0)  # how far the database's clock is ahead of the machine's
        monkeypatch.setattr(clock, "since_boot", lambda: self.run)
        monkeypatch.setattr(
            clock, "of_database", lambda: (timezone.now() + self.apart, self.written)
        )
        monkeypatch.setattr(clock, "boot", lambda: self.started)

    def stop(self) -> None:
        self.travel.__exit__(None, None, None)

    def live(self, span: timedelta) -> None:
        """Time goes by."""
        self.clock.shift(span)
        self.run += span.total_seconds()

    def set(self, span: timedelta) -> None:
        """Somebody sets the clock, forward or back; no time goes by."""
        self.clock.shift(span)
