"""When people of the demo act: desks in working time, residents when they are awake."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from yihe.calendar.queries import calendar
from yihe.worktime import SHANGHAI

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AWAKE, ASLEEP = time(7, 10), time(22, 20)
# When the demo's people look in, day after day: (hour, minute), and whether the desks are there.
Looks = tuple[tuple[int, int, bool], ...]
WORKDAY: Looks = ((9, 50, True), (11, 30, True), (15, 0, True), (17, 20, True), (20, 40, False))
# What is made up for long afterwards goes in fewer steps.
CALM_WORKDAY: Looks = ((11, 30, True), (17, 20, True))
RESTDAY: Looks = ((11, 0, False), (20, 0, False))
CALM_RESTDAY: Looks = ((20, 0, False),)


def in_working_time(start: datetime, hours: float) -> datetime:
    """So many working hours later; always within working time."""
    return calendar().add_workhours(start, Fraction(int(hours * 60), 60)).at


def before(now: datetime, hours: float) -> datetime:
    """So many working hours ago: the last moment from which as many have gone."""
    worked, left = calendar(), int(hours * 60)
    day = now.astimezone(SHANGHAI).date()
    while True:
        for begin, end in reversed(worked.hours) if worked.is_workday(day) else ():
            ends = min(on(day, end), now)
            open_for = int((ends - on(day, begin)) / MINUTE)
            if open_for <= 0:
                continue
            if left < open_for:
                return ends - left * MINUTE
            left -= open_for
        day -= DAY


def due_today(now: datetime) -> datetime:
    """When a call was raised whose answer is due at the close of today, or of the next workday."""
    worked = calendar()
    day = now.astimezone(SHANGHAI).date()
    left = 5 if worked.is_workday(day) else 4
    while left:
        day -= DAY
        left -= worked.is_workday(day)
    return on(day, time(10, 20))


def awake(moment: datetime, minutes: int = 0) -> datetime:
    """That moment, or in the next morning when it is night."""
    local = moment.astimezone(SHANGHAI)
    if local.time() > ASLEEP:
        return on(local.date() + DAY, AWAKE) + minutes * MINUTE
    if local.time() < AWAKE:
        return on(local.date(), AWAKE) + minutes * MINUTE
    return moment


def slots(after: datetime, until: datetime, *, calm: bool) -> Iterator[tuple[datetime, bool]]:
    """The moments at which people look in, and whether the desks are there, in their order."""
    worked = calendar()
    day = after.astimezone(SHANGHAI).date()
    while on(day, time()) <= until:
        if worked.is_workday(day):
            plan = CALM_WORKDAY if calm else WORKDAY
        else:
            plan = CALM_RESTDAY if calm else RESTDAY
        for hour, minute, desks in plan:
            moment = on(day, time(hour, minute))
            if after < moment <= until:
                yield moment, desks
        day += DAY


def sitting(after: date, weeks: int = 0) -> date:
    """The joint conference sits on the first workday from Thursday on, at least two days ahead."""
    day = after + timedelta(days=2)
    day += timedelta(days=(3 - day.weekday()) % 7, weeks=weeks)
    return calendar().nth_workday(day, 0)


def consented_at(version: str, at: datetime, number: int) -> datetime:
    """Some day since a notice came out, never after `at`."""
    out = datetime.fromisoformat(f"{version}-01T09:00:00").replace(tzinfo=SHANGHAI)
    open_for = int((at - out) / MINUTE)
    if open_for <= 0:
        return at
    return awake(min(out + (number * 977 % open_for) * MINUTE, at - DAY), number % 50)


def on(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=SHANGHAI)
