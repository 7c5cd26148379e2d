"""Divisions, compounds and units from tables."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yihe.places.actions import (
    UnitLine,
    add_compound,
    change_compound,
    enter_stage,
    put_divisions,
    put_units,
    settle_in,
)
from yihe.places.models import Compound, Division, Kind, Stage, Unit
from yihe.places.queries import district
from yihe.places.rules import may_follow, read_outline
from yihe.refusal import Refusal
from yihe.sheets.columns import Column, day, decimal, one_of, text, whole
from yihe.sheets.importing import Kind as Table
from yihe.sheets.importing import Line
from yihe.sheets.report import Report
from yihe.trail.acting import Acting


def _code(cell: str) -> str:
    """Six, nine or twelve digits of the national code, as twelve."""
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", cell) or not cell.isascii():
        raise Refusal("区划代码是 6、9 或 12 位数字")
    return cell.ljust(12, "0")


DIVISIONS = (
    Column("code", "区划代码", _code, required=True, also=("代码",), example="440310006001"),
    Column("level", "级别", whole(1, 5), required=True, note="1 省、2 市、3 区县、4 街道、5 社区。", example="5"),
    Column("name", "名称", text(60), required=True, example="龙田社区"),
    Column("parent_code", "上级代码", _code, also=("上级区划代码",), example="440310006000"),
)  # fmt: skip


def take_divisions(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """The list of a whole city or of one district, in any order."""
    by_code: dict[str, Line] = {}
    known = dict(Division.objects.values_list("code", "level"))
    kept: list[Line] = []
    for line in lines:
        first = by_code.get(line["code"])
        if first is None:
            by_code[line["code"]] = line
            kept.append(line)
        elif first.values == line.values:
            report.unchanged += 1
        else:
            report.refuse(line.number, f"代码 {line['code']} 和第 {first.number} 行重复，内容不同")
    good: list[Line] = []
    for line in sorted(kept, key=lambda line: (line["level"], line["code"])):
        parent = line["parent_code"]
        above = known.get(parent)
        if parent is None and line["level"] > 3:
            report.refuse(line.number, f"{line['name']}没有写上级代码")
        elif parent is not None and above is None and line["level"] > 3:
            report.refuse(line.number, f"{line['name']}的上级 {parent} 不在表里")
        elif above is not None and above >= line["level"]:
            report.refuse(line.number, f"{line['name']}的上级 {parent} 级别不比它高")
        else:
            good.append(line)
            known[line["code"]] = line["level"]
    rows = [(line["code"], line["level"], line["name"], line["parent_code"] or "") for line in good]
    for became in put_divisions(rows=rows, acting=acting, at=at):
        setattr(report, became, getattr(report, became) + 1)
    if district() is None and Division.objects.filter(level=3).exists():
        report.note(
            "表里有几个区，还没有选哪个是本区：用 yihe setup 选，或导入受理单位时按名称认出。"
        )


def recognise_district(names: Sequence[str], acting: Acting, at: datetime) -> Division:
    """Our district; where none was chosen yet, the one whose places these names speak of most."""
    home = district()
    if home is not None:
        return home
    said = "\n".join(names)
    heard: dict[str, int] = defaultdict(int)
    for code, level, name in Division.objects.filter(level__gte=4).values_list(
        "code", "level", "name"
    ):
        if name in said:
            heard[code[:6]] += 1 if level == 5 else 3
    best = max(heard, key=lambda code: heard[code], default="")
    found = Division.objects.filter(level=3, code=f"{best}000000").first() if best else None
    if found is None:
        raise Refusal("还没有本区的区划。请先导入区划：yihe import divisions 文件")
    return settle_in(district=found, acting=acting, at=at)


KINDS = {**{label: value for value, label in Kind.choices}, **{value: value for value in Kind.values},
         "商品住宅": "commercial", "保障性住房": "social", "公租房": "social", "安居房": "social"}  # fmt: skip
STAGES = {"规划批复": "planned", "入伙中": "moving_in",
          **{label: value for value, label in Stage.choices}, **{value: value for value in Stage.values}}  # fmt: skip


def _outline(cell: str) -> dict[str, Any]:
    try:
        return read_outline(cell)
    except ValueError as error:
        raise Refusal(str(error)) from error


COMPOUNDS = (
    Column("name", "名称", text(60), required=True, also=("小区名称", "小区", "楼盘名称"), example="印象家园"),
    Column("code", "小区代码", text(20), note="没有就不写，会按社区编一个。", example=""),
    Column("subdistrict", "街道", text(60), also=("street", "所属街道"), example="龙田街道"),
    Column("community", "社区", text(60), also=("所属社区", "community_code"), note="名称或 12 位代码。", example="龙田社区"),
    Column("kind", "类型", one_of(KINDS), note="商品房或保障房，不写算商品房。", example="商品房"),
    Column("stage", "阶段", one_of(STAGES), note="不写算已入住。", example="已入住"),
    Column("since", "阶段开始日期", day, also=("stage_on",), example="2019-06-01"),
    Column("address", "地址", text(120), example=""),
    Column("households", "户数", whole(0, 100_000), example="820"),
    Column("population", "人口", whole(0, 500_000), example="2600"),
    Column("floor_area", "建筑面积", decimal("0", "99999999", 2), note="平方米。", example="115344.34"),
    Column("latitude", "纬度", decimal("-90", "90", 15), also=("lat",), example=""),
    Column("longitude", "经度", decimal("-180", "180", 15), also=("lng", "lon"), example=""),
    Column("presale_on", "预售日期", day, also=("开始预售日期",), note="开始预售的日期，没有就不写。", example=""),
    Column("outline", "范围", _outline, also=("小区范围",), note="GeoJSON 的面（Polygon 或 MultiPolygon）。", example=""),
)  # fmt: skip
FACTS = (
    "address",
    "households",
    "population",
    "floor_area",
    "latitude",
    "longitude",
    "presale_on",
    "outline",
)
CODE = re.compile(r"^[A-Za-z0-9_-]{1,20}$")


class _Communities:
    """Which community a row means: by code, by name, by name within a subdistrict."""

    def __init__(self) -> None:
        self.by_code: dict[str, Division] = {}
        self.by_name: dict[str, list[Division]] = defaultdict(list)
        for one in Division.objects.filter(level=5).exclude(path="-").select_related("parent"):
            self.by_code[one.code] = one
            self.by_name[one.name].append(one)

    def find(self, said: str | None, subdistrict: str | None) -> Division:
        if not said:
            raise Refusal("没有写社区")
        if said in self.by_code:
            return self.by_code[said]
        name = said.removesuffix("居委会")
        found = self.by_name.get(name) or self.by_name.get(f"{name}社区", [])
        if subdistrict:
            found = [one for one in found if one.parent and one.parent.name == subdistrict]
        if not found:
            raise Refusal(f"本区没有社区“{said}”" + (f"（{subdistrict}）" if subdistrict else ""))
        if len(found) > 1:
            raise Refusal(f"“{said}”不止一个，请写明街道")
        return found[0]


def take_compounds(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """Compounds by code, else by name within their community; what is known and differs is corrected."""
    said = [f"{line['subdistrict'] or ''} {line['community'] or ''}" for line in lines]
    recognise_district(said, acting, at)
    communities = _Communities()
    everyone = list(Compound.objects.select_related("community"))
    by_code = {one.code: one for one in everyone}
    by_name = {(one.community_id, one.name): one for one in everyone}
    seen: dict[str, int] = {}
    today = timezone.localdate(at)
    for line in lines:
        try:
            code = line["code"]
            if code and not CODE.match(code):
                raise Refusal("小区代码只用字母、数字和横线，最多 20 个")
            found = by_code.get(code) if code else None
            if found is None or line["community"]:
                community = communities.find(line["community"], line["subdistrict"])
                found = found or by_name.get((community.pk, line["name"]))
                if found is not None and found.community_id != community.pk:
                    raise Refusal(
                        f"小区 {found.code} 在{found.community.name}，不能搬到{community.name}"
                    )
            if found is not None and code and found.code != code:
                raise Refusal(f"{found.name}已经有代码 {found.code}")
            if found is not None and found.code in seen:
                raise Refusal(f"和第 {seen[found.code]} 行是同一个小区")
            if found is None:
                found = _new_compound(line, code, community, by_code, acting, today, at)
                by_code[found.code] = by_name[community.pk, found.name] = found
                report.created += 1
            elif _correct_compound(found, line, acting, today, at):
                report.updated += 1
            else:
                report.unchanged += 1
            seen[found.code] = line.number
        except Refusal as refusal:
            report.refuse(line.number, str(refusal))


def _new_compound(
    line: Line,
    code: str | None,
    community: Division,
    by_code: dict[str, Compound],
    acting: Acting,
    today: date,
    at: datetime,
) -> Compound:
    number = 1
    while not code or (not line["code"] and code in by_code):
        code = f"{community.code}-{number:02d}"
        number += 1
    since = line["since"] or today
    if since > today:
        raise Refusal(f"阶段开始日期 {since} 还没有到")
    return add_compound(
        code=code,
        name=line["name"],
        kind=line["kind"] or Kind.COMMERCIAL,
        stage=line["stage"] or Stage.SETTLED,
        since=since,
        community=community,
        acting=acting,
        at=at,
        **_facts(line),
    )


def _facts(line: Line) -> dict[str, Any]:
    facts = {name: line[name] for name in FACTS if line[name] is not None}
    for name in ("latitude", "longitude"):
        if name in facts:
            facts[name] = round(facts[name], 6)
    return facts


def _correct_compound(
    found: Compound, line: Line, acting: Acting, today: date, at: datetime
) -> bool:
    given = {"name": line["name"], "kind": line["kind"], **_facts(line)}
    changes = {
        name: value
        for name, value in given.items()
        if value is not None and getattr(found, name) != value
    }
    stage = line["stage"]
    if stage and stage != found.stage:
        if not may_follow(found.stage, stage):
            raise Refusal(
                f"{found.name}现在是“{found.get_stage_display()}”，不能直接改成“{Stage(stage).label}”"
            )
        enter_stage(compound=found, stage=stage, since=line["since"] or today, acting=acting, at=at)
    if changes:
        change_compound(compound=found, acting=acting, at=at, **changes)
    return bool(changes) or bool(stage and stage != found.stage)


USES = {**{label: value for value, label in Unit.Use.choices}, **{value: value for value in Unit.Use.values}}  # fmt: skip
UNITS = (
    Column("compound", "小区", text(60), required=True, also=("小区名称", "小区代码"), note="名称或代码。", example="印象家园"),
    Column("building", "楼栋", text(30), required=True, also=("栋", "楼号"), example="3栋"),
    Column("entrance", "单元", text(30), also=("楼门",), example="2单元"),
    Column("name", "房号", text(30), required=True, also=("室号", "unit"), example="1502"),
    Column("floor", "楼层", whole(-9, 200), also=("层",), example="15"),
    Column("area", "面积", decimal("0.0001", "999999", 4), also=("建筑面积", "专有部分面积"), note="平方米，以不动产权证为准。", example="89.12"),
    Column("use", "用途", one_of(USES), note="住宅、商铺或车位，不写算住宅。", example="住宅"),
)  # fmt: skip


def take_units(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """Units by compound, building, entrance and name; floors and areas that differ are corrected."""
    by_key: dict[str, list[Compound]] = defaultdict(list)
    for one in Compound.objects.all():
        by_key[one.code].append(one)
        if one.name != one.code:
            by_key[one.name].append(one)
    wanted: dict[int, list[tuple[Line, UnitLine]]] = defaultdict(list)
    compounds: dict[int, Compound] = {}
    first: dict[tuple[int, str], tuple[int, UnitLine]] = {}
    for line in lines:
        found = by_key.get(line["compound"], [])
        if len(found) != 1:
            words = "没有" if not found else "不止一个"
            report.refuse(
                line.number, f"{words}小区“{line['compound']}”" + ("，请写代码" if found else "")
            )
            continue
        unit = UnitLine(
            building=_numbered(line["building"], "栋"),
            entrance=_numbered(line["entrance"] or "", "单元"),
            name=line["name"],
            floor=line["floor"],
            area=line["area"],
            use=line["use"],
        )
        key = (found[0].pk, unit.label)
        if key in first and first[key][1] != unit:
            report.refuse(line.number, f"{unit.label}和第 {first[key][0]} 行重复，内容不同")
            continue
        first.setdefault(key, (line.number, unit))
        compounds[found[0].pk] = found[0]
        wanted[found[0].pk].append((line, unit))
    for pk in sorted(wanted):
        units = [unit for _, unit in wanted[pk]]
        for became in put_units(compound=compounds[pk], lines=units, acting=acting, at=at):
            setattr(report, became, getattr(report, became) + 1)


def _numbered(said: str, word: str) -> str:
    """A bare number is a number of buildings or entrances: 3 → 3栋."""
    return f"{int(said)}{word}" if said.isascii() and said.isdigit() else said


TABLES = (
    Table("divisions", "区划", DIVISIONS, take_divisions, "全市或本区的街道、社区名单，用国家统一代码。"),
    Table("compounds", "小区", COMPOUNDS, take_compounds, "每个小区一行，要写明在哪个社区。"),
    Table("units", "房屋", UNITS, take_units, "每户一行：小区、楼栋、单元、房号、面积。"),
)  # fmt: skip
