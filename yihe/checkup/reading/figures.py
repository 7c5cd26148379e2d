"""The numbers of one sentence, and what each is: 参与表决业主646户，面积92508.76平方米，分别占79.07%、80.20%.

A number is taken only when the words around it say whose it is and what it measures. What stays
doubtful is left, with a note where a person would wonder.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from yihe.checkup import typed

NUMBER = re.compile(
    r"(?<![\d.,A-Za-z第〔\[\-－—–~～/])(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?!\d|,\d|\.\d)"
    r"\s*(?P<unit>万?\s*(?:平方米|平米|m2)|[户人位名](?!次)|[票张份]|[%％])?"
)
# A number before one of these counts something else.
_NOT_OURS = re.compile(
    r"\s*(年|月|日|时|点|号|栋|幢|单元|万?元|项|条|次|届|天|小时|室|层|楼|期|页|分|块|倍|万|千|亿|个(?!业主))"
)
_CLAUSE = re.compile("[，,、：:（(）)]")

# Whose number it is. Of several before a number the nearest counts; the longer form first.
_ROLES = re.compile(
    r"(?P<deem>视为(?:已?参与(?:表决|投票)?)?[并且、]*(?:投?(?:同意|赞成|反对|不同意|弃权)票?)?(?:已表决的?)?(?:多数)?(?:意见|票)?)"
    r"|(?P<skip>没有?(?:参与|参加|投票|表决)|不(?:参与|参加)|应[收发]|发出|发放|送达|派发|印制|有效(?:表决|选)?票|未(?:能)?(?:参与|参加|投票|表决|返回|交回|收回|领取)|没有投票|线上|线下|电子投票|书面投票|到场|上门|网上)"
    r"|(?P<total>应当?(?:参与|参加|投票|到)(?:表决|投票)?(?:户数|人数|面积)?|(?:享有|具有|有)(?:投票|表决)权(?:的业主)?|(?:小区|物业管理区域|全体业主|建筑区划|本楼|本栋|本单元)[^，,、：:；\d]{0,12}?总(?:户数|人数|面积|建筑面积)|业主总(?:户数|人数|数)|全体业主)"
    r"|(?P<came>(?:实际|已)?(?:参与|参加)|参会|到会|出席|收回|回收|实投|投票(?:的)?(?:业主|户数|人数|面积)|已?投票(?=共?\s*\d))"
    r"|(?P<no>不同意|反对|不赞成)|(?P<abs>弃权)|(?P<bad>无效|废票)|(?P<yes>同意|赞成)"
)
_WEAK = re.compile(
    r"共有|共计|总共|合计|总户数|总人数|总面积|总建筑面积|建筑总面积|现有业主|业主共|住户共"
)
_OF_THE_SENTENCE = re.compile(r"总面积|总建筑面积|建筑总面积")
_BASE = re.compile(r"占[^，,。；;（(%％\d]*")  # of whom a share is; none of the sentence's roles
_PARTS_OF_ALL = re.compile(
    r"其中|住宅|商铺|商业|店面|车位|车库|储藏|地下|公寓|办公|建设单位|开发商|未售"
)
_OTHERS = "(?:委员|监票人?|唱票人?|计票人?|候选人|工作人员|成员|代表|志愿者|党员)"
_OTHERS_BEFORE = re.compile(rf"{_OTHERS}[^，,、：:]{{0,3}}$")
_OTHERS_AFTER = re.compile(rf"\s*{_OTHERS}")
_HEADS, _AREA = re.compile("人数|户数|业主数"), re.compile("面积")
SIDES = {"同意": "yes", "赞成": "yes", "反对": "no", "不同意": "no", "弃权": "abs"}
_MOST = 300  # numbers or words of a sentence that is one
BALLOTS = "公告按“票”写；一票不一定是一人，请对着公告看。"
UNSURE = "看不出是谁的数，没有取。"


@dataclass(frozen=True)
class Figure:
    """A number and its field, without the motion: `yes_m2`, `came_pct`."""

    field: str
    value: str
    start: int
    end: int


@dataclass
class Found:
    """What a sentence gave. `role` is whose numbers it spoke of last."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    role: str = ""
    side: str = ""


def figures(text: str, carried: str = "") -> Found:
    """All that is certain in one sentence. `carried`: whose numbers the sentence before spoke of,
    for one that goes on with “面积…” and says nobody itself."""
    found = Found()
    bases = [one.span() for one in _BASE.finditer(text)]
    reader = _Sentence(
        text,
        found,
        list(islice(_said(text, bases), _MOST)),
        [c.start() for c in _CLAUSE.finditer(text)],
    )
    if carried and re.match(r"\s*(其?(?:专有部分|建筑)?面积|占)", text):
        reader.role = carried
    for number in islice(NUMBER.finditer(text), _MOST):
        reader.take(number)
    found.role = reader.role
    return found


def _said(text: str, bases: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """The role words that stand outside of “占…的”."""
    for said in _ROLES.finditer(text):
        if not any(start <= said.start() < end for start, end in bases):
            yield said.start(), said.end(), str(said.lastgroup)


def _settled(roles: list[str]) -> str:
    """The role that some words in a row give: 参与表决的同意 is 同意; 反对和弃权 is neither."""
    if "skip" in roles and "deem" not in roles:
        return "skip"
    if "deem" in roles:
        return "deem"
    if len(set(roles) & {"yes", "no", "abs", "bad"}) > 1:
        return ""
    return "" if roles[-1] == "total" and len(set(roles)) > 1 else roles[-1]


@dataclass
class _Sentence:
    text: str
    found: Found
    said: list[tuple[int, int, str]]
    cuts: list[int]  # where clauses end
    role: str = ""
    last: int = 0  # where the last number ended
    counted: list[str] = field(
        default_factory=list
    )  # measures of the numbers that a share may follow
    both: bool = False

    def take(self, number: re.Match[str]) -> None:
        before, start = self.text[self.last : number.start()], number.start()
        unit = (number["unit"] or "").replace(" ", "")
        previous, self.last = self.last, number.end()
        if unit in ("%", "％"):
            self._share(number, before)
            return
        if not unit and _NOT_OURS.match(self.text, number.end()):
            return
        role = self._role_of(start, number.end(), previous)
        if role != self.role or not self.role:
            self.counted, self.both = [], False
        self.role = role
        measure = self._measure(unit, before)
        if role in ("", "skip") or measure is None:
            if role == "" and measure is not None:
                self.found.notes.append(UNSURE)
            return
        if measure == "ballots":
            self.found.notes.append(BALLOTS)
            return
        if role == "deem":
            self._take_side(start, number.end())
        self.counted.append(measure)
        self._add(role, measure, number["number"] + ("万" if "万" in unit else ""), number)

    def _add(self, role: str, measure: str, value: str, number: re.Match[str]) -> None:
        try:
            clean = typed.heads(value) if measure == "heads" else typed.area(value)
        except typed.Wrong:
            return
        name = {"total": "all"}.get(role, role) + ("_m2" if measure == "area" else "")
        self.found.figures.append(Figure(name, clean, number.start(), number.end()))

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        before, after = bisect_right(self.cuts, start), bisect_left(self.cuts, end)
        first = self.cuts[before - 1] + 1 if before else 0
        return first, self.cuts[after] if after < len(self.cuts) else len(self.text)

    def _role_of(self, start: int, end: int, previous: int) -> str:
        """Whose number it is; "" where the words say two things, or nothing."""
        first, stop = self._clause(start, end)
        clause = self.text[first:start]
        if _OTHERS_BEFORE.search(clause) or _OTHERS_AFTER.match(self.text, end):
            return ""
        here = self._roles(first, start)
        behind = self._roles(end, stop)
        if "deem" in behind and "deem" not in here:
            return "deem"
        if here:
            return _settled(self._roles(max(first, previous), start) or here)
        between = self._roles(previous, first)
        weak = _WEAK.search(clause)
        if weak and not (_OF_THE_SENTENCE.fullmatch(weak[0]) and (self.role or between)):
            if behind:
                return _settled(behind[:1])
            known = self.role not in ("", "total") or _PARTS_OF_ALL.search(clause)
            return "" if known else "total"
        if behind and not between:
            return _settled(behind[:1])
        if between:
            return _settled(between)
        return "" if _PARTS_OF_ALL.search(clause) else self.role

    def _roles(self, start: int, stop: int) -> list[str]:
        return [role for at, till, role in self.said if start <= at and till <= stop]

    def _measure(self, unit: str, before: str) -> str | None:
        if unit.endswith(("平方米", "平米", "m2")):
            return "area"
        if unit and unit in "户人位名":
            return "heads"
        if unit:
            return "ballots"
        if _HEADS.search(before) and not _AREA.search(before):
            return "heads"
        if _AREA.search(before) and not _HEADS.search(before):
            return "area"
        return None

    def _take_side(self, start: int, end: int) -> None:
        first, stop = self._clause(start, end)
        said = re.search(
            r"视为[^，,；;]*?(不同意|同意|赞成|反对|弃权)(?!已|多数|票?多数)", self.text[first:stop]
        )
        if said and "多数" not in self.text[first:stop]:
            self.found.side = SIDES[said[1]]

    def _share(self, number: re.Match[str], before: str) -> None:
        heads, area = bool(_HEADS.search(before)), bool(_AREA.search(before))
        if "分别" in before or (heads and area):
            self.both = True
        if self.both:
            measure = self.counted.pop(0) if self.counted else None
        elif heads or area:
            measure = "heads" if heads else "area"
        else:
            measure = self.counted[0] if len(self.counted) == 1 else None
        if not self.both:
            self.counted = [one for one in self.counted if one != measure]
        if measure is None or self.role not in ("came", "yes", "no", "abs", "bad"):
            return
        name = f"{self.role}{'_m2' if measure == 'area' else ''}_pct"
        self.found.figures.append(Figure(name, number["number"], number.start(), number.end()))
