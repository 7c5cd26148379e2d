"""Beside the worker's round: one thread for each channel, so that a slow provider delays no deadline and
no other channel."""

import threading
import time

import structlog
from django.db import connection

from yihe.outbox.channels import open_channels
from yihe.outbox.sending import send_out
from yihe.server.clock import Clock
from yihe.server.turns import Turns
from yihe.web.away import is_away
from yihe.web.logs import frames

log = structlog.get_logger(__name__)
PAUSE = 2.0  # seconds between two looks at a channel for which nothing is due
PATIENCE = 12.0  # seconds that a conversation with a provider may still take when all ends


class Senders:
    def __init__(self, *, clock: Clock, pause: float = PAUSE, turns: Turns | None = None) -> None:
        self.clock = clock
        self.pause = pause
        self.turns = turns or Turns()
        self.ending = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        for channel in open_channels():
            self.turns.expect(f"send {channel}")
            thread = threading.Thread(
                target=self._send, args=(channel,), name=f"send-{channel}", daemon=True
            )
            thread.start()
            self.threads.append(thread)

    def stop(self) -> None:
        """What is being said is said to its end, if that is near; a lease covers the rest."""
        self.ending.set()
        end = time.monotonic() + PATIENCE
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _send(self, channel: str) -> None:
        while not self.ending.is_set():
            more, at = False, self.clock.now()
            if at is None:  # a lease is a moment too: by a wrong clock it ends while somebody sends
                self.ending.wait(self.pause)
                continue
            try:
                more = send_out(channel=channel, at=at).more
                self.turns.went_well(f"send {channel}")
            except Exception as error:
                kind = type(error).__name__
                if is_away(error):
                    log.warning("sender.database_away", channel=channel, error=kind)
                else:
                    log.error("sender.failed", channel=channel, error=kind, at=frames(error))
                    self.turns.failed(f"send {channel}", error)
                connection.close()
            if not more:
                self.ending.wait(self.pause)
        connection.close()
