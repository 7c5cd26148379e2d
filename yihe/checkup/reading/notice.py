"""A pasted notice, read by plain rules: what is certain fills the form, the rest stays empty.

Nothing is guessed. A field that two sentences give differently stays empty, and both are shown.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from yihe.checkup.excerpts import Mark, Taken
from yihe.checkup.query import MOST_MOTIONS, MOST_WORDS, OF_A_MOTION, key
from yihe.checkup.reading.days import day_of
from yihe.checkup.reading.figures import Figure, figures
from yihe.checkup.reading.subjects import matter_of, titles, without_sources
from yihe.checkup.reading.tables import table_figures
from yihe.law import shelf

LONGEST_TEXT = 20_000
_TWICE = "同一个数读到几个不一样的，没有取，请对着公告填。"
_NO_MOTION = "看不出是哪个议题的数，没有取。"
_NUMERALS = "一二三四五六七八九十"
_ORDINAL = rf"([{_NUMERALS}]|\d{{1,2}})"
_NOUN = "(?:表决事项|表决议题|议题|议案|提案|事项)"
_HEADING = (
    re.compile(rf"\s*[（(]?(?:第?{_ORDINAL}[、.．）)]?\s*(?:项|个)?{_NOUN})[、：:，,.．\s]*"),
    re.compile(rf"\s*{_NOUN}\s*[（(]?第?{_ORDINAL}(?:项|号)?[）)]?[、：:，,.．\s]*"),
    re.compile(rf"\s*[（(]?{_ORDINAL}[）)、.．]\s*(?=《?关于|[^，。；\d]{{2,40}}的?(?:议题|议案))"),
)
_PASSED = re.compile(
    r"(?:表决|议题|议案|决议|决定|事项|提案|结果[：:为是]?|获得?|获|予以|均|全部|有效|依法|已)(?:已|均)?通过(?![过对手线微])"
    r"|[，,：:；\s]通过[。；，]?$"
)
_FAILED = re.compile(
    "(?:未|没有|未能|未获|没|不予|未获得|未能获得)通过|不通过|否决|未(?:形成|达到)[^，。]{0,8}(?:决议|决定|比例|要求)"
)
_ALL_MOTIONS = re.compile("以上|上述|各项|全部|均")
_PLAIN = str.maketrans(
    {**{chr(0xFF10 + n): str(n) for n in range(10)}, "．": ".", "％": "%", "㎡": "平方米", "\t": " ",
     "\u3000": " ", "\xa0": " "}
)  # fmt: skip
_HIDDEN = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]"
)


@dataclass
class Reading:
    """The fields with their clean values, and the sentences they came from."""

    values: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)


@dataclass
class _Sentence:
    text: str
    motion: int  # 0: before any motion is named
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    side: str = ""
    title: str = ""
    marks: list[Mark] = field(default_factory=list)  # of words; those of numbers come later


def read_text(text: str) -> Reading:
    """Read a notice. Pure; never raises."""
    sentences = _sentences(
        _HIDDEN.sub("", text[:LONGEST_TEXT]).translate(_PLAIN).replace("m²", "平方米")
    )
    _place_in_motions(sentences)
    _fill_figures(sentences)
    reading = Reading()
    several = any(one.motion for one in sentences)
    _take_words(reading, sentences)
    _take_numbers(reading, sentences, several=several)
    _take_quote(reading, sentences)
    return reading


def _sentences(text: str) -> list[_Sentence]:
    text = re.sub(r"([，,、：:])[ ]*\r?\n\s*(?!议)", r"\1", text.replace("\r\n", "\n"))
    return [_Sentence(one.strip(), 0) for one in re.split(r"[。；;！!\n]+", text) if one.strip()]


def _place_in_motions(sentences: list[_Sentence]) -> None:
    """Number the motions as they are named; a motion named again goes on."""
    known: dict[str, int] = {}
    here = 0
    for one in sentences:
        for form in _HEADING:
            heading = form.match(one.text)
            if heading is None:
                continue
            title = re.split("[，,：:（(]", one.text[heading.end() :])[0].strip(" 《》")
            if form is _HEADING[2] and not (matter_of([title]) or re.search(_NOUN, title)):
                continue  # 一、关于参与情况 is no motion
            ordinal = heading[1]
            if ordinal.isdecimal() and int(ordinal) <= 10:
                ordinal = _NUMERALS[int(ordinal) - 1] if int(ordinal) else ordinal
            here = known.setdefault(ordinal, len(known) + 1)
            one.title = title
            break
        one.motion = here


def _fill_figures(sentences: list[_Sentence]) -> None:
    carried = ""
    header: list[str] = []
    for one in sentences:
        header, cells = table_figures(one.text, header)
        if cells:
            one.figures = cells
            continue
        found = figures(one.text, carried)
        one.figures, one.notes, one.side = found.figures, found.notes, found.side
        carried = found.role if found.figures else ""


def _take_numbers(reading: Reading, sentences: list[_Sentence], *, several: bool) -> None:
    said: dict[str, set[str]] = {}
    for one in sentences:
        for figure in one.figures:
            if name := _name(figure, one, several):
                said.setdefault(name, set()).add(figure.value)
    for one in sentences:
        marks, notes = list(one.marks), list(one.notes)
        for figure in one.figures:
            name = _name(figure, one, several)
            if not name:
                notes.append(_NO_MOTION)
            elif len(said[name]) > 1:
                notes.append(_TWICE)
            else:
                reading.values[name] = figure.value
                marks.append(Mark(figure.start, figure.end, name))
        if one.side and any("deem" in mark.field for mark in marks):
            reading.values[key("side", max(one.motion, 1))] = one.side
        if marks or notes:
            note = next(iter(dict.fromkeys(notes)), "")
            reading.taken.append(Taken(one.text, tuple(marks), note))


def _name(figure: Figure, one: _Sentence, several: bool) -> str:
    """The field of a figure; none where it belongs to a motion and the text does not say which."""
    stem = figure.field.partition("_")[0]
    if stem in ("all", "came"):
        return figure.field
    if several and not one.motion:
        return ""
    number = max(one.motion, 1)
    return (
        key(figure.field, number) if number <= MOST_MOTIONS and figure.field in OF_A_MOTION else ""
    )


def _take_words(reading: Reading, sentences: list[_Sentence]) -> None:
    """The day, what each motion is about, and what the notice says came out."""
    if found := day_of([one.text for one in sentences]):
        day, at, start, end = found
        reading.values["date"] = day
        sentences[at].marks.append(Mark(start, end, "date"))
    numbers = sorted({one.motion for one in sentences if 0 < one.motion <= MOST_MOTIONS}) or [0]
    of_all = _outcome([one for one in sentences if _ALL_MOTIONS.search(one.text)])
    for number in numbers:
        own = [one for one in sentences if one.motion == number]
        title = next((one.title for one in own if one.title), "")
        said = [title] if title else titles([one.text for one in own])
        if matter := matter_of(said):
            name = key("what", max(number, 1))
            reading.values[name] = matter
            _mark(own, said[0], name)
        if title and len(title) <= MOST_WORDS and number:
            reading.values[key("text", number)] = title
        outcome, words = _outcome(own)
        if not outcome and number:
            outcome, words = of_all
        if outcome:
            name = key("said", max(number, 1))
            reading.values[name] = outcome
            _mark(sentences if (outcome, words) == of_all else own, words, name)


def _mark(sentences: list[_Sentence], words: str, name: str) -> None:
    """Mark the words where they stand first."""
    for one in sentences:
        if words and (start := one.text.find(words)) >= 0:
            one.marks.append(Mark(start, start + len(words), name))
            return


def _outcome(sentences: list[_Sentence]) -> tuple[str, str]:
    """passed or failed, and the words that say so; nothing where they say both or neither."""
    said: dict[str, str] = {}
    for one in sentences:
        text = without_sources(one.text)
        if failed := _FAILED.search(text):
            said.setdefault("failed", failed[0])
        elif passed := _PASSED.search(text):
            said.setdefault("passed", passed[0])
    return said.popitem() if len(said) == 1 else ("", "")


def _take_quote(reading: Reading, sentences: list[_Sentence]) -> None:
    """Words of a regime that did not hold on the day."""
    if "date" not in reading.values:
        return
    day = date.fromisoformat(reading.values["date"])
    marks = [mark for book in shelf() if not book.in_force(day) for mark in book.marks]
    for one in sentences:
        for mark in marks:
            if said := re.search(mark, one.text):
                start = max(0, said.start() - 6)
                reading.values["quote"] = one.text[start : start + MOST_WORDS]
                return
