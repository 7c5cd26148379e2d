"""How a text reaches a phone. A channel is a class with `send(phone, text)`; settings name one.

The real one is `yihe.outbox.channels.aliyun.Aliyun`.

Console and file are for development and are refused in production (see yihe.server.checks).
"""

import os
import sys
from pathlib import Path
from typing import ClassVar, Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from yihe.outbox.rules import Later
from yihe.outbox.texts import text
from yihe.refusal import Refusal

log = structlog.get_logger(__name__)


class Channel(Protocol):
    def send(self, phone: str, text: str) -> str | None:
        """Hand the text over and return the provider's number for it, or raise.

        `text` is what is read; it also has `template`, `holes` and `key` for providers of templates.
        """


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


def send_text(phone: str, template: str, **holes: str) -> None:
    """One of the texts of `outbox.texts`, at once; whatever fails there is one sentence here."""
    try:
        channel().send(phone, text(template, **holes))
    except Later as error:
        log.error("text.not_sent", error=error.code)
        raise Refusal(
            "这个号码收短信太勤了，运营商先拦住了。请过一小时再试，或者打社区电话。"
        ) from error
    except Exception as error:
        log.error("text.not_sent", error=type(error).__name__)
        raise Refusal("短信没有发出去。请过几分钟再试，或者打社区电话。") from error
