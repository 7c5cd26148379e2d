"""How acts know and write: one by itself at once, or many together, each thing asked and written once.

What an act does is said in one place, by the act; a hand only says when. `AtOnce` is that of people,
whose act is a transaction of its own. `Batch` is the clock's: it keeps what acts write until `write`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from yihe.calendar.queries import calendar
from yihe.calls.actions.attaching import attach
from yihe.calls.actions.telling import Telling, send
from yihe.calls.models import Call, Placement, Step
from yihe.files.models import File
from yihe.topics.models import Topic
from yihe.topics.queries import Routing, Routings, Terms, routing, routings, terms, terms_of
from yihe.topics.rules import TermValue
from yihe.trail.actions import append, append_all
from yihe.trail.models import Entry
from yihe.web.rows import save_all
from yihe.web.statements import insert, update
from yihe.worktime import Calendar


@dataclass(frozen=True)
class Draft:
    """A line of a call's timeline and its entry, which names the line's number once it has one."""

    step: Step
    entry: Entry
    log: str
    beside: Sequence[Placement] = ()  # where the call lies with it
    files: tuple[File, ...] = ()  # what a person brings; the clock brings none


class AtOnce:
    """One act by itself: it asks what it has to know and writes as it goes."""

    def calendar(self) -> Calendar:
        return calendar()

    def terms(self, *, level: int, emergency: bool, topic: Topic | None) -> dict[str, TermValue]:
        return terms(level=level, emergency=emergency, topic=topic)

    def routing(self, call: Call) -> Routing:
        return routing(topic=call.topic, path=call.path, avoid=call.about)

    def save(self, call: Call, fields: Sequence[str]) -> None:
        update(call, *fields)

    def leave(self, call: Call, at: datetime) -> None:
        """The call lies nowhere any more."""
        call.placements.filter(until=None).update(until=at)

    def lay(self, placements: Sequence[Placement]) -> None:
        insert(*placements)

    def step(self, draft: Draft) -> None:
        insert(*draft.beside, draft.step)
        if draft.files:
            attach(draft.step, draft.files)
        draft.entry.numbers["step"] = draft.step.pk
        append(draft.entry, draft.log)

    def tell(self, telling: Telling) -> None:
        send([telling])


AT_ONCE = AtOnce()


class Batch(AtOnce):
    """Acts on many calls, one on each, in one transaction: nothing is written before `write`.

    What an act reads, it reads as it was before the batch.
    """

    def __init__(self, calls: Sequence[Call], at: datetime) -> None:
        self.calls, self.at = calls, at
        self._saved: dict[int, Call] = {}
        self._fields: dict[str, None] = {}
        self._left: list[int] = []
        self._laid: list[Placement] = []
        self._drafts: list[Draft] = []
        self._tellings: list[Telling] = []

    @cached_property
    def _calendar(self) -> Calendar:
        return calendar()

    @cached_property
    def _terms(self) -> Terms:
        return terms_of(call.topic for call in self.calls)

    @cached_property
    def _routings(self) -> Routings:
        return routings((call.topic, call.path) for call in self.calls)

    def calendar(self) -> Calendar:
        return self._calendar

    def terms(self, *, level: int, emergency: bool, topic: Topic | None) -> dict[str, TermValue]:
        return self._terms.of(level=level, emergency=emergency, topic=topic)

    def routing(self, call: Call) -> Routing:
        return self._routings.of(topic=call.topic, path=call.path, avoid=call.about)

    def save(self, call: Call, fields: Sequence[str]) -> None:
        self._saved[call.pk] = call
        self._fields |= dict.fromkeys(fields)

    def leave(self, call: Call, at: datetime) -> None:
        self._left.append(call.pk)

    def lay(self, placements: Sequence[Placement]) -> None:
        self._laid += placements

    def step(self, draft: Draft) -> None:
        self._laid += draft.beside
        self._drafts.append(draft)

    def tell(self, telling: Telling) -> None:
        self._tellings.append(telling)

    def write(self) -> None:
        """The entries last: their logs are locked for as short as can be."""
        if self._left:
            Placement.objects.filter(call__in=self._left, until=None).update(until=self.at)
        Placement.objects.bulk_create(self._laid)
        save_all(list(self._saved.values()), list(self._fields))
        Step.objects.bulk_create([one.step for one in self._drafts])
        send(self._tellings)
        for one in self._drafts:
            one.entry.numbers["step"] = one.step.pk
        append_all([(one.entry, one.log) for one in self._drafts])
