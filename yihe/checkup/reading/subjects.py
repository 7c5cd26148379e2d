"""What a motion is about, from the words of its title; nothing where they fit two matters or none.

加装电梯 is on purpose in none: whether it is 改建 is for the person to say.
"""

import re
from collections.abc import Sequence

from yihe.law.values import Matter

_FUND = "维修资金"
_COMMITTEE = "(?:业主委员会|业委会)"
_COMPANY = "(?:物业|管理人)"
_HIRE = "(?:选聘|续聘|解聘|更换|聘用|聘请|选定|重新招聘)"
_CONTRACT = "物业服务合同"


def _near(*words: str, gap: int) -> str:
    """One word after the other, not far apart, within a clause."""
    return f"[^，。；]{{0,{gap}}}".join(words)


_FORMS: Sequence[tuple[Matter, Sequence[str]]] = (
    (
        Matter.REPAIR_FUND_RAISE,
        (
            _near("(?:筹集|续筹|补缴|归集)", _FUND, gap=12),
            _near(_FUND, "(?:筹集|续筹|补缴)", gap=8),
        ),
    ),
    (
        Matter.REPAIR_FUND_USE,
        (
            _near("(?:使用|动用|申请)", _FUND, gap=16),
            _near(_FUND, "(?:使用|支用|列支)", gap=8),
        ),
    ),
    (Matter.COMMITTEE_RECALL, ("罢免", _near("(?:更换|撤换|终止)", "(?:委员|成员)", gap=12))),
    (
        Matter.COMMITTEE_ELECTION,
        (
            _near("(?:选举|改选|换届)", f"(?:{_COMMITTEE}|委员)", gap=16),
            _near(_COMMITTEE, "(?:选举|换届|改选)", gap=8),
        ),
    ),
    (
        Matter.SERVICE_COMPANY,
        (
            _near(_HIRE, _COMPANY, gap=30),
            _near("物业(?:服务)?(?:企业|公司)", "(?:选聘|续聘|解聘|续约)", gap=8),
            _near(_CONTRACT, "(?:续签|解除)", gap=6),
            _near("(?:续签|解除)", _CONTRACT, gap=16),
        ),
    ),
    (Matter.RULES_OF_PROCEDURE, ("议事规则",)),
    (Matter.MANAGEMENT_REGULATION, ("管理规约",)),
    (Matter.REBUILD, ("改建|重建",)),
    (
        Matter.COMMON_PARTS_USE,
        (_near("改变", "共有部分", gap=8), _near("(?:利用|使用)", "共有部分", "经营", gap=8)),
    ),
)
_MATTERS = [(matter, re.compile("|".join(forms))) for matter, forms in _FORMS]
_BY_RULE = re.compile("(?:根据|依据|按照|依照|遵照)[^，。；,;：:]*")
_TITLES = re.compile(
    r"关于[^，。；：:\n]{2,60}"
    r"|就[^，。；：:\n]{2,60}?(?:进行|开展|事宜|表决)"
    r"|是否[^，。；：:\n]{2,40}"
)


def without_sources(text: str) -> str:
    """Without “根据《…议事规则》…”, which names what a vote rests on, not what it is about."""
    return _BY_RULE.sub("", text)


def titles(sentences: Sequence[str]) -> list[str]:
    """Where a notice without numbered motions says what it is about."""
    found = [said[0] for one in sentences for said in _TITLES.finditer(without_sources(one))]
    return found or [one for one in sentences[:1] if len(one) < 60]


def matter_of(said: Sequence[str]) -> str:
    text = "\n".join(without_sources(one) for one in said)
    found = [matter for matter, form in _MATTERS if form.search(text)]
    return found[0].value if len(found) == 1 else ""
