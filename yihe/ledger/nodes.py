"""The tree's nodes as the database keeps them: complete ones from level 1 up; level 0 are the entries."""

from collections.abc import Iterable

from django.db import connection

from yihe.ledger.models import Ledger
from yihe.proof.canonical import encode
from yihe.proof.tree import Place, leaf_hash
from yihe.trail.leaves import hash_of
from yihe.trail.models import Entry
from yihe.trail.queries import in_order

FIND = """
SELECT level, index, digest FROM ledger_node JOIN unnest(%s::int[], %s::bigint[])
  AS wanted (level, index) USING (level, index) WHERE ledger_id = %s
"""
KEEP = """
INSERT INTO ledger_node (ledger_id, level, index, digest)
SELECT %s, level, index, digest FROM unnest(%s::int[], %s::bigint[], %s::bytea[])
  AS fresh (level, index, digest)
"""


class Missing(Exception):  # noqa: N818  what the trail should hold and does not
    """An entry that the log counts is not there."""

    def __init__(self, sequence: int) -> None:
        super().__init__(f"第 {sequence} 条留痕不见了")


def missing_leaf(log: str, sequence: int) -> bytes:
    """What stands for an entry that was gone when a set-back was accepted (docs/format/acts.md)."""
    return encode({"kind": "missing", "log": log, "sequence": sequence, "v": 1})


def leaf_hashes(ledger: Ledger, start: int, end: int) -> list[bytes]:
    """The hashes of the leaves `start` up to, not with, `end`. Missing when an entry is not there."""
    key = ledger.log.key
    rows = {row.sequence: row for row in in_order(ledger.log, start + 1, end)}
    return [
        _hash(ledger, key, rows.get(sequence), sequence) for sequence in range(start + 1, end + 1)
    ]


def _hash(ledger: Ledger, key: str, entry: Entry | None, sequence: int) -> bytes:
    if entry is None:
        if sequence > ledger.holes_to:
            raise Missing(sequence)
        return leaf_hash(missing_leaf(key, sequence))
    return bytes(entry.leaf) if entry.leaf is not None else hash_of(entry, key)


class StoredNodes:
    """Nodes of one ledger: `load` brings those that will be asked for, `keep` writes the new ones."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.known: dict[Place, bytes] = {}
        self.fresh: list[tuple[int, int, bytes]] = []

    def load(self, places: Iterable[Place]) -> None:
        """Two queries, however many there are."""
        wanted = set(places) - set(self.known)
        above = [place for place in wanted if place[0]]
        if above:
            with connection.cursor() as cursor:
                cursor.execute(
                    FIND, [[one[0] for one in above], [one[1] for one in above], self.ledger.pk]
                )
                for level, index, digest in cursor.fetchall():
                    self.known[level, index] = bytes(digest)
        leaves = sorted(index for level, index in wanted if level == 0)
        if leaves:
            key = self.ledger.log.key
            found = Entry.objects.filter(
                log_id=self.ledger.log_id, sequence__in=[index + 1 for index in leaves]
            )
            rows = {row.sequence: row for row in found}
            for index in leaves:
                self.known[0, index] = _hash(self.ledger, key, rows.get(index + 1), index + 1)

    def get(self, level: int, index: int) -> bytes:
        return self.known[level, index]

    def put(self, level: int, index: int, digest: bytes) -> None:
        self.known[level, index] = digest
        if level:
            self.fresh.append((level, index, digest))

    def keep(self) -> None:
        if self.fresh:
            levels, indexes, digests = zip(*self.fresh, strict=True)
            with connection.cursor() as cursor:
                cursor.execute(KEEP, [self.ledger.pk, list(levels), list(indexes), list(digests)])
            self.fresh.clear()
