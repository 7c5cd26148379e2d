"""What the ledger of members holds, for what, and when a share may be shown. Plain values.

Political status is treated as sensitive personal information (个人信息保护法 articles 28 and 29 ask for
a separate consent for such; whether they name this kind is open, and the stricter reading is kept).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from yihe.refusal import Refusal

VERSION = "2026-11"  # of the notice in templates/members/_notice.html: both change together
FEWEST = 10  # a share is shown over a group of at least so many persons

FULL, PROBATIONARY = "full", "probationary"
STANDINGS = {FULL: "正式党员", PROBATIONARY: "预备党员"}
HERE, FLOATING = "here", "floating"
RELATIONS = {HERE: "组织关系已转入本支部", FLOATING: "组织关系没有转入，按流动党员联系"}
SELF, SIGNED = "self", "signed"
WAYS = {SELF: "本人填写", SIGNED: "本人签字的同意书"}
PURPOSES = {
    "contact": "通知参加组织生活",
    "transfer": "办理组织关系转接",
    "duty": "安排责任区和小组",
    "check": "与本人核对",
}
LEAVINGS = {
    "moved": "已经转出或搬走",
    "asked": "本人当面或打电话要求删去",
    "wrong": "核对后不属实",
    "died": "已经去世",
}


@dataclass(frozen=True)
class Duty:
    """What a member took on: a group, a building; dates as ISO text, "" for none."""

    what: str
    since: str
    until: str = ""


@dataclass(frozen=True)
class Kept:
    """What is sealed in a row. Nothing else about a member is kept anywhere."""

    person: int
    standing: str
    relation: str
    relation_on: str = ""  # since when the relation is as it is, ISO
    came_from: str = ""  # the organisation it comes from, or still lies with
    paper: str = ""  # which signed sheet, where it lies
    duties: tuple[Duty, ...] = ()

    def __post_init__(self) -> None:
        if self.standing not in STANDINGS:
            raise Refusal("请选正式党员还是预备党员。")
        if self.relation not in RELATIONS:
            raise Refusal("请选组织关系有没有转入本支部。")


def masked(name: str) -> str:
    """“欧阳暗香” → “欧＊＊＊”: enough to find a row again, too little to read one."""
    return name[:1] + "＊" * max(len(name) - 1, 1) if name else "没有写姓名"


def share(part: int, of: int) -> Fraction | None:
    """The share of members in a group; None where it could single somebody out.

    That is: fewer than ten persons; and where it is all of them or nobody, which would say it of each.
    """
    if of < FEWEST or part in (0, of):
        return None
    return Fraction(part, of)


def day_of(text: str) -> date | None:
    """A sealed day, "" for none."""
    return date.fromisoformat(text) if text else None
