"""Kinds of body and their posts, and how a capacity reads. Plain values."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

HANDLING = frozenset({"clerk", "head", "manager", "convener"})
# Who sits in an office signs in with a password and a second factor.
OFFICES = frozenset({"district", "department", "subdistrict", "office", "community", "conference"})


def capacity_words(body: str, post: str) -> str:
    """“龙田街道办事处·经办人”: how an acting seat is written down. Never a name."""
    return f"{body}·{post}"


# Which level of the three (and the conference) a kind of body handles calls on; None: it handles none.
LEVELS = {
    "community": 1,
    "company": 1,
    "subdistrict": 2,
    "office": 2,
    "district": 3,
    "department": 3,
    "utility": 3,
    "conference": 4,
}
# What people of a compound govern themselves with: their community's clerks keep these bodies.
SELF_GOVERNING = frozenset(
    {
        "branch", "committee", "supervisory_board", "residents_committee", "preparation_group",
        "council", "group",
    }
)  # fmt: skip
# Kinds that belong to one compound; all others answer for a division.
OF_A_COMPOUND = SELF_GOVERNING | {"company"}
# Who sits here reads by name who else sits in the compound; councils and groups look at the picture.
READS_SEATS = OFFICES | OF_A_COMPOUND - {"preparation_group", "council", "group"} | {"utility"}
DIVISION_LEVEL = {"community": 5, "subdistrict": 4, "office": 4}  # else the district: 3
_OFFICE_POSTS = ("clerk", "head")
POSTS = {
    "district": (*_OFFICE_POSTS, "administrator"),
    "conference": ("convener", "clerk"),
    "branch": ("first_secretary", "secretary", "deputy_secretary", "member", "lead"),
    "committee": ("director", "deputy_director", "member", "alternate"),
    "supervisory_board": ("chief_supervisor", "supervisor"),
    "residents_committee": ("director", "deputy_director", "member", "alternate"),
    "preparation_group": ("leader", "participant"),
    "council": ("chair", "participant"),
    "group": ("leader", "deputy_leader", "spokesperson", "participant"),
    "company": ("manager", "clerk"),
}
# One person at a time.
SINGLE = frozenset(
    {"first_secretary", "secretary", "director", "chief_supervisor", "leader", "chair"}
)
# Each seat has a number of its own, so that it can be said which one is vacant.
NUMBERED = SINGLE | {"deputy_secretary", "deputy_director", "member", "supervisor", "alternate"}
# What does not count towards a body's size: alternates wait, leads and those sent from above come on top.
BESIDES = frozenset({"alternate", "lead", "first_secretary"})
# Can be sent from an office above for a time, with a task.
SECONDED = frozenset({"first_secretary", "deputy_secretary"})
# The next alternate follows on these.
FOLLOWED = frozenset({"member", "deputy_director", "director"})
# Nobody acts in the name of a body through these: who is waiting holds no office yet.
WITHOUT_OFFICE = frozenset({"alternate"})
# Put together from several sides: each seat says whom it stands for.
OF_SIDES = frozenset({"preparation_group", "residents_committee"})
# The post that a body cannot be without.
FIRST_POST = {
    "branch": "secretary",
    "committee": "director",
    "supervisory_board": "chief_supervisor",
    "residents_committee": "director",
    "preparation_group": "leader",
    "council": "chair",
    "company": "manager",
}
HANDED_OVER = {
    "committee": (
        "业主委员会印章", "业主大会印章", "会议记录和业主共同决定", "业主名册", "物业服务合同和其他合同",
        "财务账簿、凭证和银行账户", "公共收益台账", "钥匙、设备和网络账号",
    ),
    "residents_committee": ("印章", "会议记录", "住户名册", "账目和凭证", "钥匙、设备和网络账号"),
    "supervisory_board": ("监督记录和质询函", "查阅过的账目清单"),
    "preparation_group": ("筹备过程的文件", "业主名册", "收到的书面意见", "表决票和送达记录"),
    "branch": ("印章", "会议记录", "经费账目和凭证", "阵地钥匙和物资", "在办事项清单"),
}  # fmt: skip
ANY_HANDED_OVER = ("文件和记录", "账目和物资", "在办事项清单")


def posts_of(kind: str, group: str = "") -> tuple[str, ...]:
    """The posts that a kind of body has.

    Of a functional Party group only who leads it is on record: a list of the others would tell their
    political status.
    """
    if group == "party":
        return ("leader", "deputy_leader")
    return POSTS.get(kind, _OFFICE_POSTS)


def counted(post: str) -> bool:
    """Whether somebody in this post sits on one of the body's seats."""
    return post not in BESIDES


def handed_over(kind: str) -> tuple[str, ...]:
    """What is handed over as a rule, to begin the checklist with. Practice, no law."""
    return HANDED_OVER.get(kind, ANY_HANDED_OVER)


@dataclass(frozen=True)
class Held:
    """A seat as rules see it: its post, its number, whether somebody sits there."""

    post: str
    number: int | None = None


def next_number(post: str, taken: set[int]) -> int | None:
    """The lowest number of a numbered post that nobody holds; None where seats are not numbered."""
    if post not in NUMBERED:
        return None
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def vacant(kind: str, size: int | None, held: list[Held]) -> int:
    """How many of the agreed seats nobody holds; without a size 1 where the first post is empty."""
    sitting = [one for one in held if counted(one.post)]
    if size is not None:
        return max(size - len(sitting), 0)
    first = FIRST_POST.get(kind)
    return int(first is not None and all(one.post != first for one in held))


# Offices that a compound knows its people by. Only of these residents see that one person holds two.
LEADING = frozenset(
    {
        "first_secretary", "secretary", "director", "deputy_director", "chief_supervisor", "chair",
        "leader", "manager",
    }
)  # fmt: skip
# Whom a body answers to, as a resident reads it: practice of the district, no law is claimed.
ANSWERS_TO = {
    "committee": "业主大会选出，向业主大会和支部报告",
    "supervisory_board": "查业委会的账，看日常工作",
    "residents_committee": "产权单位、住户代表和物业一起，由支部牵头",
    "preparation_group": "筹备第一次业主大会，选出业委会就结束",
    "council": "支部牵头，商量小区的事",
    "branch": "归社区党委",
    "company": "按合同服务",
}
SOON_MONTHS = 6


def answers_to(kind: str, purpose: str, there: set[str]) -> str:
    """One line on what a body is for or whom it answers to, given the kinds that stand beside it."""
    if purpose:
        return purpose
    if kind == "company" and "committee" in there:
        return "按合同服务，由业委会监督"
    return ANSWERS_TO.get(kind, "")


def expiring(last_day: date | None, today: date) -> tuple[bool, bool]:
    """Whether a term is over, and whether it runs out within half a year from today."""
    if last_day is None:
        return False, False
    return last_day < today, today <= last_day <= months_on(today, SOON_MONTHS)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def left_words(last_day: date, today: date) -> str:
    """How long a term still runs, as one says it."""
    days = (last_day - today).days
    if days < 0:
        return f"已经过了 {-days} 天"
    if days == 0:
        return "今天到期"
    months = 0
    while months_on(today, months + 1) <= last_day:
        months += 1
    return f"还剩 {months} 个月" if months > 1 else f"还剩 {days} 天"
