"""One HTTP request with an end in sight: a total time, a bounded answer, no redirects, no proxy of chance.

The standard library's own client waits for every piece of an answer anew; one that drips could hold a
worker for ever. Neither address nor body is ever part of an error.
"""

import http.client
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from yihe.outbox.rules import Trouble

SECONDS, MOST = 8.0, 256 * 1024


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The answer as an object; what is none is the provider's trouble, not the reader's."""
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise Trouble("broken_answer") from error
        if not isinstance(found, dict):
            raise Trouble("broken_answer")
        return found


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS) -> Reply:
    """The whole conversation takes no longer than `seconds`, or it is a time-out."""
    return _ask("POST", url, body, headers, seconds)


def get(url: str, *, seconds: float = SECONDS) -> Reply:
    """The same without a body; where the answer sends one elsewhere is not gone to."""
    return _ask("GET", url, None, {}, seconds)


def _ask(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], seconds: float
) -> Reply:
    parts = urlsplit(url)
    path = parts.path or "/"
    path = f"{path}?{parts.query}" if parts.query else path
    end = time.monotonic() + seconds
    if parts.scheme == "https":
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=seconds, context=ssl.create_default_context()
        )
    else:
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        line.request(method, path, body=body, headers=dict(headers))
        _leave(line, end)
        answer = line.getresponse()
        read = b""
        while piece := answer.read1(16 * 1024):
            read += piece
            if len(read) > MOST:
                raise Trouble("long_answer")
            _leave(line, end)
        return Reply(answer.status, read)
    except TimeoutError as error:
        raise Trouble("timeout") from error
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(f"network:{type(error).__name__}") from error
    finally:
        line.close()


def _leave(line: http.client.HTTPConnection, end: float) -> None:
    """So much time as is left, for the next piece."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if line.sock is not None:
        line.sock.settimeout(left)
