"""The Merkle tree of RFC 6962 over SHA-256: an odd node is promoted, never doubled.

Nodes are kept by (level, index): the node at level k and index i covers the leaves i·2ᵏ up to
(i+1)·2ᵏ, and only complete nodes are kept. They never change, so any store that can put and get
32 bytes under two integers will do.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

EMPTY_ROOT = sha256(b"").digest()
Place = tuple[int, int]  # level, index


def leaf_hash(leaf: bytes) -> bytes:
    """32 bytes for one leaf (RFC 6962, 2.1: a zero byte before the leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """32 bytes for two nodes side by side (RFC 6962, 2.1: a one byte before them)."""
    return sha256(b"\x01" + left + right).digest()


class Nodes(Protocol):
    """Where complete nodes are kept. `get` of what was never put is a KeyError."""

    def get(self, level: int, index: int) -> bytes: ...

    def put(self, level: int, index: int, digest: bytes) -> None: ...


class MemoryNodes:
    """Nodes in memory, one list a level; leaves have to come in order."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [list(leaf_hashes)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append(
                [
                    sha256(b"\x01" + left + right).digest()
                    for left, right in zip(below[::2], below[1::2], strict=False)
                ]
            )

    def get(self, level: int, index: int) -> bytes:
        try:
            return self._levels[level][index]
        except IndexError:
            raise KeyError((level, index)) from None

    def put(self, level: int, index: int, digest: bytes) -> None:
        while len(self._levels) <= level:
            self._levels.append([])
        if len(self._levels[level]) != index:
            raise ValueError("nodes come in order and once")
        self._levels[level].append(digest)


def append(nodes: Nodes, size: int, leaf_hashes: Iterable[bytes]) -> int:
    """Puts new leaves, and the nodes they complete, behind the `size` that are there; the new size.

    Cost: one put for each new leaf and completed node, and at most log₂(size) gets.
    """
    fresh: dict[int, bytes] = {}  # the last node put on a level, still without its right neighbour
    for digest in leaf_hashes:
        level, index, node = 0, size, digest
        nodes.put(0, index, node)
        while index & 1:
            left = fresh.pop(level, None)
            if left is None:
                left = nodes.get(level, index - 1)
            node = node_hash(left, node)
            level, index = level + 1, index >> 1
            nodes.put(level, index, node)
        fresh[level] = node
        size += 1
    return size


def places(start: int, end: int) -> list[Place]:
    """The complete nodes, left to right, that make up the leaves `start` up to `end`.

    `start` has to be where such a range can begin in the tree (a multiple of the largest power of
    two that fits).
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def joined(digests: Sequence[bytes]) -> bytes:
    """The hash of a range from its complete nodes, left to right."""
    if not digests:
        return EMPTY_ROOT
    result = digests[-1]
    for left in reversed(digests[:-1]):
        result = node_hash(left, result)
    return result


def range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    return joined([nodes.get(*place) for place in places(start, end)])


def root(nodes: Nodes, size: int) -> bytes:
    """The root over the first `size` leaves, from at most log₂(size)+1 stored nodes."""
    return range_hash(nodes, 0, size)


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""
    return root(MemoryNodes(leaf_hashes), len(leaf_hashes))
