"""Tables out: CSV that Excel opens as it should, and Excel; a cell never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
)  # what a spreadsheet takes for a formula or a command
Cell = str | int | None
FORBIDDEN = {
    code: None for code in range(32) if code not in (9, 10, 13)
}  # no Excel file may hold them


def defused(cell: Cell) -> Cell:
    """A text that a spreadsheet would reckon with is led by an apostrophe, and stays a text."""
    if isinstance(cell, str) and cell.startswith(STARTS):
        return f"'{cell}"
    return cell


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(heads)
    lines.writerows([defused(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_excel(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet; every text is kept as a text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    row = [WriteOnlyCell(sheet, head) for head in heads]
    for cell in row:
        cell.font = Font(bold=True)
    sheet.append(row)
    for values in rows:
        sheet.append([_cell(sheet, value) for value in values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Cell) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value.translate(FORBIDDEN))
    cell.data_type = "s"
    return cell
