"""What a column of a table is called, must hold and means; empty tables to fill in."""

import csv
import html
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from yihe.refusal import Refusal
from yihe.worktime import SHANGHAI

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")


def plain(text: str) -> str:
    """As a careful person would have typed it: entities resolved, no stray blanks or control signs."""
    for _ in range(2):  # &amp;#40; is seen in the wild
        text = html.unescape(text)
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()


def text(most: int) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        if len(cell) > most:
            raise Refusal(f"超过 {most} 个字")
        return " ".join(cell.split())

    return parse


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(cell: str) -> int:
        folded = unicodedata.normalize("NFKC", cell).replace(",", "")
        if not re.fullmatch(r"-?\d{1,12}(\.0+)?", folded):
            raise Refusal("要写整数")
        number = int(folded.split(".")[0])
        if not least <= number <= most:
            raise Refusal(f"要在 {least} 到 {most} 之间")
        return number

    return parse


def decimal(least: str, most: str, places: int) -> Callable[[str], Decimal]:
    def parse(cell: str) -> Decimal:
        folded = unicodedata.normalize("NFKC", cell).replace(",", "")
        folded = re.sub(r"(㎡|m2|m²|平方米|平米)$", "", folded, flags=re.IGNORECASE).strip()
        try:
            number = Decimal(folded)
        except InvalidOperation as error:
            raise Refusal("要写数字") from error
        if not number.is_finite() or not Decimal(least) <= number <= Decimal(most):
            raise Refusal(f"要在 {least} 到 {most} 之间")
        if number != round(number, places):
            raise Refusal(f"最多 {places} 位小数")
        return number

    return parse


def day(cell: str) -> date:
    """2024-05-01, 2024/5/1, 2024.5.1, 2024年5月1日."""
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", cell)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise Refusal("日期写成 2024-05-01 这样") from error


SPELLED = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?秒?|分)?)?"
)
EXAMPLE = datetime(2018, 2, 8, 15, 34, 40, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Moment:
    """A day and an hour: 2018-02-08 15:34:40 and the like, ISO 8601 with its offset, or as `form` says.

    Without an offset it is the local time of `zone`; without an hour it is midnight.
    """

    form: str = ""
    zone: tzinfo = SHANGHAI

    def __call__(self, cell: str) -> datetime:
        try:
            return self._read(cell)
        except (ValueError, OverflowError) as error:
            like = EXAMPLE.strftime(self.form or "%Y-%m-%d %H:%M:%S")
            raise Refusal(f"时间写成 {like} 这样") from error

    def _read(self, cell: str) -> datetime:
        if self.form:
            at = datetime.strptime(cell, self.form)  # noqa: DTZ007  its zone is set below
        else:
            folded = unicodedata.normalize("NFKC", cell)
            found = SPELLED.fullmatch(folded)
            if found is None:
                at = datetime.fromisoformat(folded)
            else:
                year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
                at = datetime(year, month, day, hour, minute, second, tzinfo=self.zone)
        return at if at.tzinfo else at.replace(tzinfo=self.zone)


def one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """`words`: what may be written → what it means."""

    def parse(cell: str) -> str:
        if cell not in words:
            shown = "、".join(word for word in words if not word.isascii())
            raise Refusal(f"只能是：{shown}")
        return words[cell]

    return parse


class Word(str):
    """A word as it stands in the file; `means` is what it is here, "" when nobody said."""

    __slots__ = ("means",)
    means: str


@dataclass(frozen=True)
class Words:
    """Words that mean something here, kept as they are written; one that is not known is taken too."""

    means: Mapping[str, str]
    most: int = 60

    def __call__(self, cell: str) -> Word:
        word = Word(text(self.most)(cell))
        word.means = self.means.get(cell, "")
        return word


@dataclass(frozen=True)
class Column:
    """`name` as in the interface, `title` as a clerk says; `also` are other headings it is found under.

    `never`: it is refused wherever somebody writes into it, and no empty table asks for it.
    """

    name: str
    title: str
    parse: Callable[[str], Any]
    required: bool = False
    also: tuple[str, ...] = ()
    note: str = ""
    example: str = ""
    never: bool = False

    def headings(self) -> set[str]:
        return {heading.casefold() for heading in (self.name, self.title, *self.also)}


def find_columns(
    columns: Sequence[Column], names: Iterable[str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """Our column → the heading in the file. `mapping` says so for headings that differ."""
    by_heading = {plain(name).casefold(): name for name in names if name}
    found: dict[str, str] = {}
    for column in columns:
        wanted = mapping.get(column.name)
        if wanted is not None:
            if plain(wanted).casefold() not in by_heading:
                raise Refusal(f"对照表把 {column.name} 指到“{wanted}”，文件里没有这一列。")
            found[column.name] = by_heading[plain(wanted).casefold()]
            continue
        for heading in sorted(column.headings(), key=lambda word: word != column.name.casefold()):
            if heading in by_heading:
                found[column.name] = by_heading[heading]
                break
    missing = [column for column in columns if column.required and column.name not in found]
    if missing:
        words = "、".join(f"{column.name}（{column.title}）" for column in missing)
        raise Refusal(f"表里缺少列：{words}。用 --template 可以得到一张空表。")
    return found


def values_of(
    columns: Sequence[Column], found: Mapping[str, str], cells: Mapping[str, str]
) -> dict[str, Any]:
    """The row's values by column; None where nothing stands. Refusal with all that is wrong in it."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for column in columns:
        cell = plain(cells[found[column.name]]) if column.name in found else ""
        if not cell:
            values[column.name] = None
            if column.required:
                wrong.append(f"没有写{column.title}")
            continue
        try:
            values[column.name] = column.parse(cell)
        except Refusal as refusal:
            shown = cell if len(cell) <= 20 else f"{cell[:20]}…"
            wrong.append(f"{column.title}“{shown}”：{refusal}")
    if wrong:
        raise Refusal("；".join(wrong))
    return values


def template_csv(columns: Sequence[Column]) -> bytes:
    """Headings and one example row; with a mark that Excel needs to see UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    columns = [column for column in columns if not column.never]
    writer.writerow(column.name for column in columns)
    writer.writerow(column.example for column in columns)
    return out.getvalue().encode("utf-8-sig")


def template_excel(pages: Mapping[str, Sequence[Column]]) -> bytes:
    """One worksheet a page; headings as a clerk says them, each with a note; one example row in grey."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns in pages.items():
        sheet = book.create_sheet(title)
        asked = [column for column in columns if not column.never]
        for place, column in enumerate(asked, start=1):
            head = sheet.cell(1, place, column.title)
            head.font = Font(bold=True)
            head.fill = PatternFill("solid", fgColor="E8EEF4")
            head.alignment = Alignment(wrap_text=True, vertical="top")
            must = "必填。" if column.required else "可以不填。"
            head.comment = Comment(f"{must}{column.note}", "一核")
            example = sheet.cell(2, place, column.example)
            example.font = Font(italic=True, color="767676")
            example.number_format = "@"
            sheet.column_dimensions[get_column_letter(place)].width = 18
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
