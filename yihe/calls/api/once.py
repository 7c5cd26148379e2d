"""A write sent again is done once: the same key gives the same answer."""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header

from yihe.calls.api.shapes import Problem
from yihe.calls.api.who import VISIBLE
from yihe.calls.models import Replay
from yihe.trail.actions import on_disk

Key = Annotated[str | None, Header(None, alias="Idempotency-Key", max_length=100, pattern=VISIBLE)]


def replayed(
    request: HttpRequest, key: str | None, content: bytes | None = None
) -> dict[str, Any] | None:
    """The answer that the same request was given before; 422 when the key came with another body."""
    if not key:
        return None
    before = Replay.objects.filter(person_id=request.user.pk, key=f"api:{key}").first()
    if before is None:
        return None
    if before.body_digest != _digest(request, content):
        raise Problem(422, "这个 Idempotency-Key 已经用在另一个请求上了。")
    transaction.on_commit(on_disk)  # the first answer may have been lost before that
    answer: dict[str, Any] = before.answer
    return answer


def _digest(request: HttpRequest, content: bytes | None) -> str:
    """Of the address, the seat and the body, or of the content of a file that came in parts of a form."""
    told = f"{request.path}\n{request.headers.get('X-Seat', '')}\n"
    body = request.body if content is None else content
    return hashlib.sha256(told.encode("utf-8", "replace") + body).hexdigest()


def one_at_a_time(request: HttpRequest, key: str | None) -> None:
    """The same key sent again while the first still runs waits for its answer."""
    if key:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"{request.user.pk}:{key}"],
            )


def keep(
    request: HttpRequest,
    key: str | None,
    status: int,
    answer: dict[str, Any],
    content: bytes | None = None,
) -> None:
    if key:
        Replay.objects.create(
            person_id=int(str(request.user.pk)),
            key=f"api:{key}",
            body_digest=_digest(request, content),
            status=status,
            answer={
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in answer.items()
            },
            at=timezone.now(),
        )
