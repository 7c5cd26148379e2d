"""Invented notices: no place, no people, no numbers of any real compound."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Example:
    title: str
    about: str
    values: dict[str, str]

    @property
    def link(self) -> str:
        return urlencode(self.values)


EXAMPLES = (
    Example(
        "选聘物业公司，数字齐全",
        "两道关都看得到",
        {
            "date": "2025-03-10", "all": "620", "all_m2": "71300.50",
            "came": "468", "came_m2": "52816.20",
            "what1": "service_company", "said1": "passed",
            "yes1": "302", "yes1_m2": "33904.75", "no1": "131", "no1_m2": "15260.30",
            "abs1": "28", "abs1_m2": "2944.15", "bad1": "7", "bad1_m2": "707.00",
            "yes1_pct": "64.53", "yes1_m2_pct": "64.19",
        },
    ),
    Example(
        "使用维修资金，面积没有写全",
        "缺一个数，就定不了",
        {
            "date": "2024-11-05", "all": "240", "all_m2": "26400", "came": "171",
            "what1": "repair_fund_use", "said1": "passed",
            "yes1": "132", "yes1_m2": "14100", "no1": "39",
        },
    ),
    Example(
        "两个议题，没投票的“视为同意”",
        "公告说的，和算出来的不一样",
        {
            "date": "2025-06-18", "all": "905", "all_m2": "98460.00",
            "came": "655", "came_m2": "71022.40",
            "what1": "management_regulation", "text1": "修改管理规约", "said1": "passed",
            "yes1": "388", "yes1_m2": "41370.60", "no1": "251", "no1_m2": "27901.80",
            "abs1": "16", "abs1_m2": "1750.00",
            "deem1": "84", "deem1_m2": "9012.00", "side1": "yes",
            "what2": "common_parts_use", "text2": "在北门空地设收费车位", "said2": "passed",
            "yes2": "455", "yes2_m2": "49120.35", "no2": "180", "no2_m2": "19702.05",
            "abs2": "20", "abs2_m2": "2200.00", "yes2_pct": "50.28",
        },
    ),
)  # fmt: skip
