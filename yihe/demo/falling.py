"""Two compounds of which the seed says by how much their calls fell, year on year: as many calls as make it so.

The seed prints shares, −79.2 % and −84.6 %, and no numbers. 24 calls in a quarter and 5 in the same one a
year later, 26 and 4, are the demo's; people phone the community, which writes them down. The shares stand
nowhere: the pages work them out.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from yihe.bodies.models import Body
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.demo import phrases, tales
from yihe.demo.content import texts
from yihe.demo.moments import on
from yihe.demo.schedule import STEP, starter_of
from yihe.demo.story import Story, acting_at
from yihe.places.models import Compound
from yihe.topics.models import Topic
from yihe.worktime import SHANGHAI

FELL = (("奥园翡翠东湾二期", 24, 5), ("聚龙花园", 26, 4))
TOLD = (tales.done, tales.done, tales.silent, tales.done, tales.climbed, tales.reopened)
FALLING_CALLS = sum(before + now for _, before, now in FELL)
YEAR = 12


@dataclass(frozen=True)
class Falling:
    """One of these calls: where, and on which day."""

    compound: str
    day: date


def quarter_before(start: datetime, months: int = 0) -> tuple[date, date]:
    """The last quarter that is over at the start of the demo, so many months earlier: first day, and the
    first after it."""
    today = start.astimezone(SHANGHAI).date()
    number = today.year * 12 + (today.month - 1) // 3 * 3 - 3 - months
    return _first(number), _first(number + 3)


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def falling(start: datetime) -> list[Falling]:
    """All of them, the same every time: the year before first."""
    chance = random.Random(5)  # noqa: S311  the same demo every time
    found = []
    for back in (YEAR, 0):
        first, after = quarter_before(start, back)
        for name, before, now in FELL:
            days = sorted(
                chance.randrange((after - first).days) for _ in range(before if back else now)
            )
            found += [Falling(name, first + timedelta(days=day)) for day in days]
    return found


class PhonedIn(Story):
    """A call that somebody phoned in, in a compound of which we invent no homes: the community speaks for them."""

    def __init__(self, *, number: int, compound: Compound, raised: datetime, now: datetime) -> None:
        fitting = [one for one in texts() if _fits(one.topic, one.voice, one.nature)]
        self.number, self.text = number, fitting[(number * STEP) % len(fitting)]
        self.home: Any = SimpleNamespace(unit=SimpleNamespace(compound=compound, building=None))
        self.chance = random.Random(number)  # noqa: S311  the same demo every time
        self.at, self.now = raised, now
        near = Body.objects.get(kind="community", division=compound.community)
        self.me = acting_at(near.pk, number)
        self.reporter = None
        self.urgent = False
        self.pk = 0

    def raise_it(self, **_more: Any) -> Call:
        self.pk = actions.raise_call(
            acting=self.me,
            at=self.at,
            text=self.text.text,
            compound=self.home.unit.compound,
            spot=self.text.spot,
            topic=Topic.objects.select_related("parent__parent").get(code=self.text.topic),
            nature=self.text.nature,
            channel="phone",
            **phrases.contact(self.number),
        ).pk
        return self.call


def _fits(topic: str, voice: str, nature: str) -> bool:
    starts_at, emergency = starter_of(topic)
    return not voice and nature == "request" and starts_at == 1 and not emergency


def tell_falling(number: int, start: datetime) -> None:
    """The number-th of these calls with all that became of it; all of them long ago."""
    one = falling(start)[number]
    compound = Compound.objects.select_related("community").get(name=one.compound)
    raised = on(one.day, time(9 + number % 9, 5 + number * 7 % 50))
    story = PhonedIn(number=number, compound=compound, raised=raised, now=start)
    TOLD[number % len(TOLD)](story)
    story.clock(start)
