"""How long what is kept. The amounts are this project's proposal and claim no legal period.

The district sets its own and switches each one on; nothing of it is on in a new house.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_MONTHS = 1200
GRACE = timedelta(days=7)  # from the switching on, or the shortening, to the first row that goes


@dataclass(frozen=True)
class Kind:
    """One thing that goes in its time: `key` in table and trail, words for whoever keeps the house."""

    key: str
    title: str
    goes: str  # what is erased
    stays: str  # what is left of it
    since: str  # from when it is counted
    notice: str  # for residents: “{}” is the period in words
    months: int  # proposed
    least: int
    batch: int  # rows in one transaction

    @property
    def one_by_one(self) -> bool:
        return self.batch == 1


KINDS = (
    Kind(
        "persons", "呼叫里的人",
        goes="反映人、哪一户、电话、具体位置、见了谁；内容和答复里的姓名、号码；附件里带人的",
        stays="内容、答复、经过、怎么计数",
        since="办完、撤回那天；导入的从发出那天",
        notice="办完 {}后，呼叫和您的姓名、电话、住处脱开，看不出是您发的，“我的呼叫”里也没有了。",
        months=36, least=12, batch=1,
    ),
    Kind(
        "words", "呼叫里的话",
        goes="内容、答复、补充、评价的话、问到的情况、会议决定、附件",
        stays="编号、类别、小区、时间、受理台、怎么办完的、几颗星；数字不变",
        since="办完、撤回那天；导入的从发出那天",
        notice="办完 {}后，写的话都删掉，只留下编号、类别、小区、时间和结果。",
        months=60, least=12, batch=1,
    ),
    Kind(
        "messages", "站内消息",
        goes="发给每个人的消息，读过没读过都删，连同投递记录",
        stays="呼叫里的经过",
        since="发出那天",
        notice="发给您的消息，{}后删掉。",
        months=12, least=3, batch=500,
    ),
    Kind(
        "deliveries", "投递记录",
        goes="一条消息什么时候经哪个渠道发出、送到没有",
        stays="消息本身",
        since="发完那天",
        notice="消息发到应用外面的记录，{}后删掉。",
        months=6, least=1, batch=500,
    ),
    Kind(
        "requests", "住处申请里的话",
        goes="申请时写的话、没有通过的原因",
        stays="谁什么时候申请、结果",
        since="有了结果那天",
        notice="申请住处时写的话，有了结果 {}后删掉。",
        months=12, least=3, batch=200,
    ),
    Kind(
        "departures", "搬走的原因",
        goes="社区记下的怎么知道搬走了",
        stays="住在哪里、从何时到何时",
        since="搬走那天",
        notice="您搬走时社区写的原因，{}后删掉。",
        months=12, least=3, batch=200,
    ),
    Kind(
        "codes", "入户码",
        goes="用过、停用、过期的邀请和纸质入户码",
        stays="谁住进来、什么时候",
        since="过期那天",
        notice="给家里人的邀请，过期 {}后删掉。",
        months=3, least=1, batch=500,
    ),
    Kind(
        "replays", "防重复的记录",
        goes="一次请求的编号和当时的回答",
        stays="请求办成的事",
        since="请求那天",
        notice="防止同一件事办两遍的记录，{}后删掉。",
        months=1, least=1, batch=500,
    ),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}
# What goes by itself in every house, by no rule that could be switched off: the privacy notice says so.
ALWAYS = (
    ("登录", "过了期的登录马上删；填过号码、没有填对验证码的，也在里面。"),
    ("删除我的信息", "本人删除时，姓名、号码、住处、消息当场删，不等期限。"),
)


def in_words(months: int) -> str:
    """“3 年”, “18 个月”."""
    return f"{months // 12} 年" if months % 12 == 0 else f"{months} 个月"


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier; the last day where the month is shorter."""
    count = moment.year * 12 + moment.month - 1 - months
    if count < 12:
        return moment.replace(year=1, month=1, day=1)
    year, month = divmod(count, 12)
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def why_not(kind: Kind, months: int) -> str:
    """Why a period may not be set; "" where it may."""
    if months < kind.least:
        return f"{kind.title}至少留 {in_words(kind.least)}：再短，事情还没说清就没有了。"
    if months > MOST_MONTHS:
        return "最多写 1200 个月。要一直留着，就不要打开这一条。"
    return ""
