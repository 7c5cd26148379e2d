"""The seal: what lies in the database says nothing, and nothing can be moved to another row."""

from uuid import uuid4

import pytest

from yihe.party.ledger.rules import Duty, Kept
from yihe.party.ledger.sealing import key_file, make_key, mark, marks, seal, unseal
from yihe.refusal import Refusal

KEPT = Kept(
    7, "full", "here", "2026-01-05", "某厂党支部", "第 3 号", (Duty("急救队", "2026-01-06"),)
)


@pytest.fixture(autouse=True)
def _key():
    make_key()


def test_opens_what_it_closed():
    row = uuid4()
    assert unseal(row, seal(row, KEPT)) == KEPT


def test_tells_nothing_by_its_bytes_or_their_number():
    row = uuid4()
    sealed, other = seal(row, KEPT), seal(row, Kept(7, "probationary", "floating"))
    assert "某厂".encode() not in sealed
    assert len(sealed) == len(other)
    assert seal(row, KEPT) != sealed  # the same twice looks different


def test_a_row_cannot_be_put_in_anothers_place():
    with pytest.raises(Refusal, match="打不开"):
        unseal(uuid4(), seal(uuid4(), KEPT))


def test_a_changed_byte_is_seen():
    row = uuid4()
    sealed = bytearray(seal(row, KEPT))
    sealed[40] ^= 1
    with pytest.raises(Refusal, match="打不开"):
        unseal(row, bytes(sealed))


def test_marks_stand_for_persons_and_depend_on_the_key():
    first = mark(7)
    assert first == mark(7) != mark(8)
    assert marks([7, 8]) == [mark(7), mark(8)]
    key_file().unlink()
    make_key()
    assert mark(7) != first


def test_the_key_is_its_owners_alone_and_is_never_made_twice():
    made = key_file().read_text()
    assert key_file().stat().st_mode & 0o777 == 0o600
    make_key()
    assert key_file().read_text() == made


@pytest.mark.parametrize("text", ["", "zz", "00" * 31])
def test_a_damaged_key_is_said(text):
    key_file().write_text(text)
    with pytest.raises(Refusal, match="坏了"):
        mark(1)


def test_a_lost_key_is_said_and_not_replaced_in_silence():
    key_file().unlink()
    with pytest.raises(Refusal, match="密钥不在"):
        mark(1)
    assert not key_file().exists()
