"""A rule book as a lawyer reads it: article, words, source, state; what is off says why."""

from dataclasses import dataclass
from datetime import date

from yihe.checkup.forms import PLACES
from yihe.law import Book, Rule
from yihe.law.reading import LAYER_WORDS
from yihe.law.shelf import STATE_WORDS


@dataclass(frozen=True)
class ShownRule:
    id: str
    article: str
    text: str
    source: str
    on: bool
    words: str
    counts: str
    off: str
    note: str


@dataclass(frozen=True)
class ShownBook:
    """`quoted`: the words of its verified rules are the law's own."""

    id: str
    title: str
    layer: str
    place: str
    in_force_from: date
    in_force_to: date | None
    source: str
    quoted: bool
    on: int
    rules: list[ShownRule]


def book_of(book: Book) -> ShownBook:
    return ShownBook(
        id=book.id,
        title=book.title,
        layer=LAYER_WORDS[book.layer],
        place="全国" if book.jurisdiction == "CN" else PLACES.get(book.jurisdiction, book.jurisdiction),
        in_force_from=book.in_force_from,
        in_force_to=book.in_force_to,
        source=book.source,
        quoted=book.layer != 6,
        on=sum(rule.on for rule in book.rules),
        rules=[_rule(rule) for rule in book.rules],
    )


def _rule(rule: Rule) -> ShownRule:
    counts = ""
    if "share" in rule.numbers:
        base = "全体业主" if rule.numbers.get("of") == "totals" else "参与表决的业主"
        counts = f"{base}的{rule.threshold().words}"
    return ShownRule(
        id=rule.id,
        article=rule.article,
        text=rule.text,
        source=rule.source,
        on=rule.on,
        words=STATE_WORDS[rule.state],
        counts=counts,
        off=rule.off,
        note=rule.note,
    )
