"""What a voter takes home proves that the ballot stands, and shows nothing else."""

import re

import pytest

from yihe.proof.canonical import Malformed
from yihe.proof.receipts import (
    heard_code,
    make_receipt,
    parse_receipt,
    parse_slip,
    short_code,
    slip,
)
from yihe.proof.tests.cases import Attempt
from yihe.proof.tests.generator import make_vote
from yihe.proof.verify import verify

SEALED = make_vote(9, 60, late=2).sealed()
RECEIPT = SEALED.receipt(20)


def words(text: str) -> str:
    report = verify(Attempt(SEALED.public()).data(), receipt=text.encode())
    [check] = [check for check in report.checks if check.id == "receipt"]
    assert check.ok, check.text
    return check.text


class TestReceipt:
    def test_goes_in_and_out_unchanged_and_holds(self):
        again = parse_receipt(str(RECEIPT))
        assert again == RECEIPT
        assert again.holds()

    def test_says_that_the_ballot_stands(self):
        assert "没有改动" in words(str(RECEIPT))

    def test_says_that_a_late_ballot_does_not_count(self):
        late = max(n for n, line in enumerate(SEALED.lines) if b'"kind":"ballot"' in line)
        assert "不计入" in words(str(SEALED.receipt(late)))

    def test_is_not_made_when_the_proof_does_not_lead_there(self):
        with pytest.raises(ValueError, match="does not lead"):
            make_receipt(RECEIPT.leaf, RECEIPT.index + 1, RECEIPT.proof, RECEIPT.note)

    @pytest.mark.parametrize(
        ("old", "new"), [("@v1", "@v2"), ("extra ", ""), ("index ", "index 0"), ("\n\n", "\n")]
    )
    def test_refuses_what_is_none(self, old, new):
        with pytest.raises(Malformed):
            parse_receipt(str(RECEIPT).replace(old, new, 1))


class TestSlip:
    def test_is_a_whole_receipt_in_the_letters_of_a_qr_code(self):
        text = slip(RECEIPT, RECEIPT.note.signatures[0])
        assert re.fullmatch(r"[0-9A-Z $%*+./:-]+", text)
        assert len(text) < 4296  # what the largest QR code holds of these letters
        again = parse_slip(text)
        assert (again.leaf, again.index, again.proof) == (
            RECEIPT.leaf,
            RECEIPT.index,
            RECEIPT.proof,
        )
        assert again.holds()
        assert "没有改动" in words(text)

    def test_refuses_any_changed_letter_or_does_not_hold(self):
        text = slip(RECEIPT, RECEIPT.note.signatures[0])
        for at in range(6, len(text), 7):
            changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
            try:
                receipt = parse_slip(changed)
            except Malformed:
                continue
            report = verify(Attempt(SEALED.public()).data(), receipt=str(receipt).encode())
            assert not report.ok


class TestShortCode:
    def test_is_twelve_letters_that_survive_the_telephone(self):
        code = short_code(RECEIPT.leaf)
        assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code)
        assert (
            heard_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code
        )
        with pytest.raises(Malformed):
            heard_code("ABCD-EFGH-JKL")
        with pytest.raises(Malformed):
            heard_code("UUUU-UUUU-UUUU")
