"""Calls as rows that single out nobody: each row stands for enough persons, also after what is public
elsewhere is taken away.

A row is safe when its calls come from at least `least` different persons, and when those of its calls
that stand on no public board come from none or from at least `least`: who takes the board away from a
row, or from any sum of rows, is left with nobody or with enough. What is not safe is told less exactly,
step by step, and put together with what then reads the same (“其他”). What stands on no board and is too
little even so is not counted; a month in which all calls together are not enough is not published.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date

LEAST, FEWEST = 10, 5  # how many persons a row needs; no house may ask for fewer than `FEWEST`
SETTLED = 3  # whole months that lie between a month and its publication
OTHER, UNKNOWN, NOT_YET = "其他", "不清楚", "还没有"
COLUMNS = (
    "subdistrict", "community", "compound", "topic", "channel", "level", "outcome", "contact", "answer",
)  # fmt: skip
# What is told less exactly, in this order.
LADDER = (
    "compound", "contact", "channel", "answer", "level", "community", "outcome", "topic", "subdistrict",
)  # fmt: skip
MINUTES_OF_A_DAY = 420
BANDS = ((1, "1 个工作日内"), (3, "3 个工作日内"), (5, "5 个工作日内"), (10, "10 个工作日内"),
         (15, "15 个工作日内"))  # fmt: skip
LONGER = "15 个工作日以上"
TITLES = {
    "month": ("月份", "哪个月发出的，不写日子"),
    "subdistrict": ("街道", "事情在哪个街道"),
    "community": ("社区", "事情在哪个社区"),
    "compound": ("小区", "事情在哪个小区；人数够才写"),
    "topic": ("类别", "大类"),
    "channel": ("来源", "从哪里来"),
    "level": ("级别", "最后到了哪一级"),
    "outcome": ("结果", "公布那个月时的结果：按时办完、超期办完、还没办完、撤回、结果不明"),
    "contact": ("首次联系", "发出以后多少个工作日有人联系"),
    "answer": ("首次答复", "发出以后多少个工作日有了第一次答复"),
    "calls": ("件数", "这一行有多少件"),
}


@dataclass(frozen=True)
class Fact:
    """One call: what would be said of it in the order of `COLUMNS`, whose it is, whether on no board."""

    said: tuple[str, ...]
    person: Hashable
    hidden: bool


@dataclass
class Group:
    """Calls that read the same."""

    said: tuple[str, ...]
    calls: int = 0
    persons: set[Hashable] = field(default_factory=set)
    hidden: set[Hashable] = field(default_factory=set)

    def take(self, fact: Fact) -> None:
        self.calls += 1
        self.persons.add(fact.person)
        if fact.hidden:
            self.hidden.add(fact.person)

    def join(self, other: "Group") -> None:
        self.calls += other.calls
        self.persons |= other.persons
        self.hidden |= other.hidden

    def safe(self, least: int) -> bool:
        return len(self.persons) >= least and (not self.hidden or len(self.hidden) >= least)


def rows_of(facts: Iterable[Fact], least: int = LEAST) -> list[tuple[tuple[str, ...], int]]:
    """The rows of one month, each what is said and how many calls; none where they are not enough.

    Every call is in exactly one row, but for those on no board of fewer than `least` persons that no row
    could take.
    """
    found, left = _by_steps(list(facts), least)
    if len({fact.person for fact in left if fact.hidden}) < least:  # too few to be counted at all
        more, left = _by_steps([fact for fact in left if not fact.hidden], least)
        found += more
    if left:
        rest = Group((OTHER,) * len(COLUMNS))
        for fact in left:
            rest.take(fact)
        found.sort(key=lambda group: (group.calls, group.said))
        while found and not rest.safe(least):
            rest.join(found.pop(0))
        if not rest.safe(least):
            return []
        found.append(rest)
    return sorted((group.said, group.calls) for group in _same_together(found))


def _by_steps(left: list[Fact], least: int) -> tuple[list[Group], list[Fact]]:
    """Safe groups, each as exact as it can be, and what is in none even when nothing is told any more."""
    found: list[Group] = []
    merged: set[str] = set()
    for step in (None, *LADDER):
        merged |= {step} if step else set()
        groups: dict[tuple[str, ...], Group] = {}
        of: dict[tuple[str, ...], list[Fact]] = defaultdict(list)
        for fact in left:
            said = _told(fact.said, merged)
            groups.setdefault(said, Group(said)).take(fact)
            of[said].append(fact)
        found += [group for group in groups.values() if group.safe(least)]
        left = [
            fact for said, group in groups.items() if not group.safe(least) for fact in of[said]
        ]
    return found, left


def _told(said: tuple[str, ...], merged: set[str]) -> tuple[str, ...]:
    return tuple(
        OTHER if name in merged else word for name, word in zip(COLUMNS, said, strict=True)
    )


def _same_together(groups: Iterable[Group]) -> Iterable[Group]:
    together: dict[tuple[str, ...], Group] = {}
    for group in groups:
        together.setdefault(group.said, Group(group.said)).join(group)
    return together.values()


def band(minutes: int | None, *, known: bool = True) -> str:
    """Working minutes in words; `known` is false of calls of another system, which tell no times."""
    if minutes is None:
        return NOT_YET if known else UNKNOWN
    for days, words in BANDS:
        if minutes <= days * MINUTES_OF_A_DAY:
            return words
    return LONGER


def last_settled(today: date) -> date:
    """The first day of the newest month that may be published."""
    count = today.year * 12 + today.month - 1 - 1 - SETTLED
    return date(count // 12, count % 12 + 1, 1)
