"""Signatures at the edges of Ed25519 (docs/format/log.md, section 2), made with plain arithmetic."""

from collections.abc import Callable
from hashlib import sha256, sha512
from typing import Any

from yihe.proof.keys import ORDER_8, P, SigningKey

L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


def added(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    t = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P,
    )


def times(number: int, point: Point) -> Point:
    found = NEUTRAL
    while number:
        if number & 1:
            found = added(found, point)
        point, number = added(point, point), number >> 1
    return found


def spelled(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def at_height(y: int, odd: int) -> Point:
    """The point with this y; x² = (y² − 1) / (D·y² + 1)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (P - x if x & 1 != odd else x), y


BASE = at_height(4 * pow(5, -1, P) % P, 0)
SMALL = [NEUTRAL, (0, P - 1), *(at_height(y, odd) for y in (0, ORDER_8, P - ORDER_8) for odd in (0, 1))]  # fmt: skip


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + public + message).digest(), "little") % L


def message_where(r: bytes, public: bytes, fits: Callable[[int], bool]) -> bytes:
    """A message whose k is as wanted: whoever forges tries a few."""
    return next(text for n in range(1000) if fits(challenge(r, public, text := b"edge %d\n" % n)))


def table() -> list[dict[str, Any]]:
    """`key`, `signature`, `message` in hex, whether it is valid here, and why."""
    rows: list[dict[str, Any]] = []

    def row(why: str, public: bytes, signature: bytes, message: bytes, *, valid: bool) -> None:
        rows.append(
            {
                "key": public.hex(),
                "message": message.hex(),
                "signature": signature.hex(),
                "valid": valid,
                "why": why,
            }
        )

    neutral = spelled(NEUTRAL)
    for point in SMALL:
        public = spelled(point)
        text = message_where(neutral, public, lambda k: k % 8 == 0)
        row("a key of small order, R neutral, S 0", public, neutral + bytes(32), text, valid=False)
    for number, why in (
        (1 | 1 << 255, "the neutral key with a sign"),
        (P - 1 | 1 << 255, "the key of order 2 with a sign"),
        (P, "y = 0 written as p"),
        (P + 1, "y = 1 written as p + 1"),
    ):
        public = number.to_bytes(32, "little")
        text = message_where(neutral, public, lambda k: k % 8 == 0)
        row(why, public, neutral + bytes(32), text, valid=False)

    key = SigningKey("edge", 1, bytes(range(32)))
    public, text = key.verify_key.public, b"edge\n"
    half = bytearray(sha512(key.seed).digest()[:32])
    half[0], half[31] = half[0] & 248, half[31] & 63 | 64
    secret = int.from_bytes(half, "little")
    good = key.sign(text)
    s = int.from_bytes(good[32:], "little")
    row("as RFC 8032 signs", public, good, text, valid=True)
    row("S + L", public, good[:32] + (s + L).to_bytes(32, "little"), text, valid=False)

    def signed(r: bytes, nonce: int, key_bytes: bytes, message: bytes) -> bytes:
        k = challenge(r, key_bytes, message)
        return r + ((nonce + k * secret) % L).to_bytes(32, "little")

    row("R neutral: only the key's holder can make it", public, signed(neutral, 0, public, text), text, valid=True)  # fmt: skip
    for number, why in ((1 | 1 << 255, "R neutral with a sign"), (P + 1, "R neutral, y written as p + 1")):  # fmt: skip
        r = number.to_bytes(32, "little")
        row(why, public, signed(r, 0, public, text), text, valid=False)
    two = spelled(SMALL[1])
    row("R of order 2: right only with a cofactor", public, signed(two, 0, public, text), text, valid=False)  # fmt: skip

    mixed = spelled(added(times(secret, BASE), SMALL[-1]))
    nonce = int.from_bytes(sha256(b"nonce").digest(), "little") % L
    r = spelled(times(nonce, BASE))
    even = message_where(r, mixed, lambda k: k % 8 == 0)
    odd = message_where(r, mixed, lambda k: k % 8 == 1)
    row("a key with a part of small order, k a multiple of 8", mixed, signed(r, nonce, mixed, even), even, valid=True)  # fmt: skip
    row("the same key, k none: right only with a cofactor", mixed, signed(r, nonce, mixed, odd), odd, valid=False)  # fmt: skip
    return rows
