"""A table from a file: CSV (also .gz; UTF-8, UTF-16 or GB18030) or Excel. Told by content, not by name."""

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from openpyxl import load_workbook

from yihe.refusal import Refusal

MOST_BYTES = 400_000_000  # unpacked: what a table of a city never reaches and a zip bomb does
MOST_COLUMNS = 200
MOST_ROWS = 2**20  # of a worksheet
MOST_ELEMENTS = 30_000_000  # of one part: a million rows of ten cells
MOST_DEPTH = 60  # elements inside elements; a workbook has about ten, and openpyxl is slow on more
MOST_CELL = 100_000
DELIMITERS = ",\t;"


@dataclass(frozen=True)
class Row:
    """One row as text by column name; `line` is where it stands in the file, the first line being 1.

    `trouble` says why the row cannot be read at all.
    """

    line: int
    cells: dict[str, str]
    trouble: str = ""


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: Iterable[Row]
    digest: str = ""  # SHA-256 of the file as it came


def read_file(path: Path, *, sheet: str | None = None) -> Table:
    """The table in a file; Refusal in words when there is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refusal("文件太大了，请分成几个文件。")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal(f"没有找到文件 {path}。") from error
    except IsADirectoryError as error:
        raise Refusal(f"{path} 是文件夹，请写文件名。") from error
    except PermissionError as error:
        raise Refusal(f"没有权限读 {path}。") from error
    return read_bytes(data, sheet=sheet)


def read_bytes(data: bytes, *, sheet: str | None = None) -> Table:
    """The table in these bytes. `sheet` names a worksheet of an Excel file; the first one otherwise."""
    digest = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data)
    if data[:4] == b"PK\x03\x04":
        return replace(_excel(data, sheet), digest=digest)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refusal("这个表格加了密码。请在 Excel 里去掉密码，另存一份再导入。")
        raise Refusal("这是旧版 Excel（.xls）。请另存为 .xlsx 或 CSV 再导入。")
    return replace(_csv(_decoded(data)), digest=digest)


def sheet_names(data: bytes) -> list[str]:
    """The worksheets of an Excel file."""
    return list(_workbook(data).sheetnames)


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            plain = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal("压缩文件坏了，请重新压缩或解开后再导入。") from error
    if len(plain) > MOST_BYTES:
        raise Refusal("解开后太大了，请分成几个文件。")
    return plain


def _decoded(data: bytes) -> str:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    order = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in order:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and (line := _of_another_encoding(data)):
            raise Refusal(f"第 {line} 行是 UTF-8，别的行不是。请把整个文件存成一种编码再导入。")
        return text
    raise Refusal("文件的编码看不懂。请存成 UTF-8 或 GB18030 的 CSV，或者 Excel。")


def _of_another_encoding(data: bytes) -> int:
    """The first line that is UTF-8 beyond chance in a file that as a whole is not; 0 when there is none."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.isascii():
            try:
                text = line.decode()
            except UnicodeDecodeError:
                continue
            if sum(char > "\u07ff" for char in text) >= 4:
                return number
    return 0


def _csv(text: str) -> Table:
    head = text.lstrip("\r\n").split("\n", 1)[0]
    if not head.strip():
        raise Refusal("文件是空的。")
    delimiter = max(DELIMITERS, key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    csv.field_size_limit(max(MOST_CELL * 4, csv.field_size_limit()))

    def records() -> Iterator[tuple[int, list[str]]]:
        line = 1
        while True:
            try:
                cells = next(lines)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refusal(f"第 {line} 行起读不下去，请检查引号是否成对。") from error
            yield line, cells
            line = lines.line_num + 1

    return _table(records())


BROKEN = "表格打不开，可能坏了。请在 Excel 里打开后另存一份。"


def _workbook(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise Refusal("表格解开后太大了，请分成几个文件。")
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        _look_through(part)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        if not book.worksheets:
            raise Refusal("这个 Excel 文件里没有工作表。")
    except Refusal:
        raise
    except Exception as error:  # a spoilt or poisoned workbook makes openpyxl raise anything
        raise Refusal(BROKEN) from error
    return book


def _look_through(part: IO[bytes]) -> None:
    """Before anything is built of it: no document type (entities, other files), no depth without end."""
    depth = seen = 0

    def begin(*_: object) -> None:
        nonlocal depth, seen
        depth += 1
        seen += 1
        if depth > MOST_DEPTH:
            raise Refusal(BROKEN)
        if seen > MOST_ELEMENTS:
            raise Refusal("表格太大了，请分成几个文件。")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise Refusal(BROKEN)

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler = begin, end
    reader.StartDoctypeDeclHandler = refuse
    reader.ParseFile(part)


def _excel(data: bytes, sheet: str | None) -> Table:
    book = _workbook(data)
    if sheet is not None and sheet not in book.sheetnames:
        raise Refusal(f"Excel 里没有“{sheet}”这一页。")
    found = book[sheet] if sheet is not None else book.worksheets[0]

    def records() -> Iterator[tuple[int, list[str]]]:
        # A sheet may declare a size that it does not have, or a cell at the end of the world.
        found.reset_dimensions()
        rows = found.iter_rows(max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS, values_only=True)
        try:
            for line, cells in enumerate(rows, start=1):
                if cells.count(None) < len(cells):
                    yield line, _trimmed([_cell(value) for value in cells])
        except Exception as error:  # as above
            raise Refusal(BROKEN) from error

    return _table(records())


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: object) -> str:
    """As a person typed it: 440310000000.0 is a code, a date has no hours."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        plain = value.hour == value.minute == value.second == 0
        return value.date().isoformat() if plain else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _table(records: Iterator[tuple[int, list[str]]]) -> Table:
    """The first row with anything in it names the columns."""
    names: list[str] = []
    for _, cells in records:
        names = [cell.strip() for cell in cells]
        while names and not names[-1]:
            names.pop()
        if names:
            break
    if not names:
        raise Refusal("文件是空的。")
    if len(names) > MOST_COLUMNS:
        raise Refusal(f"表头有 {len(names)} 列，这不像是要导入的表。")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Refusal(f"表头里“{twice[0]}”出现了两次，请改名或删去一列。")
    return Table(tuple(names), _rows(names, records))


def _rows(names: list[str], records: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        spare = [cell for cell in cells[len(names) :] if cell.strip()]
        trouble = ""
        if spare:
            trouble = f"这一行有 {len(cells)} 格，表头只有 {len(names)} 列。"
        elif any("\x00" in cell for cell in cells):
            trouble = "这一行有看不见的乱码（空字符）。"
        elif any(len(cell) > MOST_CELL for cell in cells):
            trouble = f"有一格超过 {MOST_CELL} 个字。"
        padded = [*cells, *[""] * (len(names) - len(cells))]
        yield Row(line, dict(zip(names, padded, strict=False)), trouble)
