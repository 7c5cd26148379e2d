from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from yihe.accounts.models import User
from yihe.bodies.models import Body
from yihe.bodies.queries import chain_above
from yihe.party.ledger.models import Member
from yihe.party.ledger.rules import Kept, share
from yihe.party.ledger.sealing import mark, marks, unseal


@dataclass(frozen=True)
class Opened:
    """A row of the ledger, unsealed, with its person."""

    row: Member
    kept: Kept
    person: User


def superior(branch: Body) -> Body | None:
    """The one body that a branch answers to directly."""
    return next(iter(chain_above(branch)), None)


def anybody_kept() -> bool:
    return Member.objects.exists()


def row_of(person_id: int) -> Member | None:
    """A person's own row, wherever it stands."""
    if not anybody_kept():  # no key is asked for where there is no ledger
        return None
    found = Member.objects.filter(mark=mark(person_id)).select_related("branch")
    return found.first()


def opened(row: Member) -> Opened:
    kept = unseal(row.pk, row.sealed)
    return Opened(row, kept, User.objects.get(pk=kept.person))


def opened_in(branch: Body) -> list[Opened]:
    """All rows of one branch, by name. Two queries."""
    rows = list(Member.objects.filter(branch=branch))
    kept = {row.pk: unseal(row.pk, row.sealed) for row in rows}
    people = User.objects.in_bulk([one.person for one in kept.values()])
    found = [Opened(row, kept[row.pk], people[kept[row.pk].person]) for row in rows]
    return sorted(found, key=lambda one: (one.person.name, str(one.row.pk)))


def members_among(person_ids: Collection[int]) -> int:
    """How many of these persons stand in the ledger, confirmed by a branch.

    For sums over a district only; what is shown of it goes through `share_among`.
    """
    if not anybody_kept():
        return 0
    wanted = marks(sorted(set(person_ids)))
    return Member.objects.filter(mark__in=wanted).exclude(confirmed_on=None).count()


def share_among(person_ids: Collection[int]) -> Fraction | None:
    """The share of members among these persons; None where it could single somebody out."""
    distinct = set(person_ids)
    return share(members_among(distinct), len(distinct))


def rows_left(branch_id: int) -> bool:
    return Member.objects.filter(branch=branch_id).exists()
