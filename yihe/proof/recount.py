"""Heads and areas from a roll and ballots, exactly, and what a rule set makes of them.

Heads: several units of one owner are one head, all unsold units of the developer are one head;
areas count in full (法释〔2020〕17号 第八、九条). An owner whose units vote differently is counted
both ways, and where the ways differ the outcome is undetermined. The thresholds come from the rule
set as data; nothing here knows a law.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from yihe.proof.canonical import Malformed
from yihe.proof.leaves import CHOICES, is_share

SCALE = 8  # decimal places kept; areas are whole numbers of 10⁻⁸ m²
DEVELOPER = ""  # no owner has this pseudonym
SILENT = -1


def area_units(text: str) -> int:
    """`"89.50"` as a whole number of 10⁻⁸ m²."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(SCALE, "0"))


def area_text(units: int) -> str:
    """The shortest decimal: no zeros at the end, no point without a fraction."""
    whole, part = divmod(units, 10**SCALE)
    return f"{whole}.{part:0{SCALE}d}".rstrip("0").rstrip(".")


@dataclass
class Votes:
    """One motion: heads and area (10⁻⁸ m²) of the electorate and of each choice."""

    total_heads: int = 0
    total_area: int = 0
    heads: list[int] = field(default_factory=lambda: [0, 0, 0, 0])  # in the order of CHOICES
    area: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    split_heads: int = 0  # owners whose units chose differently; in no other head count
    split_agree: int = 0  # those of them of whom one unit agrees


@dataclass(frozen=True)
class Roll:
    """The roll in columns, one place for each unit: who the head is, area in 10⁻⁸ m², scopes."""

    heads: Sequence[str]
    areas: Sequence[int]
    scopes: Sequence[frozenset[str]]


def head_of(owner: str, kind: str) -> str:
    return DEVELOPER if kind == "developer_unsold" else owner


def count(roll: Roll, scopes: Sequence[str | None], cast: Iterable[Sequence[int]]) -> list[Votes]:
    """Counts each motion (its scope, or None for all). `cast` gives for each unit of the roll the
    number of the choice for each motion, or SILENT (an empty sequence: no ballot)."""
    voted = list(cast)
    return [_count_one(roll, scope, voted, place) for place, scope in enumerate(scopes)]


def _count_one(roll: Roll, scope: str | None, voted: Sequence[Sequence[int]], place: int) -> Votes:
    votes = Votes()
    area = votes.area
    masks: dict[str, int] = {}
    for head, size, within, choices in zip(roll.heads, roll.areas, roll.scopes, voted, strict=True):
        if scope is not None and scope not in within:
            continue
        votes.total_area += size
        choice = choices[place] if choices else SILENT
        if choice >= 0:
            area[choice] += size
            masks[head] = masks.get(head, 0) | 1 << choice
        else:
            masks.setdefault(head, 0)
    votes.total_heads = len(masks)
    for mask in masks.values():
        if mask & (mask - 1):
            votes.split_heads += 1
            votes.split_agree += mask & 1
        elif mask:
            votes.heads[mask.bit_length() - 1] += 1
    return votes


@dataclass(frozen=True)
class Thresholds:
    """What a rule set asks for one matter: `">=2/3"`; no quorum rule, no quorum."""

    quorum: str | None
    approval: str
    approval_of_all: bool


def thresholds(rules: Any, matter: str) -> Thresholds:
    """The one quorum rule (or none) and the one approval rule of a matter. Malformed otherwise."""
    rows = rules.get("rules") if isinstance(rules, dict) else None
    if not isinstance(rows, list):
        raise Malformed("规则里没有 rules")
    found: dict[str, list[dict[str, Any]]] = {"quorum": [], "approval": []}
    for row in rows:
        kind = row.get("kind") if isinstance(row, dict) else None
        if isinstance(kind, str) and kind in found:
            matters = row.get("matters")
            if isinstance(matters, list) and matter in matters:
                found[kind].append(row)
    if len(found["quorum"]) > 1 or len(found["approval"]) != 1:
        raise Malformed(f"规则没有为“{matter}”定下唯一的门槛")
    approval = found["approval"][0]
    quorum = found["quorum"][0] if found["quorum"] else None
    for row in (approval, quorum or approval):
        if not is_share(row.get("needed")):
            raise Malformed(f"“{matter}”的门槛写法不对")
    if approval.get("base") not in ("all", "participants"):
        raise Malformed(f"“{matter}”的基数不对")
    if quorum and quorum.get("base") != "all":
        raise Malformed(f"“{matter}”的参与门槛基数不对")
    return Thresholds(
        quorum["needed"] if quorum else None, approval["needed"], approval["base"] == "all"
    )


def reaches(have: int, of: int, needed: str) -> bool:
    """Exact: `have`/`of` against `">=2/3"` (以上, reached counts) or `">1/2"` (过半数)."""
    strict = not needed.startswith(">=")
    upper, _, lower = needed[1 if strict else 2 :].partition("/")
    left, right = have * int(lower), of * int(upper)
    return left > right if strict else left >= right


def judged(votes: Votes, needed: Thresholds) -> dict[str, Any]:
    """What the result says of a motion: counts, quorum, approval, outcome, as in docs/format/bundle.md."""
    part_heads = sum(votes.heads) + votes.split_heads
    part_area = sum(votes.area)
    of_heads = votes.total_heads if needed.approval_of_all else part_heads
    of_area = votes.total_area if needed.approval_of_all else part_area
    quorum = None
    if needed.quorum is not None:
        quorum = {
            "area": _measure(part_area, part_area, votes.total_area, needed.quorum, area=True),
            "heads": _measure(part_heads, part_heads, votes.total_heads, needed.quorum),
        }
    agree, most = votes.heads[0], votes.heads[0] + votes.split_agree
    approval = {
        "area": _measure(votes.area[0], votes.area[0], of_area, needed.approval, area=True),
        "heads": _measure(agree, most, of_heads, needed.approval),
    }
    return {
        **{
            name: {"area": area_text(votes.area[place]), "heads": votes.heads[place]}
            for place, name in enumerate(CHOICES)
        },
        "approval": approval,
        "outcome": outcome(quorum, approval),
        "participation": {"area": area_text(part_area), "heads": part_heads},
        "quorum": quorum,
        "split": {"agree": votes.split_agree, "heads": votes.split_heads},
        "totals": {"area": area_text(votes.total_area), "heads": votes.total_heads},
    }


def _measure(have: int, most: int, of: int, needed: str, *, area: bool = False) -> dict[str, Any]:
    low, high = reaches(have, of, needed), reaches(most, of, needed)
    return {
        "have": area_text(have) if area else have,
        "met": low if low == high else None,
        "needed": needed,
        "of": area_text(of) if area else of,
    }


def outcome(quorum: dict[str, Any] | None, approval: dict[str, Any]) -> str:
    """One measure that fails is enough: quorum first, then approval; passed only when all are met."""
    first = [quorum[name]["met"] for name in ("heads", "area")] if quorum else []
    second = [approval[name]["met"] for name in ("heads", "area")]
    if False in first:
        return "no_quorum"
    if False in second:
        return "not_passed"
    return "undetermined" if None in first + second else "passed"
