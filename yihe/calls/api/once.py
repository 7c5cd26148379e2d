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
    request: HttpRequest, key: str | None, status: int, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What the act answers; the act and its key are written together, and a key is there once.

    Sent again, the act is tried and refused, by its own rules or by its key: then nothing of it stays,
    and the first answer is given. While the first still runs the second waits, for the row or the key.
    """
    try:
        with whole:
            answer = act()
            _keep(request, key, status, answer)
            return answer
    except (Refusal, Problem, Http404, IntegrityError):
        before = _replayed(request, key)
        if before is None:
            raise
        return before


@prepared
def _kept(person_id: int, key: str) -> QuerySet[Replay]:
    return Replay.objects.filter(person_id=person_id, key=key)


def _replayed(request: HttpRequest, key: str | None) -> dict[str, Any] | None:
    """The answer that the same request was given before; 422 when the key came with another body."""
    before = _kept.first(int(str(request.user.pk)), f"api:{key}") if key else None
    if before is None:
        return None
    if before.body_digest != _digest(request):
        raise Problem(422, "这个 Idempotency-Key 已经用在另一个请求上了。")
    on_disk()  # the first answer may have been lost before that
    answer: dict[str, Any] = before.answer
    return answer


def _digest(request: HttpRequest) -> str:
    told = f"{request.path}\n{request.headers.get('X-Seat', '')}\n"
    return hashlib.sha256(told.encode("utf-8", "replace") + request.body).hexdigest()


def _keep(request: HttpRequest, key: str | None, status: int, answer: dict[str, Any]) -> None:
    if key:
        due = answer["due_at"].isoformat() if answer["due_at"] else None
        insert(
            Replay(
                person_id=int(str(request.user.pk)),
                key=f"api:{key}",
                body_digest=_digest(request),
                status=status,
                answer={**answer, "due_at": due},
                at=timezone.now(),
            )
        )
