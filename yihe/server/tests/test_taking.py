"""`yihe import` and `yihe setup` as somebody types them: what is printed, and the exit code."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from yihe.bodies.models import Seat
from yihe.places.models import Division
from yihe.places.queries import district
from yihe.refusal import Refusal
from yihe.server.taking import set_up, take_file, write_setup_template, write_template
from yihe.topics.models import Topic
from yihe.web import demo_mode
from yihe.web.models import Mark

pytestmark = pytest.mark.django_db
DIVISIONS = """code,level,name,parent_code
440310000000,3,坪山区,440300000000
440310006000,4,龙田街道,440310000000
440310006001,5,龙田社区居委会,440310006000
"""


@pytest.fixture
def divisions(tmp_path: Path) -> Path:
    path = tmp_path / "区划.csv"
    path.write_text(DIVISIONS, encoding="utf-8")
    return path


def run(kind: str, file: Path, **more: Any) -> int:
    asked = {"map": None, "dry_run": False, "keep_good": False, "json": False, "district": None}
    return take_file(Namespace(kind=kind, file=str(file), **{**asked, **more}))


def set_up_from(file: Path) -> int:
    return set_up(Namespace(file=str(file), dry_run=False, json=False, no_topics=False))


def test_json_is_as_the_interface_says(divisions, capsys):
    assert run("divisions", divisions, json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "read": 3, "created": 3, "unchanged": 0, "updated": 0, "refused": [], "notes": [],
    }  # fmt: skip
    assert run("divisions", divisions, json=True) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 3


def test_a_refused_row_stops_all_and_says_how_to_go_on(divisions, capsys):
    divisions.write_text(DIVISIONS + "44,5,甲社区,440310006000\n", encoding="utf-8")
    assert run("divisions", divisions) == 1
    said = capsys.readouterr().out
    assert "第 5 行" in said
    assert "--keep-good" in said
    assert Division.objects.count() == 0
    assert run("divisions", divisions, keep_good=True, json=True) == 1
    assert json.loads(capsys.readouterr().out)["refused"][0]["line"] == 5
    assert Division.objects.count() == 3


def test_headings_that_differ_go_by_a_map(divisions, tmp_path):
    divisions.write_text(
        DIVISIONS.replace("name", "地名").replace("level", "层级"), encoding="utf-8"
    )
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\nname = "地名"\nlevel = "层级"\n', encoding="utf-8")
    with pytest.raises(Refusal, match="缺少列"):
        run("divisions", divisions)
    assert run("divisions", divisions, map=str(mapping)) == 0
    mapping.write_text('[columns]\nnames = "地名"\n', encoding="utf-8")
    with pytest.raises(Refusal, match="不是“区划”表的列"):
        run("divisions", divisions, map=str(mapping))
    mapping.write_text("columns = 3", encoding="utf-8")
    with pytest.raises(Refusal, match="columns"):
        run("divisions", divisions, map=str(mapping))


def test_of_several_districts_one_is_chosen_by_its_code(divisions):
    divisions.write_text(DIVISIONS + "440309000000,3,龙华区,440300000000\n", encoding="utf-8")
    assert run("divisions", divisions) == 0
    assert district() is None
    assert run("divisions", divisions, district="440310") == 0
    assert str(district()) == "坪山区"
    with pytest.raises(Refusal, match="没有区 4403"):
        run("divisions", divisions, district="440399")


def test_templates_are_never_written_over_something(tmp_path, capsys):
    path = tmp_path / "空表.xlsx"
    assert write_template("units", str(path)) == 0
    with pytest.raises(Refusal, match="没有覆盖"):
        write_template("units", str(path))
    assert write_setup_template(str(tmp_path / "设置.xlsx")) == 0
    capsys.readouterr()
    assert write_template("desks", None) == 0
    assert capsys.readouterr().out.startswith("DISPOSE_UNIT_ID,")


def excel(path: Path, **pages: Any) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in pages.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_set_up_from_excel_brings_topics_and_says_what_is_next(divisions, tmp_path, capsys):
    run("divisions", divisions)
    path = excel(
        tmp_path / "设置.xlsx",
        组织=[["组织名称", "类型", "管哪里"], ["区小区治理办", "区治理办", "坪山区"]],
        任职=[
            ["组织名称", "职务", "姓名", "手机号"],
            ["区小区治理办", "管理员", "赵明", "13800000001"],
        ],
    )
    assert set_up_from(path) == 0
    assert "设置好了" in capsys.readouterr().out
    assert Seat.objects.get().person.phone == "13800000001"
    assert Topic.objects.count() > 60
    assert set_up_from(path) == 0  # again: nothing new
    assert Seat.objects.count() == 1


def test_the_demo_is_not_set_up_over(tmp_path):
    Mark.objects.create(pk="demo", at=timezone.now())
    demo_mode.forget()
    with pytest.raises(Refusal, match="演示数据"):
        set_up_from(Path("x.xlsx"))
    demo_mode.forget()
