"""What is counted: a decision of the owners as values. Nothing here knows law, files or clocks.

Heads are whole numbers of owners counted by law; areas are square metres, exact decimals with as many
places as were given. `None` is “not printed”, which is never nought.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal


class Matter(StrEnum):
    """What a motion is about; the order of 民法典第二百七十八条第一款, recall standing beside election."""

    RULES_OF_PROCEDURE = "rules_of_procedure"
    MANAGEMENT_REGULATION = "management_regulation"
    COMMITTEE_ELECTION = "committee_election"
    COMMITTEE_RECALL = "committee_recall"
    SERVICE_COMPANY = "service_company"
    REPAIR_FUND_USE = "repair_fund_use"
    REPAIR_FUND_RAISE = "repair_fund_raise"
    REBUILD = "rebuild"
    COMMON_PARTS_USE = "common_parts_use"
    OTHER = "other"


MATTER_WORDS: Mapping[Matter, str] = {
    Matter.RULES_OF_PROCEDURE: "制定和修改业主大会议事规则",
    Matter.MANAGEMENT_REGULATION: "制定和修改管理规约",
    Matter.COMMITTEE_ELECTION: "选举业主委员会",
    Matter.COMMITTEE_RECALL: "更换业主委员会成员",
    Matter.SERVICE_COMPANY: "选聘和解聘物业服务企业",
    Matter.REPAIR_FUND_USE: "使用维修资金",
    Matter.REPAIR_FUND_RAISE: "筹集维修资金",
    Matter.REBUILD: "改建、重建建筑物及其附属设施",
    Matter.COMMON_PARTS_USE: "改变共有部分用途或者利用共有部分经营",
    Matter.OTHER: "其他重大事项",
}


class Choice(StrEnum):
    AGREE = "agree"
    AGAINST = "against"
    ABSTAIN = "abstain"
    INVALID = "invalid"


class Outcome(StrEnum):
    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NO_QUORUM = "no_quorum"
    UNDETERMINED = "undetermined"


OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.PASSED: "通过",
    Outcome.NOT_PASSED: "没有通过",
    Outcome.NO_QUORUM: "参与表决的业主不够，没有形成决定",
    Outcome.UNDETERMINED: "凭现有数字定不了",
}

Measure = Literal["heads", "area"]
MEASURES: tuple[Measure, Measure] = ("heads", "area")


@dataclass(frozen=True)
class Count:
    """One quantity by both measures of an owners' vote: heads, and area in m²."""

    heads: int | None = None
    area: Decimal | None = None

    def by(self, measure: Measure) -> Fraction | None:
        """The exact number, or None where it is not known."""
        value = self.heads if measure == "heads" else self.area
        return None if value is None else Fraction(value)

    @property
    def empty(self) -> bool:
        return self.heads is None and self.area is None


UNKNOWN = Count()


@dataclass(frozen=True)
class Deemed:
    """Silent owners whom the notice counts; `side` says among which votes they are included."""

    count: Count
    side: Choice | None


@dataclass(frozen=True)
class Unit:
    """A line of the roll. `unsold`: the developer's, sold but not handed over included."""

    unit: str
    owner: str
    area: Decimal | None
    unsold: bool = False


@dataclass(frozen=True)
class Ballot:
    """A ballot of one unit on one motion; `order` is its moment, else its place in the list."""

    unit: str
    motion: str
    choice: Choice
    at: str | None = None
    order: tuple[str, int] = ("", 0)


@dataclass(frozen=True)
class HouseRules:
    """What adopted house rules may settle here (指导规则 leaves it to them); off unless they say so."""

    deemed_participation: bool = False
    deemed_to_majority: bool = False


@dataclass(frozen=True)
class Motion:
    """One motion with the numbers of its notice. `agree` … `invalid` include deemed votes.

    `agree_heads_most`: where an owner's units voted differently, the heads when each such owner is
    taken to agree; `agree.heads` then holds the heads when none is.
    """

    id: str
    matter: Matter
    text: str = ""
    scope: str = ""
    announced: str = ""
    totals: Count = UNKNOWN
    participation: Count = UNKNOWN
    agree: Count = UNKNOWN
    against: Count = UNKNOWN
    abstain: Count = UNKNOWN
    invalid: Count = UNKNOWN
    deemed: Deemed | None = None
    printed: Mapping[str, Decimal] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    agree_heads_most: int | None = None
    split_owners: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def part(self, choice: Choice) -> Count:
        parts = {
            Choice.AGREE: self.agree,
            Choice.AGAINST: self.against,
            Choice.ABSTAIN: self.abstain,
            Choice.INVALID: self.invalid,
        }
        return parts[choice]


@dataclass(frozen=True)
class Decision:
    """A decision or a published notice. `place` is a GB/T 2260 code or CN; `closed_on`: voting closed."""

    notice_on: date
    motions: tuple[Motion, ...]
    place: str = "CN"
    rules: HouseRules = HouseRules()
    scope: str = "compound"
    closed_on: date | None = None
