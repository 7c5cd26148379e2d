"""Readers and addresses for tests of this floor, which knows no persons, and channels that do as told."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from yihe.outbox.actions import tell
from yihe.outbox.rules import ALL, Address, Destination, Letter, Quiet, Reader

NEVER_QUIET = Quiet(*[Quiet().end] * 2)
READERS: dict[int, Reader] = {}
VALUES: dict[int, Destination] = {}
GONE: list[int] = []


def readers(persons: Collection[int]) -> dict[int, Reader]:
    return {one: READERS[one] for one in persons if one in READERS}


def destinations(keys: Collection[int]) -> dict[int, Destination]:
    return {one: VALUES[one] for one in keys if one in VALUES}


def gone(key: int) -> None:
    GONE.append(key)


def somebody(
    person: int, *channels: str, what: str = ALL, quiet: Quiet = NEVER_QUIET, works: bool = False
) -> None:
    """A person with these channels, tried in this order; the address of the nth is PERSON * 10 + n."""
    addresses = [Address(person * 10 + number, name) for number, name in enumerate(channels)]
    READERS[person] = Reader(addresses, what, quiet, works)
    for one in addresses:
        VALUES[one.key] = Destination(
            one.channel, f"{one.channel}-of-{person}", quiet=quiet, works=works
        )


def told(*persons: int, at: datetime, urgency: str = "yours", key: str = "1") -> None:
    tell(
        persons=persons, title="答复了", link="/calls/1/", on=("call", key), at=at, urgency=urgency,
    )  # fmt: skip


class Fake:
    """A provider: `answer` is asked for each address and may raise."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: list[str] = []
        self.keys: list[str] = []
        self.asked: list[str] = []
        self.answer: Callable[[str], Any] = lambda value: None

    def ready(self) -> bool:
        return True

    def send(self, to: Destination, letter: Letter) -> str:
        self.asked.append(to.value)
        said = self.answer(to.value)
        if isinstance(said, BaseException):
            raise said
        self.sent.append(to.value)
        self.keys.append(letter.key)
        return f"receipt-{len(self.sent)}"
