"""A catalogue of topics from a table: three levels in each row, with the usual desk."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from yihe.bodies.models import Alias, Body
from yihe.refusal import Refusal
from yihe.sheets.columns import Column, decimal, text
from yihe.sheets.importing import Kind, Line
from yihe.sheets.report import Report
from yihe.topics.actions import add_alias, add_topic, set_route
from yihe.topics.models import Route, Topic, TopicAlias
from yihe.trail.acting import Acting

USUAL = Decimal("0.5")  # from this share on a desk is the one that usually handles a topic


def _id(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]{1,12}", cell):
        raise Refusal("编号只用字母和数字，最多 12 个")
    return cell


def _column(name: str, title: str, example: str, **more: Any) -> Column:
    parse = _id if name.endswith("_ID") else text(60)
    return Column(name, title, parse, required=True, example=example, **more)


CATALOGUE = (
    _column("EVENT_TYPE_ID", "大类编号", "6"),
    _column("EVENT_TYPE_NAME", "大类", "市政设施"),
    _column("MAIN_TYPE_ID", "小类编号", "185"),
    _column("MAIN_TYPE_NAME", "小类", "公用部件"),
    _column("SUB_TYPE_ID", "细类编号", "633"),
    _column("SUB_TYPE_NAME", "细类", "路灯(灯光)井盖"),
    Column("top_unit", "常办单位", text(80), note="受理单位的名称；要先导入受理单位。", example="市政服务中心（坪山街道办事处）"),
    Column("top_unit_share", "常办单位占比", decimal("0", "1", 4), note="0 到 1。", example="0.8"),
)  # fmt: skip


def take_catalogue(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """Rows of the same topic are one topic: further ids and spellings become its aliases.

    A usual desk becomes a route where none stands yet at its place; from half of all cases on a
    call of that topic starts on that desk's level.
    """
    _Catalogue(report, acting, at).take(lines)


class _Catalogue:
    def __init__(self, report: Report, acting: Acting, at: datetime) -> None:
        self.report, self.acting, self.at = report, acting, at
        self.topics = {one.code: one for one in Topic.objects.all()}
        self.by_name = {
            (one.parent_id, one.name): one for one in self.topics.values() if one.depth == 3
        }
        self.aliases = set(TopicAlias.objects.values_list("topic_id", "code", "name"))
        self.desks: dict[str, Body] = {}
        for alias in Alias.objects.select_related("body").filter(body__until=None):
            self.desks[alias.name] = alias.body
        for body in Body.objects.filter(until=None).exclude(level=None):
            self.desks[body.name] = body
        self.routed = set(
            Route.objects.filter(until=None).values_list("topic_id", "place", "level")
        )
        self.position = max((one.position for one in self.topics.values()), default=0)
        self.above = [0, 0]
        self.unknown: set[str] = set()

    def take(self, lines: Sequence[Line]) -> None:
        for line in lines:
            try:
                self._row(line)
            except Refusal as refusal:
                self.report.refuse(line.number, str(refusal))
        if any(self.above):
            self.report.note(f"另建了 {self.above[0]} 个大类、{self.above[1]} 个小类。")
        if self.unknown:
            shown = "、".join(sorted(self.unknown)[:5])
            self.report.note(f"{len(self.unknown)} 个常办单位没有这个受理台，先不分派：{shown}。")

    def _topic(self, code: str, name: str, parent: Topic | None, starts_at: int = 1) -> Topic:
        self.position += 1
        topic = add_topic(
            code=code,
            name=name,
            parent=parent,
            starts_at=starts_at,
            position=self.position,
            acting=self.acting,
            at=self.at,
        )
        self.topics[code] = topic
        return topic

    def _above(self, code: str, name: str, parent: Topic | None) -> Topic:
        found = self.topics.get(code)
        if found is None:
            self.above[1 if parent else 0] += 1
            return self._topic(code, name, parent)
        if found.name != name:
            self._alias(found, code, name)
        return found

    def _alias(self, topic: Topic, code: str, name: str) -> bool:
        key = (topic.pk, code, name)
        if (code, name) == (topic.code, topic.name) or key in self.aliases:
            return False
        add_alias(topic=topic, code=code, name=name, acting=self.acting, at=self.at)
        self.aliases.add(key)
        return True

    def _row(self, line: Line) -> None:
        first = line["EVENT_TYPE_ID"]
        second = f"{first}-{line['MAIN_TYPE_ID']}"
        code = f"{second}-{line['SUB_TYPE_ID']}"
        event = self._above(first, line["EVENT_TYPE_NAME"], None)
        main = self._above(second, line["MAIN_TYPE_NAME"], event)
        name = line["SUB_TYPE_NAME"]
        topic = self.topics.get(code) or self.by_name.get((main.pk, name))
        desk = self._desk(line)
        usual = desk is not None and (line["top_unit_share"] or 0) >= USUAL
        if topic is None:
            starts_at = min(desk.level or 1, 3) if desk is not None and usual else 1
            topic = self._topic(code, name, main, starts_at)
            self.by_name[main.pk, name] = topic
            self._route(topic, desk)
            self.report.created += 1
            return
        changed = self._alias(topic, code, name)
        changed = self._route(topic, desk) or changed
        if changed:
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def _desk(self, line: Line) -> Body | None:
        name = line["top_unit"]
        desk = self.desks.get(name) if name else None
        if name and desk is None:
            self.unknown.add(name)
        return desk

    def _route(self, topic: Topic, desk: Body | None) -> bool:
        if desk is None or desk.level is None or desk.level > 3:
            return False
        place = desk.scope if desk.level < 3 else ""
        if (topic.pk, place, desk.level) in self.routed:
            return False
        set_route(topic=topic, desk=desk, place=place, acting=self.acting, at=self.at)
        self.routed.add((topic.pk, place, desk.level))
        return True


TABLES = (
    Kind("catalogue", "呼叫的类别", CATALOGUE, take_catalogue, "三级类别，每行一个细类，可以写常办单位。"),
)  # fmt: skip
