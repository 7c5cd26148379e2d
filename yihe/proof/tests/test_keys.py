"""Ed25519 at its edges: one answer for each signature, and no key by which anybody signs."""

import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yihe.proof.keys import NOTE, SMALL_ORDER, VerifyKey
from yihe.proof.tests import edwards, vectors

ROWS = json.loads((vectors.PLACE / "ed25519.json").read_text())


def taken_by_the_library(row):
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row["key"]))
    try:
        key.verify(bytes.fromhex(row["signature"]), bytes.fromhex(row["message"]))
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_a_signature_at_the_edge(row):
    key = VerifyKey("edge", NOTE, bytes.fromhex(row["key"]))
    signature, message = (bytes.fromhex(row[name]) for name in ("signature", "message"))
    assert key.signed(signature, message) is row["valid"]


def test_without_the_rule_anybody_signs_by_a_key_of_small_order():
    forged = [row for row in ROWS if row["why"].startswith("a key of small order")]
    assert len(forged) == 8
    assert all(taken_by_the_library(row) for row in forged)


def test_the_points_of_small_order_are_these():
    assert {edwards.times(8, point) for point in edwards.SMALL} == {edwards.NEUTRAL}
    assert len(set(edwards.SMALL)) == 8
    assert {y for _, y in edwards.SMALL} == set(SMALL_ORDER)
