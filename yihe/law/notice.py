"""Reading the document of `yihe tally`: a mapping in, a decision out; all that is wrong, by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from yihe.law.fields import FieldError, Fields, Unreadable, percent
from yihe.law.heads import count, count_ballots, exact_decimal
from yihe.law.places import place_code
from yihe.law.values import (
    Ballot,
    Choice,
    Count,
    Decision,
    Deemed,
    HouseRules,
    Matter,
    Motion,
    Unit,
)

_SHANGHAI = timezone(timedelta(hours=8))  # no daylight saving since 1991, and no tables to load
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
        raise Unreadable([FieldError(twice, "同一个字段写了两次，不知道算哪一个。")])
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
        motions = _with_ballots(fields, document, motions)
    if fields.errors or notice_on is None:
        raise Unreadable(fields.errors)
    return Decision(
        notice_on=notice_on,
        motions=tuple(motions),
        place=place,
        rules=house,
        scope=fields.text(document.get("scope"), "scope") or "compound",
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
    totals = _count(fields, document.get("totals"), "totals")
    participation = _count(fields, document.get("participation"), "participation")
    scope = fields.text(document.get("scope"), "scope")
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
        return _count(fields, row.get(name), f"{path}.{name}")

    return Motion(
        id=fields.name(row.get("id"), f"{path}.id"),
        matter=matter or Matter.OTHER,
        text=fields.text(row.get("text"), f"{path}.text"),
        scope=fields.text(row.get("scope"), f"{path}.scope"),
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
    return value.strip() if isinstance(value, str) else ""


def _count(fields: Fields, value: Any, path: str) -> Count:
    table = fields.mapping(value, path)
    return Count(
        fields.heads(table.get("heads"), f"{path}.heads"),
        fields.area(table.get("area"), f"{path}.area"),
    )


def _deemed(fields: Fields, value: Any, path: str) -> Deemed | None:
    if value is None:
        return None
    amount = _count(fields, value, path)
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


def _words(value: Any, name: str = "") -> Iterator[str]:
    """All that the notice says in words, whatever the field is called."""
    if isinstance(value, str):
        if name not in _NO_WORDS:
            yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _NO_WORDS:
                yield from _words(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner, name)


def _with_ballots(
    fields: Fields, document: Mapping[str, Any], motions: list[Motion]
) -> list[Motion]:
    roll = _roll(fields, document.get("roll"))
    given = document.get("ballots")
    if document.get("roll") is None:
        if given:
            fields.wrong("roll", "有表决票，就要有名册。")
        return motions
    ballots = _ballots(fields, given, roll, {motion.id for motion in motions})
    if fields.errors:
        return motions
    whole = count(roll.values())
    units = list(roll.values())
    printed = _count(Fields(), document.get("totals"), "totals")
    counted = []
    for motion in motions:
        if motion.totals == printed:  # the compound's, not those of a smaller scope
            conflicts = _differs("名册", "总数", printed, whole)
            motion = replace(motion, totals=whole, conflicts=tuple(conflicts))
        cast = ballots.get(motion.id, [])
        if given is not None and (cast or not _has_numbers(motion)):
            motion = _counted(motion, units, cast)
        counted.append(motion)
    return counted


def _roll(fields: Fields, value: Any) -> dict[str, Unit]:
    roll: dict[str, Unit] = {}
    if value is None:
        return roll
    rows = fields.items(value, "roll")
    for place, row in enumerate(rows):
        path = f"roll[{place}]"
        table = fields.mapping(row, path)
        kind = fields.text(table.get("kind"), f"{path}.kind")
        unit = Unit(
            unit=fields.name(table.get("unit"), f"{path}.unit"),
            owner=fields.name(table.get("owner"), f"{path}.owner")
            if kind != "developer_unsold" or table.get("owner") is not None
            else "建设单位",
            area=fields.area(table.get("area"), f"{path}.area"),
            unsold=kind == "developer_unsold",
        )
        if unit.unit in roll and unit.unit:
            fields.wrong(
                f"{path}.unit", f"“{unit.unit}”在名册里出现了两次；共有人请推选一人，只写一行。"
            )
        roll[unit.unit] = unit
    return roll


def _ballots(
    fields: Fields, value: Any, roll: Mapping[str, Unit], motions: set[str]
) -> dict[str, list[Ballot]]:
    by_motion: dict[str, list[Ballot]] = {}
    rows = [] if value is None else fields.items(value, "ballots")
    for place, row in enumerate(rows):
        path = f"ballots[{place}]"
        table = fields.mapping(row, path)
        unit = fields.name(table.get("unit"), f"{path}.unit")
        motion = fields.name(table.get("motion"), f"{path}.motion")
        if unit and unit not in roll:
            fields.wrong(f"{path}.unit", f"名册里没有“{unit}”。")
        if motion and motion not in motions:
            fields.wrong(f"{path}.motion", f"没有编号是“{motion}”的议题。")
        choice = fields.one_of(Choice, table.get("choice"), f"{path}.choice")
        if choice is None:
            continue
        at = _moment(fields, table.get("at"), f"{path}.at")
        ballot = Ballot(unit, motion, choice, at, (at or "", place))
        by_motion.setdefault(motion, []).append(ballot)
    return {motion: _in_order(ballots) for motion, ballots in by_motion.items()}


def _moment(fields: Fields, value: Any, path: str) -> str | None:
    """A moment as text that sorts; without an offset it is by the clock of Shanghai."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        at = at if at.tzinfo else at.replace(tzinfo=_SHANGHAI)
        return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")  # noqa: UP017
    except (TypeError, ValueError, OverflowError):
        fields.wrong(path, "时间请写成 2024-07-29T18:00+08:00 这样。")
        return None


def _in_order(ballots: list[Ballot]) -> list[Ballot]:
    """Several ballots of a unit follow their moments only where each of them has one."""
    timeless = {ballot.unit for ballot in ballots if ballot.at is None}
    return [
        replace(ballot, order=("", ballot.order[1])) if ballot.unit in timeless else ballot
        for ballot in ballots
    ]


def _counted(motion: Motion, roll: list[Unit], ballots: list[Ballot]) -> Motion:
    """The numbers from the ballots; where the notice prints another participation, that is kept in words."""
    conflicts = list(motion.conflicts)
    counted = count_ballots(roll, ballots)
    participation, agree = counted.participation, counted.agree
    conflicts += _differs("表决票", "参与表决", motion.participation, participation)
    parts = {
        "against": counted.against,
        "abstain": counted.abstain,
        "invalid": counted.invalid,
    }
    most = counted.agree_heads_most
    if counted.split_owners:  # their heads are in one of the parts, unknown in which
        parts = {name: Count(None, part.area) for name, part in parts.items()}
    if motion.deemed:  # the notice's own count would include them
        participation = _plus(participation, motion.deemed.count)
        if motion.deemed.side is Choice.AGREE:
            most += motion.deemed.count.heads or 0
            agree = _plus(agree, motion.deemed.count)
        elif motion.deemed.side is not None:
            side = motion.deemed.side.value
            parts[side] = _plus(parts[side], motion.deemed.count)
    return replace(
        motion,
        participation=participation,
        agree=agree,
        agree_heads_most=most if agree.heads is not None else None,
        split_owners=counted.split_owners,
        conflicts=tuple(conflicts),
        against=parts["against"],
        abstain=parts["abstain"],
        invalid=parts["invalid"],
    )


def _has_numbers(motion: Motion) -> bool:
    return not all(count.empty for count in (motion.agree, motion.against, motion.abstain))


def _plus(one: Count, other: Count) -> Count:
    heads, area = one.by("area"), other.by("area")
    return Count(
        None if one.heads is None or other.heads is None else one.heads + other.heads,
        None if heads is None or area is None else exact_decimal(heads + area),
    )


def _differs(source: str, what: str, printed: Count, counted: Count) -> list[str]:
    found = []
    if printed.heads is not None and printed.heads != counted.heads:
        found.append(f"{what}印的是{printed.heads}人，按{source}是{counted.heads}人。")
    if printed.area is not None and counted.area is not None and printed.area != counted.area:
        found.append(f"{what}印的是{printed.area:f}平方米，按{source}是{counted.area:f}平方米。")
    return found
