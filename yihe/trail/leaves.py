"""What an entry is in the public log: docs/format/acts.md, byte by byte.

Its position is not in the leaf: that is the leaf's place in the tree, and so an act needs no second
question to know it. The salt keeps the hash, which is public, from being guessed.
"""

from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from yihe.proof.canonical import encode
from yihe.proof.tree import leaf_hash
from yihe.trail.models import Entry

VERSION = 1
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


def composed(text: str, longest: int) -> str:
    """In NFC, as canonical JSON wants it, whatever spelling a name came in."""
    return normalize("NFC", text)[:longest]


def moment(at: datetime) -> str:
    """In UTC, to the microsecond, the year in four digits."""
    text = at.astimezone(UTC).strftime(MOMENT)
    return text.rjust(len("2026-11-23T01:00:00.000000Z"), "0")


def leaf_of(entry: Entry, log: str) -> bytes:
    """The leaf's bytes; `log` is the key of its log. Malformed (a ValueError) when it has none."""
    leaf: dict[str, Any] = {
        "act": entry.act,
        "acting": {
            "kind": entry.acting_kind,
            "person": entry.person_id,
            "seat": entry.seat_id,
            "words": entry.capacity,
        },
        "at": moment(entry.at),
        "digests": entry.digests,
        "kind": "act",
        "kinds": entry.kinds,
        "log": log,
        "numbers": {name: str(value) for name, value in entry.numbers.items()},
        "published": entry.published,
        "salt": entry.salt,
        "subject": {"key": entry.subject_key, "kind": entry.subject_kind},
        "v": VERSION,
    }
    return encode(leaf)


def hash_of(entry: Entry, log: str) -> bytes:
    """32 bytes: the hash of the leaf in the tree."""
    return leaf_hash(leaf_of(entry, log))
