"""Every entry hashed anew and held against the newest checkpoint: what a changed row cannot stand."""

from yihe.ledger.comparing import set_back
from yihe.ledger.models import Ledger
from yihe.ledger.nodes import Missing, missing_leaf
from yihe.ledger.queries import newest
from yihe.proof.canonical import Malformed
from yihe.proof.tree import MemoryNodes, append, leaf_hash, root
from yihe.trail.leaves import hash_of
from yihe.trail.queries import in_order

BATCH = 10_000


def check(ledger: Ledger) -> str:
    """What is wrong, in words; "" when every entry is what was signed. Reads the whole log."""
    if trouble := set_back(ledger):
        return trouble
    signed = newest(ledger)
    if signed is None:
        return ""
    nodes, size = MemoryNodes(), 0
    try:
        while size < signed.size:
            size = append(nodes, size, _anew(ledger, size, min(signed.size, size + BATCH)))
    except (Missing, Malformed) as error:
        return str(error)
    return "" if root(nodes, size) == bytes(signed.root) else "留痕被改过：和检查点不相符"


def _anew(ledger: Ledger, start: int, end: int) -> list[bytes]:
    """As `leaf_hashes`, but from what the rows hold, never from the hash that stands beside it."""
    key = ledger.log.key
    rows = {row.sequence: row for row in in_order(ledger.log, start + 1, end)}
    found = []
    for sequence in range(start + 1, end + 1):
        row = rows.get(sequence)
        if row is None and sequence > ledger.holes_to:
            raise Missing(sequence)
        if row is not None and row.leaf is not None and bytes(row.leaf) != hash_of(row, key):
            raise Malformed(f"第 {sequence} 条留痕被改过")
        found.append(
            hash_of(row, key) if row is not None else leaf_hash(missing_leaf(key, sequence))
        )
    return found
