"""Fresh calls of the day, and enough at the desks that visitors sit at."""

import random
from datetime import datetime

from yihe.calls import actions
from yihe.calls.models import OPEN, Call, Status
from yihe.demo import schedule, tales
from yihe.demo.content import Text, texts
from yihe.demo.desks import AT_WORK, answer_now, open_calls, ours, take_up, try_it
from yihe.demo.moments import MINUTE
from yihe.demo.phrases import UP, pick
from yihe.demo.queries import person_for_role
from yihe.demo.story import NotYetError, Story, acting_at
from yihe.people.models import Residency
from yihe.people.queries import homes_of
from yihe.places.models import Compound
from yihe.worktime import SHANGHAI

LEAST = {"company": 2, "department": 3, "subdistrict": 3, "community": 6, "district": 1}
# What brings work to a desk: topics that start there.
TOPICS = {
    "company": ("05-01-01", "05-01-02", "07-01-01", "07-01-02", "09-03", "05-01-04"),
    "department": ("02-04",),
    "subdistrict": ("11-03", "05-02-01", "05-02-02"),
    "community": ("01-01", "08-02", "02-01-01", "12-04", "04-04", "04-03", "03-02", "09-02"),
}
HERE = 2  # the first compounds lie at the demo's own desks


def raise_fresh(moment: datetime, *, calm: bool = False) -> None:
    """None, one or two, by whoever; the looks of a day bring about three."""
    chance = random.Random(moment.timestamp())  # noqa: S311  the same at any worker
    for _ in range(chance.choice((0, 0, 0, 0, 1, 1) if calm else (0, 0, 0, 1, 1, 2))):
        number = _next_number()
        text = texts()[(number * schedule.STEP) % len(texts())]
        compound = schedule.suitable(text, schedule.compound_by(chance))
        home = _home(compound, number)
        if home is not None:
            at = moment - chance.randrange(3, 55) * MINUTE
            _raise(number, home, text, at, moment)


def _next_number() -> int:
    return Call.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _home(compound: int, number: int) -> Residency | None:
    place = Compound.objects.order_by("pk")[compound]
    homes = Residency.objects.filter(unit__compound=place, until=None, way="clerk")
    there = list(homes.select_related("person", "unit__building", "unit__compound__community").order_by("pk")[:16])  # fmt: skip
    return there[(number * 11) % len(there)] if there else None


def _raise(number: int, home: Residency, text: Text, at: datetime, moment: datetime) -> None:
    story = Story(number=number, home=home, text=text, raised=at, now=moment)
    complains = text.nature == "complaint" or (text.topic.startswith("09") and not text.voice)
    about = story.company() if complains and number % 2 else None
    call = story.raise_it(
        about=about, visibility=("compound", "handlers", "compound", "desk")[number % 4]
    )
    if call.emergency:  # somebody is there at once
        try_it(take_up, call, call, moment)


def stock_up(moment: datetime) -> None:
    """Once a day, before noon: something for every demo role to do, and something that waits for it."""
    if moment.astimezone(SHANGHAI).hour != 11:
        return
    for role in ("resident", "tenant", "elder"):
        _something_waits(role, moment)
    for role, least in LEAST.items():
        person = person_for_role(role)
        desk = person.seats.held().first() if person else None
        if desk is None:
            continue
        lying = Call.objects.filter(status__in=AT_WORK, desk_id=desk.body_id).count()
        for turn in range(min(least - lying, 2)):
            _bring(role, moment, turn)
    if not Call.objects.filter(status__in=OPEN, level=4).exists():
        _one_for_the_conference(moment)


def _bring(role: str, moment: datetime, turn: int) -> None:
    number = _next_number()
    home = _home((number + turn) % HERE if role != "company" else 0, number)
    if home is None:
        return
    at = moment - (5 + 12 * turn) * MINUTE
    if role == "district":
        story = Story(number=number, home=home, text=texts()[0], raised=at, now=at + MINUTE)
        try:
            tales.about_department(story)
        except NotYetError:
            return
        return
    fitting = [one for one in texts() if one.topic in TOPICS[role] and not one.voice and one.nature == "request"]  # fmt: skip
    Story(number=number, home=home, text=fitting[(number * 5 + turn) % len(fitting)], raised=at, now=moment).raise_it()  # fmt: skip


def _something_waits(role: str, moment: datetime) -> None:
    """An answer for a resident that visitors can be; else a call of theirs is taken up and answered."""
    person = person_for_role(role)
    if person is None:
        return
    theirs = Call.objects.filter(reporter=person)
    if theirs.filter(status__in=(Status.ANSWERED, Status.ASKED)).exists():
        return
    for call in open_calls(moment).filter(reporter=person, status__in=AT_WORK, level__lt=4):
        if ours(call) is not None and try_it(answer_now, call, call, moment):
            break
    home = homes_of(person.pk).first()
    if home is not None and theirs.filter(status__in=AT_WORK).count() < 2:
        number = _next_number()
        own = [one for one in texts() if not one.voice and one.topic in TOPICS["company"] + TOPICS["community"]]  # fmt: skip
        text = own[(number * 5 + len(role)) % len(own)]
        Story(
            number=number, home=home, text=text, raised=moment - 3 * MINUTE, now=moment
        ).raise_it()


def _one_for_the_conference(moment: datetime) -> None:
    """What a department has worked on and cannot settle alone."""
    for call in open_calls(moment).filter(
        level=3, status=Status.DOING, about=None, emergency=False
    ):
        text = ours(call)
        if text is None or not text.for_the_conference or call.docket.exists():
            continue
        reason = pick(UP[3], call.pk)
        actions.pass_up(call=call, reason=reason, acting=acting_at(call.desk_id), at=moment)
        return
