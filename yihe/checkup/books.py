"""A rule book as a lawyer reads it: article, words, source, state; what is off says why."""

import re
from dataclasses import dataclass
from datetime import date

from yihe.checkup.forms import PLACES
from yihe.law import Book, Composed, Rule
from yihe.law.reading import KIND_WORDS, LAYER_WORDS, numbers_in_words
from yihe.law.shelf import STATE_WORDS


@dataclass(frozen=True)
class ShownRule:
    id: str
    article: str
    text: str
    on: bool
    kind: str
    numbers: str
    details: str
    off: str
    note: str


@dataclass(frozen=True)
class ShownBook:
    """`quoted`: the words of its verified rules are the law's own."""

    id: str
    title: str
    layer: str
    place: str
    since: str
    source: str
    quoted: bool
    use: str
    rules: list[ShownRule]


# What a book's short names of sources stand for.
SOURCES = {
    "CC": "民法典全文",
    "WYTL": "物业管理条例全文（2018 年修订）",
    "SPC-BD": "建筑物区分所有权解释全文（2020 年修正）",
    "SZ19": "深圳经济特区物业管理条例（2019 年修订）",
    "SZ07": "深圳经济特区物业管理条例（2007 年）",
    "SZ-EV": "深圳市物业管理电子投票规则",
    "SZ-JDY": "深圳市社区居民委员会代行业主委员会职责管理办法",
    "274": "业主大会和业主委员会指导规则（建房〔2009〕274 号）",
}


def source_words(source: str) -> str:
    """With names instead of short names: “274，引文” says which text that is."""
    name = re.match(r"[A-Z0-9-]+", source)
    if name is None or name[0] not in SOURCES:
        return source
    return SOURCES[name[0]] + source[name.end() :]


@dataclass(frozen=True)
class ShownLaw:
    """What applies at a place on a day; `hash` is the fingerprint that stands on results."""

    day: date
    place: str
    code: str
    deciding: ShownBook | None
    books: list[ShownBook]
    hash: str


def law_of(law: Composed) -> ShownLaw:
    return ShownLaw(
        day=law.on,
        place=PLACES.get(law.place, f"区划代码 {law.place}"),
        code=law.place,
        deciding=book_of(law.deciding) if law.deciding else None,
        books=[book_of(book) for book in sorted(law.books, key=lambda book: _weight(book, law))],
        hash=" ".join(law.hash[at : at + 8] for at in range(0, 64, 8)) if law.deciding else "",
    )


def _weight(book: Book, law: Composed) -> int:
    """Which decides stands first, what only waits stands last; else nearest and highest first."""
    return 0 if book is law.deciding else 1 if any(rule.on for rule in book.rules) else 2


def book_of(book: Book) -> ShownBook:
    return ShownBook(
        id=book.id,
        title=book.title,
        layer=LAYER_WORDS[book.layer],
        place="全国"
        if book.jurisdiction == "CN"
        else PLACES.get(book.jurisdiction, book.jurisdiction),
        since=_since(book),
        source=book.source,
        quoted=book.layer != 6,
        use=f"{len(book.rules)} 条，用着 {sum(rule.on for rule in book.rules)} 条",
        rules=[_rule(rule) for rule in book.rules],
    )


def _since(book: Book) -> str:
    if book.in_force_to is None:
        return f"{_day(book.in_force_from)}起"
    return f"{_day(book.in_force_from)}到 {_day(book.in_force_to)}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _rule(rule: Rule) -> ShownRule:
    return ShownRule(
        id=rule.id,
        article=rule.article,
        text=rule.text,
        on=rule.on,
        kind=KIND_WORDS[rule.kind],
        numbers=numbers_in_words(rule),
        details=f"出处：{source_words(rule.source)}　核对：{STATE_WORDS[rule.state]}",
        off=rule.off,
        note=rule.note,
    )
