"""The rule set that a notice pins, from the books of law: what a bundle's rules.json holds."""

from typing import Any

from yihe.law import Composed, Rule
from yihe.law.values import Matter

BASES = {"totals": "all", "participation": "participants"}


def pinned(law: Composed) -> dict[str, Any]:
    """What applies at a place on the day of the notice, with the thresholds as section 4 of
    docs/format/bundle.md reads them, and the words of every rule for people.

    `law` is the fingerprint that `yihe tally` prints. Raises ValueError where no book decides, and
    for house rules with deemed votes: version 1 of a bundle cannot recount them.
    """
    book = law.deciding
    if book is None:
        raise ValueError(f"no book decides for {law.place} on {law.on:%Y-%m-%d}")
    if law.house.deemed_participation or law.house.deemed_to_majority:
        raise ValueError("deemed votes are no part of a bundle of version 1")
    return {
        "id": book.id,
        "in_force_from": book.in_force_from.isoformat(),
        "law": law.hash,
        "deemed_participation": False,
        "deemed_to_majority": False,
        "rules": [_row(rule) for rule in book.rules if rule.on],
    }


def _row(rule: Rule) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rule.id,
        "kind": rule.kind,
        "article": rule.article,
        "text": rule.text,
        "source": rule.source,
    }
    if rule.kind in ("quorum", "approval"):
        matters = rule.numbers.get("matters", [matter.value for matter in Matter])
        row |= {
            "base": BASES[rule.numbers["of"]],
            "matters": [str(matter) for matter in matters],
            "needed": str(rule.threshold()),
        }
    return row
