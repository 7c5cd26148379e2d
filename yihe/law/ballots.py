"""Reading a roll and its ballots into the numbers of a motion."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from yihe.law.fields import Fields
from yihe.law.heads import count, count_ballots, exact_decimal
from yihe.law.values import Ballot, Choice, Count, Motion, Unit

_SHANGHAI = timezone(timedelta(hours=8))  # no daylight saving since 1991, and no tables to load


def with_ballots(
    fields: Fields, document: Mapping[str, Any], motions: list[Motion]
) -> list[Motion]:
    """The motions with totals from the roll and votes from the ballots, where those are given."""
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
    printed = Fields().count(document.get("totals"), "totals")
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
        replace(ballot, order=("", ballot.order[1]))
        if ballot.at is not None and ballot.unit in timeless
        else ballot
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
    if counted.mixed:  # their heads are in one of the parts, unknown in which
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
