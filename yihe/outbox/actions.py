from collections.abc import Iterable
from datetime import datetime

from yihe.outbox.models import Message
from yihe.outbox.rules import NEWS
from yihe.web.statements import insert

FEW = 30


def tell(
    *,
    persons: Iterable[int],
    title: str,
    link: str,
    on: tuple[str, str],
    at: datetime,
    body: str = "",
    urgency: str = NEWS,
) -> None:
    """Write a message for each person, in the transaction of the act that causes it. One query.

    Who of them hears of it outside the app is seen to by the worker (`spreading`). The title goes out
    as it is: it holds no name, number or door; these stand in `body`, which stays in the app.
    """
    tell_all(written(persons, title=title, link=link, on=on, at=at, body=body, urgency=urgency))


def written(
    persons: Iterable[int],
    *,
    title: str,
    link: str,
    on: tuple[str, str],
    at: datetime,
    body: str = "",
    urgency: str = NEWS,
) -> list[Message]:
    """A message for each person, not sent yet."""
    return [
        Message(
            person_id=person,
            title=title[:120],
            body=body[:400],
            link=link,
            subject_kind=on[0],
            subject_key=on[1],
            urgency=urgency,
            at=at,
        )
        for person in dict.fromkeys(persons)
    ]


def tell_all(messages: Iterable[Message]) -> None:
    """Messages of one act or of many. One query: of few a statement that is planned once."""
    told = list(messages)
    if len(told) > FEW:
        Message.objects.bulk_create(told)
    else:
        insert(*told)


def forget(*, person_id: int) -> None:
    """All that was ever told to a person."""
    Message.objects.filter(person_id=person_id).delete()


def forget_about(*, person_id: int, kind: str, key: str) -> None:
    """What a person was told about one subject."""
    Message.objects.filter(subject_kind=kind, subject_key=key, person_id=person_id).delete()


def empty(*, kind: str, keys: Iterable[str]) -> None:
    """What was told about these subjects stays told, without the words."""
    Message.objects.filter(subject_kind=kind, subject_key__in=list(keys)).update(body="")


def mark_read(*, person_id: int, at: datetime, message_id: int | None = None) -> int:
    """All of a person's messages, or one; those of others are never touched."""
    mine = Message.objects.filter(person_id=person_id, read_at=None)
    if message_id is not None:
        mine = mine.filter(pk=message_id)
    return mine.update(read_at=at)
