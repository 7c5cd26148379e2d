"""Documents as `yihe tally` takes them, short enough for a table."""

from typing import Any

from yihe.law import Result, read, tally

CIVIL_CODE, PROPERTY_LAW = "2024-07-29", "2018-06-30"


def count(heads: Any = None, area: Any = None) -> dict[str, Any]:
    return {"heads": heads, "area": area}


def document(**fields: Any) -> dict[str, Any]:
    """One motion with full numbers that carries; `fields` of the motion replace those named."""
    motion: dict[str, Any] = {
        "id": "1",
        "matter": "service_company",
        "totals": count(900, "90000"),
        "participation": count(600, "60000"),
        "agree": count(400, "40000"),
        "against": count(150, "15000"),
        "abstain": count(45, "4500"),
        "invalid": count(5, "500"),
    }
    whole: dict[str, Any] = {
        name: fields.pop(name)
        for name in ("notice_on", "closed_on", "jurisdiction", "rules")
        if name in fields
    }
    return {"notice_on": CIVIL_CODE, **whole, "motions": [{**motion, **fields}]}


def result(**fields: Any) -> Result:
    return tally(read(document(**fields)))


def outcome(**fields: Any) -> str:
    return result(**fields).motions[0].outcome.value


def codes(**fields: Any) -> list[str]:
    return [found.code for found in result(**fields).motions[0].findings]


def texts(**fields: Any) -> str:
    return "\n".join(found.text for found in result(**fields).motions[0].findings)
