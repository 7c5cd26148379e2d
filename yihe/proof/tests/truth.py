"""The result of a vote, counted without the program under test: decimals, fractions and sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yihe.proof.commitments import RollEntry
from yihe.proof.leaves import CHOICES

SPECIAL = ("repair_fund_raise", "rebuild", "common_parts_use")


@dataclass
class Cast:
    """One ballot as it was cast; `late` when after the closing."""

    unit: str
    choices: dict[str, str]
    channel: str
    late: bool = False
    opening: bytes = b""


def plain(area: Decimal) -> str:
    text = f"{area:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def truth_of(
    roll: Sequence[RollEntry],
    motions: Sequence[dict[str, Any]],
    cast: Sequence[Cast],
    precedence: str,
) -> list[dict[str, Any]]:
    """The motions of a result leaf."""
    standing: dict[str, Cast] = {}
    for one in cast:
        if not one.late:
            held = standing.get(one.unit)
            paper = {"paper": ("paper", "door"), "online": ("online",), "later": ()}[precedence]
            if held and held.channel in paper and one.channel not in paper:
                continue
            standing[one.unit] = one
    return [_truth_of(roll, motion, standing) for motion in motions]


def _truth_of(
    roll: Sequence[RollEntry], motion: dict[str, Any], standing: dict[str, Cast]
) -> dict[str, Any]:
    area = dict.fromkeys(CHOICES, Decimal(0))
    said: dict[str, set[str]] = {}
    total = Decimal(0)
    for entry in roll:
        if motion["scope"] and motion["scope"] not in entry.scopes:
            continue
        total += Decimal(entry.area)
        head = said.setdefault("dev" if entry.kind == "developer_unsold" else entry.owner, set())
        ballot = standing.get(entry.unit)
        if ballot and motion["id"] in ballot.choices:
            head.add(ballot.choices[motion["id"]])
            area[ballot.choices[motion["id"]]] += Decimal(entry.area)
    heads = {choice: sum(said[one] == {choice} for one in said) for choice in CHOICES}
    split = [one for one in said.values() if len(one) > 1]
    part_heads, part_area = sum(map(bool, said.values())), sum(area.values(), Decimal(0))
    needed = Fraction(3, 4) if motion["matter"] in SPECIAL else Fraction(1, 2)
    words = ">=3/4" if motion["matter"] in SPECIAL else ">1/2"

    def enough(have: Decimal | int, of: Decimal | int) -> bool:
        share = Fraction(have) / Fraction(of) if of else Fraction(0)
        return bool(of) and (share >= needed if words == ">=3/4" else share > needed)

    def quorate(have: Decimal | int, of: Decimal | int) -> bool:
        return Fraction(have) >= Fraction(2, 3) * Fraction(of)

    splitting = sum("agree" in one for one in split)
    low, high = enough(heads["agree"], part_heads), enough(heads["agree"] + splitting, part_heads)
    met = {
        "q_heads": quorate(part_heads, len(said)),
        "q_area": quorate(part_area, total),
        "heads": low if low == high else None,
        "area": enough(area["agree"], part_area),
    }
    if not (met["q_heads"] and met["q_area"]):
        outcome = "no_quorum"
    elif met["heads"] is False or met["area"] is False:
        outcome = "not_passed"
    else:
        outcome = "passed" if met["heads"] else "undetermined"

    def pair(number: int, size: Decimal) -> dict[str, Any]:
        return {"area": plain(size), "heads": number}

    return {
        **{choice: pair(heads[choice], area[choice]) for choice in CHOICES},
        "approval": {
            "area": {"have": plain(area["agree"]), "met": met["area"], "needed": words, "of": plain(part_area)},
            "heads": {"have": heads["agree"], "met": met["heads"], "needed": words, "of": part_heads},
        },
        "id": motion["id"],
        "outcome": outcome,
        "participation": pair(part_heads, part_area),
        "quorum": {
            "area": {"have": plain(part_area), "met": met["q_area"], "needed": ">=2/3", "of": plain(total)},
            "heads": {"have": part_heads, "met": met["q_heads"], "needed": ">=2/3", "of": len(said)},
        },
        "split": {"agree": splitting, "heads": len(split)},
        "totals": pair(len(said), total),
    }  # fmt: skip
