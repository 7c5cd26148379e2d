"""How a number is written, and the words right beside it that say it is another kind of number."""

import re
from dataclasses import dataclass, field

from yihe.checkup.reading.plain import CUT

NUMBER = re.compile(
    rf"(?<![\d.,A-Za-z第〔\[\-－—–~～{CUT}])(?<!\d/)(?<!\d / )"
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    rf"(?!\d|,\d|\.\d|\.?{CUT}|\s*/\s*\d)"
    r"\s*(?P<unit>万?\s*(?:平方米|平米|平方|[mM]2)|[户人位名](?!次)|[票张份]|[%％])?"
)
# A number before one of these counts something else.
NOT_OURS = re.compile(
    r"\s*(年|月|日|时|点|号|栋|幢|单元|座|万?元|项|条|次|届|天|小时|室|层|楼|期|页|分|块|倍|万|千|亿|个(?!业主)|余|多|来)"
)
CLAUSE = re.compile(r"[，,、（(）)]|[：:](?!\s*\d)")
BRACKET = re.compile(r"[（(][^（）()]{0,60}[）)]")
HEADS, AREA = re.compile("人数|户数|业主数|业主总数|总数"), re.compile("面积")
ABOUT = re.compile(r"(?:约|近|逾|(?<!不)超过|不足|(?<!不)超|不到)\s*$")
ABOUT_BEHIND = re.compile(r"\s*(?:以上|以下|左右|多)")
REQUIRED = re.compile(
    "法定|(?:应当?|须|必须|需要?|至少)(?:达到|超过|有|由|经|为|不少于|达)|要求|不(?:少|低)于"
)
OTHER_TIME = re.compile("上(?:次|届|一次|一届|期)|去年|往年")
MARKER = re.compile(r"\s*[（(]?\s*\d{1,2}\s*(?:[)）、．]|\.(?!\d))")
HAN = re.compile(r"\s*[\u4e00-\u9fff]")
OF = re.compile("占|达到?(?=.*的)")
LABEL = re.compile("面积|人数|户数")
OWNERS = re.compile("业主的?$")
COMMA = re.compile(r"\d，(\d{3})(?!\d)(?=\.|\D)")
MOST = 300  # numbers or words of a sentence that is one


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
