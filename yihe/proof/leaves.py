"""The leaves of a decision: one line of canonical JSON each, a closed set of kinds and fields.

Every leaf says its kind, its decision and its number `n` in that decision (0, 1, 2 … without a
gap, given under the log's lock), so that a leaf left out of a bundle leaves a hole. Ballots are
read by a pattern and never become objects: there may be a hundred thousand.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yihe.proof.canonical import Malformed, decode, encode

VERSION = 1
CHOICES = ("agree", "against", "abstain", "invalid")
MATTERS = (
    "rules_of_procedure", "management_regulation", "committee_election", "committee_recall",
    "service_company", "repair_fund_use", "repair_fund_raise", "rebuild", "common_parts_use", "other",
)  # fmt: skip
PRECEDENCE = ("later", "paper", "online")
OUTCOMES = ("passed", "not_passed", "no_quorum", "undetermined")

ID = r"[A-Za-z0-9._-]{1,64}"
HEX = r"[0-9a-f]{64}"
AREA = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,8})?"
MOMENT = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00"
)
SHARE = r"(?:>=|>)[1-9][0-9]?/[1-9][0-9]?"
BALLOT = re.compile(
    rf'\{{"at":"({MOMENT})","commitment":"({HEX})","decision":"({ID})",'
    r'"kind":"(ballot|replacement)","n":(0|[1-9][0-9]{0,8}),"v":1\}',
    re.ASCII,
)

Check = Callable[[Any], bool]
_id, _hex = re.compile(ID, re.ASCII), re.compile(HEX)
_moment, _share = re.compile(MOMENT, re.ASCII), re.compile(SHARE, re.ASCII)
_salt = re.compile(r"[0-9a-f]{32,64}")
# Sums in a leaf are written shortest: no zeros at the end of the fraction.
_sum = re.compile(r"(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{0,7}[1-9])?", re.ASCII)


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _moment_real(value: Any) -> bool:
    if not isinstance(value, str) or not _moment.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 999_999_999


def _text(longest: int) -> Check:
    return lambda value: isinstance(value, str) and 0 < len(value) <= longest


def _bool(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(words: tuple[str, ...]) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _record(fields: Mapping[str, Check]) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == fields.keys()
        and all(check(value[name]) for name, check in fields.items())
    )


def _rows(check: Check, least: int, most: int) -> Check:
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(map(check, value))
    )


is_id, is_hex, is_sum, is_moment = _matches(_id), _matches(_hex), _matches(_sum), _moment_real
is_share = _matches(_share)
_pair = _record({"area": is_sum, "heads": _count})
_heads = _record({"have": _count, "met": _or_null(_bool), "needed": is_share, "of": _count})
_area = _record({"have": is_sum, "met": _or_null(_bool), "needed": is_share, "of": is_sum})
_measured = _record({"area": _area, "heads": _heads})
_motion = _record(
    {"id": is_id, "matter": _one_of(MATTERS), "scope": _or_null(is_id), "title": _text(2000)}
)
MOTION_RESULT: dict[str, Check] = {
    **dict.fromkeys((*CHOICES, "participation", "totals"), _pair),
    "approval": _measured,
    "id": is_id,
    "outcome": _one_of(OUTCOMES),
    "quorum": _or_null(_measured),
    "split": _record({"agree": _count, "heads": _count}),
}
_roll: dict[str, Check] = {"area": is_sum, "heads": _count, "root": is_hex, "units": _count}
_salted: dict[str, Check] = {"salt": _matches(_salt)}

KINDS: dict[str, dict[str, Check]] = {
    "rules": {"hash": is_hex, **_salted},
    "roll": {**_roll, **_salted},
    "objection": {"digest": is_hex, **_salted},
    "correction": {**_roll, "objection": _or_null(_count), **_salted},
    "notice": {
        "closes_at": is_moment,
        "digest": is_hex,
        "motions": _rows(_motion, 1, 200),
        "opens_at": is_moment,
        "precedence": _one_of(PRECEDENCE),
        "reported": _bool,
        "rules": is_hex,
        "scrutineers": _record({"keys": _rows(_text(400), 1, 64), "needed": _count}),
        "title": _text(400),
        "witnesses": is_hex,
        **_salted,
    },
    "service": {"delivered": _count, "posted": _count, "unserved": _count, **_salted},
    "proxy": {"commitment": is_hex},
    "ballot": {"commitment": is_hex},
    "replacement": {"commitment": is_hex},
    "paper_batch": {"ballots": _count, "batch": is_id, **_salted},
    "reconciliation": {
        **dict.fromkeys(("printed", "returned", "spoiled", "missing", "marked"), _count),
        **_salted,
    },
    "closing": {"ballots": _count, "replacements": _count, **_salted},
    "result": {
        "motions": _rows(_record(MOTION_RESULT), 1, 200),
        "notice": _count,
        "replaced": _count,
        "roll": is_hex,
        "rules": is_hex,
        "units": _count,
        **_salted,
    },
    "count": {"note": _text(65536), "result": _count, **_salted},
    "filing": {"digest": is_hex, "office": _text(200), **_salted},
}
_common: dict[str, Check] = {"at": is_moment, "decision": is_id, "n": _count}


@dataclass(frozen=True)
class Leaf:
    """One leaf that is not a ballot; `fields` holds what its kind adds."""

    kind: str
    decision: str
    n: int
    at: str
    fields: dict[str, Any]
    line: bytes


def make_leaf(kind: str, *, decision: str, n: int, at: str, **fields: Any) -> bytes:
    """The bytes of a leaf. `at` is `2026-11-30T18:00:00+08:00`; the fields are those of KINDS.

    Malformed when a field is missing, unknown or out of its range.
    """
    value = {"at": at, "decision": decision, "kind": kind, "n": n, "v": VERSION, **fields}
    _checked(value)
    return encode(value)


def _checked(value: Any) -> None:
    if not isinstance(value, dict) or value.get("v") is not VERSION:
        raise Malformed("不是本版本的条目")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Malformed("没有这种条目")
    wanted = {**_common, **KINDS[kind]}
    if value.keys() != wanted.keys() | {"v", "kind"}:
        raise Malformed(f"“{kind}”条目的字段不对")
    for name, check in wanted.items():
        if not check(value[name]):
            raise Malformed(f"“{kind}”条目的 {name} 不合规定")


def parse_leaf(line: bytes) -> Leaf:
    """Reads a leaf of any kind. Malformed when it is not the canonical line of one."""
    value = decode(line)
    _checked(value)
    own = {name: value[name] for name in KINDS[value["kind"]]}
    return Leaf(value["kind"], value["decision"], value["n"], value["at"], own, line)


def posix(moment: str) -> int:
    """The POSIX second of a moment that `is_moment`."""
    return int(datetime.fromisoformat(moment).timestamp())
