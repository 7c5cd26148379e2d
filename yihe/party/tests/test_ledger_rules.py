from fractions import Fraction

import pytest

from yihe.party.ledger.rules import Kept, masked, share
from yihe.refusal import Refusal


@pytest.mark.parametrize(
    ("part", "of", "shown"),
    [
        (5, 9, None),  # fewer than ten: each could be guessed
        (5, 10, Fraction(1, 2)),
        (13, 22, Fraction(13, 22)),
        (0, 40, None),  # it would say of each that he or she is none
        (40, 40, None),
        (0, 0, None),
    ],
)
def test_a_share_is_shown_only_where_it_singles_nobody_out(part, of, shown):
    assert share(part, of) == shown


def test_masks_names():
    assert masked("欧阳暗香") == "欧＊＊＊"
    assert masked("李") == "李＊"
    assert masked("") == "没有写姓名"


def test_refuses_what_is_neither_full_nor_probationary():
    with pytest.raises(Refusal, match="正式党员还是预备党员"):
        Kept(1, "leader", "here")
