"""What the page of a place shows: the numbers of its months, each with the way to its calls."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from yihe.calls.behind import MONTH, UNKNOWN
from yihe.insight import words
from yihe.insight.charts import bars, trend
from yihe.insight.queries import Cube, by_key, by_month, cube, names, sums
from yihe.insight.rules import (
    MEDIAN,
    NINTH,
    Change,
    Count,
    Span,
    month_of,
    months_between,
    percentile,
    plus,
    quarter_of,
    rises,
)
from yihe.places.models import Compound, Division
from yihe.topics.models import Topic
from yihe.web.words import LEVELS

BELOW = {3: "subdistrict", 4: "community", 5: "compound"}  # what lies right below a division
TITLES = {"subdistrict": "各街道", "community": "各社区", "compound": "各小区"}
COMMUNITY = 5
YEAR, QUARTERS, MOST_LEAVES = 12, 8, 10


@dataclass(frozen=True)
class Period:
    """Whole months, both with; `last_whole` is the last that is over."""

    first: date
    last: date
    last_whole: date

    @property
    def compared(self) -> tuple[date, date] | None:
        """What of it can be held against the year before: months that are over."""
        last = min(self.last, self.last_whole)
        return (self.first, last) if last >= self.first else None


def last_year(months: tuple[date, date]) -> tuple[date, date]:
    return plus(months[0], -YEAR), plus(months[1], -YEAR)


def period_in(query: QueryDict, today: date, oldest: date | None, months: int = YEAR) -> Period:
    """As asked for; else the last twelve months that are over, or as many as there are."""
    this = month_of(today)
    whole = plus(this, -1)
    since, until = (_month(query.get(name, "")) for name in ("since", "until"))
    first = since or max(plus(this, -months), min(oldest or this, this))
    last = until or (this if first > whole else whole)
    last = min(last, this)
    first = min(max(first, plus(last, -10 * YEAR)), last)
    return Period(first, last, whole)


def _month(text: str) -> date | None:
    return date(int(text[:4]), int(text[5:]), 1) if MONTH.fullmatch(text) else None


def presets(today: date, oldest: date | None) -> list[tuple[str, str, str]]:
    """(words, since, until) of the spans that people ask for most."""
    this = month_of(today)
    quarter = plus(quarter_of(this), -3)
    start = max(plus(this, -YEAR), min(oldest or this, plus(this, -1)))
    found = [
        ("最近 12 个整月", start, plus(this, -1)),
        ("今年", date(this.year, 1, 1), this),
        ("上个季度", quarter, plus(quarter, 2)),
        ("本月", this, this),
    ]
    if oldest and oldest < plus(this, -YEAR):
        found.insert(1, ("全部", oldest, this))
    return [(name, f"{first:%Y-%m}", f"{last:%Y-%m}") for name, first, last in found]


class Place:
    """One place in one period: asked once, shown in many ways."""

    def __init__(self, place: Division | Compound, period: Period, hidden: tuple[int, ...]) -> None:
        self.place, self.period, self.hidden = place, period, hidden
        self.below = BELOW.get(place.level, "") if isinstance(place, Division) else ""
        self.dims = tuple(
            dim for dim in ("all", self.below, "topic", "level", "channel", "nature") if dim
        )
        self.cells: Cube = cube(
            place.path, self.dims, Span(period.first, period.last, ()), hidden=hidden
        )
        self.whole = by_key(self.cells, "all").get("", Count())
        self.children = {one.name: one for one in children(place)}
        self.inside = compounds_in(place.path) if self.below else {}
        self._compare()

    def _compare(self) -> None:
        """The year before, and the last months against those before them: one query for all tables."""
        whole = self.period.last_whole
        compared = self.period.compared or (self.period.first, self.period.first)
        self.spans = (
            compared,
            last_year(compared),
            (plus(whole, -2), whole),
            (plus(whole, -5), plus(whole, -3)),
        )
        dims = dict.fromkeys((*self.dims, "leaf", *(("compound",) if self.below else ())))
        self.sums = sums(self.place.path, tuple(dims), self.spans, hidden=self.hidden)

    # links -------------------------------------------------------------------------------------

    def rows(self, **more: str) -> str:
        """The list of the calls behind a number of this page."""
        values = {
            "state": "counted",
            "place": self.place.path,
            "since": f"{self.period.first:%Y-%m}",
            "until": f"{self.period.last:%Y-%m}",
            **more,
        }
        return f"{reverse('calls:all')}?{urlencode(values)}"

    # the parts ---------------------------------------------------------------------------------

    def change(self, dim: str = "all", keys: Sequence[str] = ("",)) -> Change | None:
        if self.period.compared is None:
            return None
        found = [self.sums.get((dim, key), (0, 0, 0, 0)) for key in keys]
        return Change(sum(one[0] for one in found), sum(one[1] for one in found))

    def table(self, dim: str) -> list[dict[str, Any]]:
        """By name: what was imported and what was raised here stand together where called the same."""
        counts = {key: one for key, one in by_key(self.cells, dim).items() if one.total}
        called = names(dim, counts)
        grouped: dict[str, list[str]] = {}
        for key in sorted(counts, key=lambda key: (key.startswith("="), key)):
            grouped.setdefault(called[key], []).append(key)
        rows = []
        for name, keys in grouped.items():
            together = Count()
            for key in keys:
                together.take(counts[key])
            row = self._row(dim, name, keys, together)
            if dim == self.below and name in self.children:
                row["url"] = page_of(self.children[name].code)
            rows.append(row)
        if dim in ("topic", "channel", "nature"):
            rows.sort(key=lambda row: -row["count"].total)
        return rows

    def _row(self, dim: str, name: str, keys: list[str], count: Count) -> dict[str, Any]:
        narrowing = self._narrowing(dim, name, keys)
        change = self.change(dim, keys)
        row = {
            "name": LEVELS[int(keys[0])] if dim == "level" else _or_unknown(dim, name),
            "level": int(keys[0]) if dim == "level" else 0,
            "count": count,
            "rate": words.percent(count.rate),
            "contact": times(count.contact),
            "answer": times(count.answer),
            "change": words.change(change) if change else "—",
            "url": "",
        }
        if narrowing is not None:
            row["links"] = {
                state: self.rows(**narrowing, state=state)
                for state in ("counted", "open", "in_time", "closed_late", "contested")
            }
        return row

    def _narrowing(self, dim: str, name: str, keys: list[str]) -> dict[str, str] | None:
        """How the list of calls is told; None where it cannot be: who knows no place has no rows."""
        if dim == "level":
            return {"level": keys[0]}
        if dim in ("topic", "channel", "nature"):
            return {dim: name}
        return {"place": self.children[name].path} if name in self.children else None

    def leaves(self) -> list[dict[str, Any]]:
        """The topics that most calls are about, of the last level."""
        found = sorted(
            ((numbers[0], key) for (dim, key), numbers in self.sums.items() if dim == "leaf"),
            reverse=True,
        )[:MOST_LEAVES]
        known = leaf_names([key for _, key in found])
        return [
            {
                "name": known.get(key, ("", "还没有定"))[1],
                "number": number,
                "link": self.rows(leaf=known[key][0]) if key in known else self.rows(topic=UNKNOWN),
                "change": words.change(self.change("leaf", [key]) or Change(0, 0)),
            }
            for number, key in found
            if number
        ]

    def _of_compounds(self) -> dict[str, tuple[int, ...]]:
        """Path → numbers in the spans, by their paths; imported calls go with the compound of that name."""
        names = Counter(one.name for one in self.inside.values())
        paths = {one.name: path for path, one in self.inside.items() if names[one.name] == 1}
        found: dict[str, list[int]] = {}
        for (dim, key), numbers in self.sums.items():
            path = paths.get(key[1:]) if key.startswith("=") else key
            if dim == "compound" and path in self.inside:
                found[path] = list(map(sum, zip(found.get(path, (0,) * 4), numbers, strict=True)))
        return {path: tuple(found[path]) for path in sorted(found)}

    def compounds(self) -> list[dict[str, Any]]:
        """Compounds with enough calls a year ago, by their code: how they changed."""
        if self.period.compared is None:
            return []
        changes = {
            path: Change(numbers[0], numbers[1]) for path, numbers in self._of_compounds().items()
        }
        return [
            {
                "name": self.inside[path].name,
                "url": page_of(self.inside[path].code),
                "now": one.now,
                "before": one.before,
                "change": words.change(one),
                "rows": self.rows(place=path),
            }
            for path, one in changes.items()
            if one.share is not None
        ]

    def rising(self) -> list[dict[str, Any]]:
        """Compounds that had steeply more in the last three months than in the three before."""
        return [
            {
                "name": self.inside[path].name,
                "url": page_of(self.inside[path].code),
                "now": numbers[2],
                "before": numbers[3],
            }
            for path, numbers in self._of_compounds().items()
            if rises(numbers[2], numbers[3])
        ]

    def months(self) -> list[dict[str, Any]]:
        """Month by month, with the same month a year before."""
        counts = by_month(self.cells)
        months = months_between(self.period.first, self.period.last)
        before = by_month(
            cube(
                self.place.path,
                ("all",),
                Span(plus(months[0], -YEAR), plus(months[-1], -YEAR), ()),
                hidden=self.hidden,
                timed=False,
            )
        )
        oldest = min(before, default=None)
        rows = []
        for month in months:
            count, then = counts.get(month, Count()), plus(month, -YEAR)
            known = oldest is not None and then >= oldest
            rows.append(
                {
                    "month": month,
                    "count": count,
                    "before": before.get(then, Count()).total if known else None,
                    "rate": words.percent(count.rate),
                    "contact": times(count.contact),
                    "answer": times(count.answer),
                    "whole": month <= self.period.last_whole,
                    "link": self.rows(since=f"{month:%Y-%m}", until=f"{month:%Y-%m}"),
                }
            )
        return rows


def times(buckets: Sequence[int]) -> words.Times:
    half, most = percentile(buckets, MEDIAN), percentile(buckets, NINTH)
    return words.Times(words.minutes(half), words.minutes(most))


def quarters(
    place: str, today: date, oldest: date | None, hidden: tuple[int, ...]
) -> list[dict[str, Any]]:
    """The last quarters that are over, newest first, each against the same a year before."""
    newest = plus(quarter_of(today), -3)
    firsts = [plus(newest, -3 * number) for number in range(QUARTERS)]
    firsts = [first for first in firsts if oldest and plus(first, 2) >= oldest]
    if not firsts:
        return []
    spans = [(plus(first, -back), plus(first, 2 - back)) for first in firsts for back in (0, YEAR)]
    numbers = sums(place, ("all",), spans, hidden=hidden).get(("all", ""), (0,) * len(spans))
    rows = []
    for number, first in enumerate(firsts):
        found = Change(numbers[2 * number], numbers[2 * number + 1])
        known = oldest is not None and plus(first, -YEAR) >= oldest
        rows.append(
            {
                "name": words.quarter(first),
                "now": found.now,
                "before": found.before if known or found.before else None,
                "change": words.change(found) if known or found.before else "—",
                "rows": f"{reverse('calls:all')}?"
                + urlencode(
                    {
                        "state": "counted",
                        "place": place,
                        "since": f"{first:%Y-%m}",
                        "until": f"{plus(first, 2):%Y-%m}",
                    }
                ),
            }
        )
    return rows


def chart_of(months: Sequence[Mapping[str, Any]]) -> Any:
    """The line of a page's months."""
    labels = [f"{row['month'].month}月" for row in months]
    now = [row["count"].total for row in months]
    before = [row["before"] for row in months]
    said = f"每月新呼叫，{words.months(months[0]['month'], months[-1]['month'])}，共 {sum(now)} 件"
    if any(number is not None for number in before):
        said += f"，上一年同期 {sum(number or 0 for number in before)} 件"
    return trend(labels, now, before, said)


def topics_chart(rows: Sequence[Mapping[str, Any]]) -> Any:
    return bars(
        [(row["name"], row["count"].total) for row in rows[:12]], "按大类的新呼叫，多的在上面"
    )


def page_of(code: str) -> str:
    return reverse("insight:place", args=[code])


def _or_unknown(dim: str, name: str) -> str:
    if name != UNKNOWN:
        return name
    return {"topic": "还没有定类别", "compound": "没有写小区"}.get(dim, "没有写")


def children(place: Division | Compound) -> list[Division] | list[Compound]:
    """What lies right below."""
    if isinstance(place, Compound):
        return []
    if place.level == COMMUNITY:
        return list(Compound.objects.filter(community=place).order_by("sort_key"))
    return list(Division.objects.filter(parent=place).exclude(path="-").order_by("code"))


def compounds_in(path: str) -> dict[str, Compound]:
    found = Compound.objects.filter(path__startswith=f"{path}/").only("path", "code", "name")
    return {one.path: one for one in found}


def leaf_names(keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    numbers = [int(key) for key in keys if key.isdigit()]
    found = Topic.objects.filter(pk__in=numbers).values_list("pk", "code", "name")
    return {str(pk): (code, name) for pk, code, name in found}
