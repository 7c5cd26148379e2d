"""The tree agrees with the vectors published for RFC 6962, and with another implementation."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from yihe.proof.proofs import consistency, consistent, includes, inclusion
from yihe.proof.tree import EMPTY_ROOT, MemoryNodes, append, leaf_hash, root, root_of

VECTORS = json.loads(
    (Path(__file__).parents[3] / "docs" / "format" / "vectors" / "tree.json").read_text()
)
# Published with the reference implementation of RFC 6962, for the leaves above.
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(f"leaf {number}".encode()) for number in range(size)]


class CountingNodes(MemoryNodes):
    def __init__(self) -> None:
        super().__init__()
        self.gets = self.puts = 0

    def get(self, level: int, index: int) -> bytes:
        self.gets += 1
        return super().get(level, index)

    def put(self, level: int, index: int, digest: bytes) -> None:
        self.puts += 1
        super().put(level, index, digest)


class TestTree:
    def test_has_the_roots_of_the_vectors(self):
        for size, expected in enumerate(VECTORS["roots"]):
            assert root_of([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == expected

    def test_has_what_was_published_with_the_rfc(self):
        assert VECTORS["roots"] == PUBLISHED_ROOTS
        nodes = MemoryNodes(map(leaf_hash, LEAVES))
        assert [digest.hex() for digest in consistency(nodes, 6, 8)] == PUBLISHED_6_TO_8

    def test_has_the_proofs_of_the_vectors(self):
        nodes = MemoryNodes(map(leaf_hash, LEAVES))
        for row in VECTORS["inclusion"]:
            found = inclusion(nodes, row["index"], row["size"])
            assert [digest.hex() for digest in found] == row["proof"]
        for row in VECTORS["consistency"]:
            found = consistency(nodes, row["old"], row["new"])
            assert [digest.hex() for digest in found] == row["proof"]

    def test_an_empty_log_has_the_hash_of_nothing(self):
        assert root_of([]) == EMPTY_ROOT == sha256(b"").digest()

    def test_agrees_with_pymerkle_for_0_to_300_leaves(self):
        other = InmemoryTree(algorithm="sha256")
        leaves = [f"leaf {number}".encode() for number in range(300)]
        nodes = MemoryNodes()
        size = 0
        for leaf in leaves:
            other.append_entry(leaf)
            size = append(nodes, size, [leaf_hash(leaf)])
            assert root(nodes, size) == other.get_root(size)
            for index in {0, size // 3, size - 1}:
                theirs = other.prove_inclusion(index + 1, size).path
                assert inclusion(nodes, index, size) == theirs[1:]
                assert leaf_hash(leaves[index]) == theirs[0]
            for old in {1, size // 2, size - 1} - {0}:
                ours = consistency(nodes, old, size)
                assert consistent(old, size, other.get_root(old), other.get_root(size), ours)
                other.prove_consistency(old, size).verify(other.get_root(old), other.get_root(size))

    def test_every_proof_holds_and_no_other_place_does(self):
        for size in range(1, 40):
            digests = hashes(size)
            nodes = MemoryNodes(digests)
            top = root(nodes, size)
            for index in range(size):
                proof = inclusion(nodes, index, size)
                for place in range(size):
                    assert includes(digests[index], place, size, proof, top) == (place == index)
                assert not includes(digests[index], index, size, [*proof, bytes(32)], top)
                assert not proof or not includes(digests[index], index, size, proof[:-1], top)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 700), st.integers(0, 700))
    def test_a_log_only_grows(self, one, two):
        old, new = sorted((one, two))
        nodes = MemoryNodes(hashes(new))
        proof = consistency(nodes, old, new)
        first, second = root(nodes, old), root(nodes, new)
        assert consistent(old, new, first, second, proof)
        if 0 < old < new:
            assert not consistent(old, new, second, first, proof)
            assert not consistent(old, new, first, second, proof[:-1])
            assert not consistent(old, new, first, second, [*proof, first])
        with pytest.raises(ValueError, match="only grows"):
            consistency(nodes, new + 1, new)


class TestAppend:
    def test_costs_the_new_leaves_and_little_more(self):
        nodes = CountingNodes()
        size = append(nodes, 0, hashes(5000))
        nodes.gets = nodes.puts = 0
        size = append(nodes, size, hashes(10))
        assert nodes.puts < 20 + 13
        assert nodes.gets <= 13
        nodes.gets = 0
        root(nodes, size)
        assert nodes.gets <= 13
        nodes.gets = 0
        inclusion(nodes, 4321, size)
        consistency(nodes, 5000, size)
        assert nodes.gets <= 13 * 4

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(0, 40), max_size=8))
    def test_gives_the_same_tree_in_any_portions(self, portions):
        nodes, size = MemoryNodes(), 0
        digests = hashes(sum(portions))
        for portion in portions:
            size = append(nodes, size, digests[size : size + portion])
        assert root(nodes, size) == root_of(digests)


def test_base64_of_the_root_is_what_a_checkpoint_says():
    assert b64decode(VECTORS["roots_base64"][8]).hex() == VECTORS["roots"][8]
