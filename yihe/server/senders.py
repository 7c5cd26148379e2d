"""Beside the worker's round: one thread for each channel, so that a slow provider delays no deadline and
no other channel."""

import threading
import time

import structlog
from django.db import Error, connection
from django.utils import timezone

from yihe.outbox.channels import open_channels
from yihe.outbox.sending import send_out
from yihe.web.logs import frames

log = structlog.get_logger(__name__)
PAUSE = 2.0  # seconds between two looks at a channel for which nothing is due
PATIENCE = 12.0  # seconds that a conversation with a provider may still take when all ends


class Senders:
    def __init__(self, *, pause: float = PAUSE) -> None:
        self.pause = pause
        self.ending = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        for channel in open_channels():
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
            more = False
            try:
                more = send_out(channel=channel, at=timezone.now()).more
            except Error as error:
                log.warning("sender.database_away", channel=channel, error=type(error).__name__)
                connection.close()
            except Exception as error:
                log.error(
                    "sender.failed", channel=channel, error=type(error).__name__, at=frames(error)
                )
                connection.close()
            if not more:
                self.ending.wait(self.pause)
        connection.close()
