"""How a code reaches a phone. A channel is a class with `send(phone, text)`; settings name one.

Console and file are for development and are refused in production (see yihe.server.checks).
"""

import os
import sys
from pathlib import Path
from typing import ClassVar, Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from yihe.refusal import Refusal

log = structlog.get_logger(__name__)


class Channel(Protocol):
    def send(self, phone: str, text: str) -> None:
        """Hand the text over, or raise; the caller tells the person that it did not go out."""


class ConsoleChannel:
    """Prints the text where the server runs."""

    def send(self, phone: str, text: str) -> None:
        sys.stdout.write(f"[短信] {phone[:3]}****{phone[-4:]}：{text}\n")
        sys.stdout.flush()


class FileChannel:
    """Appends the text to a file that only we can read."""

    def send(self, phone: str, text: str) -> None:
        path = Path(settings.SMS_FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(number, "a", encoding="utf-8") as file:
            file.write(f"{phone}\t{text}\n")


class MemoryChannel:
    """Keeps the texts, for tests."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))


def channel() -> Channel:
    made: Channel = import_string(settings.SMS_CHANNEL)()
    return made


def send_text(phone: str, text: str) -> None:
    """Through the channel of this house; whatever fails there is one sentence here."""
    try:
        channel().send(phone, text)
    except Exception as error:
        log.error("text.not_sent", error=type(error).__name__)
        raise Refusal("短信没有发出去。请过几分钟再试，或者打社区电话。") from error
