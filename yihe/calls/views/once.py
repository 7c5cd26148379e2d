"""A form sent again is done once: its one-time key and what it did are written together."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from yihe.calls.models import Replay
from yihe.trail.actions import on_disk
from yihe.web.requests import PersonRequest
from yihe.web.statements import insert

KEY = "once"
BESIDE = ("csrfmiddlewaretoken", KEY, "version")  # of the page, not of what somebody says


class SentBefore(Exception):  # noqa: N818  nothing went wrong
    """This key was used; nothing of the new request stays."""


@dataclass(frozen=True)
class First:
    """What a key did when it came first, and whether the same was said then."""

    answer: dict[str, Any]
    same: bool


def note_sent(request: PersonRequest, answer: dict[str, Any]) -> None:
    """In the act's transaction. A form without a key is done as often as it is sent."""
    key = request.POST.get(KEY, "")
    if not key:
        return
    try:
        insert(
            Replay(
                person_id=request.user.pk,
                key=_named(key),
                body_digest=_said(request),
                status=201,
                answer=answer,
                at=timezone.now(),
            )
        )
    except IntegrityError as error:
        raise SentBefore from error


def first_of(request: PersonRequest) -> First:
    """Asked outside the transaction that `SentBefore` ended."""
    first = Replay.objects.get(person_id=request.user.pk, key=_named(request.POST[KEY]))
    on_disk()  # the first answer may have been lost before that
    return First(first.answer, same=first.body_digest in ("", _said(request)))


def was_sent(request: PersonRequest) -> bool:
    """Whether this key was used; asked when an act was refused, which may be for that reason."""
    key = request.POST.get(KEY, "")
    return bool(key) and Replay.objects.filter(person_id=request.user.pk, key=_named(key)).exists()


def _named(key: str) -> str:
    return f"form:{key[:64]}"


def _said(request: PersonRequest) -> str:
    told = [(name, values) for name, values in request.POST.lists() if name not in BESIDE]
    return hashlib.sha256(repr(sorted(told)).encode("utf-8", "replace")).hexdigest()
