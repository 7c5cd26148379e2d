"""A table that was copied as text: 同意 411 63.62% 58729.34 64.28%, or a motion on each line.

Two forms. Lines are choices (同意, 反对 …) and columns are measures; or columns are choices with their
measures, in one line of heads or in two, and each line is a motion or a candidate.
"""

import re
from dataclasses import dataclass

from yihe.checkup import typed
from yihe.checkup.reading.notes import AS_HEADS, BALLOTS, ROW_UNREAD
from yihe.checkup.reading.numbers import Figure

_MEASURE = re.compile(
    r"(?P<pct>占比|比例|百分比|比率|得票率|%)|(?P<area>面积|平方米)|(?P<heads>人数|户数|业主数)|(?P<ballots>票)"
)
_ROWS = (
    ("no", re.compile("不同意|反对|不赞成|不赞同")),
    ("yes", re.compile("同意|赞成|赞同|得票")),
    ("abs", re.compile("弃权")),
    ("bad", re.compile("无效|废票")),
    ("came", re.compile("参与|参加|投票人数|实到")),
    ("all", re.compile("总数|全体|应参|应到|^总|小区总")),
)
_TITLES = re.compile("事项|议题|议案|内容|项目|姓名|候选人|名称|规则")
PERSONS = re.compile("姓名|候选人")
_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(户|人|平方米|平米|%|票|张)?"
_CELL = re.compile(rf"(?<!\S){_NUMBER}(?!\S)")
_CLEAN = {"heads": typed.heads, "area": typed.area, "pct": typed.percent, "ballots": typed.heads}


@dataclass(frozen=True)
class Column:
    """What stands in a column: whose number (`role`, none where the line says it), and the measure."""

    role: str
    measure: str


@dataclass(frozen=True)
class Row:
    """A line of a table. `title`: the motion it is about, where lines are motions; `note` why it was left."""

    title: str = ""
    figures: tuple[Figure, ...] = ()
    note: str = ""
    persons: bool = False
    is_motion: bool = False


class Tables:
    """Goes through the lines; a header holds until a line that is none of its rows."""

    def __init__(self, *, ballots_are_heads: bool = False) -> None:
        self._ballots_are_heads = ballots_are_heads
        self._columns: list[Column] = []
        self._choices: list[str] = []  # of a first line of heads, before its second
        self._persons = False

    def read(self, line: str) -> Row | None:
        """The line as a row, an empty one for a line of heads, None for a line that is no table."""
        if not re.search(r"\d", line):
            return self._heads(line)
        if not self._columns:
            return self._turned(line) if self._choices else None
        row = self._row(line)
        if row is None:
            self._columns = []
        return row

    def _heads(self, line: str) -> Row | None:
        if re.search("[，,。；;]|[：:].", line):
            return None
        words = line.split()
        if len(words) < 2:
            return None
        columns = [one for one in map(column_of, words) if one.role or one.measure]
        measures = [one.measure for one in columns]
        choices = [one.role for one in columns]
        if all(measures) and all(not one for one in choices[1:]) and len(columns) > 1:
            columns = [Column("", measure) for measure in measures]
            if self._choices and len(columns) % len(self._choices) == 0:
                each = len(columns) // len(self._choices)
                columns = [Column(self._choices[at // each], one.measure)
                           for at, one in enumerate(columns)]  # fmt: skip
            elif "heads" not in measures or "area" not in measures:
                return None
            self._columns, self._choices = columns, []
            return Row()
        if choices and all(choices) and not any(measures) and len(set(choices)) == len(choices):
            self._choices, self._columns = choices, []
            self._persons = bool(PERSONS.search(line))
            return Row()
        if any(choices) and any(measures) and all(one.measure for one in columns):
            self._columns, self._choices = _with_roles(columns), []
            self._persons = bool(PERSONS.search(line))
            return Row() if self._columns else None
        return None

    def _row(self, line: str) -> Row | None:
        label, cells = _cells(line, len(self._columns))
        if len(cells) != len(self._columns):
            is_prose = re.search("[，。；：]", line) or len(cells) < 2
            return None if is_prose else Row(note=ROW_UNREAD)
        by_line = not self._columns[0].role
        role = next((name for name, form in _ROWS if form.search(label)), "") if by_line else ""
        if by_line and (not role or len(label) > 8):
            return Row(note=ROW_UNREAD)
        found: list[Figure] = []
        last, as_heads = "", self._ballots_are_heads
        for column, cell in zip(self._columns, cells, strict=True):
            whose = column.role or role
            name = f"{whose}{'_m2' if column.measure == 'area' else ''}"
            if column.measure == "pct":
                known = last in ("heads", "area") and whose != "all"
                name = f"{whose}{'_m2' if last == 'area' else ''}_pct" if known else ""
            else:
                last = "heads" if column.measure == "ballots" and as_heads else column.measure
                name = "" if last == "ballots" else name
            clean = _CLEAN[last if column.measure != "pct" else "pct"]
            try:
                value = clean(cell[0]) if name else ""
            except typed.Wrong:
                return Row(note=ROW_UNREAD)
            if name:
                found.append(Figure(name, value, cell.start(), cell.end()))
        title = re.sub(r"^\d{1,2}\s*[、.．]?\s*", "", label) if not by_line else ""
        note = "" if all(one.measure != "ballots" for one in self._columns) else BALLOTS
        if note and as_heads:
            note = AS_HEADS
        return Row(title, tuple(found), note, persons=self._persons, is_motion=not by_line)

    def _turned(self, line: str) -> Row | None:
        """Choices above, and the measure at the front: 户数 411 214 16."""
        label, cells = _cells(line, len(self._choices))
        measure = column_of(label).measure
        if len(cells) != len(self._choices) or measure not in ("heads", "area") or len(label) > 12:
            self._choices = []
            return None
        found = []
        for role, cell in zip(self._choices, cells, strict=True):
            try:
                value = _CLEAN[measure](cell[0])
            except typed.Wrong:
                return Row(note=ROW_UNREAD)
            name = f"{role}{'_m2' if measure == 'area' else ''}"
            found.append(Figure(name, value, cell.start(), cell.end()))
        return Row(figures=tuple(found))


def column_of(word: str) -> Column:
    """What a head of a column says."""
    said = _MEASURE.search(word)
    role = next((name for name, form in _ROWS if form.search(word)), "")
    if _TITLES.search(word) and not said:
        role = ""
    return Column(role, str(said.lastgroup) if said else "")


def _with_roles(columns: list[Column]) -> list[Column]:
    """A share stands after the number it is of: 同意票数 占比 同意面积 占比."""
    found: list[Column] = []
    for one in columns:
        role = one.role or (found[-1].role if found and one.measure == "pct" else "")
        if not role:
            return []
        found.append(Column(role, one.measure))
    return found


def _cells(line: str, count: int) -> tuple[str, list[re.Match[str]]]:
    """The label and the last cells of a line, as many as there are columns; more than these are a title."""
    found = list(_CELL.finditer(line))
    if len(found) > count:  # 1 管理规约 402 …: the first is the number of the line
        found = found[len(found) - count :]
        if re.search(r"\S*\d[^\s\d]*$", line[: found[0].start()].rstrip()):
            return "", list(_CELL.finditer(line))
    return (line[: found[0].start()].strip(" |：:\t") if found else ""), found
