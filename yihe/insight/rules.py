"""What a figure is: counts that add up, shares, percentiles out of buckets, when years may be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from yihe.calls.counted import BOUNDS, BUCKETS, MEASURES

# Year on year as a share only where last year had so many: of fewer, one call more or less is 5 % or more.
FEWEST = 20
# A steep rise: half as many again as in the three months before, and so many calls more.
RISE, RISE_CALLS = Fraction(3, 2), 5


@dataclass
class Count:
    """Calls counted together. `contact` and `answer` are how many by bucket of working minutes."""

    total: int = 0
    open: int = 0
    in_time: int = 0
    late: int = 0
    unknown: int = 0
    withdrawn: int = 0
    contested: int = 0
    disputed: int = 0
    contact: list[int] = field(default_factory=list)
    answer: list[int] = field(default_factory=list)

    def add(self, numbers: Sequence[int]) -> None:
        """In the order of MEASURES."""
        for name, number in zip(MEASURES, numbers, strict=True):
            setattr(self, name, getattr(self, name) + number)

    def add_times(self, contact: Sequence[int] | None, answer: Sequence[int] | None) -> None:
        if contact:
            self.contact = _sum(self.contact, contact)
        if answer:
            self.answer = _sum(self.answer, answer)

    def add_bucket(self, number: int, contact: int | None, answer: int | None) -> None:
        """So many calls of one bucket each."""
        if contact is not None:
            self.contact = _sum(self.contact, _only(contact, number))
        if answer is not None:
            self.answer = _sum(self.answer, _only(answer, number))

    def take(self, other: "Count") -> None:
        self.add([getattr(other, name) for name in MEASURES])
        self.add_times(other.contact, other.answer)

    @property
    def closed(self) -> int:
        return self.in_time + self.late

    @property
    def rate(self) -> Fraction | None:
        """Of the closed ones, those answered in time."""
        return Fraction(self.in_time, self.closed) if self.closed else None

    @property
    def undisputed_rate(self) -> Fraction | None:
        """The same, when what was in time and contested is not counted as such."""
        return Fraction(self.in_time - self.disputed, self.closed) if self.closed else None


def _sum(one: Sequence[int], other: Sequence[int]) -> list[int]:
    if not one:
        return list(other)
    return list(map(int.__add__, one, other))


def _only(bucket: int, number: int) -> list[int]:
    return [number if place == bucket else 0 for place in range(BUCKETS)]


def percentile(buckets: Sequence[int], share: Fraction) -> float | None:
    """So many working minutes: that share of all took no longer. Within a bucket in proportion."""
    whole = sum(buckets)
    if whole <= 0:
        return None
    left = float(share * whole)
    for place, number in enumerate(buckets):
        if number > 0 and left <= number:
            low = BOUNDS[place - 1] if place else 0
            high = BOUNDS[place] if place < len(BOUNDS) else low
            return low + (high - low) * left / number
        left -= number
    return float(BOUNDS[-1])


MEDIAN, NINTH = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Change:
    """This year's number against last year's; `share` only where last year's is large enough."""

    now: int
    before: int

    @property
    def share(self) -> Fraction | None:
        if self.before < FEWEST:
            return None
        return Fraction(self.now - self.before, self.before)


def rises(now: int, before: int) -> bool:
    """Whether three months are steeply more than the three before them."""
    return now - before >= RISE_CALLS and now >= RISE * before


# months ----------------------------------------------------------------------------------------


def month_of(day: date) -> date:
    return day.replace(day=1)


def plus(month: date, months: int) -> date:
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """First to last, both with."""
    found = []
    while first <= last:
        found.append(first)
        first = plus(first, 1)
    return found


@dataclass(frozen=True)
class Span:
    """Days, both with: whole months, which the counters know, and the odd days at either end."""

    first: date | None
    last: date | None
    odd: tuple[tuple[date, date], ...]  # from a day up to before another


EVER, NEVER = date(1900, 1, 1), date(9999, 12, 1)


def split(since: date | None, until: date | None) -> Span:
    """No end on one side: everything on that side."""
    begin = since or EVER
    end = until + timedelta(days=1) if until and until < NEVER else None  # the day after the last
    first = begin if begin.day == 1 else plus(month_of(begin), 1)
    if end is None:
        return Span(first, NEVER, ((begin, first),) if begin < first else ())
    last = plus(month_of(end), -1)
    if end <= begin:
        return Span(None, None, ())
    if first > last:
        return Span(None, None, ((begin, end),))
    odd = tuple((a, b) for a, b in ((begin, first), (month_of(end), end)) if a < b)
    return Span(first, last, odd)


def quarter_of(month: date) -> date:
    """Its first month."""
    return date(month.year, (month.month - 1) // 3 * 3 + 1, 1)


def added(counts: Mapping[date, Count], months: Sequence[date]) -> int:
    return sum(counts[month].total for month in months if month in counts)
