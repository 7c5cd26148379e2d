"""A pasted notice, read by plain rules: what is certain fills the form, the rest stays empty.

Nothing is guessed. A field that two sentences give differently stays empty, and both are shown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from yihe.checkup.excerpts import Mark, Taken
from yihe.checkup.query import MOST_MOTIONS, MOST_WORDS, OF_A_MOTION, key
from yihe.checkup.reading import plain
from yihe.checkup.reading.columns import laid_out
from yihe.checkup.reading.days import day_of
from yihe.checkup.reading.figures import figures
from yihe.checkup.reading.motions import Motions, without_name
from yihe.checkup.reading.notes import EARLIER, NO_MOTION, TWICE
from yihe.checkup.reading.numbers import Figure
from yihe.checkup.reading.outcome import outcome, quote
from yihe.checkup.reading.subjects import matter_of, titles
from yihe.checkup.reading.tables import Row, Tables

LONGEST_TEXT = 20_000
_ALL_MOTIONS = re.compile("以上|上述|各项|全部|均")
_LAST_WORD = re.compile("最终|最后结果")
_ONE_EACH = re.compile(
    r"(?:一|每|1)\s*户\s*(?:一|1)\s*票|(?:一|1)票(?:代表)?(?:一|1)户|人数\s*[（(](?:指)?投票权[人票]?数|投票权人数"
)


@dataclass
class Reading:
    """The fields with their clean values, and the sentences they came from."""

    values: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)


@dataclass
class _Sentence:
    text: str
    motion: int = 0  # 0: before any motion is named
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    side: str = ""
    title: str = ""
    marks: list[Mark] = field(default_factory=list)  # of words; those of numbers come later
    row: Row | None = None


def read_text(text: str) -> Reading:
    """Read a notice. Pure; never raises."""
    sentences = list(_sentences(text[:LONGEST_TEXT]))
    motions = _place_in_motions(sentences)
    _fill_figures(sentences, ballots_are_heads=any(_ONE_EACH.search(one.text) for one in sentences))
    reading = Reading()
    _take_words(reading, sentences, motions)
    _take_numbers(reading, sentences, motions)
    if said := quote([one.text for one in sentences], reading.values.get("date", ""), MOST_WORDS):
        reading.values["quote"] = said
    return reading


def _sentences(text: str) -> Iterator[_Sentence]:
    """The rows of tables as they stand, and between them sentences."""
    tables = Tables(ballots_are_heads=bool(_ONE_EACH.search(text)))
    waiting: list[str] = []
    for line in laid_out(plain.plain_lines(text)):
        row = tables.read(line.replace("|", " ").replace("\t", " ")) if line.strip() else None
        if row is None:
            waiting.append(line)
            continue
        yield from (_Sentence(one) for one in plain.sentences(waiting))
        waiting = []
        yield _Sentence(line.replace("|", " ").replace("\t", " "), row=row)
    yield from (_Sentence(one) for one in plain.sentences(waiting))


def _place_in_motions(sentences: Sequence[_Sentence]) -> Motions:
    motions = Motions()
    named: list[tuple[str, int]] = []
    rows = [one for one in sentences if one.row and one.row.is_motion and one.row.figures]
    for one in sentences:
        if one.row is not None:
            if one in rows and (len(rows) > 1 or named or one.row.persons):
                one.title = (motions.person(one.row.title) if one.row.persons
                             else motions.row(one.row.title, named))  # fmt: skip
                if one.row.persons:
                    one.text = without_name(one.text)
            elif one in rows:
                one.title = one.row.title
            one.motion = motions.here
            continue
        one.title = motions.heading(one.text)
        one.motion = motions.here
        if one.title and one.motion in motions.persons:
            one.text = without_name(one.text)
        if one.title:
            named.append((one.title, one.motion))
    return motions


def _fill_figures(sentences: Sequence[_Sentence], *, ballots_are_heads: bool) -> None:
    carried = ""
    for one in sentences:
        if one.row is not None:
            one.figures = list(one.row.figures)
            one.notes = [one.row.note] if one.row.note else []
            continue
        found = figures(one.text, carried, ballots_are_heads=ballots_are_heads)
        one.figures, one.notes, one.side = found.figures, found.notes, found.side
        carried = found.role if found.figures else ""


def _take_numbers(reading: Reading, sentences: Sequence[_Sentence], motions: Motions) -> None:
    said: dict[str, set[str]] = {}
    last: dict[str, set[str]] = {}  # 最终：反对票862票（包括…）: the notice's last word on it
    for one in sentences:
        for figure in one.figures:
            if name := _name(figure, one, motions):
                said.setdefault(name, set()).add(figure.value)
                if _LAST_WORD.search(one.text):
                    last.setdefault(name, set()).add(figure.value)
    _prefer(said, last)
    for one in sentences:
        marks, notes = list(one.marks), list(one.notes)
        for figure in one.figures:
            name = _name(figure, one, motions)
            if not name:
                notes.append(NO_MOTION)
            elif len(said[name]) > 1:
                notes.append(TWICE)
            elif figure.value not in said[name]:
                notes.insert(0, EARLIER)
            else:
                reading.values[name] = figure.value
                marks.append(Mark(figure.start, figure.end, name))
        if one.side and any("deem" in mark.field for mark in marks):
            reading.values[key("side", max(one.motion, 1))] = one.side
        if marks or notes:
            note = next(iter(dict.fromkeys(notes)), "")
            reading.taken.append(Taken(one.text, tuple(marks), note))


def _prefer(said: dict[str, set[str]], last: dict[str, set[str]]) -> None:
    """The last word replaces what was said before, and what it leaves out of the same side: 862 votes
    with the deemed ones do not stand beside an area without them."""
    sides = {name.partition("_")[0] for name, values in last.items() if len(values) == 1}
    for name in said:
        if name.partition("_")[0] in sides - {"all", "came"}:
            said[name] = last.get(name, set())


def _name(figure: Figure, one: _Sentence, motions: Motions) -> str:
    """The field of a figure; none where it belongs to a motion and the text does not say which."""
    stem = figure.field.partition("_")[0]
    if stem in ("all", "came") and one.motion not in motions.scopes:
        return figure.field
    if motions.here and not one.motion:
        return ""
    number = max(one.motion, 1)
    return (
        key(figure.field, number) if number <= MOST_MOTIONS and figure.field in OF_A_MOTION else ""
    )


def _take_words(reading: Reading, sentences: Sequence[_Sentence], motions: Motions) -> None:
    """The day, what each motion is about, and what the notice says came out."""
    if found := day_of([one.text for one in sentences]):
        day, at, start, end = found
        reading.values["date"] = day
        sentences[at].marks.append(Mark(start, end, "date"))
    numbers = sorted({one.motion for one in sentences if 0 < one.motion <= MOST_MOTIONS}) or [0]
    of_all = outcome([one.text for one in sentences if _ALL_MOTIONS.search(one.text)])
    before = [one for one in sentences if one.motion == 0]
    for number in numbers:
        own = [one for one in sentences if one.motion == number]
        title = next((one.title for one in own if one.title), "")
        of_the_notice = number in motions.scopes | motions.persons
        said = (
            [title] if title and not of_the_notice else titles([one.text for one in before or own])
        )
        if matter := matter_of(said):
            name = key("what", max(number, 1))
            reading.values[name] = matter
            _mark(before if of_the_notice else own, said[0], name)
        if title and len(title) <= MOST_WORDS and number:
            reading.values[key("text", number)] = title
        result, words = outcome([one.text for one in own if one.row is None])
        if not result and number:
            result, words = of_all
        if number in motions.persons:
            result = ""  # of whom “当选” is said, a person has to read
        if result:
            name = key("said", max(number, 1))
            reading.values[name] = result
            _mark(sentences if (result, words) == of_all else own, words, name)


def _mark(sentences: Sequence[_Sentence], words: str, name: str) -> None:
    """Mark the words where they stand first."""
    for one in sentences:
        if words and (start := one.text.find(words)) >= 0:
            one.marks.append(Mark(start, start + len(words), name))
            return
