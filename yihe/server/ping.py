"""A dead man's switch: an address outside is asked while all goes well, and raises the alarm when it
hears nothing. So the alarm comes although this machine, its worker or its network is gone.

The address is a secret and stands in no log. Nothing here raises, and nothing waits for it.
"""

import threading
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from yihe.outbox.channels.wire import get
from yihe.outbox.rules import Trouble
from yihe.server.turns import Turns

log = structlog.get_logger(__name__)
EVERY = 60.0  # seconds between two pings of the worker
SECONDS = 8.0  # a whole conversation
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def unfit(url: str) -> bool:
    """Anything but https; a receiver on this machine may do without. No name and password in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return True
    plain = parts.scheme == "http" and host in LOOPBACK
    safe = parts.scheme == "https" and bool(host)
    return not (plain or safe) or port == 0 or "@" in parts.netloc or not url.isprintable()


def ping(url: str, *, what: str) -> bool:
    """One GET; whether it was taken (200–299). A redirect is not followed and counts as not taken."""
    if not url:
        return False
    if unfit(url):
        log.error("ping.unfit", what=what)
        return False
    try:
        status = get(url, seconds=SECONDS).status
    except (Trouble, ValueError) as error:
        log.warning("ping.failed", what=what, error=getattr(error, "code", type(error).__name__))
        return False
    if not 200 <= status < 300:
        log.warning("ping.failed", what=what, error=f"http:{status}")
        return False
    return True


class Pinger:
    """A thread beside the worker: asks every minute, as long as every kind of work is turning."""

    def __init__(self, turns: Turns, *, every: float = EVERY) -> None:
        self.turns = turns
        self.every = every
        self.ending = threading.Event()

    def start(self) -> None:
        if settings.PING_URL:
            threading.Thread(target=self._go_on, name="ping", daemon=True).start()

    def stop(self) -> None:
        self.ending.set()

    def once(self) -> bool:
        """Whether the ping was due and was taken."""
        if still := self.turns.standing_still():
            log.error("ping.withheld", still=",".join(sorted(still)))
            return False
        return ping(settings.PING_URL, what="worker")

    def _go_on(self) -> None:
        while not self.ending.wait(self.every):
            try:
                self.once()
            except Exception as error:
                log.error("ping.broke", error=type(error).__name__)
