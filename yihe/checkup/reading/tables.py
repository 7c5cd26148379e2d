"""A line of a table that was copied as text: 同意 411 63.62% 58729.34 64.28%."""

import re

from yihe.checkup import typed
from yihe.checkup.reading.figures import Figure

_COLUMN = re.compile(r"(?P<heads>人数|户数|业主数)|(?P<area>面积)|(?P<pct>占比|比例|百分比|比率)")
_ROWS = (
    ("no", re.compile("不同意|反对|不赞成")),
    ("yes", re.compile("同意|赞成")),
    ("abs", re.compile("弃权")),
    ("bad", re.compile("无效|废票")),
    ("came", re.compile("参与|参加")),
)
_CELL = re.compile(r"(?<!\S)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(户|人|平方米|%)?(?!\S)")


def table_figures(line: str, header: list[str]) -> tuple[list[str], list[Figure]]:
    """The header that holds now, and the cells of the line as figures where it is a row under one."""
    columns = [str(one.lastgroup) for one in _COLUMN.finditer(line)]
    if not re.search(r"\d", line):
        is_header = "heads" in columns and "area" in columns and not re.search("[，,：:]", line)
        return (columns if is_header else header), []
    cells = list(_CELL.finditer(line))
    first = line[: cells[0].start()].strip(" |：:") if cells else ""
    row = next((name for name, form in _ROWS if form.search(first)), "")
    if not header or not row or len(first) > 8 or len(cells) != len(header):
        return ([] if not cells else header), []
    found: list[Figure] = []
    last = ""
    for column, cell in zip(header, cells, strict=True):
        if column == "pct":
            name = f"{row}{'_m2' if last == 'area' else ''}_pct" if last else ""
        else:
            last, name = column, f"{row}{'_m2' if column == 'area' else ''}"
        clean = {"heads": typed.heads, "area": typed.area, "pct": typed.percent}[column]
        try:
            value = clean(cell[0])
        except typed.Wrong:
            return header, []
        if name:
            found.append(Figure(name, value, cell.start(), cell.end()))
    return header, found
