"""Bodies and who sits there, from a table: what comes in, what is refused with its reason."""

import csv
import io
from datetime import date

import pytest

from yihe.accounts.models import User
from yihe.bodies.imports import TABLES
from yihe.bodies.models import Body, Seat, Secondment
from yihe.bodies.tests.builders import AT, House
from yihe.sheets.columns import template_csv
from yihe.sheets.importing import import_table
from yihe.sheets.reading import read_bytes
from yihe.sheets.report import Report
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
KIND = next(kind for kind in TABLES if kind.name == "bodies")
COMMITTEE = {
    "组织名称": "碧梧里业委会", "类型": "业委会", "管哪里": "碧梧里", "席位数": "5",
    "这一届从": "2026-01-01", "这一届到": "2028-12-31",
}  # fmt: skip


def row(**more: str) -> dict[str, str]:
    return {**COMMITTEE, **more}


def seat(post: str, number: int, **more: str) -> dict[str, str]:
    who = {"职务": post, "姓名": f"某某{number}", "手机号": f"1370000{number:04d}"}
    return {**row(), **who, **more}


def take(*rows: dict[str, str], keep_good: bool = False) -> Report:
    columns = list(dict.fromkeys(name for one in rows for name in one))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    table = read_bytes(out.getvalue().encode())
    return import_table(KIND, table, keep_good=keep_good, acting=SYSTEM, at=AT)


def told(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.refused)


def test_a_committee_comes_in_with_its_term_and_people_and_twice_changes_nothing(house: House):
    rows = [
        row(),
        seat("主任", 1),
        *(seat("委员", number) for number in range(2, 6)),
        seat("候补委员", 6),
    ]
    assert told(take(*rows)) == (7, 0, 0, 0)
    committee = Body.objects.get(name="碧梧里业委会")
    assert (committee.size, committee.compound) == (5, house.compound)
    assert committee.parent == house.near
    assert {one.last_day for one in committee.seats.all()} == {date(2028, 12, 31)}
    assert committee.terms.get().number == 1
    before = Entry.objects.count()
    assert told(take(*rows)) == (0, 0, 7, 0)
    assert Entry.objects.count() == before


def test_a_later_end_extends_and_an_earlier_one_is_for_a_person_to_do(house: House):
    take(seat("主任", 1, 任职到="2027-12-31"))
    assert told(take(seat("主任", 1, 任职到="2028-06-30"))) == (0, 1, 0, 0)
    assert Seat.objects.get(body__name="碧梧里业委会").last_day == date(2028, 6, 30)
    report = take(seat("主任", 1, 任职到="2026-06-30"))
    assert "已经担任这个职务" in report.refused[0][1]


def test_whoever_is_sent_from_above_comes_with_a_task(house: House):
    sent = {
        "组织名称": "碧梧里党支部", "类型": "党支部", "管哪里": "碧梧里", "职务": "第一书记",
        "姓名": "某某9", "手机号": "13700000009", "派出单位": "龙田街道办事处",
        "派来做什么": "跟进停车", "任职到": "2026-12-31",
    }  # fmt: skip
    assert told(take(sent)) == (1, 0, 0, 0)
    assert told(take(sent)) == (0, 0, 1, 0)
    assert Secondment.objects.get().sent_by == house.street


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (row(类型="王国"), "只能是"),
        (row(管哪里="没有这个小区"), "没有小区"),
        (row(席位数="零"), "要写整数"),
        (row(这一届到=""), "两头都要写"),
        (row(这一届到="2026-01-01"), "任期结束要晚于开始"),
        (row(职务="主任"), "要写姓名和手机号"),
        (row(姓名="某某1"), "没有写职务"),
        (seat("主任", 1, 手机号="123"), "手机号"),
        (seat("监事", 1), "没有这个职务"),
        (seat("楼栋长", 1), "负责哪一栋"),
        (seat("主任", 1, 任职到="2025-01-01"), "任期结束要晚于开始"),
        (row(组织名称="队", 类型="小组"), "请选这个小组"),
        (row(组织名称="碧梧里党支部"), "已经有了，是小区党支部"),
        (row(成立日期="2030-01-01"), "还没有到"),
    ],
)
def test_every_refused_line_says_why_and_nothing_of_it_stays(house: House, wrong, words):
    bodies, seats, people = Body.objects.count(), Seat.objects.count(), User.objects.count()
    report = take(wrong)
    assert [line for line, _ in report.refused] == [2]
    assert words in report.refused[0][1]
    assert (Body.objects.count(), Seat.objects.count()) == (bodies, seats)
    assert User.objects.count() == people


def test_good_lines_are_kept_where_that_was_asked_for(house: House):
    report = take(seat("主任", 1), seat("主任", 2), seat("委员", 3), keep_good=True)
    assert told(report) == (2, 0, 0, 1)
    assert "主任已经有人担任" in report.refused[0][1]
    assert Seat.objects.filter(body__name="碧梧里业委会").count() == 2


def test_political_status_is_refused_and_no_empty_table_asks_for_it(house: House):
    for heading in ("政治面貌", "是否党员", "入党时间"):
        report = take(seat("主任", 1, **{heading: "中共党员"}), keep_good=True)
        assert "不从表格里收" in report.refused[0][1]
    assert not Seat.objects.filter(body__name="碧梧里业委会").exists()
    empty = template_csv(KIND.columns).decode("utf-8-sig")
    assert "political" not in empty
    assert "size" in empty
