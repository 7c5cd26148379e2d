"""What goes where and when: plain values in, a plan out. Nothing here knows a database or a network."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from yihe.worktime import SHANGHAI

NEWS, YOURS, EMERGENCY = "news", "yours", "emergency"  # how much a message asks of its reader
ALL, MINE, ONLY_EMERGENCY = (
    "all",
    "mine",
    "emergency",
)  # which of them a person wants outside the app
HEARD = {ALL: {NEWS, YOURS, EMERGENCY}, MINE: {YOURS, EMERGENCY}, ONLY_EMERGENCY: {EMERGENCY}}
PUSH, WECHAT, EMAIL, SMS = "push", "wechat", "email", "sms"
CHANNELS = (PUSH, WECHAT, EMAIL, SMS)  # as they are tried when a person did not order them
NAMES = {PUSH: "手机和电脑上的通知", WECHAT: "微信", EMAIL: "邮件", SMS: "短信"}

# waiting → sent | failed | given_up | skipped; reserve → waiting (those before it failed) | skipped
WAITING, RESERVE, SENT = "waiting", "reserve", "sent"
FAILED, GIVEN_UP, SKIPPED = "failed", "given_up", "skipped"
OVER = (SENT, FAILED, GIVEN_UP, SKIPPED)

TOO_OLD = timedelta(days=2)  # what could not go out by then is not news any more
MOST_TRIES = 8
LEASE = timedelta(minutes=3)  # whoever took a row and did not come back has lost it
DOWN_AFTER = 3  # troubles in a row, after which the whole channel rests
NEXT_AFTER = 3  # tries, after which the next channel is tried as well
ASTRAY = timedelta(minutes=10)  # a row set so far in the future was set by a clock that ran ahead
LONGEST_REST = timedelta(minutes=15)
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
MOST_A_DAY = {SMS: 20}  # to one person, but for emergencies: they cost money and patience
AT_ONCE = 10  # rows that one look takes of one channel: all of them within the lease


class NotSent(Exception):  # noqa: N818  it reads as what happened
    """Why something did not go out: a short code, never an address or a text."""

    def __init__(self, code: str) -> None:
        self.code = re.sub(r"\d{7,}|[^\w.:-]", "", code, flags=re.ASCII)[:60]
        super().__init__(self.code)


class Refused(NotSent):
    """This address will never take it; `gone`: it will never take anything again."""

    def __init__(self, code: str, *, gone: bool = False) -> None:
        super().__init__(code)
        self.gone = gone


class Later(NotSent):
    """This one did not go through now; another one may."""


class Trouble(NotSent):
    """The provider, or our account there: nothing goes out on this channel for now, no row is to blame."""


@dataclass(frozen=True)
class Quiet:
    """Hours in which nothing rings, from … until …, often over midnight; the same twice: none."""

    begin: time = time(22)
    end: time = time(7)

    def over_at(self, at: datetime) -> datetime:
        """`at` itself outside of the quiet hours, else the moment at which they end."""
        local = at.astimezone(SHANGHAI)
        now = local.time()
        if self.begin <= self.end:
            quiet = self.begin <= now < self.end
        else:
            quiet = now >= self.begin or now < self.end
        if not quiet:
            return at
        ends = local.replace(
            hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0, fold=0
        )
        return ends if ends > local else ends + timedelta(days=1)


@dataclass(frozen=True)
class Address:
    """Where somebody can be found: the number it has with whoever keeps it, and by which channel."""

    key: int
    channel: str


@dataclass(frozen=True)
class Reader:
    """What a person chose; addresses in the order in which they are tried."""

    addresses: Sequence[Address] = ()
    what: str = MINE
    quiet: Quiet = field(default_factory=Quiet)
    works: bool = False


@dataclass(frozen=True)
class Destination:
    """An address at the moment of sending. Its value goes to the adapter and nowhere else."""

    channel: str
    value: str = field(repr=False)
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    quiet: Quiet = field(default_factory=Quiet)
    works: bool = False


@dataclass(frozen=True)
class Letter:
    """What is said: a title without personal data, and where it leads."""

    key: str  # the same for every try: by it a provider may know a repetition
    title: str
    link: str
    settings_link: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Planned:
    address: Address
    rank: int
    state: str
    wake_at: datetime


def rings(urgency: str, *, works: bool) -> bool:
    """Whether it goes out in quiet hours: an emergency to those whose post it is to act."""
    return urgency == EMERGENCY and works


def plan(
    urgency: str, reader: Reader, *, at: datetime, open_channels: Iterable[str]
) -> list[Planned]:
    """By the first channel; where that fails, what waits for the reader by the next; an emergency by all."""
    if urgency not in HEARD[reader.what]:
        return []
    usable = [one for one in reader.addresses if one.channel in open_channels]
    wake = at if rings(urgency, works=reader.works) else reader.quiet.over_at(at)
    order = {channel: rank for rank, channel in enumerate(dict.fromkeys(a.channel for a in usable))}
    planned = []
    for one in usable:
        rank = order[one.channel]
        if rank and urgency == NEWS:
            continue
        waits = rank and urgency != EMERGENCY
        planned.append(Planned(one, rank, RESERVE if waits else WAITING, wake))
    return planned


def back_off(tries: int, *, chance: float | None = None) -> timedelta:
    """One minute, two, four … to an hour, each somewhat more or less: they do not come back together."""
    jitter = random.random() if chance is None else chance  # noqa: S311  not a secret
    span: timedelta = min(FIRST * 2 ** min(max(tries, 1) - 1, 10), LONGEST)
    return span * (0.75 + jitter / 2)
