"""The life of a branch, and what it may do where no committee exists. Plain values.

The checklist and the order of steps are the district's practice, not law: nothing here blocks anybody
but the offices that keep it.
"""

from dataclasses import dataclass
from datetime import date

PROVISIONAL, FORMAL, UNSTATED = "provisional", "formal", "unstated"
FORMS = {PROVISIONAL: "临时党支部", FORMAL: "正式党支部", UNSTATED: "没有写明临时还是正式"}

# What is gone through before a provisional branch becomes a formal one.
CHECKS = {
    "number": "上级党组织确认党员人数够设支部",
    "asked": "书面请示上级党组织",
    "elected": "开党员大会，选出支委和书记",
    "approved": "上级党组织批复",
    "announced": "在小区公布支委和联系电话",
}

# By which stage of a compound what should stand.
ON_SALE, HANDED_OVER, LIVED_IN = "on_sale", "handed_over", ("moving_in", "settled")
FINE, WANTS_INTENT, DUE, OVERDUE = "fine", "wants_intent", "due", "overdue"
STATES = {
    FINE: "",
    WANTS_INTENT: "在售，还没有登记组建意向",
    DUE: "已交付，入住前要有临时党支部",
    OVERDUE: "已经入住，还没有党支部",
}


def state_of(stage: str, *, has_branch: bool, has_intent: bool) -> str:
    """How a compound stands: a branch is wanted before people move in, an intent while it is on sale."""
    if has_branch:
        return FINE
    if stage in LIVED_IN:
        return OVERDUE
    if stage == HANDED_OVER:
        return DUE
    if stage == ON_SALE and not has_intent:
        return WANTS_INTENT
    return FINE


# 支代业: no verified rule stands behind it; so nothing of it binds anybody. The whole list.
TASKS = {
    "mediation": "调解物业纠纷",
    "assessment": "考核物业服务，公布结果",
    "supervision": "查看公共收益，提出意见",
    "liaison": "代表业主联系政府部门",
}
NEVER = "不能签合同，不能动用业主的钱，不能自称业委会，也不能替业主表决。"


@dataclass(frozen=True)
class Term:
    """From when to when a mandate holds. `until` is its last day; `ended` and `committee` the day on
    which it was ended, or a committee was first seated."""

    since: date
    until: date
    ended: date | None = None
    committee: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.over_on(day) == "" and day >= self.since

    def over_on(self, day: date) -> str:
        """Why it holds no more: ended, committee, expired; "" while it is not over."""
        if self.ended is not None and day >= self.ended:
            return "ended"
        if self.committee is not None and day >= self.committee:
            return "committee"
        return "expired" if day > self.until else ""
