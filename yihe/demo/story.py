"""One demo call on its way: its acts at times, done through the acts of `calls`, as people do them."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q

from yihe.accounts.models import User
from yihe.bodies.capacities import of_home, of_seat
from yihe.bodies.models import Body
from yihe.bodies.queries import departments, handlers, persons_at
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.work import do_one
from yihe.demo import phrases
from yihe.demo.content import CONCERNED, Text
from yihe.demo.moments import MINUTE, awake, in_working_time, on, sitting
from yihe.people.models import Residency
from yihe.topics.models import Topic
from yihe.trail.acting import Acting

CHANNELS = {"": "web", "clerk": "phone"}  # of a voice; a body's own is "body"


class NotYetError(Exception):
    """What would come next lies in the future: the tale stops here, and the call stays as it is."""


def acting_at(body_id: int, number: int = 0) -> Acting:
    """One of those who handle calls at a desk."""
    seats = list(handlers(body_id).select_related("body__compound"))
    return of_seat(seats[number % len(seats)]).acting


class Story:
    """A call with its reporter, its text and the clock of the tale."""

    def __init__(
        self, *, number: int, home: Residency, text: Text, raised: datetime, now: datetime
    ) -> None:
        self.number, self.home, self.text = number, home, text
        self.chance = random.Random(number)  # noqa: S311  the same demo every time
        self.at, self.now = raised, now
        self.me = of_home(home).acting
        self.reporter: User | None = home.person
        self.urgent = False
        self.pk = 0

    @property
    def call(self) -> Call:
        return Call.objects.select_related("topic", "compound", "desk", "about").get(pk=self.pk)

    # time ------------------------------------------------------------------------------------

    def work(self, hours: float) -> None:
        """So many working hours later, at a desk; a little more, as it goes. An emergency waits for nobody."""
        more = hours + self.chance.random() * 0.6
        if self.urgent:
            self._go(awake(self.at + timedelta(hours=min(more, 4) * 0.3)))
        else:
            self._go(in_working_time(self.at, more))

    def rest(self, hours: float) -> None:
        """So many hours later, with a resident who is awake."""
        spread = self.chance.randrange(260)  # after a night, some time in the morning
        self._go(awake(self.at + timedelta(hours=hours, minutes=spread % 50), spread))

    def _go(self, then: datetime) -> None:
        self.clock(min(then, self.now))
        if then >= self.now:
            raise NotYetError
        self.at = max(self.at, then)

    def clock(self, until: datetime) -> None:
        """What the clock does with the call up to a moment: remind, climb, go on, close."""
        while self.pk:
            due = Call.objects.filter(pk=self.pk, wake_at__lt=until - MINUTE)
            moment = due.values_list("wake_at", flat=True).first()
            if moment is None or not do_one(self.pk, max(moment + MINUTE, self.at)):
                return

    # who -------------------------------------------------------------------------------------

    def desk(self) -> Acting:
        """Somebody at the desk where the call lies."""
        return acting_at(self.call.desk_id, self.number)

    def company(self) -> Body:
        return Body.objects.get(kind="company", compound=self.home.unit.compound, until=None)

    def office(self) -> Body:
        return Body.objects.get(kind="community", division=self.home.unit.compound.community)

    # acts ------------------------------------------------------------------------------------

    def raise_it(
        self,
        *,
        visibility: str = "compound",
        about: Body | None = None,
        wrong: bool = False,
        account: bool = True,
    ) -> Call:
        """By the text's voice: a resident, a body for the compound, somebody for somebody else."""
        topic = Topic.objects.select_related("parent__parent").get(code=self.text.topic)
        if wrong:
            topic = phrases.mistaken(topic)
        unit = self.home.unit
        inside = self.number % 4 == 1 and self.text.voice == ""
        more: dict[str, Any] = {"reporter": self.reporter}
        acting = self.me
        if self.text.voice:
            acting, more = self._speak(account)
        self.urgent = topic.emergency
        self.pk = actions.raise_call(
            acting=acting,
            at=self.at,
            text=self.text.text,
            compound=unit.compound,
            building=unit.building if inside else None,
            spot_kind="building" if inside else "compound",
            spot=self.text.spot,
            topic=topic,
            nature=self.text.nature,
            channel=CHANNELS.get(self.text.voice, "body"),
            visibility=visibility,
            about=about,
            **more,
        ).pk
        return self.call

    def _speak(self, account: bool) -> tuple[Acting, dict[str, Any]]:
        """Somebody in office calls: for the compound, or for a neighbour with or without an account."""
        kind, post = phrases.VOICES[self.text.voice]
        place = self.home.unit.compound
        bodies = Body.objects.filter(kind=kind, until=None)
        near = Q(division=place.community) if kind == "community" else Q(compound=place)
        seat = bodies.get(near).seats.held().filter(post=post).select_related("person")[0]
        acting = of_seat(seat).acting
        if self.text.voice not in ("lead", "clerk"):
            self.me, self.reporter = acting, seat.person
        elif not account:  # who wrote it down carries the answer back
            self.me, self.reporter = acting, None
            return acting, phrases.contact(self.number)
        return acting, {"reporter": self.reporter}

    def take_up(self, hours: float = 1) -> None:
        self.work(hours * (0.2 + 1.6 * self.chance.random()))
        call = self.call
        actions.accept(call=call, acting=self.desk(), at=self.at)
        if self.chance.random() < 0.15:
            self._assign()
        if call.contacted_at is not None:  # handed over: somebody else has been in touch
            return
        self.work(0.2)
        words = phrases.pick(phrases.CONTACTS, self.number)
        actions.first_contact(call=self.call, acting=self.desk(), at=self.at, text=words)

    def _assign(self) -> None:
        call = self.call
        people = persons_at([call.desk_id])[call.desk_id]
        if len(people) > 1:
            other = User.objects.get(pk=people[(self.number + 1) % len(people)])
            actions.assign(call=call, person=other, acting=self.desk(), at=self.at)

    def answer(self, hours: float = 7, again: bool = False) -> None:
        """Handled off line first where there is something to be done, then answered."""
        self.work(hours)
        acting = self.desk()
        evidence = "再到现场看过，反映人在场。" if again else self.text.evidence
        if evidence:
            actions.add_evidence(
                call=self.call, text=evidence, met_whom=phrases.pick(phrases.MET, self.number),
                met_at=self.at - self.chance.randrange(10, 100) * MINUTE, acting=acting, at=self.at,
            )  # fmt: skip
        words = phrases.pick(phrases.AGAIN, self.number) if again else self.text.answer
        actions.answer(call=self.call, text=words, acting=acting, at=self.at)

    def confirm(self, hours: float = 20, stars: int = 0) -> None:
        self.rest(hours)
        actions.confirm(call=self.call, acting=self.me, at=self.at)
        if stars:
            said = phrases.pick(phrases.RATED[stars], self.number)
            actions.rate(call=self.call, stars=stars, text=said, acting=self.me, at=self.at)

    def reopen(self, hours: float = 26, turn: int = 0) -> None:
        self.rest(hours)
        reason = phrases.pick(phrases.REOPENED, self.number + turn)
        actions.reopen(call=self.call, reason=reason, acting=self.me, at=self.at)

    def pass_up(self, hours: float = 2) -> None:
        self.work(hours)
        call = self.call
        reason = phrases.pick(phrases.UP[min(call.level, 3)], self.number)
        actions.pass_up(call=call, reason=reason, acting=self.desk(), at=self.at)

    def ask(self, hours: float = 1.5) -> None:
        self.work(hours)
        question, _ = phrases.pick(phrases.ASKED, self.number)
        actions.ask(call=self.call, text=question, acting=self.desk(), at=self.at)

    def reply(self, hours: float = 5) -> None:
        self.rest(hours)
        _, words = phrases.pick(phrases.ASKED, self.number)
        actions.reply(call=self.call, text=words, acting=self.me, at=self.at)

    def ask_facts(self, hours: float = 2) -> None:
        self.work(hours)
        question, _ = phrases.pick(phrases.FACTS, self.number)
        actions.ask_facts(call=self.call, question=question, acting=self.desk(), at=self.at)

    def give_facts(self, hours: float = 6) -> None:
        self.work(hours)
        inquiry = self.call.inquiries.get(answered_at=None)
        _, words = phrases.pick(phrases.FACTS, self.number)
        acting = acting_at(inquiry.body_id)
        actions.give_facts(inquiry=inquiry, text=words, acting=acting, at=self.at)

    def list_it(self, hours: float, wanted: int = 3, weeks: int = 0) -> None:
        """On the docket of the next sitting, with the departments that its subject concerns."""
        self.work(hours)
        invited = departments_for(self.call, self.number, wanted)
        day = sitting(self.at.date(), weeks)
        actions.list_for_conference(call=self.call, sitting_on=day, departments=invited, acting=self.desk(), at=self.at)  # fmt: skip

    def decide(self) -> None:
        item = self.call.docket.get(decided_at=None)
        self._go(on(item.sitting_on, time(15, self.number % 60)))
        invited = departments_for(self.call, self.number, item.departments.count())
        words = phrases.decision(invited, self.number)
        actions.decide_conference(call=self.call, decision=words, departments=invited, acting=self.desk(), at=self.at)  # fmt: skip


def departments_for(call: Call, number: int, wanted: int) -> Sequence[Body]:
    """The department that the topic names, then others that its subject concerns."""
    lay = call.placements.filter(level=3, desk__kind="department").values_list("desk_id", flat=True)
    root = call.topic.code[:2] if call.topic else ""
    names = CONCERNED.get(root, CONCERNED["09"])
    order = {name: place for place, name in enumerate(names)}
    able = [desk for desk in departments() if desk.pk != call.about_id]
    lead = [desk for desk in able if desk.pk in set(lay)][:1]
    others = [desk for desk in able if desk.name in order and desk not in lead]
    others.sort(key=lambda desk: (order[desk.name] + number) % len(names))
    return lead + others[: wanted - len(lead)]
