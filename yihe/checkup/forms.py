"""The form as rows and fields: what stands on a line of a paper notice stands on one line here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from yihe.checkup.query import MOST_MOTIONS, Sheet, key
from yihe.law.values import Matter

# In the words of a notice; the order is how often they come up.
MATTERS: Mapping[str, str] = {
    Matter.SERVICE_COMPANY: "选聘、续聘、解聘物业公司",
    Matter.COMMITTEE_ELECTION: "选举业委会",
    Matter.COMMITTEE_RECALL: "罢免、更换业委会成员",
    Matter.REPAIR_FUND_USE: "使用维修资金",
    Matter.REPAIR_FUND_RAISE: "筹集、续筹维修资金",
    Matter.RULES_OF_PROCEDURE: "制定、修改议事规则",
    Matter.MANAGEMENT_REGULATION: "制定、修改管理规约",
    Matter.REBUILD: "改建、重建楼房和设施",
    Matter.COMMON_PARTS_USE: "改变公共部分用途，或者用它经营",
    Matter.OTHER: "其他重大事项",
}
PLACES: Mapping[str, str] = {
    "CN": "全国通用", "4403": "深圳", "44": "广东其他地方",
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁",
    "22": "吉林", "23": "黑龙江", "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽",
    "35": "福建", "36": "江西", "37": "山东", "41": "河南", "42": "湖北", "43": "湖南",
    "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州", "53": "云南",
    "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
}  # fmt: skip
SAID: Mapping[str, str] = {"": "没写", "passed": "通过", "failed": "没有通过"}
SIDES: Mapping[str, str] = {"": "没写", "yes": "同意", "no": "反对", "abs": "弃权"}
PARTS: Mapping[str, str] = {"yes": "同意", "no": "反对", "abs": "弃权", "bad": "无效"}


@dataclass(frozen=True)
class Field:
    """One field; `read_from` are the words of a pasted text that its number was taken from."""

    name: str
    label: str
    value: str = ""
    unit: str = ""
    error: str = ""
    read_from: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""

    @property
    def described(self) -> str:
        ids = [f"{self.name}_e"] if self.error else []
        return " ".join([*ids, *([f"{self.name}_r"] if self.read_from else [])])


@dataclass(frozen=True)
class Row:
    """A line of the form: heads and area of one quantity."""

    legend: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class MotionFields:
    number: int
    ordinal: str
    what: Field
    text: Field
    said: Field
    parts: list[Row]
    shares: list[Row]
    deemed: Row
    side: Field
    own: list[Row]
    open: bool  # whether the further numbers are shown


@dataclass(frozen=True)
class Form:
    date: Field
    until: Field
    place: Field
    whole: list[Row]
    came_shares: Row
    rule_came: Field
    rule_most: Field
    quote: Field
    motions: list[MotionFields]
    more: int  # the number of motions after “再加一个”; 0 where there are enough
    errors: list[tuple[str, str, str]] = field(default_factory=list)
    open: bool = False

    @property
    def rules(self) -> tuple[Field, Field]:
        return self.rule_came, self.rule_most


def form_of(sheet: Sheet, *, motions: int = 1, read_from: Mapping[str, str] | None = None) -> Form:
    """The form filled in; `motions` is how many are asked for at least."""
    maker = _Maker(sheet, read_from or {})
    count = min(max(motions, sheet.motions), MOST_MOTIONS)
    rules = ("until", "rule_came", "rule_most", "quote", "came_pct", "came_m2_pct")
    form = Form(
        date=maker.field("date", "公告的日期"),
        until=maker.field("until", "投票截止的日期"),
        place=maker.select("place", "哪里的小区", maker.places()),
        whole=[maker.pair("全体业主", "all"), maker.pair("参与表决", "came")],
        came_shares=maker.shares("参与表决", "came"),
        rule_came=maker.field("rule_came", "没投票的人，可以算参与"),
        rule_most=maker.field("rule_most", "没投票的人，可以算进多数的一边"),
        quote=maker.field("quote", "公告引用的法律或者比例，照抄一句"),
        motions=[maker.motion(number, count) for number in range(1, count + 1)],
        more=count + 1 if count < MOST_MOTIONS else 0,
        open=any(name in sheet.typed for name in rules),
    )
    return replace(form, errors=maker.errors())


@dataclass
class _Maker:
    sheet: Sheet
    read_from: Mapping[str, str]
    labels: dict[str, str] = field(default_factory=dict)

    def field(self, name: str, label: str, unit: str = "") -> Field:
        self.labels[name] = label
        error = self.sheet.errors.get(name, "")
        value = self.sheet.typed.get(name, "") if error else self.sheet.clean.get(name, "")
        return Field(name, label, value, unit, error, self.read_from.get(name, ""))

    def select(self, name: str, label: str, choices: Mapping[str, str]) -> Field:
        plain = self.field(name, label)
        rows = tuple((str(value), words) for value, words in choices.items())
        return replace(plain, choices=rows)

    def errors(self) -> list[tuple[str, str, str]]:
        """Field, its label, what is wrong: in the order of the form."""
        wrong = self.sheet.errors
        first = [("", "", wrong[""])] if "" in wrong else []
        return first + [(n, label, wrong[n]) for n, label in self.labels.items() if n in wrong]

    def places(self) -> Mapping[str, str]:
        """The list, and the code that came in the link where it is none of them."""
        code = self.sheet.clean.get("place", "")
        return PLACES if not code or code in PLACES else {**PLACES, code: f"区划代码 {code}"}

    def pair(self, legend: str, stem: str, number: int | None = None) -> Row:
        names = (stem, f"{stem}_m2")
        if number is not None:
            names = (key(names[0], number), key(names[1], number))
        return Row(
            legend,
            (
                self.field(names[0], f"{legend}，人数", "人"),
                self.field(names[1], f"{legend}，面积", "㎡"),
            ),
        )

    def shares(self, legend: str, stem: str) -> Row:
        return Row(
            legend,
            (
                self.share(f"{stem}_pct", f"{legend}，印的人数百分比", "人数"),
                self.share(f"{stem}_m2_pct", f"{legend}，印的面积百分比", "面积"),
            ),
        )

    def share(self, name: str, label: str, measure: str) -> Field:
        return replace(self.field(name, label, "%"), hint=measure)

    def motion(self, number: int, count: int) -> MotionFields:
        def of(name: str) -> str:
            return key(name, number)

        known = set(self.labels)

        parts = [self.pair(words, short, number) for short, words in PARTS.items()]
        shares = [self.shares(words, of(short)) for short, words in PARTS.items()]
        deemed = self.pair("视为", "deem", number)
        own = [self.pair("全体业主", "all", number), self.pair("参与表决", "came", number)]
        further = [one.name for row in [*shares, deemed, *own] for one in row.fields]
        found = MotionFields(
            number=number,
            ordinal="一二三四五六七八九十"[number - 1],
            what=self.select(of("what"), "决定的是什么事", {"": "请选一项", **MATTERS}),
            text=self.field(of("text"), "议题的名称"),
            said=self.select(of("said"), "公告说", SAID),
            parts=parts,
            shares=shares,
            deemed=deemed,
            side=self.select(of("side"), "“视为”的票算进了哪一边", SIDES),
            own=own,
            open=any(
                name in self.sheet.typed
                for name in [*further, of("side"), *([of("text")] if count == 1 else [])]
            ),
        )
        if count > 1:
            for name in set(self.labels) - known:
                self.labels[name] = f"议题{found.ordinal}，{self.labels[name]}"
        return found
