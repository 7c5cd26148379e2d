"""Keys that RFC 8032 does not decode sign nothing: with some of them anybody could."""

import pytest

from yihe.proof.keys import NOTE, P, VerifyKey

NEUTRAL = (1).to_bytes(32, "little")
FORGED = NEUTRAL + bytes(32)  # holds for any message where the key spells the neutral point


@pytest.mark.parametrize(
    "number",
    [
        P + 1,  # y = 1, written above p
        1 | 1 << 255,  # y = 1 with the sign of an x that is 0
        (P - 1) | 1 << 255,
    ],
)
def test_a_key_in_another_spelling_signs_nothing(number):
    assert not VerifyKey("log", NOTE, number.to_bytes(32, "little")).signed(FORGED, b"text")
