"""From a roll and its ballots to heads and area (建筑物区分所有权解释第八条、第九条).

One unit is one head; several units of one owner are one head, and so are all units that the developer
has not sold or not handed over. Area counts in full, unit by unit, whoever owns it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction

from yihe.law.values import Ballot, Choice, Count, Unit

_DEVELOPER = ("developer",)
# Room for every digit of every sum; it would rather fail than round.
_EXACT = Context(prec=120, traps=[Inexact])


def exact_decimal(value: Fraction) -> Decimal:
    """A sum of decimals as a decimal again, to the last place. Raises ValueError for a third."""
    places = 0
    while value.denominator != 1 and 10**places % value.denominator:
        places += 1
        if places > 60:
            raise ValueError("not a decimal number")
    digits = int(value * 10**places)
    return Decimal(digits).scaleb(-places) if places == 0 else Decimal(f"{digits}E-{places}")


def head_of(unit: Unit) -> tuple[str, ...]:
    """Who the head behind a unit is."""
    return _DEVELOPER if unit.unsold else ("owner", unit.owner)


def count(units: Iterable[Unit]) -> Count:
    """Heads and area of some units; area is None where one of them has none."""
    units = list(units)
    return Count(heads=len({head_of(unit) for unit in units}), area=_area(units))


def _area(units: Iterable[Unit]) -> Decimal | None:
    total = Decimal(0)
    for unit in units:
        if unit.area is None:
            return None
        total = _EXACT.add(total, unit.area)
    return total


@dataclass(frozen=True)
class Counted:
    """The ballots of one motion, counted. `agree.heads` leaves out owners whose units differ."""

    participation: Count
    agree: Count
    against: Count
    abstain: Count
    invalid: Count
    agree_heads_most: int
    split_owners: tuple[str, ...]
    mixed: bool  # somebody's units differ, agreeing or not: which part the head is in is unknown


def standing(ballots: Sequence[Ballot]) -> dict[str, Ballot]:
    """The ballot that counts for each unit: the later by `order`."""
    last: dict[str, Ballot] = {}
    for ballot in ballots:
        held = last.get(ballot.unit)
        if held is None or ballot.order >= held.order:
            last[ballot.unit] = ballot
    return last


def count_ballots(roll: Sequence[Unit], ballots: Sequence[Ballot]) -> Counted:
    """Count the ballots of one motion; every ballot's unit is on the roll.

    An owner whose units voted differently is one head for which no rule was found. Such heads are in
    participation; with the choices they stand in none for `agree.heads`, and all in
    `agree_heads_most`, where at least one of their units agreed.
    """
    cast = standing(ballots)
    voting = [unit for unit in roll if unit.unit in cast]
    choices: dict[tuple[str, ...], set[Choice]] = {}
    names: dict[tuple[str, ...], str] = {}
    for unit in voting:
        choices.setdefault(head_of(unit), set()).add(cast[unit.unit].choice)
        names.setdefault(head_of(unit), "建设单位" if unit.unsold else unit.owner)
    mixed = {head for head, made in choices.items() if len(made) > 1}
    split = {head for head in mixed if Choice.AGREE in choices[head]}

    def of(choice: Choice) -> Count:
        heads = sum(1 for head, made in choices.items() if head not in mixed and choice in made)
        return Count(
            heads=heads,
            area=_area(unit for unit in voting if cast[unit.unit].choice is choice),
        )

    agree = of(Choice.AGREE)
    return Counted(
        participation=count(voting),
        agree=agree,
        against=of(Choice.AGAINST),
        abstain=of(Choice.ABSTAIN),
        invalid=of(Choice.INVALID),
        agree_heads_most=(agree.heads or 0) + len(split),
        split_owners=tuple(sorted(names[head] for head in split)),
        mixed=bool(mixed),
    )
