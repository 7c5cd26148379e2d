"""Inclusion and consistency proofs: made from stored nodes, checked from nothing but hashes.

Making follows RFC 6962, 2.1.1 and 2.1.2; checking follows RFC 9162, 2.1.3.2 and 2.1.4.2. A proof is
a list of 32-byte hashes.
"""

from collections.abc import Sequence

from yihe.proof.tree import Nodes, Place, joined, node_hash, places


def _split(size: int) -> int:
    """The largest power of two below `size` (size ≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_places(index: int, size: int) -> list[list[Place]]:
    """For each hash of the proof the stored nodes it is joined from, nearest the leaf first.

    A store may fetch them all at once. ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    start, end, siblings = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append(places(middle, end))
            end = middle
        else:
            siblings.append(places(start, middle))
            start = middle
    return siblings[::-1]


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """That leaf `index` stands in the tree of the first `size` leaves. O(log size) gets."""
    return [joined([nodes.get(*at) for at in group]) for group in inclusion_places(index, size)]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to from a leaf's hash; None when its length is wrong."""
    if not 0 <= index < size:
        return None
    node, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            digest = node_hash(sibling, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        node, last = node >> 1, last >> 1
    return digest if last == 0 else None


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf (its hash) at this place of the tree with this root."""
    return root_from_inclusion(leaf, index, size, proof) == root


def consistency_places(old: int, new: int) -> list[list[Place]]:
    """For each hash of the proof the stored nodes it is joined from. ValueError unless 0 ≤ old ≤ new."""
    if not 0 <= old <= new:
        raise ValueError("a log only grows")
    if old in (0, new):
        return []
    start, end, whole, found = 0, new, True, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append(places(middle, end))
            end = middle
        else:
            found.append(places(start, middle))
            start, whole = middle, False
    if not whole:
        found.append(places(start, end))
    return found[::-1]


def consistency(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """That the first `old` of `new` leaves are still what they were. O(log new) gets."""
    return [joined([nodes.get(*at) for at in group]) for group in consistency_places(old, new)]


def consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the tree of `new` leaves continues the one of `old` leaves.

    Nothing is promised by an empty log: old = 0 holds with an empty proof only.
    """
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for digest in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(digest, first), node_hash(digest, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, digest)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
