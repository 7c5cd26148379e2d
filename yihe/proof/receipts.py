"""What a voter takes home: a text file, a slip with a QR code, twelve characters for the telephone.

None of them shows the choice: they hold the ballot's leaf, which is a commitment.
"""

from base64 import b32decode, b32encode, b64encode
from binascii import Error as Base32Error
from collections.abc import Sequence
from dataclasses import dataclass

from yihe.proof.canonical import Malformed
from yihe.proof.keys import from_base64
from yihe.proof.notes import DECIMAL, Checkpoint, Note, Signature, checkpoint_of, parse_note
from yihe.proof.proofs import includes
from yihe.proof.tree import leaf_hash

FIRST_LINE = "c2sp.org/tlog-proof@v1"
LONGEST, DEEPEST = 131072, 53
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLIP = "YIHE1:"


@dataclass(frozen=True)
class Receipt:
    """A leaf, its place in the log, the proof, and the checkpoint it leads to."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        return checkpoint_of(self.note)

    def holds(self) -> bool:
        """Whether the proof leads from the leaf to the checkpoint's root. Signatures are not looked at."""
        there = self.checkpoint
        return includes(leaf_hash(self.leaf), self.index, there.size, self.proof, there.root)

    def __str__(self) -> str:
        lines = [FIRST_LINE, f"extra {b64encode(self.leaf).decode()}", f"index {self.index}"]
        lines += [b64encode(digest).decode() for digest in self.proof]
        return "\n".join(lines) + "\n\n" + str(self.note)


def parse_receipt(text: str) -> Receipt:
    """Reads a receipt (C2SP tlog-proof, the leaf in its `extra` line). Malformed otherwise."""
    if len(text) > LONGEST:
        raise Malformed("回执太长")
    head, mark, below = text.partition("\n\n")
    lines = head.split("\n")
    if not mark or len(lines) < 3 or lines[0] != FIRST_LINE:
        raise Malformed("不是回执")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Malformed("回执缺少条目或位置")
    number = lines[2][6:]
    if not DECIMAL.fullmatch(number) or len(lines) - 3 > DEEPEST:
        raise Malformed("回执的位置或证明不对")
    proof = tuple(from_base64(line) for line in lines[3:])
    if any(len(digest) != 32 for digest in proof):
        raise Malformed("回执的证明不对")
    note = parse_note(below)
    checkpoint_of(note)
    return Receipt(from_base64(lines[1][6:]), int(number), proof, note)


def short_code(leaf: bytes) -> str:
    """Twelve characters to read out: the first 60 bits of the leaf's hash, Crockford base32, 4-4-4."""
    bits = int.from_bytes(leaf_hash(leaf)[:8], "big") >> 4
    text = "".join(CROCKFORD[bits >> shift & 31] for shift in range(55, -1, -5))
    return "-".join((text[:4], text[4:8], text[8:]))


def heard_code(text: str) -> str:
    """A short code as somebody wrote it down, in its one spelling. Malformed when it is none."""
    plain = text.upper().replace("-", "").replace(" ", "")
    plain = plain.translate(str.maketrans("OIL", "011"))
    if len(plain) != 12 or any(letter not in CROCKFORD for letter in plain):
        raise Malformed("短码是 12 个字母或数字")
    return "-".join((plain[:4], plain[4:8], plain[8:]))


def slip(receipt: Receipt, log_signature: Signature) -> str:
    """What the QR code on the slip says, in QR's alphanumeric set: a whole receipt without witnesses."""
    there = receipt.checkpoint
    origin = there.origin.encode()
    data = b"".join(
        (
            bytes([1, len(origin)]),
            origin,
            there.size.to_bytes(8, "big"),
            there.root,
            log_signature.id,
            log_signature.blob,
            receipt.index.to_bytes(8, "big"),
            len(receipt.leaf).to_bytes(2, "big"),
            receipt.leaf,
            bytes([len(receipt.proof)]),
            *receipt.proof,
        )
    )
    return SLIP + b32encode(data).decode().rstrip("=")


def parse_slip(text: str) -> Receipt:
    """The receipt in a QR code, with the log's signature only. Malformed otherwise."""
    if not text.startswith(SLIP) or len(text) > 8192:
        raise Malformed("不是回执的二维码")
    body = text[len(SLIP) :]
    try:
        data = b32decode(body + "=" * (-len(body) % 8))
    except (Base32Error, ValueError) as error:
        raise Malformed("二维码的内容不对") from error
    if b32encode(data).decode().rstrip("=") != body or len(data) < 2 or data[0] != 1:
        raise Malformed("二维码的内容不对")
    parts = _Parts(data, 1)
    try:
        origin = parts.take(parts.number(1)).decode()
    except UnicodeDecodeError as error:
        raise Malformed("二维码的内容不对") from error
    size, root = parts.number(8), parts.take(32)
    signature = Signature(origin, parts.take(4), parts.take(64))
    index, leaf = parts.number(8), parts.take(parts.number(2))
    proof = [parts.take(32) for _ in range(parts.number(1))]
    parts.end()
    note = parse_note(str(Note(Checkpoint(origin, size, root).text(), (signature,))))
    checkpoint_of(note)
    return Receipt(leaf, index, tuple(proof), note)


class _Parts:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, length: int) -> bytes:
        part = self.data[self.at : self.at + length]
        if len(part) != length:
            raise Malformed("二维码的内容太短")
        self.at += length
        return part

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def end(self) -> None:
        if self.at != len(self.data):
            raise Malformed("二维码的内容太长")


def make_receipt(leaf: bytes, index: int, proof: Sequence[bytes], note: Note) -> Receipt:
    """A receipt that holds. ValueError when the proof does not lead to the checkpoint."""
    receipt = Receipt(leaf, index, tuple(proof), note)
    if not receipt.holds():
        raise ValueError("the proof does not lead from this leaf to this checkpoint")
    return receipt
