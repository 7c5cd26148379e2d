"""What the demo's desks do when they look in: each call has its own way, told by its number."""

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import structlog
from django.db import OperationalError
from django.db.models import Max

from yihe.calls import actions
from yihe.calls.models import Call, CallQuerySet, Status
from yihe.calls.rules import Act
from yihe.demo import phrases
from yihe.demo.content import Text, texts
from yihe.demo.moments import MINUTE, in_working_time, sitting
from yihe.demo.story import acting_at, departments_for
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.web.logs import frames

log = structlog.get_logger(__name__)
AT_WORK = (Status.NEW, Status.DOING)
PATIENCE = timedelta(days=12)  # so long a visitor's call is left to visitors and the clock
NOT_OURS = "演示里没有真的经办人，这一句是程序写的：这件呼叫在联席会议之后没有人接着办，先这样答复。没解决的话，可以重开，再走一遍看看。"


@cache
def _written() -> dict[str, Text]:
    extra = [Text("09-02", "", words, phrases.OFFICE_ANSWER, "调看来电登记，问了当班的人", "complaint") for words in phrases.ABOUT_OFFICE]  # fmt: skip
    extra += [Text("02-04", "", words, phrases.DEPARTMENT_ANSWER, "调看受理单和流转记录", "complaint") for words in phrases.ABOUT_DEPARTMENT]  # fmt: skip
    return {one.text: one for one in [*texts(), *extra]}


def ours(call: Call) -> Text | None:
    """What the demo itself wrote; None for what a visitor raised."""
    return _written().get(call.text)


def share(call: Call, salt: str = "") -> float:
    """A number in [0, 1) that belongs to the call."""
    return zlib.crc32(f"{call.number}{salt}".encode()) / 2**32


def open_calls(moment: datetime) -> CallQuerySet:
    """Open calls in which nothing lies after that moment."""
    return (
        Call.objects.open()
        .select_related("topic", "compound__community", "desk", "about")
        .defer("grams")
        .annotate(last_at=Max("steps__at"))
        .filter(last_at__lt=moment)
        .order_by("due_at", "pk")
    )


def desks_act(moment: datetime) -> None:
    for call in open_calls(moment).filter(status__in=AT_WORK):
        try_it(Look(call, moment).act, call)


def night_duty(moment: datetime) -> None:
    """Out of hours somebody still looks after emergencies."""
    for call in open_calls(moment).filter(status__in=AT_WORK, emergency=True, level__lt=4):
        try_it(Look(call, moment).act, call)


def try_it(act: Callable[..., None], call: Call, *words: object) -> bool:
    """What fails with one call holds up no other; each act is whole or not at all."""
    try:
        act(*words)
    except OperationalError:
        raise  # the database is away
    except Refusal:
        return False  # somebody was quicker, or the rules say no: another time
    except Exception as error:
        log.error("demo.act_failed", call=call.number, error=type(error).__name__, at=frames(error))
        return False
    return True


def answer_now(call: Call, moment: datetime) -> None:
    """Taken up if need be and answered, because somebody's page should have an answer on it."""
    take_up(call, moment)
    Look(call, moment).answer()


def take_up(call: Call, moment: datetime) -> None:
    if call.contacted_at is None:
        Look(call, moment).contact()
        call.__dict__.pop("last_at", None)


def last_step_at(call: Call) -> datetime:
    return call.steps.order_by("-pk").values_list("at", flat=True).first() or call.raised_at


class Look:
    """One call at its desk at one moment; minutes go by from act to act."""

    def __init__(self, call: Call, moment: datetime) -> None:
        self.call, self.moment = call, moment
        early = moment - int(20 + 35 * share(call, "early")) * MINUTE
        self.last: datetime = call.__dict__.get("last_at") or last_step_at(call)
        self.at = min(max(early, self.last + 2 * MINUTE), moment)
        self.text = ours(call)
        self.way = share(call)

    @property
    def acting(self) -> Acting:
        return acting_at(self.call.desk_id, self.call.pk)

    def act(self) -> None:
        call = self.call
        if self.text is None and not self._left_alone_too_long():
            return
        if call.level == 4:
            self._at_conference()
        elif call.contacted_at is None:
            self._before_contact()
        else:
            self._after_contact()

    def _left_alone_too_long(self) -> bool:
        return self.call.level >= 3 and self.moment - self.last > PATIENCE

    def _due_before_next_look(self) -> bool:
        """The answer would be late if it waited for tomorrow; first contact, for the next look."""
        due = self.call.due_at
        hours = 3.5 if self.call.contacted_at is None else 0.7
        return due is not None and due <= in_working_time(self.moment, hours)

    def _before_contact(self) -> None:
        call = self.call
        lapses = 0.90 <= self.way < 0.93 and call.level == 1 and not call.emergency
        if lapses or (share(call, f"{self.moment:%d%H}") > 0.5 and not self._due_before_next_look() and not call.emergency):  # fmt: skip
            return
        self.contact()

    def contact(self) -> None:
        call = self.call
        if call.status == Status.NEW:
            actions.accept(call=call, acting=self.acting, at=self.at)
        self.at = min(self.at + 6 * MINUTE, self.moment)
        words = phrases.pick(phrases.CONTACTS, call.pk)
        actions.first_contact(call=call, acting=self.acting, at=self.at, text=words)

    def _after_contact(self) -> None:
        call, way = self.call, self.way
        if call.status == Status.NEW:  # handed over after the contact
            actions.accept(call=call, acting=self.acting, at=self.at)
            return
        fresh = call.about_id is None and not call.emergency
        if fresh and call.level == 1 and 0.82 <= way < 0.90:
            actions.pass_up(call=call, reason=phrases.pick(phrases.UP[1], call.pk), acting=self.acting, at=self.at)  # fmt: skip
        elif fresh and way >= 0.96 and self._too_hard():
            actions.pass_up(call=call, reason=phrases.pick(phrases.UP[call.level], call.pk), acting=self.acting, at=self.at)  # fmt: skip
        elif 0.75 <= way < 0.82 and not call.steps.filter(kind=Act.ASK).exists():
            actions.ask(call=call, text=phrases.pick(phrases.ASKED, call.pk)[0], acting=self.acting, at=self.at)  # fmt: skip
        elif 0.93 <= way < 0.96 and not call.extended_amount and self._due_before_next_look():
            actions.extend(call=call, reason=phrases.pick(phrases.EXTENDED, call.pk), acting=self.acting, at=self.at)  # fmt: skip
        elif self._ready():
            self.answer()

    def _too_hard(self) -> bool:
        """For the joint conference, which has not decided it yet."""
        text = self.text
        return text is not None and text.for_the_conference and not self.call.docket.exists()

    def _ready(self) -> bool:
        """The prompt answer within a day or two, the steady on the last day."""
        call = self.call
        if call.emergency or self.text is None or self._due_before_next_look():
            return True
        started = call.contacted_at or call.clock_from
        return self.way < 0.45 and self.moment > in_working_time(started, 3 + 12 * share(call, "x"))

    def answer(self) -> None:
        call = self.call
        again = call.reopened > 0
        words = self.text.answer if self.text else NOT_OURS
        evidence = self.text.evidence if self.text else "演示程序代记，没有人到过现场。"
        if again:
            words, evidence = phrases.pick(phrases.AGAIN, call.pk), "再到现场看过，反映人在场。"
        if evidence:
            actions.add_evidence(
                call=call, text=evidence, met_whom=phrases.pick(phrases.MET, call.pk),
                met_at=max(call.raised_at, self.at - 40 * MINUTE), acting=self.acting, at=self.at,
            )  # fmt: skip
        self.at = min(self.at + 9 * MINUTE, self.moment)
        actions.answer(call=call, text=words, acting=self.acting, at=self.at)

    def _at_conference(self) -> None:
        """Listed for the next sitting but one; now and then somebody is late with it."""
        call = self.call
        item = call.docket.filter(decided_at=None).first()
        wanted = 2 + call.pk % 3
        if item is None:
            slow = timedelta(days=7 if share(call, "slow") < 0.25 else 1)
            if self.moment - call.clock_from < slow:
                return
            day = sitting(self.moment.date(), call.pk % 2)
            invited = departments_for(call, call.pk, wanted)
            actions.list_for_conference(call=call, sitting_on=day, departments=invited, acting=self.acting, at=self.at)  # fmt: skip
            if call.contacted_at is None:
                actions.first_contact(call=call, acting=self.acting, at=self.at, text="说了哪天上会、请哪些部门。")  # fmt: skip
        elif item.sitting_on <= self.moment.date() and self.moment.hour >= 7:
            invited = departments_for(call, call.pk, item.departments.count())
            actions.decide_conference(call=call, decision=phrases.decision(invited, call.pk), departments=invited, acting=self.acting, at=self.at)  # fmt: skip
