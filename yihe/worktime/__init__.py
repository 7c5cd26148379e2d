"""Working time in China: which days are worked, and when so many working hours or days have gone.

Plain values. Moments are aware datetimes; a working day is 9:00–12:00 and 14:00–18:00 by the clock
of Asia/Shanghai, seven hours. Years whose holidays are not announced are reckoned Monday to Friday,
and every result that needed such a day says `provisional`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))


class Due(NamedTuple):
    """A moment, and whether it rests on a year that is not announced yet."""

    at: datetime
    provisional: bool


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True)
class Calendar:
    """Days that are known to be worked or not; all others Monday to Friday.

    `days` maps a date to whether it is worked, whole years at a time.
    """

    days: Mapping[date, bool]
    hours: tuple[tuple[time, time], ...] = HOURS
    _years: frozenset[int] = field(init=False, repr=False)
    _worked: list[int] = field(init=False, repr=False)  # ordinals of worked days, in order

    def __post_init__(self) -> None:
        years = frozenset(day.year for day in self.days)
        object.__setattr__(self, "_years", years)
        worked: list[int] = []
        if years:
            first = date(min(years), 1, 1)
            last = date(
                max(years) + 6, 12, 31
            )  # far enough for any deadline; reckoned where unknown
            for number in range(first.toordinal(), last.toordinal() + 1):
                if self._works(date.fromordinal(number)):
                    worked.append(number)
        object.__setattr__(self, "_worked", worked)

    def _works(self, day: date) -> bool:
        known = self.days.get(day)
        return day.weekday() < 5 if known is None else known

    def known(self, day: date) -> bool:
        """Whether the holidays of this day's year are announced."""
        return day.year in self._years

    def is_workday(self, day: date) -> bool:
        return self._works(day)

    @property
    def day_minutes(self) -> int:
        return sum(_minutes(end) - _minutes(start) for start, end in self.hours)

    def nth_workday(self, day: date, n: int) -> date:
        """The nth workday after `day` (n ≥ 1); n = 0: `day` itself if worked, else the next."""
        if n == 0:
            n, day = 1, day - timedelta(days=1)
        number = day.toordinal()
        if self._worked and self._worked[0] <= number:
            place = bisect_right(self._worked, number) + n - 1
            if place < len(self._worked):
                return date.fromordinal(self._worked[place])
        while n:
            day += timedelta(days=1)
            n -= int(self._works(day))
        return day

    def add_workdays(self, start: datetime, n: int) -> Due:
        """The close of business on the nth workday after the day of `start`, which does not count."""
        day = start.astimezone(SHANGHAI).date()
        last = self.nth_workday(day, n)
        at = datetime.combine(last, self.hours[-1][1], tzinfo=SHANGHAI)
        return Due(at, not (self.known(day) and self.known(last)))

    def add_hours(self, start: datetime, n: int) -> Due:
        """`n` hours by the clock, day and night: for emergencies. Never provisional."""
        return Due(start + timedelta(hours=n), False)

    def add_workhours(self, start: datetime, hours: int | Fraction) -> Due:
        """`hours` of working time after `start`; what starts after hours starts with the next."""
        left = int(Fraction(hours) * 3600)  # in seconds, like all that follows
        local = start.astimezone(SHANGHAI)
        first = day = local.date()
        now = local.hour * 3600 + local.minute * 60 + local.second
        if not self._works(day):
            day, now = self.nth_workday(day, 1), 0
        while True:
            for begin, end in self.hours:
                ends = _minutes(end) * 60
                now = max(now, _minutes(begin) * 60)
                if now >= ends:
                    continue
                if left <= ends - now:
                    moment = datetime.combine(day, time(), tzinfo=SHANGHAI)
                    moment += timedelta(seconds=now + left)
                    return Due(moment, not (self.known(first) and self.known(day)))
                left -= ends - now
                now = ends
            whole = left // (self.day_minutes * 60)
            if whole > 1:  # jump over full days at once
                left -= (whole - 1) * self.day_minutes * 60
                day = self.nth_workday(day, whole - 1)
            day, now = self.nth_workday(day, 1), 0

    def workhours_between(self, start: datetime, end: datetime) -> Fraction:
        """Working hours from `start` to `end`; 0 when `end` is not later."""
        if end <= start:
            return Fraction(0)
        a, b = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
        if a.date() == b.date():
            minutes = self._worked_until(b) - self._worked_until(a)
        else:
            whole = self.workdays_between(a.date(), b.date())
            whole -= int(self._works(b.date()))
            minutes = self._whole(a.date()) - self._worked_until(a) + self._worked_until(b)
            minutes += whole * self.day_minutes
        return Fraction(minutes, 60)

    def workdays_between(self, start: date, end: date) -> int:
        """Workdays after `start` up to and with `end`; 0 when `end` is not later."""
        if end <= start:
            return 0
        if (
            self._worked
            and self._worked[0] <= start.toordinal() <= end.toordinal() <= self._worked[-1]
        ):
            return bisect_right(self._worked, end.toordinal()) - bisect_right(
                self._worked, start.toordinal()
            )
        days = range(start.toordinal() + 1, end.toordinal() + 1)
        return sum(self._works(date.fromordinal(number)) for number in days)

    def _whole(self, day: date) -> Fraction:
        return Fraction(self.day_minutes if self._works(day) else 0)

    def _worked_until(self, moment: datetime) -> Fraction:
        """Minutes worked on that day before the moment."""
        if not self._works(moment.date()):
            return Fraction(0)
        now = Fraction(moment.hour * 3600 + moment.minute * 60 + moment.second, 60)
        return sum(
            (
                max(Fraction(0), min(now, Fraction(_minutes(end))) - _minutes(begin))
                for begin, end in self.hours
            ),
            Fraction(0),
        )

    def holidays(self, year: int) -> list[date]:
        """Days of an announced year from Monday to Friday that are not worked."""
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        place = bisect_left(self._worked, first)
        worked = set(self._worked[place : bisect_right(self._worked, last)])
        return [
            date.fromordinal(number)
            for number in range(first, last + 1)
            if date.fromordinal(number).weekday() < 5 and number not in worked
        ]
