"""Divisions, desks, catalogue, compounds and units from tables: made-up ones and the real ones."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from yihe.bodies.founding import begin_house, found_from_excel
from yihe.bodies.models import Alias, Body, Seat
from yihe.places.models import Compound, Division, StageChange, Unit
from yihe.places.queries import district, divisions
from yihe.portal.tables import TABLES
from yihe.refusal import Refusal
from yihe.sheets.importing import import_table
from yihe.sheets.reading import read_bytes, read_file
from yihe.sheets.report import Report
from yihe.topics.models import Route, Topic
from yihe.topics.starter import load_starter
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db

DIVISIONS = """code,level,name,parent_code
440310006001,5,龙田社区居委会,440310006000
440310006002,5,老坑社区居委会,440310006000
440310006000,4,龙田街道,440310000000
440310000000,3,坪山区,440300000000
"""


def take(kind: str, data: str | bytes, **more: Any) -> Report:
    data = data.encode() if isinstance(data, str) else data
    return import_table(TABLES[kind], read_bytes(data), acting=SYSTEM, at=timezone.now(), **more)


def numbers(report: Report) -> tuple[int, int, int, int, int]:
    return (
        report.read,
        report.created,
        report.updated,
        report.unchanged,
        len(report.refused),
    )


def reasons(report: Report) -> str:
    return " ".join(f"{line}:{reason}" for line, reason in report.refused)


def test_divisions_come_in_any_order_and_twice_change_nothing():
    assert numbers(take("divisions", DIVISIONS)) == (4, 4, 0, 0, 0)
    assert str(district()) == "坪山区"
    assert [(one.name, one.path) for one in divisions(5)] == [
        ("龙田社区", "440310/006/001"),
        ("老坑社区", "440310/006/002"),
    ]
    before = Entry.objects.count()
    assert numbers(take("divisions", DIVISIONS)) == (4, 0, 0, 4, 0)
    assert Entry.objects.count() == before
    report = take("divisions", DIVISIONS.replace("老坑社区居委会", "新坑社区居委会"))
    assert numbers(report) == (4, 0, 1, 3, 0)


def test_a_wrong_row_stops_all_or_only_itself():
    wrong = DIVISIONS + "44031000600X,5,甲社区,440310006000\n440310009001,5,乙社区,440310009000\n"
    wrong += "440310006001,5,别名社区,440310006000\n"
    report = take("divisions", wrong)
    assert [line for line, _ in report.refused] == [6, 7, 8]
    assert "代码" in reasons(report)
    assert "不在表里" in reasons(report)
    assert "和第 2 行重复" in reasons(report)
    assert not report.kept
    assert Division.objects.count() == 0
    report = take("divisions", wrong, keep_good=True)
    assert report.kept
    assert Division.objects.count() == 4
    assert numbers(take("divisions", DIVISIONS, dry_run=True)) == (4, 0, 0, 4, 0)


def test_dry_run_writes_nothing():
    assert numbers(take("divisions", DIVISIONS, dry_run=True)) == (4, 4, 0, 0, 0)
    assert Division.objects.count() == 0
    assert Entry.objects.count() == 0


DESKS = """DISPOSE_UNIT_ID,DISPOSE_UNIT_NAME,UNIT_LEVEL
1804,龙田社区,社区
1804,龙田社区（龙田街道办事处）,社区
1801,市政服务中心（龙田街道办事处）,街道
9466,城建办,区部门
9466,城建办（龙田街道办事处）,街道
1555,住房和建设局,区部门
8454,坪山自来水有限公司,公用企业
"""


def test_a_desk_is_its_id_and_spellings_are_aliases():
    take("divisions", DIVISIONS)
    assert numbers(take("desks", DESKS)) == (7, 5, 2, 0, 0)
    assert numbers(take("desks", DESKS)) == (7, 0, 0, 7, 0)
    desks = {body.code: body for body in Body.objects.all()}
    assert (desks["1804"].level, desks["1804"].scope) == (1, "440310/006/001")
    assert (desks["9466"].level, desks["9466"].scope) == (2, "440310/006")
    assert (desks["8454"].kind, desks["8454"].level) == ("utility", 3)
    assert Alias.objects.get(body=desks["9466"]).name == "城建办（龙田街道办事处）"
    with pytest.raises(Refusal, match="缺少列"):
        take("desks", "id\n1\n")
    assert "级别" in reasons(take("desks", DESKS + "7,某局,市部门\n"))


def test_desks_without_divisions_are_refused_in_words():
    with pytest.raises(Refusal, match="先导入区划"):
        take("desks", DESKS)


CATALOGUE = """EVENT_TYPE_ID,EVENT_TYPE_NAME,MAIN_TYPE_ID,MAIN_TYPE_NAME,SUB_TYPE_ID,SUB_TYPE_NAME,top_unit,top_unit_share
6,市政设施,185,公用部件,633,路灯&#40;灯光&#41;井盖,市政服务中心（龙田街道办事处）,0.4
6,市政设施,185,公用部件,633,路灯(灯光)井盖,市政服务中心（龙田街道办事处）,0.4
6,市政设施,185,公用部件,634,消火栓,坪山自来水有限公司,0.9
6,市政设施,185,公用部件,700,消火栓,没有的单位,0.9
"""


def test_repeated_and_contradicting_topics_are_merged():
    take("divisions", DIVISIONS)
    take("desks", DESKS)
    report = take("catalogue", CATALOGUE)
    assert numbers(report) == (4, 2, 1, 1, 0)
    assert any("没有的单位" in note for note in report.notes)
    assert numbers(take("catalogue", CATALOGUE)) == (4, 0, 0, 4, 0)
    lamp, hydrant = Topic.objects.filter(depth=3).order_by("code")
    assert (lamp.name, lamp.starts_at) == ("路灯(灯光)井盖", 1)  # four in ten is not usual
    assert (hydrant.name, hydrant.starts_at) == ("消火栓", 3)
    assert [alias.code for alias in hydrant.aliases.all()] == ["6-185-700"]
    assert {(route.place, route.level) for route in Route.objects.all()} == {
        ("440310/006", 2),
        ("", 3),
    }


COMPOUNDS = """名称,街道,社区,类型,阶段,阶段开始日期,户数,建筑面积
印象家园,龙田街道,龙田社区,商品房,已入住,2016-05-01,4389,611000
聚龙花园,龙田街道,老坑,保障房,入伙中,2026/3/1,820,
"""


def test_compounds_in_chinese_headings_with_corrections_and_history():
    take("divisions", DIVISIONS)
    assert numbers(take("compounds", COMPOUNDS.encode("gb18030"))) == (2, 2, 0, 0, 0)
    assert numbers(take("compounds", COMPOUNDS)) == (2, 0, 0, 2, 0)
    found = Compound.objects.get(name="印象家园")
    assert (found.code, found.households, found.floor_area) == (
        "440310006001-01",
        4389,
        Decimal("611000.00"),
    )
    assert found.path == "440310/006/001/440310006001-01"
    moved = COMPOUNDS.replace("入伙中,2026/3/1", "已入住,2026/9/1").replace("4389", "4390")
    assert numbers(take("compounds", moved)) == (2, 0, 2, 0, 0)
    assert StageChange.objects.filter(compound__name="聚龙花园").count() == 2
    back = take("compounds", moved.replace("已入住,2016-05-01", "在建,2016-05-01"))
    assert "不能直接改成" in reasons(back)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("甲苑,,,,,,,", "没有写社区"),
        ("甲苑,,没有社区,,,,,", "本区没有社区"),
        ("甲苑,坑梓街道,龙田社区,,,,,", "本区没有社区"),
        (",,龙田社区,,,,,", "没有写名称"),
        ("甲苑,,龙田社区,别墅,,,,", "只能是"),
        ("甲苑,,龙田社区,,,2999-01-01,,", "还没有到"),
        ("甲苑,,龙田社区,,,,-5,", "要在 0 到"),
        ("印象家园,,龙田社区,,,,,", "同一个小区"),
    ],
)
def test_each_refused_compound_says_why_and_nothing_is_half_done(row, reason):
    take("divisions", DIVISIONS)
    report = take("compounds", COMPOUNDS + row + "\n")
    assert [line for line, _ in report.refused] == [4]
    assert reason in reasons(report)
    assert Compound.objects.count() == 0


UNITS = """小区,楼栋,单元,房号,楼层,面积,用途
印象家园,3,2,1502,15,89.12,住宅
印象家园,3栋,2单元,1503,15,76.5㎡,
印象家园,3,,P12,,12.5,车位
"""


def test_units_bring_their_buildings_and_entrances():
    take("divisions", DIVISIONS)
    take("compounds", COMPOUNDS)
    assert numbers(take("units", UNITS)) == (3, 3, 0, 0, 0)
    assert numbers(take("units", UNITS)) == (3, 0, 0, 3, 0)
    labels = sorted(Unit.objects.values_list("label", flat=True))
    assert labels == ["3栋2单元1502", "3栋2单元1503", "3栋P12"]
    assert Unit.objects.get(name="1503").area == Decimal("76.5")
    assert Unit.objects.get(name="1502").building.floors == 15
    assert numbers(take("units", UNITS.replace("89.12", "90.12"))) == (3, 0, 1, 2, 0)
    report = take("units", UNITS + "别的苑,1,1,101,1,50,\n印象家园,3,2,1502,15,88,\n")
    assert "没有小区" in reasons(report)
    assert "和第 2 行重复" in reasons(report)


def test_large_lists_do_not_ask_row_by_row(django_assert_max_num_queries):
    take("divisions", DIVISIONS)
    take("compounds", COMPOUNDS)
    rows = "".join(
        f"印象家园,{1 + n % 3},1,{1 + n // 4:02d}0{1 + n % 4},{1 + n // 4},80,\n"
        for n in range(600)
    )
    with django_assert_max_num_queries(40):
        assert take("units", UNITS.splitlines()[0] + "\n" + rows).created > 500


# set-up ----------------------------------------------------------------------------------------


def test_a_house_begins_with_a_district_its_offices_and_an_administrator():
    take("divisions", DIVISIONS)
    made = begin_house(
        code="440310", administrator="赵明", phone="13800000001", offices=True,
        acting=SYSTEM, at=timezone.now(),
    )  # fmt: skip
    assert made == 5  # conference, office, one street, two communities
    again = begin_house(
        code="440310", administrator="赵明", phone="13800000001", offices=True,
        acting=SYSTEM, at=timezone.now(),
    )  # fmt: skip
    assert again == 0
    seat = Seat.objects.get()
    assert (seat.post, seat.body.name, seat.person.works) == ("administrator", "区小区治理办", True)
    assert load_starter(acting=SYSTEM, at=timezone.now()) > 60
    assert Topic.objects.filter(emergency=True).exists()


def setup_book(**pages: Any) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in pages.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BODIES: list[list[Any]] = [
    ["组织名称", "类型", "管哪里", "对外电话"],
    ["龙田社区党委", "社区", "龙田社区", "0755-00000001"],
    ["区小区治理办", "区治理办", "坪山区", None],
    ["龙田街道办事处", "街道", "440310006000", None],
    ["区住房和建设局", "区部门", "坪山区", None],
]
SEATS: list[list[Any]] = [
    ["组织名称", "职务", "姓名", "手机号"],
    ["区小区治理办", "管理员", "赵明", 13800000001],
    ["龙田社区党委", "经办人", "孙禾", "138 0000 0002"],
]


def test_set_up_from_excel_is_all_or_nothing_and_can_be_repeated():
    division_rows = list(csv.reader(io.StringIO(DIVISIONS)))
    data = setup_book(区划=division_rows, 组织=BODIES, 任职=SEATS)
    founding = found_from_excel(data, at=timezone.now())
    assert founding.refused == []
    assert founding.kept
    community = Body.objects.get(name="龙田社区党委")
    street = Body.objects.get(name="龙田街道办事处")
    assert community.parent == street
    assert street.parent == Body.objects.get(name="区小区治理办")
    again = found_from_excel(data, at=timezone.now())
    assert [report.created for report in again.pages.values()] == [0, 0, 0]
    wrong = [
        *SEATS,
        ["没有的组织", "经办人", "周一", "13800000003"],
        ["龙田社区党委", "主任", "周二", "1380"],
    ]
    founding = found_from_excel(setup_book(组织=BODIES, 任职=wrong), at=timezone.now())
    assert [(page, line) for page, line, _ in founding.refused] == [("任职", 4), ("任职", 5)]
    assert Seat.objects.count() == 2


def test_set_up_without_an_administrator_is_refused():
    take("divisions", DIVISIONS)
    founding = found_from_excel(
        setup_book(组织=BODIES, 任职=[SEATS[0], SEATS[2]]), at=timezone.now()
    )
    assert "还没有管理员" in founding.refused[0][2]
    assert Body.objects.count() == 0
    with pytest.raises(Refusal, match="没有“任职”"):
        found_from_excel(setup_book(组织=BODIES), at=timezone.now())


# the real tables -------------------------------------------------------------------------------


def test_the_real_city_its_desks_and_its_catalogue(shared):
    files = {
        "divisions": shared("data/divisions/shenzhen_divisions_2023.csv"),
        "desks": shared("data/pingshan/dispose_units.csv"),
        "catalogue": shared("data/pingshan/category_catalogue.csv"),
    }
    first = {
        "divisions": (877, 877, 0, 0, 0),
        "desks": (149, 115, 34, 0, 0),
        "catalogue": (349, 346, 3, 0, 0),
    }
    for kind, path in files.items():
        report = import_table(TABLES[kind], read_file(path), acting=SYSTEM, at=timezone.now())
        assert numbers(report) == first[kind]
    for kind, path in files.items():
        report = import_table(TABLES[kind], read_file(path), acting=SYSTEM, at=timezone.now())
        assert numbers(report) == (first[kind][0], 0, 0, first[kind][0], 0)
    assert str(district()) == "坪山区"
    assert Division.objects.get(code="440300000000").level == 2
    assert divisions(5).filter(name="六联社区").exists()
    lying_somewhere = Body.objects.exclude(level=None)
    assert lying_somewhere.filter(level=1).exclude(scope__startswith="440310/").count() == 0
    assert not Topic.objects.filter(name__contains="&#").exists()
