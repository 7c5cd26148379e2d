"""A pasted notice, read by plain rules: what is certain fills the form, the rest stays empty.

Nothing is guessed. A field that two sentences give differently stays empty, and both are shown.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from yihe.checkup.excerpts import Mark, Taken
from yihe.checkup.figures import Figure, figures
from yihe.checkup.query import MOST_MOTIONS, MOST_WORDS, OF_A_MOTION, key
from yihe.checkup.tables import table_figures
from yihe.law import shelf
from yihe.law.values import Matter

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
_MATTERS = (
    (Matter.REPAIR_FUND_RAISE, re.compile("(?:筹集|续筹|补缴|归集)[^，。；]{0,12}维修资金|维修资金[^，。；]{0,8}(?:筹集|续筹|补缴)")),
    (Matter.REPAIR_FUND_USE, re.compile("(?:使用|动用|申请)[^，。；]{0,16}维修资金|维修资金[^，。；]{0,8}(?:使用|支用|列支)")),
    (Matter.COMMITTEE_RECALL, re.compile("罢免|(?:更换|撤换|终止)[^，。；]{0,12}(?:委员|成员)")),
    (Matter.COMMITTEE_ELECTION, re.compile("(?:选举|改选|换届)[^，。；]{0,16}(?:业主委员会|业委会|委员)|(?:业主委员会|业委会)[^，。；]{0,8}(?:选举|换届|改选)")),
    (Matter.SERVICE_COMPANY, re.compile("(?:选聘|续聘|解聘|更换|聘用|聘请|选定)[^，。；]{0,30}(?:物业|管理人)|物业(?:服务)?(?:企业|公司)[^，。；]{0,8}(?:选聘|续聘|解聘|续约)|物业服务合同[^，。；]{0,6}(?:续签|解除)|(?:续签|解除)[^，。；]{0,16}物业服务合同")),
    (Matter.RULES_OF_PROCEDURE, re.compile("(?:制定|修改|修订|通过)?[^，。；]{0,10}议事规则")),
    (Matter.MANAGEMENT_REGULATION, re.compile("管理规约")),
    (Matter.REBUILD, re.compile("改建|重建")),
    (Matter.COMMON_PARTS_USE, re.compile("改变[^，。；]{0,8}共有部分|(?:利用|使用)[^，。；]{0,6}共有部分[^，。；]{0,8}经营")),
)  # fmt: skip
_BY_RULE = re.compile("(?:根据|依据|按照|依照|遵照)[^，。；]*")
_TITLES = re.compile(r"关于[^，。；：:\n]{2,60}|就[^，。；：:\n]{2,60}?(?:进行|开展|事宜|表决)|是否[^，。；：:\n]{2,40}")
_PASSED = re.compile(
    r"(?:表决|议题|议案|决议|决定|事项|提案|结果[：:为是]?|获得?|获|予以|均|全部|有效|依法|已)(?:已|均)?通过(?![过对手线微])"
    r"|[，,：:；\s]通过[。；，]?$"
)
_FAILED = re.compile("(?:未|没有|未能|未获|没|不予|未获得|未能获得)通过|不通过|否决|未(?:形成|达到)[^，。]{0,8}(?:决议|决定|比例|要求)")
_DAY = re.compile(r"(?<!\d)(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?(?!\d)")
_CHINESE_DAY = re.compile(rf"(二[〇○零OＯ]\S\S)年([{_NUMERALS}]{{1,2}})月([{_NUMERALS}]{{1,3}})日")
_PLAIN = str.maketrans(
    {**{chr(0xFF10 + n): str(n) for n in range(10)}, "．": ".", "％": "%", "㎡": "平方米", "\t": " ",
     "\u3000": " ", "\xa0": " "}
)  # fmt: skip
_HIDDEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")


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


def read_text(text: str) -> Reading:
    """Read a notice. Pure; never raises."""
    sentences = _sentences(_HIDDEN.sub("", text[:LONGEST_TEXT]).translate(_PLAIN).replace("m²", "平方米"))
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
            ordinal = heading[1]
            if ordinal.isdecimal() and int(ordinal) <= 10:
                ordinal = _NUMERALS[int(ordinal) - 1] if int(ordinal) else ordinal
            here = known.setdefault(ordinal, len(known) + 1)
            one.title = re.split("[，,：:（(]", one.text[heading.end() :])[0].strip(" 《》")
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
        marks, notes = [], list(one.notes)
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
    return key(figure.field, number) if number <= MOST_MOTIONS and figure.field in OF_A_MOTION else ""


def _take_words(reading: Reading, sentences: list[_Sentence]) -> None:
    """The day, what each motion is about, and what the notice says came out."""
    if day := _day(sentences):
        reading.values["date"] = day
    numbers = sorted({one.motion for one in sentences if 0 < one.motion <= MOST_MOTIONS}) or [0]
    outcome_of_all = _outcome([one for one in sentences if re.search("以上|上述|各项|全部|均", one.text)])
    for number in numbers:
        own = [one for one in sentences if one.motion == number]
        title = next((one.title for one in own if one.title), "")
        if matter := _matter([title] if title else _titles(own)):
            reading.values[key("what", max(number, 1))] = matter
        if title and len(title) <= MOST_WORDS and number:
            reading.values[key("text", number)] = title
        outcome = _outcome(own) or (outcome_of_all if number else "")
        if outcome:
            reading.values[key("said", max(number, 1))] = outcome


def _titles(sentences: list[_Sentence]) -> list[str]:
    found = [said[0] for one in sentences for said in _TITLES.finditer(_BY_RULE.sub("", one.text))]
    return found or ([sentences[0].text] if sentences and len(sentences[0].text) < 60 else [])


def _matter(titles: list[str]) -> str:
    """The one matter that the words speak of; nothing where they speak of two or none."""
    text = "\n".join(_BY_RULE.sub("", title) for title in titles)
    found = [matter for matter, form in _MATTERS if form.search(text)]
    if Matter.COMMITTEE_RECALL in found and Matter.COMMITTEE_ELECTION in found:
        return ""
    return found[0].value if len(found) == 1 else ""


def _outcome(sentences: list[_Sentence]) -> str:
    said = set()
    for one in sentences:
        text = _BY_RULE.sub("", one.text)
        if _FAILED.search(text):
            said.add("failed")
        elif _PASSED.search(text):
            said.add("passed")
    return said.pop() if len(said) == 1 else ""


def _day(sentences: list[_Sentence]) -> str:
    """The day under the notice: alone on its line, at the end; else the only day in it."""
    alone = [day for one in sentences[-4:] for day in _days(one.text) if len(one.text) <= 22]
    if alone:
        return alone[-1]
    days = Counter(day for one in sentences for day in _days(one.text))
    return next(iter(days)) if len(days) == 1 else ""


def _days(text: str) -> list[str]:
    found = [(m[1], m[2], m[3]) for m in _DAY.finditer(text)]
    for m in _CHINESE_DAY.finditer(text):
        year = "".join(str("〇一二三四五六七八九".find(c)) if c in "一二三四五六七八九" else "0" for c in m[1])
        found.append((year, _number(m[2]), _number(m[3])))
    days = []
    for year, month, day in found:
        try:
            days.append(date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            continue
    return days


def _number(text: str) -> str:
    tens, _, ones = text.partition("十")
    if "十" not in text:
        return str(_NUMERALS.index(text) + 1)
    return str((_NUMERALS.index(tens) + 1 if tens else 1) * 10 + (_NUMERALS.index(ones) + 1 if ones else 0))


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
