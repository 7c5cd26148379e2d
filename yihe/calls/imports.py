"""Calls of another system from a table, as they were there: times, desks and outcomes stay."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from yihe.bodies.actions import close_body, found_body
from yihe.bodies.imports import LEVELS, OFFICE_IN_NAME, Desks, Unit, desk_id
from yihe.bodies.models import Body, BodyKind
from yihe.calls.actions.importing import Past, one_file_at_a_time, take_past
from yihe.calls.models import Nature, Outcome
from yihe.places.imports import recognise_district
from yihe.places.models import Compound, Division
from yihe.places.queries import divisions
from yihe.places.rules import plain_name
from yihe.refusal import Refusal
from yihe.sheets.columns import Column, Moment, Words, text
from yihe.sheets.importing import Kind, Line
from yihe.sheets.report import Report
from yihe.topics.imports import Topics, topic_id
from yihe.topics.models import Topic
from yihe.trail.acting import Acting

MAPS = Path(__file__).parent / "maps"
NOTHING = frozenset({"-", "--", "—", "——", "/", "无", "空", "null", "NULL", "None", "N/A", "n/a"})
EARLIEST = 1990
NOBODY = "import-nobody"  # the code of the desk for calls that name none
SHOWN = 5


def _id(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A number of another system: without the blanks and the “.0” that tables add; None for “-”."""

    def read(cell: str) -> Any:
        if cell in NOTHING:
            return None
        tidy = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell))
        return parse(re.sub(r"^(\d+)\.0+$", r"\1", tidy))

    return read


def _said(most: int) -> Callable[[str], str | None]:
    parse = text(most)
    return lambda cell: None if cell in NOTHING else parse(cell)


NATURES = {**{label: value for value, label in Nature.choices}, **{one: one for one in Nature.values}}  # fmt: skip
OUTCOMES = {**{label: value for value, label in Outcome.choices}, **{one: one for one in Outcome.values}}  # fmt: skip
CALLS = (
    Column("key", "编号", _id(text(60)), required=True, note="在原来系统里的编号，每件不同。", example="9148"),
    Column("raised_at", "时间", Moment(), required=True, note="发出的时间。", example="2018-02-08 15:34:40"),
    Column("subdistrict_code", "街道代码", _id(text(12)), note="统一代码，没有就不写。", example="440310006000"),
    Column("subdistrict", "街道", _said(60), example="龙田街道"),
    Column("community_code", "社区代码", _id(text(12)), example="440310006004"),
    Column("community", "社区", _said(60), example="老坑社区"),
    Column("compound", "小区", _said(60), note="名称或代码。", example=""),
    Column("channel", "来源渠道", _said(60), example="12345"),
    Column("nature", "性质", Words(NATURES), note="投诉、咨询、建议、求助、感谢；别的说法照写。", example="投诉"),
    Column("topic1_code", "大类编号", _id(topic_id), example="6"),
    Column("topic1", "大类", _said(200), example="市政设施"),
    Column("topic2_code", "小类编号", _id(topic_id), example="185"),
    Column("topic2", "小类", _said(200), example="公用部件"),
    Column("topic3_code", "细类编号", _id(topic_id), example="633"),
    Column("topic3", "细类", _said(200), example="路灯(灯光)井盖"),
    Column("unit_code", "办理单位编号", _id(desk_id), note="编号相同就是同一个受理台。", example="1805"),
    Column("unit", "办理单位", _said(200), example="老坑社区"),
    Column("unit_level", "办理单位级别", _said(60), note="社区、街道、区部门、驻区或市属机构、公用企业。", example="社区"),
    Column("outcome", "结果", Words(OUTCOMES), note="按期办结、超期办结，别的算结果不明。", example="按期办结"),
)  # fmt: skip


def take_calls(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """Each call once, by its number there; what it needs and nobody knows yet is made."""
    one_file_at_a_time()
    names = {line[name] for line in lines for name in ("subdistrict", "community", "unit")}
    district = recognise_district(sorted(name for name in names if name), acting, at)
    _Calls(district, report, acting, at).take(lines)


class _Calls:
    def __init__(self, district: Division, report: Report, acting: Acting, at: datetime) -> None:
        self.report, self.acting, self.at = report, acting, at
        self.places = _Places(district)
        self.topics = _Tree(acting, at)
        self.desks = _Units(district, report, acting, at)
        self.seen: dict[str, Line] = {}
        self.twice = 0
        self.natures: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()

    def take(self, lines: Sequence[Line]) -> None:
        good = [line for line in lines if self._counts(line)]
        for line in good:
            self.desks.hear(line)
        rows: list[Past] = []
        for line in good:
            try:
                rows.append(self._past(line))
            except Refusal as refusal:
                self.report.refuse(line.number, str(refusal))
        report = self.report
        became = Counter(
            take_past(
                rows=rows,
                system=report.system or "table",
                digest=report.digest,
                acting=self.acting,
                at=self.at,
            )
        )
        report.created += became["created"]
        report.updated += became["updated"]
        report.unchanged += became["unchanged"]
        self._notes()

    def _counts(self, line: Line) -> bool:
        """Whether this row is a call of its own; refused where it cannot be."""
        key, raised_at = line["key"], line["raised_at"]
        if key is None:
            self.report.refuse(line.number, "没有写编号")
            return False
        first = self.seen.setdefault(key, line)
        if first is not line:
            if first.values == line.values:
                self.twice += 1
                self.report.unchanged += 1
            else:
                self.report.refuse(line.number, f"编号 {key} 和第 {first.number} 行重复，内容不同")
            return False
        if raised_at > self.at + timedelta(days=1):
            moment = timezone.localtime(raised_at).strftime("%Y-%m-%d %H:%M")
            self.report.refuse(line.number, f"时间 {moment} 还没有到")
            return False
        if raised_at.year < EARLIEST:
            self.report.refuse(line.number, f"时间在 {EARLIEST} 年以前，像是写错了")
            return False
        return True

    def _past(self, line: Line) -> Past:
        division, compound, said = self.places.find(line)
        desk, level = self.desks.find(line, division)
        nature, outcome = line["nature"], line["outcome"]
        if not nature or not nature.means:
            self.natures[nature or "-"] += 1
        if outcome and not outcome.means and outcome not in NOTHING:
            self.outcomes[outcome] += 1
        return Past(
            key=line["key"],
            raised_at=line["raised_at"],
            division=division,
            compound=compound,
            topic=self.topics.find(line),
            nature=(nature and nature.means) or Nature.REQUEST,
            level=level,
            desk=desk,
            said={
                **said,
                "channel": line["channel"] or "-",
                "nature": str(nature) if nature and nature not in NOTHING else "-",
                "topic": line["topic1"] or "-",
                "unit": line["unit"] or "-",
                "outcome": (outcome and outcome.means) or Outcome.UNKNOWN,
            },
        )

    def _notes(self) -> None:
        note = self.report.note
        if self.twice:
            note(f"{self.twice} 行和前面的完全一样，只算一件。")
        self.topics.notes(note)
        self.desks.notes(note)
        self.places.notes(note)
        if self.natures:
            words = _some(f"“{word}”{n} 件" for word, n in self.natures.most_common())
            note(f"性质没有对应的说法：{words}，这里算求助，原文留着。")
        if self.outcomes:
            words = _some(f"“{word}”{n} 件" for word, n in self.outcomes.most_common())
            note(f"看不懂的结果：{words}，算结果不明。")


def _some(words: Any) -> str:
    found = list(words)
    more = f"等 {len(found)} 种" if len(found) > SHOWN else ""
    return "、".join(found[:SHOWN]) + more


class _Places:
    """Where a row says that it was: by code, else by name; what is not known here counts as “-”."""

    def __init__(self, district: Division) -> None:
        self.district = district
        self.by_code: dict[str, Division] = {}
        self.by_name: dict[tuple[int, str], list[Division]] = defaultdict(list)
        for level in (4, 5):
            for one in divisions(level):
                self.by_code[one.code] = one
                self.by_name[level, one.name].append(one)
        self.compounds: dict[str, list[Compound]] = defaultdict(list)
        for compound in Compound.objects.defer("outline").order_by("pk"):
            self.compounds[compound.name].append(compound)
            self.compounds[compound.code].append(compound)
        self.unknown: Counter[str] = Counter()
        self.nowhere = 0

    def find(self, line: Line) -> tuple[Division, Compound | None, dict[str, str]]:
        subdistrict = self._one(4, line["subdistrict_code"], line["subdistrict"], None)
        community = self._one(5, line["community_code"], line["community"], subdistrict)
        if community is not None and subdistrict is None:
            subdistrict = self.by_code.get(community.parent_id or "")
        compound = self._compound(line["compound"], community, subdistrict)
        if compound is not None and community is None:
            community = self.by_code.get(compound.community_id)
        if community is not None and subdistrict is None:
            subdistrict = self.by_code.get(community.parent_id or "")
        said = {
            "subdistrict": _as_written(line["subdistrict"], subdistrict),
            "community": _as_written(line["community"], community),
            "compound": _as_written(line["compound"], compound),
        }
        lost = [
            line[name]
            for name, found in (("subdistrict", subdistrict), ("community", community), ("compound", compound))
            if line[name] and found is None
        ]  # fmt: skip
        for word in lost:
            self.unknown[word] += 1
        if not any(line[name] for name in ("subdistrict", "community", "compound")):
            self.nowhere += 1
        said["place"] = " ".join(lost)
        return community or subdistrict or self.district, compound, said

    def _one(
        self, level: int, code: str | None, name: str | None, within: Division | None
    ) -> Division | None:
        found = self.by_code.get((code or "").ljust(12, "0")) if code else None
        if found is not None and found.level == level:
            return found
        if name is None:
            return None
        plain = plain_name(name)
        near = self.by_name.get((level, plain)) or self.by_name.get((level, _ending(plain, level)))
        if near and within is not None:
            near = [one for one in near if one.parent_id == within.pk] or near
        return near[0] if near and len(near) == 1 else None

    def _compound(
        self, name: str | None, community: Division | None, subdistrict: Division | None
    ) -> Compound | None:
        near = self.compounds.get(name, []) if name else []
        for place in (community, subdistrict):
            if place is not None:
                near = [one for one in near if one.path.startswith(f"{place.path}/")]
        return near[0] if len(near) == 1 else None

    def notes(self, note: Callable[[str], None]) -> None:
        if self.unknown:
            words = _some(f"“{word}”{n} 件" for word, n in self.unknown.most_common())
            note(f"这里没有的地方：{words}，统计在“-”，原文留着。")
        if self.nowhere:
            note(f"{self.nowhere} 件没有写在哪里，统计在“-”。")


def _ending(name: str, level: int) -> str:
    word = "街道" if level == 4 else "社区"
    if level == 4:
        name = name.removesuffix("街道办事处").removesuffix("办事处")
    return name if name.endswith(word) else name + word


def _as_written(word: str | None, found: Division | Compound | None) -> str:
    """A place that is known, as the source writes it; where it wrote only a code, by its name."""
    if found is None:
        return "-"
    return plain_name(word) if word else found.name


class _Tree:
    """The topic of a row, level by level as far as it says."""

    def __init__(self, acting: Acting, at: datetime) -> None:
        self.topics = Topics(acting, at)
        self.known: dict[tuple[str | None, ...], Topic | None] = {}
        self.none = 0
        self.spellings = 0

    def find(self, line: Line) -> Topic | None:
        key = tuple(
            line[name] for depth in (1, 2, 3) for name in (f"topic{depth}_code", f"topic{depth}")
        )
        if key not in self.known:
            self.known[key] = self._found(key)
        topic = self.known[key]
        self.none += topic is None
        return topic

    def _found(self, key: tuple[str | None, ...]) -> Topic | None:
        topic: Topic | None = None
        for place in (0, 2, 4):
            code, name = key[place], key[place + 1]
            if code is None and name is None:
                break
            found = self.topics.find(topic, code, name)
            if found is None:
                found = self.topics.make(topic, code, name)
            elif code is not None or name is not None:
                there = self.topics.composed(topic, code) if code else found.code
                self.spellings += self.topics.spell(found, there, name)
            topic = found
        return topic

    def notes(self, note: Callable[[str], None]) -> None:
        made = self.topics.made
        if any(made.values()):
            names = [name for depth in (1, 2, 3) for name in made[depth]]
            note(
                f"新建了 {len(names)} 个这里没有的类别（大类 {len(made[1])}、小类 {len(made[2])}、"
                f"细类 {len(made[3])}）：{_few(names)}。"
            )
        if self.spellings:
            note(f"{self.spellings} 种类别的写法和编号是新的，记成了原有类别的别名。")
        if self.none:
            note(f"{self.none} 件没有写类别。")


def _few(names: Sequence[str]) -> str:
    shown = [name if len(name) <= 20 else f"{name[:20]}…" for name in names[:SHOWN]]
    return "、".join(shown) + (f"等 {len(names)} 个" if len(names) > SHOWN else "")


class _Units:
    """The desk of a row: by the unit's id, else by its name; one that names none has a desk of nobody."""

    def __init__(self, district: Division, report: Report, acting: Acting, at: datetime) -> None:
        self.desks = Desks(district, report, acting, at)
        self.district, self.acting, self.at = district, acting, at
        self.heard: dict[str | None, dict[str, Unit]] = defaultdict(dict)
        self.made: list[str] = []
        self.guessed: set[str] = set()
        self.several: set[str] = set()
        self.nobody = self.nameless = 0

    def hear(self, line: Line) -> None:
        """All spellings of a unit come before the first call that lies there."""
        code, name = line["unit_code"], line["unit"]
        if code is None and name is None:
            return
        level = line["unit_level"]
        if level not in LEVELS:
            level = _level_of(name or "")
            self.guessed.add(code or name)
        unit = self.heard[code].setdefault("" if code else name, Unit())
        unit.add(name or f"编号 {code} 的单位", level)
        if len(unit.names) > 1:
            self.several.add(code)

    def find(self, line: Line, division: Division) -> tuple[Body, int]:
        code, name = line["unit_code"], line["unit"]
        stated = LEVELS[line["unit_level"]][1] if line["unit_level"] in LEVELS else None
        if code is None and name is None:
            self.nobody += 1
            return self._of_nobody(), stated or 3
        unit = self.heard[code]["" if code else name]
        desk = self.desks.by_code.get(code) if code else self._named(name, division)
        if desk is None:
            desk = self.desks.found(code, unit)
            self.made.append(desk.name)
        if desk.level is None:
            raise Refusal(f"办理单位编号 {code} 是{desk.name}，它不是受理台")
        self.nameless += code is None
        for spelling in unit.names if name else ():
            self.desks.spell(desk, spelling)
        return desk, stated or min(desk.level, 3)

    def _named(self, name: str, division: Division) -> Body | None:
        """Of several desks of that name the one that answers for the place."""
        near = self.desks.named.get(name, [])
        here = [one for one in near if f"{division.path}/".startswith(f"{one.scope}/")]
        return max(here or near, key=lambda one: (len(one.scope), -one.pk), default=None)

    def _of_nobody(self) -> Body:
        known = self.desks.by_code.get(NOBODY)
        if known is None:
            known = found_body(
                kind=BodyKind.DEPARTMENT,
                name="原来没有写办理单位",
                code=NOBODY,
                division=self.district,
                level=3,
                acting=self.acting,
                at=self.at,
            )
            known = close_body(body=known, acting=self.acting, at=self.at)
            self.desks.by_code[NOBODY] = known
        return known

    def notes(self, note: Callable[[str], None]) -> None:
        if self.made:
            note(f"新建了 {len(self.made)} 个这里没有的受理台：{_few(self.made)}。")
        if self.several:
            note(f"{len(self.several)} 个办理单位有几种写法，编号相同就是同一个受理台。")
        if self.guessed:
            note(f"{len(self.guessed)} 个办理单位没有写清级别，按名称估计。")
        if self.nameless:
            note(f"{self.nameless} 件的办理单位没有编号，按名称认。")
        if self.nobody:
            note(f"{self.nobody} 件没有写办理单位，放在“{self._of_nobody().name}”。")


def _level_of(name: str) -> str:
    if name.endswith(("社区", "社区工作站", "居委会")):
        return "社区"
    return "街道" if OFFICE_IN_NAME.search(name) or "街道" in name else "区部门"


TABLES = (
    Kind("calls", "以往的呼叫", CALLS, take_calls, "别的系统里办过的诉求，每行一件；原来的时间、单位和结果都不改。", MAPS),
)  # fmt: skip
