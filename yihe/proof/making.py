"""The files of a bundle from what a platform keeps; `bundle.write_bundle` makes the zip of them."""

from collections.abc import Sequence
from typing import Any

from yihe.proof import bundle
from yihe.proof.canonical import encode
from yihe.proof.keys import LogKeys, Witnesses
from yihe.proof.notes import Note


def public_files(
    *,
    decision: str,
    log: LogKeys,
    witnesses: Witnesses,
    rules: Any,
    checkpoints: Sequence[Note],
    hashes: Sequence[bytes],
    leaves: Sequence[bytes],
) -> dict[str, bytes]:
    """The public bundle: checkpoints by growing size, the last over all `hashes` (of the whole log, 32
    bytes each); `leaves` are the lines of this decision in the order of the log."""
    return {
        bundle.MANIFEST: _manifest(decision, "public"),
        bundle.KEYS: encode({"log": log.as_json(), "witnesses": witnesses.as_json()}),
        bundle.RULES: encode(rules),
        bundle.CHECKPOINTS: encode([str(note) for note in checkpoints]),
        bundle.LOG: b"".join(hashes),
        bundle.LEAVES: _lines(leaves),
    }


def full_files(
    public: dict[str, bytes], *, decision: str, roll: Sequence[bytes], openings: Sequence[bytes]
) -> dict[str, bytes]:
    """The full bundle: the public one, roll lines by unit, openings in the order of their leaves."""
    return {
        **public,
        bundle.MANIFEST: _manifest(decision, "full"),
        bundle.ROLL: _lines(roll),
        bundle.BALLOTS: _lines(openings),
    }


def _manifest(decision: str, kind: str) -> bytes:
    return encode({"decision": decision, "format": bundle.FORMAT, "kind": kind})


def _lines(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
