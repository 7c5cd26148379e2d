"""The shelf of rule books: load, choose by place and day, compose, and hash what was composed.

A book is a TOML file in `books/`. A rule is on only when its wording was read in a full text (`V`)
and nothing above it took its place (`off`). All others are there to be read, and decide nothing.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from yihe.law.shares import Threshold, threshold
from yihe.law.values import HouseRules, Matter
from yihe.refusal import Refusal

_BOOKS = Path(__file__).parent / "books"


class State(StrEnum):
    """How far the wording of a rule was verified."""

    VERIFIED = "V"
    QUOTED = "Q"
    SECONDARY = "S"
    NOT_FOUND = "NF"
    MEMORY = "MEM"
    OLD = "OLD"


STATE_WORDS: Mapping[State, str] = {
    State.VERIFIED: "照全文核对过",
    State.QUOTED: "只见于引文，可以提醒，不作判断",
    State.SECONDARY: "只见于转述，关着",
    State.NOT_FOUND: "没有查到，关着",
    State.MEMORY: "没有出处，关着",
    State.OLD: "已经失效，只作历史",
}


@dataclass(frozen=True)
class Rule:
    """One rule of a book. `numbers` are its parameters; shares are text as "2/3", exact."""

    id: str
    kind: str
    article: str
    text: str
    source: str
    state: State
    off: str = ""
    note: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def on(self) -> bool:
        return self.state is State.VERIFIED and not self.off

    @property
    def why_off(self) -> str:
        """In words, why the rule decides nothing; empty when it is on."""
        return "" if self.on else self.off or STATE_WORDS[self.state]

    def threshold(self) -> Threshold:
        return threshold(self.numbers["share"], self.numbers["test"])


@dataclass(frozen=True)
class Book:
    """One file: a text of law with its place, days and rules. `marks`: how its notices speak."""

    id: str
    title: str
    layer: int
    jurisdiction: str
    in_force_from: date
    in_force_to: date | None
    source: str
    rules: tuple[Rule, ...]
    marks: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)

    def holds_for(self, place: str) -> bool:
        return self.jurisdiction == "CN" or place.startswith(self.jurisdiction)


@dataclass(frozen=True)
class Composed:
    """What applies at a place on a day, nearest and highest first, house rules last."""

    place: str
    on: date
    books: tuple[Book, ...]
    house: HouseRules

    @property
    def deciding(self) -> Book | None:
        """The nearest book upwards whose majorities are on: the one a result names."""
        return next((book for book in self.books if _decides(book)), None)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules that are on."""
        return tuple(rule for book in self.books for rule in book.rules if rule.on)

    def rule(self, rule_id: str) -> Rule:
        """A rule by its id, on or off. Raises Refusal where none of the books has it."""
        for book in self.books:
            for rule in book.rules:
                if rule.id == rule_id:
                    return rule
        raise Refusal(f"{self.on:%Y-%m-%d} 在 {self.place} 没有规则 {rule_id}。")

    def approval(self, matter: Matter) -> Rule | None:
        """The majority that a matter needs, from the deciding book."""
        book = self.deciding
        if book is None:
            return None
        for rule in book.rules:
            if rule.on and rule.kind == "approval" and matter in rule.numbers["matters"]:
                return rule
        return None

    def quorum(self) -> Rule | None:
        """Who must take part; None where the deciding book asks for nothing of the kind."""
        return self._deciding_rule("quorum")

    def matters(self) -> Rule | None:
        """The list of matters of the deciding book."""
        return self._deciding_rule("matters")

    def _deciding_rule(self, kind: str) -> Rule | None:
        book = self.deciding
        rules = book.rules if book else ()
        return next((rule for rule in rules if rule.on and rule.kind == kind), None)

    @property
    def hash(self) -> str:
        """sha256 over the canonical JSON of all rules that are on, and of the house rules."""
        composed = {
            "rules": [{"book": book.id, **_plain(rule)} for book in self.books
                      for rule in book.rules if rule.on],
            "house": {
                "deemed_participation": self.house.deemed_participation,
                "deemed_to_majority": self.house.deemed_to_majority,
            },
        }  # fmt: skip
        text = json.dumps(composed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _decides(book: Book) -> bool:
    return any(rule.on and rule.kind == "approval" for rule in book.rules)


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "article": rule.article,
        "text": rule.text,
        "source": rule.source,
        "state": rule.state.value,
        "numbers": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in rule.numbers.items()
        },
    }


@cache
def shelf() -> tuple[Book, ...]:
    """All books, by id. Raises ValueError, KeyError or TypeError for a book with a slip in it."""
    return tuple(read_book(path.read_bytes()) for path in sorted(_BOOKS.glob("*.toml")))


def read_book(content: bytes) -> Book:
    """One book from the bytes of its file. Every rule states its kind, article, source and state."""
    table = tomllib.loads(content.decode())
    rules = tuple(_rule(row) for row in table.pop("rule"))
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError(f"{table['id']}: a rule stands twice")
    return Book(
        id=table["id"],
        title=table["title"],
        layer=table["layer"],
        jurisdiction=table["jurisdiction"],
        in_force_from=table["in_force_from"],
        in_force_to=table.get("in_force_to"),
        source=table["source"],
        marks=tuple(table.get("marks", ())),
        rules=rules,
    )


def _rule(row: dict[str, Any]) -> Rule:
    numbers = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in row.pop("numbers", {}).items()
    }
    rule = Rule(
        **{**row, "state": State(row["state"])},
        numbers=MappingProxyType(numbers),
    )
    if "share" in numbers:
        rule.threshold()  # a slip in a share must not wait for a vote
    return rule


def book(book_id: str) -> Book:
    """A book by its id. Raises Refusal naming those there are."""
    for one in shelf():
        if one.id == book_id:
            return one
    raise Refusal(f"没有规则 {book_id}。现有：{'、'.join(one.id for one in shelf())}。")


def compose(place: str, on: date, house: HouseRules | None = None) -> Composed:
    """What applies at `place` (see `yihe.law.places`) on a day: nearest place first, then by layer.

    Where no book decides votes there on that day, `deciding` is None.
    """
    books = [one for one in shelf() if one.in_force(on) and one.holds_for(place)]
    if place[:2] in ("71", "81", "82"):  # 台湾、香港、澳门: mainland law is not the law there
        books = []
    books.sort(key=lambda one: (one.layer == 6, -_depth(one.jurisdiction), one.layer, one.id))
    return Composed(place, on, tuple(books), house or HouseRules())


def _depth(jurisdiction: str) -> int:
    return 0 if jurisdiction == "CN" else len(jurisdiction)
