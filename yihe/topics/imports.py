"""A catalogue of topics from a table: three levels in each row, with the usual desk."""

import hashlib
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
from yihe.topics.starter import rows
from yihe.trail.acting import Acting

USUAL = Decimal("0.5")  # from this share on a desk is the one that usually handles a topic

LONGEST_NAME = 60


def topic_id(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]{1,12}", cell):
        raise Refusal("编号只用字母和数字，最多 12 个")
    return cell


def _column(name: str, title: str, example: str, **more: Any) -> Column:
    parse = topic_id if name.endswith("_ID") else text(60)
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


class Topics:
    """The topics by code, by name and by what other systems call them; one that is not known is made.

    A code of ours that another system uses for something else is not that topic.
    """

    def __init__(self, acting: Acting, at: datetime) -> None:
        self.acting, self.at = acting, at
        self.by_code: dict[str, Topic] = {}
        self.by_name: dict[tuple[int | None, str], Topic] = {}
        self.made: dict[int, list[str]] = {1: [], 2: [], 3: []}
        known = {one.pk: one for one in Topic.objects.order_by("-active", "pk")}
        for one in known.values():
            self.by_code[one.code] = one
            self.by_name.setdefault((one.parent_id, one.name), one)
        aliases = TopicAlias.objects.order_by("pk").values_list("topic_id", "code", "name")
        self.aliases = set(aliases)
        for pk, _, name in aliases:
            self.by_name.setdefault((known[pk].parent_id, name), known[pk])
        self.position = max((one.position for one in known.values()), default=0)
        self.ours = {row["code"] for row in rows() if "-" not in row["code"]}

    def find(self, parent: Topic | None, code: str | None, name: str | None) -> Topic | None:
        """The topic below `parent` that another system calls so, and its code there."""
        if code and not self._foreign(parent, code, name):
            found = self.by_code.get(self.composed(parent, code))
            if found is not None:
                return found
        return self.by_name.get((parent.pk if parent else None, name or ""))

    def composed(self, parent: Topic | None, code: str) -> str:
        return f"{parent.code}-{code}" if parent else code

    def _foreign(self, parent: Topic | None, code: str, name: str | None) -> bool:
        """Whether the code is one of our own starting catalogue and means something else there."""
        if parent is not None or code not in self.ours or name is None:
            return False
        mine = self.by_code.get(code)
        return mine is not None and name != mine.name and (mine.pk, code, name) not in self.aliases

    def make(
        self, parent: Topic | None, code: str | None, name: str | None, starts_at: int = 1
    ) -> Topic:
        """A topic of that code; one that comes without gets a code made of its name."""
        wanted = code or f"n{hashlib.sha256((name or '').encode()).hexdigest()[:10]}"
        full = self.composed(parent, wanted)
        while full in self.by_code:
            full = self.composed(parent, wanted := f"x{wanted}")
        self.position += 1
        topic = add_topic(
            code=full,
            name=fitting(name or f"类别 {wanted}"),
            parent=parent,
            starts_at=starts_at,
            position=self.position,
            acting=self.acting,
            at=self.at,
        )
        self.by_code[full] = topic
        self.by_name.setdefault((topic.parent_id, topic.name), topic)
        self.made[topic.depth].append(topic.name)
        if code:
            self.spell(topic, self.composed(parent, code), name)
        return topic

    def spell(self, topic: Topic, code: str, name: str | None) -> bool:
        """Whether this way of naming the topic was new."""
        key = (topic.pk, code, fitting(name or topic.name))
        if key[1:] == (topic.code, topic.name) or key in self.aliases:
            return False
        add_alias(topic=topic, code=code, name=key[2], acting=self.acting, at=self.at)
        self.aliases.add(key)
        self.by_name.setdefault((topic.parent_id, key[2]), topic)
        return True


def fitting(name: str) -> str:
    """A name as long as a topic's name may be."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


class _Catalogue:
    def __init__(self, report: Report, acting: Acting, at: datetime) -> None:
        self.report, self.acting, self.at = report, acting, at
        self.topics = Topics(acting, at)
        self.desks: dict[str, Body] = {}
        for alias in Alias.objects.select_related("body").filter(body__until=None):
            self.desks[alias.name] = alias.body
        for body in Body.objects.filter(until=None).exclude(level=None):
            self.desks[body.name] = body
        self.routed = set(
            Route.objects.filter(until=None).values_list("topic_id", "place", "level")
        )
        self.unknown: set[str] = set()

    def take(self, lines: Sequence[Line]) -> None:
        for line in lines:
            try:
                self._row(line)
            except Refusal as refusal:
                self.report.refuse(line.number, str(refusal))
        above = [len(self.topics.made[depth]) for depth in (1, 2)]
        if any(above):
            self.report.note(f"另建了 {above[0]} 个大类、{above[1]} 个小类。")
        if self.unknown:
            shown = "、".join(sorted(self.unknown)[:5])
            self.report.note(f"{len(self.unknown)} 个常办单位没有这个受理台，先不分派：{shown}。")

    def _above(self, parent: Topic | None, code: str, name: str) -> Topic:
        found = self.topics.find(parent, code, name)
        if found is None:
            return self.topics.make(parent, code, name)
        self.topics.spell(found, self.topics.composed(parent, code), name)
        return found

    def _row(self, line: Line) -> None:
        event = self._above(None, line["EVENT_TYPE_ID"], line["EVENT_TYPE_NAME"])
        main = self._above(event, line["MAIN_TYPE_ID"], line["MAIN_TYPE_NAME"])
        code, name = line["SUB_TYPE_ID"], line["SUB_TYPE_NAME"]
        topic = self.topics.find(main, code, name)
        desk = self._desk(line)
        usual = desk is not None and (line["top_unit_share"] or 0) >= USUAL
        if topic is None:
            starts_at = min(desk.level or 1, 3) if desk is not None and usual else 1
            topic = self.topics.make(main, code, name, starts_at)
            self._route(topic, desk)
            self.report.created += 1
            return
        changed = self.topics.spell(topic, self.topics.composed(main, code), name)
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
