"""Signed notes, checkpoints and cosignatures, as C2SP writes them.

signed-note, tlog-checkpoint (three lines, no extensions), tlog-cosignature v1 (Ed25519).
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from yihe.proof.canonical import LARGEST, Malformed
from yihe.proof.keys import COSIGNATURE, NAME, NOTE, SigningKey, VerifyKey, from_base64

LONGEST, MOST_SIGNATURES = 65536, 128
DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class Signature:
    """One line under a note: who says so, 4 bytes of key id, what was signed."""

    name: str
    id: bytes
    blob: bytes

    def line(self) -> str:
        return f"— {self.name} {b64encode(self.id + self.blob).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    def of(self, key: VerifyKey) -> list[Signature]:
        return [one for one in self.signatures if one.name == key.name and one.id == key.id]

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        fresh = [one for one in more if one not in self.signatures]
        return Note(self.text, (*self.signatures, *fresh))


def parse_signature(line: str) -> Signature:
    """Reads one signature line, without its newline. Malformed otherwise."""
    pieces = line.split(" ")
    if len(pieces) != 3 or pieces[0] != "—" or not NAME.fullmatch(pieces[1]):
        raise Malformed("签名行写法不对")
    blob = from_base64(pieces[2])
    if len(blob) < 5:
        raise Malformed("签名太短")
    return Signature(pieces[1], blob[:4], blob[4:])


def parse_note(data: str) -> Note:
    """Reads a signed note. Malformed when it is none, or longer than 64 KiB or 128 signatures."""
    if len(data.encode("utf-8", "surrogatepass")) > LONGEST or CONTROL.search(data):
        raise Malformed("签名文书太长，或者有控制字符")
    text, mark, below = data.rpartition("\n\n")
    if not mark or not text or not below.endswith("\n"):
        raise Malformed("不是签名文书")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed("签名太多")
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def sign_note(text: str, key: SigningKey) -> Signature:
    """A plain signature (type 0x01) over the text of a note, its last newline included."""
    if key.kind != NOTE:
        raise ValueError("this key cosigns, it does not sign notes")
    return Signature(key.name, key.verify_key.id, key.sign(text.encode()))


def note_signed_by(note: Note, key: VerifyKey) -> bool | None:
    """True: signed. False: a signature under this key's name and id that is not one. None: none."""
    found = note.of(key)
    if not found:
        return None
    return all(key.signed(one.blob, note.text.encode()) for one in found)


@dataclass(frozen=True)
class Checkpoint:
    """A log's origin, its number of leaves, the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def checkpoint_of(note: Note) -> Checkpoint:
    """The three lines of a checkpoint. Malformed otherwise; extension lines are not taken."""
    lines = note.text.split("\n")
    if len(lines) != 4 or not NAME.fullmatch(lines[0]) or not DECIMAL.fullmatch(lines[1]):
        raise Malformed("不是检查点")
    size, root = int(lines[1]), from_base64(lines[2])
    if len(root) != 32 or size > LARGEST:
        raise Malformed("检查点的大小或根不对")
    return Checkpoint(lines[0], size, root)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """The log's own signature; the key carries the log's origin as its name."""
    if key.name != checkpoint.origin:
        raise ValueError("a log signs under its own origin")
    return Note(checkpoint.text(), (sign_note(checkpoint.text(), key),))


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosignature(text: str, key: SigningKey, at: int) -> Signature:
    """A witness's statement over a checkpoint's text at a POSIX second. No check is made here."""
    if key.kind != COSIGNATURE:
        raise ValueError("this key signs notes, it does not cosign")
    blob = at.to_bytes(8, "big") + key.sign(_cosigned(text, at))
    return Signature(key.name, key.verify_key.id, blob)


def cosigned_at(note: Note, key: VerifyKey) -> int | None:
    """The latest POSIX second at which this witness cosigned; None when it did not.

    Malformed when a line under its name and id is not its cosignature.
    """
    latest = None
    for one in note.of(key):
        at = int.from_bytes(one.blob[:8], "big")
        if (
            len(one.blob) != 72
            or at > LARGEST
            or not key.signed(one.blob[8:], _cosigned(note.text, at))
        ):
            raise Malformed(f"{key.name} 的见证签名不对")
        latest = at if latest is None else max(latest, at)
    return latest
