"""Reading the document of `yihe tally`: a mapping in, a decision out; all that is wrong, by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from yihe.law.ballots import with_ballots
from yihe.law.fields import FieldError, Fields, Unreadable, percent, storable
from yihe.law.places import place_code
from yihe.law.values import (
    Choice,
    Count,
    Decision,
    Deemed,
    HouseRules,
    Matter,
    Motion,
)

# Fields that are not words of the notice.
_NO_WORDS = frozenset({"id", "matter", "jurisdiction", "notice_on", "closed_on", "scope", "side",
                       "unit", "owner", "choice", "channel", "at", "motion", "roll", "ballots",
                       "motions", "heads", "area"})  # fmt: skip


def parse(content: bytes) -> Mapping[str, Any]:
    """A file's bytes as a document, numbers exact. Raises Unreadable for what is not JSON."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable([FieldError("", "文件不是 UTF-8 编码的 JSON。")]) from None
    try:
        document = json.loads(
            text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}个字符"
        raise Unreadable([FieldError("", f"文件不是正确的 JSON，{where}起读不下去。")]) from None
    except (ValueError, ArithmeticError, RecursionError):
        raise Unreadable([FieldError("", "文件里有读不了的数，或者层次太深。")]) from None
    if not isinstance(document, Mapping):
        raise Unreadable([FieldError("", "文件里要有一份公告：{…}。")])
    return document


def _no_number(text: str) -> Any:
    raise Unreadable([FieldError("", f"文件里的 {text} 不是数；没有印就写 null。")])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable([FieldError(_said(twice), "同一个字段写了两次，不知道算哪一个。")])
    return table


def read(document: Mapping[str, Any]) -> Decision:
    """A decision from a document as `yihe tally` takes it (see docs/law.md).

    Heads are whole numbers, areas square metres as text, whole numbers or Decimals; None or absent is
    “not printed”. Raises Unreadable, whose `errors` name every field that is wrong, in Chinese.
    """
    fields = Fields()
    if not isinstance(document, Mapping):
        raise Unreadable([FieldError("", "这里要有一份公告：{…}。")])
    notice_on = fields.day(document.get("notice_on"), "notice_on")
    closed_on = None
    if document.get("closed_on") is not None:
        closed_on = fields.day(document["closed_on"], "closed_on")
        if notice_on and closed_on and closed_on < notice_on:
            fields.wrong("closed_on", "表决截止日不能早于公告日。")
    place = _place(fields, document.get("jurisdiction"))
    rules = fields.mapping(document.get("rules"), "rules")
    house = HouseRules(
        fields.flag(rules.get("deemed_participation"), "rules.deemed_participation"),
        fields.flag(rules.get("deemed_to_majority"), "rules.deemed_to_majority"),
    )
    motions = _motions(fields, document)
    if "roll" in document or "ballots" in document:
        motions = with_ballots(fields, document, motions)
    if fields.errors or notice_on is None:
        raise Unreadable(fields.errors)
    return Decision(
        notice_on=notice_on,
        motions=tuple(motions),
        place=place,
        rules=house,
        scope=_said(document.get("scope")) or "compound",
        closed_on=closed_on,
    )


def _place(fields: Fields, value: Any) -> str:
    if value is None:
        return "CN"
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    code = place_code(text) if isinstance(text, str) else None
    if code is None:
        fields.wrong("jurisdiction", "请写 CN 或者行政区划代码，如 440310。")
    return code or "CN"


def _motions(fields: Fields, document: Mapping[str, Any]) -> list[Motion]:
    totals = fields.count(document.get("totals"), "totals")
    participation = fields.count(document.get("participation"), "participation")
    scope = _said(document.get("scope"))
    announced_by_all = tuple(_words({k: v for k, v in document.items() if k not in _NO_WORDS}))
    if document.get("motions") is None:
        fields.wrong("motions", "公告里要有议题。")
        return []
    rows = fields.items(document["motions"], "motions")
    if not rows and not fields.errors:
        fields.wrong("motions", "公告里要有议题。")
    motions: list[Motion] = []
    seen: set[str] = set()
    for place, row in enumerate(rows):
        path = f"motions[{place}]"
        if not isinstance(row, Mapping):
            fields.wrong(path, "这里要写一个议题（{…}）。")
            continue
        motion = _motion(fields, row, path)
        if motion.id and motion.id in seen:
            fields.wrong(f"{path}.id", f"议题编号“{motion.id}”出现了两次。")
        seen.add(motion.id)
        motions.append(
            replace(
                motion,
                scope=motion.scope or scope,
                totals=motion.totals if row.get("totals") is not None else totals,
                participation=(
                    motion.participation if row.get("participation") is not None else participation
                ),
                words=announced_by_all + motion.words,
            )
        )
    return motions


def _motion(fields: Fields, row: Mapping[str, Any], path: str) -> Motion:
    matter = fields.one_of(Matter, row.get("matter"), f"{path}.matter")

    def number(name: str) -> Count:
        return fields.count(row.get(name), f"{path}.{name}")

    return Motion(
        id=fields.name(row.get("id"), f"{path}.id"),
        matter=matter or Matter.OTHER,
        text=fields.text(row.get("text"), f"{path}.text"),
        scope=_said(row.get("scope")),
        announced=_announced(row.get("announced")),
        totals=number("totals"),
        participation=number("participation"),
        agree=number("agree"),
        against=number("against"),
        abstain=number("abstain"),
        invalid=number("invalid"),
        deemed=_deemed(fields, row.get("deemed"), f"{path}.deemed"),
        printed=_printed(row.get("printed")),
        words=tuple(_words(row)),
    )


def _announced(value: Any) -> str:
    """What the notice says came out, in whatever form it says it."""
    if isinstance(value, bool):
        return "passed" if value else "not_passed"
    return _said(value)


def _said(value: Any) -> str:
    """Words that are only shown or searched: whatever else stands there says nothing."""
    return value.strip() if isinstance(value, str) and storable(value) else ""


def _deemed(fields: Fields, value: Any, path: str) -> Deemed | None:
    if value is None:
        return None
    amount = fields.count(value, path)
    side = fields.mapping(value, path).get("side") if isinstance(value, Mapping) else None
    if amount.heads == 0 and not amount.area:
        return None  # nobody was counted so
    if amount.empty and side is None:
        return None  # an empty form, not a statement
    if side is not None:
        side = fields.one_of(Choice, side, f"{path}.side")
    return Deemed(amount, side)


def _printed(value: Any) -> dict[str, Decimal]:
    """The percentages of the notice; what is no plain number there is words, not a share."""
    if not isinstance(value, Mapping):
        return {}
    shares = {str(key): percent(share) for key, share in value.items()}
    return {key: share for key, share in shares.items() if share is not None}


def _words(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    """All that the notice says in words, whatever the field is called."""
    if name in _NO_WORDS or depth > 8:
        return
    if isinstance(value, str):
        if storable(value):
            yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _words(inner, str(key), depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner, name, depth + 1)
