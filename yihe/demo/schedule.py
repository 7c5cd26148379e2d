"""Which calls the demo holds, when each was raised, by whom, and what becomes of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from yihe.demo import tales
from yihe.demo.compounds import BARE, DETAILED
from yihe.demo.content import Text, texts
from yihe.demo.governing import COMMITTEES
from yihe.demo.moments import before, due_today, in_working_time
from yihe.demo.tales import PAST, Tale
from yihe.topics import starter
from yihe.worktime import SHANGHAI

RECENT_DAYS, ALL_DAYS = 45, 725
RECENT_CALLS, PAST_CALLS = 120, 320
STEP = 11  # through the texts, so that neighbours in time speak of different things
ON_PAPER = ("question", "suggestion", "thanks")
DUE_TODAY = -1.0


@dataclass(frozen=True)
class Plan:
    """One call: in which compound (its place among all), by which of its homes or which sign-in."""

    number: int
    tale: Tale
    text: Text
    compound: int
    raised: datetime
    role: str = ""


@dataclass(frozen=True)
class Now:
    """A call that runs at present: the how manieth text of a topic, raised so many working hours ago."""

    tale: Tale
    topic: str
    nth: int
    where: int | str  # the place of a compound, or the role of a resident of the first
    hours: float


# The first ones are there at once: each demo role has something to do on the first page.
PRESENT = (
    Now(tales.answered, "05-01-01", 0, "resident", 11),
    Now(tales.fresh, "01-01", 4, 0, 1),
    Now(tales.at_department, "02-04", 1, 1, 9),
    Now(tales.facts_wanted, "09-03", 1, 0, 8),
    Now(tales.unlisted, "11-02", 2, 0, 30),
    Now(tales.listed, "06-03", 1, 2, 18),
    Now(tales.up_one, "03-02", 1, 1, 4),
    Now(tales.about_department, "", 1, 0, 5),
    Now(tales.fresh, "05-01-03", 0, 0, 2),
    Now(tales.asking, "02-01-01", 0, "tenant", 9),
    Now(tales.answered, "08-02", 2, "elder", 9),
    Now(tales.working, "08-02", 1, 0, DUE_TODAY),
    Now(tales.working, "04-01", 1, 0, 2),
    Now(tales.working, "01-01", 2, "resident", 12),
    Now(tales.working, "07-01-03", 1, 0, 8),
    Now(tales.working, "11-02", 4, 0, 10),
    Now(tales.up_one_working, "02-03", 1, 2, 12),
    Now(tales.up_one_working, "04-04", 1, 0, 16),
    Now(tales.fresh, "02-04", 4, 0, 3),
    Now(tales.at_department, "02-01-02", 0, 0, 12),
    Now(tales.listed, "05-02-02", 1, 0, 24),
    Now(tales.working_longer, "02-05", 2, 1, 20),
    Now(tales.fresh, "09-03", 2, 0, 1.5),
    Now(tales.working, "10-01", 1, 0, 9),
    Now(tales.working, "12-04", 7, 0, 12),
    Now(tales.working, "05-01-01", 5, 0, 10),
    Now(tales.fresh, "11-03", 1, 1, 2),
    Now(tales.asking, "13-03", 0, 0, 15),
    Now(tales.working, "12-04", 4, "elder", DUE_TODAY),
    Now(tales.fresh, "12-03", 1, "tenant", 2.5),
    Now(tales.about_office, "", 0, 0, 6),
    Now(tales.unlisted, "08-01-01", 1, 2, 8),
    Now(tales.at_department, "03-04", 2, 1, 20),
    Now(tales.answered, "07-01-01", 3, 0, 20),
    Now(tales.working, "08-03-02", 0, 1, 14),
    Now(tales.on_paper, "09-04", 4, 0, 5),
    Now(tales.about_department, "", 0, 1, 1),
)
FIRST_CALLS = 12
FIRST_OF_THE_PAST = len(PRESENT)
CALLS = len(PRESENT) + RECENT_CALLS + PAST_CALLS


def present(number: int, now: datetime) -> Plan:
    one = PRESENT[number]
    of_topic = [text for text in texts() if text.topic == one.topic] or texts()
    raised = due_today(now) if one.hours == DUE_TODAY else before(now, one.hours)
    role, where = ("", one.where) if isinstance(one.where, int) else (one.where, 0)
    return Plan(number, one.tale, of_topic[one.nth % len(of_topic)], int(where), raised, role)


def earlier(number: int, start: datetime) -> Plan:
    """The last weeks first, in the order of time; then month by month back through two years."""
    raised = _times(start)[number - FIRST_OF_THE_PAST]
    chance = random.Random(number * 31 + 5)  # noqa: S311  the same demo every time
    written = texts()
    text = written[(number * STEP) % len(written)]
    compound = suitable(text, compound_by(chance))
    if starter_of(text.topic)[1]:  # somebody is there at once by day
        raised = in_working_time(raised, 0.2)
    return Plan(number, tale_for(text, PAST[number % len(PAST)], number), text, compound, raised)


def suitable(text: Text, compound: int) -> int:
    """Only some compounds have a committee, and only the detailed ones building leads."""
    if text.voice == "lead":
        return compound % len(DETAILED)
    if text.voice == "director" and compound not in COMMITTEES:
        return COMMITTEES[compound % 4]
    return compound


def tale_for(text: Text, tale: Tale, number: int) -> Tale:
    """What can become of such a text: nobody hands an emergency over, or passes a question up."""
    starts_at, emergency = starter_of(text.topic)
    if text.nature in ON_PAPER:
        return tales.on_paper
    if emergency:
        return tales.done
    if text.voice:
        return (tales.done, tales.done, tales.silent, tales.urged)[number % 4]
    if text.topic.startswith("09") and number % 2:
        return tales.complaint
    if tale is tales.conference and not text.for_the_conference:
        return tales.done
    if starts_at > 1 and tale not in (
        tales.done, tales.silent, tales.asked, tales.extended, tales.urged, tales.withdrawn,
        tales.asked_in_vain, tales.about_office, tales.about_department, tales.conference,
    ):  # fmt: skip
        return tales.done
    return tale if tale is not tales.complaint else tales.done


@lru_cache(maxsize=1)
def _levels() -> dict[str, tuple[int, bool]]:
    return {
        row["code"]: (int(row["starts_at"] or 1), bool(row["emergency"])) for row in starter.rows()
    }


def starter_of(code: str) -> tuple[int, bool]:
    """On which level a topic of our catalogue starts, and whether it is an emergency."""
    return _levels()[code]


def compound_by(chance: random.Random) -> int:
    drawn = chance.random()
    if drawn < 0.26:
        return 0
    if drawn < 0.48:
        return chance.randrange(1, len(DETAILED))
    return BARE[int(len(BARE) * chance.random() ** 1.3)]


@lru_cache(maxsize=2)
def _times(start: datetime) -> Sequence[datetime]:
    chance = random.Random(11)  # noqa: S311  the same demo every time
    recent = sorted(
        _by_day(start - timedelta(days=0.3 + RECENT_DAYS * chance.random()), chance)
        for _ in range(RECENT_CALLS)
    )
    span = ALL_DAYS - RECENT_DAYS
    past = [
        _by_day(start - timedelta(days=RECENT_DAYS + span * chance.random() ** 0.9), chance)
        for _ in range(PAST_CALLS)
    ]
    return [*recent, *sorted(past, key=lambda at: (-(at.year * 12 + at.month), at))]


def _by_day(moment: datetime, chance: random.Random) -> datetime:
    """On the day before, mostly in the morning and after supper, never at night."""
    hour = chance.choice((7, 8, 8, 9, 9, 10, 11, 12, 14, 16, 17, 18, 19, 19, 20, 20, 21))
    day = moment.astimezone(SHANGHAI) - timedelta(days=1)
    return day.replace(hour=hour, minute=chance.randrange(15, 60), second=chance.randrange(60))
