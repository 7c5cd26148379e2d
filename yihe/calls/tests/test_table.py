"""The list as a file: the same rows, no persons, no formulas, and an act."""

import csv
import io

import pytest
from openpyxl import load_workbook

from yihe.calls.models import Call, Channel
from yihe.calls.tests.builders import acting_as
from yihe.people.tests.helpers import browser, queries
from yihe.sheets.writing import as_csv, as_excel, defused
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_holds_what_the_list_holds_and_leaves_a_trail(district):
    district.raised(text="=HYPERLINK(1) 电话 13800138000，人 的电梯坏了")
    district.raised(text="路灯不亮")
    page = browser(district.community_clerk)
    rows = rows_of(page.get("/all/calls.csv?state=any"))
    assert len(rows) == 3
    assert "路灯不亮" in rows[1][3]
    assert rows[2][3].startswith("'=")
    assert "13800138000" not in str(rows)
    assert str(district.resident.phone) not in str(rows)
    [entry] = Entry.objects.filter(act="calls.export")
    assert entry.numbers == {"rows": 2}


def test_excel_keeps_texts_as_texts(district):
    district.raised(text="=1+1")
    answer = browser(district.community_clerk).get("/all/calls.xlsx?state=any")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cell = sheet.cell(2, 4)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_is_narrowed_as_the_list_is(district):
    district.raised(text="路灯不亮")
    page = browser(district.community_clerk)
    assert len(rows_of(page.get("/all/calls.csv?state=over"))) == 1
    assert len(rows_of(page.get("/all/calls.csv?state=any&q=路灯"))) == 2


def test_is_there_for_seats_alone(district):
    for person in (district.resident, district.outsider):
        assert browser(person).get("/all/calls.csv").status_code == 404
    assert browser(district.community_clerk).get("/all/calls.pdf").status_code == 404


def test_shows_no_complaint_to_whom_it_is_about(district):
    call = district.raised(about=district.company, text="物业不管事，投诉。")
    rows = rows_of(browser(district.manager).get("/all/calls.csv?state=any"))
    assert call.number not in str(rows)


def test_asks_as_often_for_many_rows(district):
    page = browser(district.community_clerk)
    district.raised(text="一件")
    few = queries(lambda: page.get("/all/calls.csv?state=any"))
    for number in range(12):
        district.raised(text=f"又一件 {number}", acting=acting_as(district.resident))
    assert queries(lambda: page.get("/all/calls.csv?state=any")) == few


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_reckon_with_is_defused(text):
    assert defused(text) == f"'{text}"
    [_, [cell]] = csv.reader(io.StringIO(as_csv(["a"], [[text]]).decode("utf-8-sig"), newline=""))
    assert cell == f"'{text}"
    sheet = load_workbook(io.BytesIO(as_excel("a", ["a"], [[text + "x\x00"]]))).active
    assert sheet is not None
    assert (sheet.cell(2, 1).data_type, "\x00" in str(sheet.cell(2, 1).value)) == ("s", False)


def test_a_call_of_the_past_says_what_it_was(district):
    call = district.raised()
    Call.objects.filter(pk=call.pk).update(
        channel=Channel.IMPORT, status="past", text="", due_at=None, wake_at=None
    )
    rows = rows_of(browser(district.district_clerk).get("/all/calls.csv?state=any"))
    assert "导入的旧呼叫" in rows[1][3]
