"""The demo's invented names, and its texts read from the files beside it."""

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
# Invented: none of them is part of a real name that we know of, nor the other way round.
COMPOUNDS = (DATA / "compounds.txt").read_text(encoding="utf-8").split()
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = [
    "知夏",
    "怀瑾",
    "一鸣",
    "小禾",
    "映川",
    "亦舟",
    "念真",
    "若川",
    "知微",
    "家栋",
    "晓岚",
    "明舒",
    "文澜",
    "书禾",
    "安之",
    "立言",
    "云起",
    "清和",
    "望舒",
    "景行",
]


@dataclass(frozen=True)
class Named:
    """What the seed document says of a compound that it names; nothing else is claimed of it."""

    name: str
    kind: str  # the seed calls one of them social housing
    subdistrict: str = ""  # where the seed says none, it lies in an arbitrary community
    figures: dict[str, str] = field(default_factory=dict)


NAMED = (
    Named(
        "印象家园",
        "commercial",
        figures={"households": "4389", "population": "15000", "floor_area": "611000"},
    ),
    Named("玺悦台", "commercial", "龙田街道"),
    Named("奥园翡翠东湾二期", "commercial"),
    Named("聚龙花园", "social"),
)
DEPARTMENTS = (
    "区住房和建设局", "区城市管理局", "区市场监管局", "区消防救援大队", "区水务局", "区生态环境局",
    "区交通运输局", "区教育局", "区公安分局", "区卫生健康局", "区民政局",
)  # fmt: skip
# Which departments a subject concerns besides the one that its topic names: by the topic's first level.
CONCERNED = {
    "02": ("区住房和建设局", "区城市管理局", "区消防救援大队", "区公安分局"),
    "03": ("区水务局", "区住房和建设局", "区市场监管局", "区卫生健康局"),
    "04": ("区消防救援大队", "区住房和建设局", "区公安分局", "区城市管理局"),
    "05": ("区城市管理局", "区交通运输局", "区住房和建设局", "区水务局"),
    "06": ("区公安分局", "区交通运输局", "区住房和建设局", "区消防救援大队"),
    "07": ("区水务局", "区城市管理局", "区生态环境局", "区住房和建设局"),
    "08": ("区生态环境局", "区城市管理局", "区公安分局", "区市场监管局"),
    "09": ("区住房和建设局", "区市场监管局", "区公安分局", "区民政局"),
    "10": ("区住房和建设局", "区民政局", "区市场监管局", "区公安分局"),
    "11": ("区交通运输局", "区公安分局", "区城市管理局", "区住房和建设局"),
    "12": ("区教育局", "区卫生健康局", "区民政局", "区住房和建设局"),
}
# What goes as far as the joint conference: no single desk can settle it.
FOR_THE_CONFERENCE = (
    "02-01-03", "02-04", "03-01", "03-04", "05-02-02", "06-01-02", "06-03", "07-02", "08-01-01",
    "08-03", "08-04", "09-05", "10-02", "10-03", "11", "12-01", "12-02",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """What somebody wrote, and how it was answered. `voice`: who calls, "" for a resident."""

    topic: str
    spot: str
    text: str
    answer: str
    evidence: str
    nature: str = "request"
    voice: str = ""

    @property
    def for_the_conference(self) -> bool:
        return self.topic.startswith(FOR_THE_CONFERENCE) and self.nature == "request"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def texts() -> list[Text]:
    return [Text(**{**row, "nature": row["nature"] or "request"}) for row in rows("calls.csv")]


def person_name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN[(number * 3 + number // 31) % len(GIVEN)]
