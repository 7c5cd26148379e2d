"""Handling desks from a table of units: a desk is its id, spellings are aliases."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from yihe.bodies.actions import add_alias, found_body
from yihe.bodies.models import Alias, Body, BodyKind
from yihe.places.imports import recognise_district
from yihe.places.models import Division
from yihe.places.queries import divisions
from yihe.refusal import Refusal
from yihe.sheets.columns import Column, text
from yihe.sheets.importing import Line
from yihe.sheets.report import Report
from yihe.trail.acting import Acting

# What a table calls the level of a unit → kind of body here, its level among the three.
LEVELS: dict[str, tuple[str, int]] = {
    "社区": (BodyKind.COMMUNITY, 1),
    "街道": (BodyKind.OFFICE, 2),
    "区部门": (BodyKind.DEPARTMENT, 3),
    "驻区或市属机构": (BodyKind.DEPARTMENT, 3),
    "公用企业": (BodyKind.UTILITY, 3),
}
LONGEST_NAME = 80
OFFICE_IN_NAME = re.compile(r"（(.+?)(?:街道)?办事处）")


def desk_id(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", cell):
        raise Refusal("编号只用字母、数字和横线，最多 40 个")
    return cell


def _level(cell: str) -> str:
    if cell not in LEVELS:
        raise Refusal(f"只能是：{'、'.join(LEVELS)}")
    return cell


DESKS = (
    Column("DISPOSE_UNIT_ID", "受理单位编号", desk_id, required=True, also=("编号", "id"), example="1804"),
    Column("DISPOSE_UNIT_NAME", "受理单位名称", text(80), required=True, also=("名称", "name"), example="龙田社区"),
    Column("UNIT_LEVEL", "级别", _level, required=True, also=("level",), note="社区、街道、区部门、驻区或市属机构、公用企业。", example="社区"),
)  # fmt: skip


@dataclass
class Unit:
    """How one id is written: (name, level), once for each way, in the order of the rows."""

    said: dict[tuple[str, str], None] = field(default_factory=dict)

    def add(self, name: str, level: str) -> None:
        self.said[name, level] = None

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for name, _ in self.said))

    @property
    def level(self) -> str:
        """Where rows contradict each other, the one that names the office it belongs to is right."""
        levels = [level for _, level in self.said]
        if "公用企业" in levels:
            return "公用企业"
        for name, level in self.said:
            if OFFICE_IN_NAME.search(name):
                return level
        return levels[0]


def take_desks(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """One desk an id; further spellings of it count as updated when they are new, else unchanged."""
    district = recognise_district([line["DISPOSE_UNIT_NAME"] for line in lines], acting, at)
    units: dict[str, Unit] = defaultdict(Unit)
    of_unit: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        units[line["DISPOSE_UNIT_ID"]].add(line["DISPOSE_UNIT_NAME"], line["UNIT_LEVEL"])
        of_unit[line["DISPOSE_UNIT_ID"]].append(line)
    desks = Desks(district, report, acting, at)
    for code, unit in units.items():
        body = desks.by_code.get(code)
        fresh = body is None
        if body is None:
            body = desks.found(code, unit)
        elif body.level is None:
            for line in of_unit[code]:
                report.refuse(line.number, f"编号 {code} 是{body.name}，它不是受理台")
            continue
        for order, line in enumerate(of_unit[code]):
            if desks.spell(body, line["DISPOSE_UNIT_NAME"]):
                report.updated += 1
            elif fresh and order == 0:
                report.created += 1
            else:
                report.unchanged += 1


class Desks:
    """The desks by their ids, with their spellings; one that is not known stands in the place that its
    name speaks of."""

    def __init__(self, district: Division, report: Report, acting: Acting, at: datetime) -> None:
        self.report, self.acting, self.at = report, acting, at
        self.by_code = {one.code or "": one for one in Body.objects.exclude(code=None)}
        self.spelled: dict[int, set[str]] = defaultdict(set)
        self.named: dict[str, list[Body]] = defaultdict(list)
        desks = {one.pk: one for one in Body.objects.exclude(level=None).order_by("pk")}
        for one in desks.values():
            self.named[one.name].append(one)
        for pk, name in Alias.objects.order_by("pk").values_list("body_id", "name"):
            self.spelled[pk].add(name)
            if pk in desks:
                self.named[name].append(desks[pk])
        self.district = district
        self.communities = list(divisions(5))
        self.subdistricts = list(divisions(4))
        self.offices = {one.scope: one for one in Body.objects.filter(kind=BodyKind.SUBDISTRICT)}
        self.above = Body.objects.filter(kind=BodyKind.DISTRICT, until=None).order_by("pk").first()

    def _subdistrict(self, names: list[str]) -> Division | None:
        for name in names:
            office = OFFICE_IN_NAME.search(name)
            for one in self.subdistricts:
                short = one.name.removesuffix("街道")
                if office and office.group(1) in (one.name, short):
                    return one
        found = [one for one in self.subdistricts if any(one.name in name for name in names)]
        found = found or [
            one
            for one in self.subdistricts
            if any(name.startswith(one.name.removesuffix("街道")) for name in names)
        ]
        return found[0] if found else None

    def spell(self, body: Body, name: str) -> bool:
        """Whether this spelling of a desk was new."""
        name = fitting(name)
        if name == body.name or name in self.spelled[body.pk]:
            return False
        add_alias(body=body, name=name, acting=self.acting, at=self.at)
        self.spelled[body.pk].add(name)
        self.named[name].append(body)
        return True

    def found(self, code: str | None, unit: Unit) -> Body:
        report, acting, at = self.report, self.acting, self.at
        kind, level = LEVELS[unit.level]
        said = sorted({level for _, level in unit.said})
        if len(said) > 1:
            report.note(f"编号 {code} 的级别有几种写法（{'、'.join(said)}），按“{unit.level}”。")
        if any("测试" in name for name in unit.names):
            report.note(f"编号 {code}“{fitting(unit.names[0])}”像是测试用的单位。")
        place: Division | None = self.district
        if level == 1:
            near = [one for one in self.communities if any(one.name in name for name in unit.names)]
            place = max(near, key=lambda one: len(one.name), default=None)
        elif level == 2:
            place = self._subdistrict(unit.names)
        if place is None:
            report.note(
                f"编号 {code or '没有写'}“{fitting(unit.names[0])}”看不出管哪里，先算全区的。"
            )
            place = self.district
        parent = self.above
        if level == 1 and place.parent is not None:
            parent = self.offices.get(place.parent.path, self.above)
        elif level == 2:
            parent = self.offices.get(place.path, self.above)
        body = found_body(
            kind=kind,
            name=fitting(unit.names[0]),
            code=code,
            division=place,
            level=level,
            parent=parent,
            acting=acting,
            at=at,
        )
        if code is not None:
            self.by_code[code] = body
        self.named[body.name].append(body)
        return body


def fitting(name: str) -> str:
    """A name as long as a desk's name may be."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
