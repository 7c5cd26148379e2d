"""Writes docs/format/vectors/: `python -m yihe.proof.tests.vectors`. A test holds that they are current."""

import json
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

from yihe.proof.bundle import write_bundle
from yihe.proof.canonical import digest, encode
from yihe.proof.commitments import RollEntry, ballot_opening, commit, proxy_commitment, roll_root
from yihe.proof.keys import COSIGNATURE, NOTE, SigningKey
from yihe.proof.leaves import make_leaf
from yihe.proof.notes import Checkpoint, cosignature, sign_checkpoint
from yihe.proof.proofs import consistency, inclusion
from yihe.proof.receipts import parse_receipt, short_code, slip
from yihe.proof.tests import edwards
from yihe.proof.tests.generator import make_vote
from yihe.proof.tree import MemoryNodes, leaf_hash, root

PLACE = Path(__file__).parents[3] / "docs" / "format" / "vectors"
RFC_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]  # fmt: skip


def tree() -> dict[str, Any]:
    nodes = MemoryNodes(leaf_hash(bytes.fromhex(leaf)) for leaf in RFC_LEAVES)
    return {
        "leaves": RFC_LEAVES,
        "leaf_hashes": [leaf_hash(bytes.fromhex(leaf)).hex() for leaf in RFC_LEAVES],
        "roots": [root(nodes, size).hex() for size in range(9)],
        "roots_base64": [b64encode(root(nodes, size)).decode() for size in range(9)],
        "inclusion": [
            {"index": index, "size": size, "proof": [one.hex() for one in inclusion(nodes, index, size)]}
            for size in range(1, 9)
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "new": new, "proof": [one.hex() for one in consistency(nodes, old, new)]}
            for new in range(9)
            for old in range(new + 1)
        ],
    }  # fmt: skip


def notes() -> dict[str, Any]:
    log = SigningKey("yihe.example/log", NOTE, bytes(range(32)))
    witness = SigningKey("witness.example/w", COSIGNATURE, bytes(range(32, 64)))
    checkpoint = Checkpoint(log.name, 8, bytes.fromhex(tree()["roots"][8]))
    note = sign_checkpoint(checkpoint, log)
    note = note.with_signatures([cosignature(note.text, witness, 1796032800)])
    return {
        "log_seed": log.seed.hex(),
        "log_private_line": log.private_line(),
        "log_vkey": str(log.verify_key),
        "witness_seed": witness.seed.hex(),
        "witness_vkey": str(witness.verify_key),
        "cosigned_at": 1796032800,
        "checkpoint": str(note),
    }


def values() -> dict[str, Any]:
    opening = ballot_opening(
        decision="d1", unit="u000001", choices={"1": "agree", "2": "against"}, channel="online",
        salt="0f" * 32,
    )  # fmt: skip
    commitment = commit(opening)
    leaf = make_leaf(
        "ballot", decision="d1", n=7, at="2026-11-30T18:00:00+08:00", commitment=commitment
    )
    entries = [
        RollEntry("u000001", "o1", "89.50", "owned", ("b1",)).line("01" * 32),
        RollEntry("u000002", "o1", "120", "owned", ()).line("02" * 32),
        RollEntry("u000003", "dev", "77.1234", "developer_unsold", ("b1", "b2")).line("03" * 32),
    ]
    value = {"z": [1, -2, None, True], "a": "一核\n“\\”\u0007\u007f", "m": {}}
    return {
        "canonical": {"value": value, "bytes": encode(value).decode(), "sha256": digest(value)},
        "opening": opening.decode(),
        "commitment": commitment,
        "ballot_leaf": leaf.decode(),
        "ballot_leaf_hash": leaf_hash(leaf).hex(),
        "short_code": short_code(leaf),
        "roll_lines": [entry.decode() for entry in entries],
        "roll_root": roll_root(entries),
        "proxy_commitment": proxy_commitment(
            decision="d1", unit="u000001", proxy="o9", salt="0f" * 32
        ),
    }


def bundles() -> dict[str, bytes]:
    """A small full and public bundle of one decision, and one of its receipts."""
    sealed = make_vote(2026, 12, late=1).sealed()
    receipt = sealed.receipt(10)
    found = {
        "receipt.txt": str(receipt).encode(),
        "slip.txt": slip(parse_receipt(str(receipt)), receipt.note.signatures[0]).encode() + b"\n",
        "checkpoint.txt": str(sealed.notes[0]).encode(),
    }
    for name, files in (("full.zip", sealed.files), ("public.zip", sealed.public())):
        target = BytesIO()
        write_bundle(target, files)
        found[name] = target.getvalue()
    return found


def all_files() -> dict[str, bytes]:
    tables: dict[str, Any] = {
        "tree.json": tree(), "notes.json": notes(), "values.json": values(), "ed25519.json": edwards.table(),
    }  # fmt: skip
    text = {
        name: (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()
        for name, table in tables.items()
    }
    return {**text, **bundles()}


if __name__ == "__main__":
    PLACE.mkdir(parents=True, exist_ok=True)
    for name, data in all_files().items():
        (PLACE / name).write_bytes(data)
