"""Ed25519 keys as one line of text: the vkey of C2SP signed-note, and the private line beside it.

Type 0x01 signs notes (a log, a scrutineer), type 0x04 cosigns checkpoints (a witness).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yihe.proof.canonical import Malformed

NOTE, COSIGNATURE = 1, 4
P = 2**255 - 19
ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# The y of the eight points of small order: 1 (order 1), -1 (2), 0 (4) and two more (8). By such a key
# anybody signs anything.
SMALL_ORDER = (0, 1, P - 1, ORDER_8, P - ORDER_8)
NAME = re.compile(r"[!-*,-~]{1,128}")  # printable ASCII without space and plus


def from_base64(text: str) -> bytes:
    """Standard base64 with padding, in its one canonical spelling. Malformed otherwise."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, ValueError) as error:
        raise Malformed("不是 base64") from error
    if b64encode(data).decode() != text:
        raise Malformed("base64 写法不唯一")
    return data


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """4 bytes: SHA-256(name ‖ newline ‖ type ‖ public key), its beginning."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _signs(public: bytes) -> bool:
    """RFC 8032, 5.1.3, but for the square root: y below p; and no point of small order, among which
    are those where x is 0 and a sign would be a second spelling. The library takes all of these."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return y < P and y not in SMALL_ORDER


@dataclass(frozen=True)
class VerifyKey:
    """Who signs: a name, a type (NOTE or COSIGNATURE), 32 bytes of public key."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        material = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    def signed(self, signature: bytes, message: bytes) -> bool:
        if not _signs(self.public):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The private side. `repr` does not show it."""

    name: str
    kind: int
    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @property
    def verify_key(self) -> VerifyKey:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifyKey(self.name, self.kind, private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def private_line(self) -> str:
        """What the key file holds: keep it to yourself, mode 0600."""
        material = b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verify_key.id.hex()}+{material}\n"


def _parts(text: str, wanted: Sequence[int]) -> tuple[str, str, int, bytes]:
    pieces = text.split("+", 2)
    if len(pieces) != 3 or not NAME.fullmatch(pieces[0]):
        raise Malformed("不是一行公钥")
    material = from_base64(pieces[2])
    if len(material) != 33 or material[0] not in wanted:
        raise Malformed("公钥的种类或长度不对")
    return pieces[0], pieces[1], material[0], material[1:]


def parse_verify_key(text: str, *kinds: int) -> VerifyKey:
    """Reads `name+id+key`; `kinds` are the types allowed (both by default). Malformed otherwise."""
    name, written_id, kind, public = _parts(text, kinds or (NOTE, COSIGNATURE))
    key = VerifyKey(name, kind, public)
    if key.id.hex() != written_id:
        raise Malformed("公钥的编号和公钥不符")
    return key


def parse_signing_key(text: str) -> SigningKey:
    """Reads the one line of a key file (C2SP/Go form `PRIVATE+KEY+name+id+key`). Malformed otherwise."""
    line = text.strip()
    if not line.startswith("PRIVATE+KEY+"):
        raise Malformed("不是私钥文件")
    name, written_id, kind, seed = _parts(line[len("PRIVATE+KEY+") :], (NOTE, COSIGNATURE))
    key = SigningKey(name, kind, seed)
    if key.verify_key.id.hex() != written_id:
        raise Malformed("私钥文件的编号和密钥不符")
    return key


@dataclass(frozen=True)
class KeyPeriod:
    """A log's key and the sizes it signs: from `since` up to, not with, `until` (None: still)."""

    key: VerifyKey
    since: int
    until: int | None


@dataclass(frozen=True)
class LogKeys:
    """All keys a log ever had, in order, without gap or overlap: one key for each size."""

    origin: str
    periods: tuple[KeyPeriod, ...]

    def at(self, size: int) -> VerifyKey | None:
        for period in self.periods:
            if period.since <= size and (period.until is None or size < period.until):
                return period.key
        return None

    def as_json(self) -> dict[str, Any]:
        return {
            "keys": [
                {"since": one.since, "until": one.until, "vkey": str(one.key)}
                for one in self.periods
            ],
            "origin": self.origin,
        }


def log_keys(value: Any) -> LogKeys:
    """Reads `{"keys":[{"since","until","vkey"}…],"origin"}`. Malformed for a gap or a foreign name."""
    if not isinstance(value, dict) or set(value) != {"keys", "origin"}:
        raise Malformed("账本的公钥表不对")
    origin, rows = value["origin"], value["keys"]
    if not isinstance(origin, str) or not NAME.fullmatch(origin):
        raise Malformed("账本名不对")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 64:
        raise Malformed("账本的公钥表不对")
    periods, expected = [], 0
    for place, row in enumerate(rows):
        if not isinstance(row, dict) or set(row) != {"since", "until", "vkey"}:
            raise Malformed("账本的公钥表不对")
        key = parse_verify_key(_text(row["vkey"]), NOTE)
        last = place == len(rows) - 1
        since, until = row["since"], row["until"]
        if type(since) is not int or since != expected or key.name != origin:
            raise Malformed("账本的公钥表有缺口，或者公钥不是这本账的")
        if (until is None) != last or (not last and (type(until) is not int or until <= since)):
            raise Malformed("账本的公钥表有缺口")
        periods.append(KeyPeriod(key, since, until))
        expected = until if until is not None else 0
    return LogKeys(origin, tuple(periods))


@dataclass(frozen=True)
class Witnesses:
    """Who witnesses a log, and how many of them make a checkpoint firm."""

    keys: tuple[VerifyKey, ...]
    needed: int

    def as_json(self) -> dict[str, Any]:
        return {"keys": [str(key) for key in self.keys], "needed": self.needed}


def quorum(value: Any, kind: int) -> Witnesses:
    """Reads `{"keys":[vkey…],"needed":k}`: 1 ≤ k ≤ n, no public key twice. Malformed otherwise."""
    if not isinstance(value, dict) or set(value) != {"keys", "needed"}:
        raise Malformed("名单不对")
    rows, needed = value["keys"], value["needed"]
    if not isinstance(rows, list) or type(needed) is not int or not 1 <= needed <= len(rows) <= 64:
        raise Malformed("名单的人数不对")
    keys = tuple(parse_verify_key(_text(row), kind) for row in rows)
    if len({key.public for key in keys}) != len(keys) or len({key.name for key in keys}) != len(
        keys
    ):
        raise Malformed("名单里有重复的公钥")
    return Witnesses(keys, needed)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed("公钥应当是文字")
    return value
