"""Tables as people save them: encodings, packing, broken files, and what a row must hold."""

import contextlib
import gzip
import io
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from yihe.refusal import Refusal
from yihe.sheets.columns import (
    Column,
    day,
    decimal,
    find_columns,
    one_of,
    plain,
    template_csv,
    template_excel,
    text,
    values_of,
    whole,
)
from yihe.sheets.reading import read_bytes, read_file

TEXT = "name,area\n龙田社区,12.50\n老坑社区,\n"


def rows(data: bytes) -> list[dict[str, str]]:
    return [row.cells for row in read_bytes(data).rows]


def excel(*lines: list[object]) -> bytes:
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding):
    assert rows(TEXT.encode(encoding))[0] == {"name": "龙田社区", "area": "12.50"}


ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("head", "rows", "words"),
    [
        (f'<!DOCTYPE x [<!ENTITY a "haha">{LAUGHS}]>', ROW.replace("name", "&j;"), "打不开"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', ROW.replace("name", "&a;"), "打不开"),
        ("", ROW + '<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>', "打不开"),
        ("", ROW + '<row r="2"><c r="XFD2"><v>1</v></c></row>' * 20_000, ""),
        ("", ROW + '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>', ""),
    ],
    ids=["entities", "files", "columns", "width", "height"],
)  # fmt: skip
def test_a_poisoned_workbook_is_refused_or_read_in_a_moment(head, rows, words):
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'{head}<worksheet xmlns="{name}"><sheetData>{rows}</sheetData></worksheet>'
    made, data = zipfile.ZipFile(io.BytesIO(excel(["name"]))), io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for one in made.namelist():
            archive.writestr(
                one, sheet if "sheet1" in one and "rels" not in one else made.read(one)
            )
    start = time.perf_counter()
    if words:
        with pytest.raises(Refusal, match=words):
            list(read_bytes(data.getvalue()).rows)
    else:
        assert list(read_bytes(data.getvalue()).rows) == []
    assert time.perf_counter() - start < 10


NAME = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"


def changed(*, drop: str = "", **parts: str) -> bytes:
    """A workbook in which parts are missing or say something else."""
    named = {"sheet": SHEET, "book": BOOK, "styles": STYLES, "types": "[Content_Types].xml"}
    new = {named[name]: text for name, text in parts.items()}
    made, data = zipfile.ZipFile(io.BytesIO(excel(["name"], ["x"]))), io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in made.namelist():
            if one != named.get(drop, drop):
                archive.writestr(one, new.get(one, made.read(one)))
    return data.getvalue()


def sheet(more: str) -> str:
    return f'<worksheet xmlns="{NAME}"><sheetData>{ROW}{more}</sheetData></worksheet>'


def cell(value: str, kind: str = "n") -> bytes:
    return changed(sheet=sheet(f'<row r="2"><c r="A2" t="{kind}"><v>{value}</v></c></row>'))


DEEP = "<a>" * 100_000 + "</a>" * 100_000
LOCKED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (changed(sheet=sheet(f'<row r="2"><c r="A2">{DEEP}</c></row>')), "打不开"),
        (changed(book=DEEP), "打不开"),
        (changed(types=DEEP), "打不开"),
        (changed(sheet=sheet('<row r="-5"><c r="A-5"><v>1</v></c></row>')), "打不开"),
        (changed(sheet=sheet('<row r="x"><c r="A1"><v>1</v></c></row>')), "打不开"),
        (changed(sheet=f'<worksheet xmlns="{NAME}"><dimension ref="A1:A-5"/></worksheet>'), "打不开"),
        (cell("9" * 400_000), "打不开"),
        (cell("nan"), "打不开"),
        (cell("99999", "s"), "打不开"),
        (cell("9999999-99-99", "d"), "打不开"),
        (changed(drop="book"), "打不开"),
        (changed(drop="types"), "打不开"),
        (changed(drop="xl/_rels/workbook.xml.rels"), "打不开"),
        (changed(drop="sheet"), "没有工作表"),
        (changed(book=f'<workbook xmlns="{NAME}"><sheets/></workbook>'), "没有工作表"),
        (changed(styles=f'<styleSheet xmlns="{NAME}"><fonts><font><sz val="x"/></font></fonts></styleSheet>'),
         "打不开"),
        (excel(["name"], ["x"])[:-200], "打不开"),
        (excel(["name"], ["x"])[:3000], "打不开"),
        (LOCKED, "密码"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "编码"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 9, "编码"),
        (gzip.compress(gzip.compress(TEXT.encode())), "编码"),
        (b"name\n" + b"a" * 10_000_000, "第 2 行"),
        (b'name\n"' + b"a\n" * 5_000_000, "第 2 行"),
        (b"a" * 10_000_000, "第 1 行"),
        ("name\n龙田社区\n".encode() + "老坑社区\n".encode("gb18030"), "第 2 行是 UTF-8"),
        (b"\xff\xfe" + "name\n".encode("utf-16-le") + b"\x00\xd8\n\x00", "编码"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_broken_or_made_to_harm_is_refused_in_words(data, words):
    with pytest.raises(Refusal, match=words):
        list(read_bytes(data).rows)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (cell("#REF!", "e"), "#REF!"),
        (changed(sheet=sheet('<row r="2"><c r="A2" s="99999"><v>1</v></c></row>')), "1"),
        (changed(drop="styles"), "x"),
        (gzip.compress(excel(["name"], ["x"])), "x"),
    ],
    ids=["error", "style", "no styles", "packed"],
)
def test_what_is_odd_and_harmless_is_read(data, found):
    assert rows(data) == [{"name": found}]


def test_elements_without_end_are_not_read(monkeypatch):
    monkeypatch.setattr("yihe.sheets.reading.MOST_ELEMENTS", 1000)
    with pytest.raises(Refusal, match="太大"):
        read_bytes(changed(sheet=sheet("<row/>" * 1000)))


def test_packed_and_excel_files_are_told_by_content(tmp_path):
    assert rows(gzip.compress(TEXT.encode()))[1] == {"name": "老坑社区", "area": ""}
    data = excel(["name", "code"], ["龙田社区", 440310006001.0], ["日", date(2024, 5, 1)])
    path = tmp_path / "名单.csv"  # the name says nothing
    path.write_bytes(data)
    found = [row.cells for row in read_file(path).rows]
    assert found == [
        {"name": "龙田社区", "code": "440310006001"},
        {"name": "日", "code": "2024-05-01"},
    ]


def test_other_delimiters_quoted_lines_and_blank_rows():
    found = list(read_bytes('name;words\n\n"甲";"一\n二"\n;\n乙;三\n'.encode()).rows)
    assert [(row.line, row.cells["words"]) for row in found] == [(3, "一\n二"), (6, "三")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\n\n", "空的"),
        (b"\xff\xff\xff\xff\x81", "编码"),
        (b"PK\x03\x04broken", "打不开"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], "压缩文件坏了"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "旧版"),
        (b"name,name\n1,2\n", "两次"),
        ((",".join(f"c{n}" for n in range(300)) + "\n").encode(), "不像"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data, words):
    with pytest.raises(Refusal, match=words):
        list(read_bytes(data).rows)


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("yihe.sheets.reading.MOST_BYTES", 100_000)
    with pytest.raises(Refusal, match="太大"):
        read_bytes(gzip.compress(b"a," * 200_000))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    with pytest.raises(Refusal, match="太大"):
        read_bytes(out.getvalue())


def test_rows_that_do_not_fit_say_why():
    found = list(read_bytes(b"a,b\n1,2,3\n1,\x00\n1\n").rows)
    assert ["格" in row.trouble for row in found] == [True, False, False]
    assert "乱码" in found[1].trouble
    assert found[2].cells == {"a": "1", "b": ""}


@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise_anything_but_a_refusal(data):
    with contextlib.suppress(Refusal):
        list(read_bytes(data).rows)


COLUMNS = (
    Column("name", "名称", text(6), required=True, also=("小区名称",)),
    Column("area", "面积", decimal("0", "1000", 2)),
    Column("floor", "楼层", whole(-3, 99)),
    Column("since", "日期", day),
    Column("kind", "类型", one_of({"商品房": "commercial"})),
)


def test_columns_are_found_by_any_of_their_names_or_by_the_map():
    assert find_columns(COLUMNS, ["小区名称", "面积"], {}) == {"name": "小区名称", "area": "面积"}
    assert find_columns(COLUMNS, ["楼盘"], {"name": "楼盘"}) == {"name": "楼盘"}
    with pytest.raises(Refusal, match="name（名称）"):
        find_columns(COLUMNS, ["楼盘"], {})
    with pytest.raises(Refusal, match="没有这一列"):
        find_columns(COLUMNS, ["楼盘"], {"name": "盘"})


def test_cells_are_read_as_people_write_them():
    names = {column.name: column.name for column in COLUMNS}
    cells = {
        "name": " 路灯&#40;甲&#41; ",
        "area": "１,０12.5㎡",
        "floor": "-1",
        "since": "2024年5月1日",
    }
    cells["area"] = "１12.5㎡"
    assert values_of(COLUMNS, names, {**cells, "kind": "商品房"}) == {
        "name": "路灯(甲)",
        "area": Decimal("112.5"),
        "floor": -1,
        "since": date(2024, 5, 1),
        "kind": "commercial",
    }


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ({"name": ""}, "没有写名称"),
        ({"name": "一二三四五六七"}, "超过 6 个字"),
        ({"area": "很大"}, "要写数字"),
        ({"area": "NaN"}, "要在"),
        ({"area": "1.234"}, "2 位小数"),
        ({"floor": "1.5"}, "整数"),
        ({"floor": "100"}, "要在"),
        ({"since": "2024-02-30"}, "日期写成"),
        ({"kind": "别墅"}, "只能是：商品房"),
    ],
)
def test_each_wrong_cell_is_named_with_its_reason(cell, words):
    names = {column.name: column.name for column in COLUMNS}
    whole_row = {"name": "甲", "area": "", "floor": "", "since": "", "kind": "", **cell}
    with pytest.raises(Refusal, match=words):
        values_of(COLUMNS, names, whole_row)


def test_invisible_characters_do_not_make_another_name():
    assert plain("\u200b龙田\ufeff社区\x07 ") == "龙田社区"
    assert plain("&amp;#40;") == "("


def test_templates_can_be_read_again():
    assert read_bytes(template_csv(COLUMNS)).columns == ("name", "area", "floor", "since", "kind")
    data = template_excel({"小区": COLUMNS, "房屋": COLUMNS[:2]})
    assert load_workbook(io.BytesIO(data)).sheetnames == ["小区", "房屋"]
    assert read_bytes(data, sheet="房屋").columns == ("名称", "面积")
