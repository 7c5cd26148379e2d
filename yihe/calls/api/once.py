"""A write sent again is done once: the same key gives the same answer."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Header

from yihe.calls.api.shapes import Problem
from yihe.calls.api.who import VISIBLE
from yihe.calls.models import Replay
from yihe.refusal import Refusal
from yihe.trail.actions import on_disk
from yihe.web.prepared import prepared
from yihe.web.statements import insert
from yihe.web.whole import whole

Key = Annotated[str | None, Header(None, alias="Idempotency-Key", max_length=100, pattern=VISIBLE)]


def once(
    request: HttpRequest,
    key: str | None,
    status: int,
    act: Callable[[], dict[str, Any]],
    content: bytes | None = None,
) -> dict[str, Any]:
    """What the act answers; the act and its key are written together, and a key is there once.

    `content` is that of a file where a form brings one. Sent again, the act is tried and refused, by its
    own rules or by its key: then nothing of it stays, and the first answer is given. While the first
    still runs the second waits, for the row or the key.
    """
    try:
        with whole:
            answer = act()
            _keep(request, key, status, answer, content)
            return answer
    except (Refusal, Problem, Http404, IntegrityError):
        before = _replayed(request, key, content)
        if before is None:
            raise
        return before


@prepared
def _kept(person_id: int, key: str) -> QuerySet[Replay]:
    return Replay.objects.filter(person_id=person_id, key=key)


def _replayed(
    request: HttpRequest, key: str | None, content: bytes | None
) -> dict[str, Any] | None:
    """The answer that the same request was given before; 422 when the key came with another body."""
    before = _kept.first(int(str(request.user.pk)), f"api:{key}") if key else None
    if before is None:
        return None
    if before.body_digest != _digest(request, content):
        raise Problem(422, "这个 Idempotency-Key 已经用在另一个请求上了。")
    on_disk()  # the first answer may have been lost before that
    answer: dict[str, Any] = before.answer
    return answer


def _digest(request: HttpRequest, content: bytes | None) -> str:
    """Of the address, the seat and the body, or of the content of a file that came in parts of a form."""
    told = f"{request.path}\n{request.headers.get('X-Seat', '')}\n"
    body = request.body if content is None else content
    return hashlib.sha256(told.encode("utf-8", "replace") + body).hexdigest()


def _keep(
    request: HttpRequest,
    key: str | None,
    status: int,
    answer: dict[str, Any],
    content: bytes | None,
) -> None:
    if key:
        due = {"due_at": at.isoformat()} if (at := answer.get("due_at")) else {}
        insert(
            Replay(
                person_id=int(str(request.user.pk)),
                key=f"api:{key}",
                body_digest=_digest(request, content),
                status=status,
                answer={**answer, **due},
                at=timezone.now(),
            )
        )
