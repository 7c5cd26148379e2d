"""Keys, notes, checkpoints and cosignatures as C2SP writes them."""

import json
from pathlib import Path
from typing import Any

import pytest

from yihe.proof.canonical import Malformed, decode, encode
from yihe.proof.keys import (
    COSIGNATURE,
    NOTE,
    SigningKey,
    log_keys,
    parse_signing_key,
    parse_verify_key,
    quorum,
)
from yihe.proof.notes import checkpoint_of, cosigned_at, note_signed_by, parse_note, sign_note
from yihe.proof.tests import vectors
from yihe.proof.tests.generator import key

NOTES = json.loads((vectors.PLACE / "notes.json").read_text())
# The example of Go's golang.org/x/mod/sumdb/note, which the format comes from.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_vectors_are_current():
    for name, data in vectors.all_files().items():
        assert (Path(vectors.PLACE) / name).read_bytes() == data, name


class TestNote:
    def test_reads_the_note_that_go_signed(self):
        assert note_signed_by(parse_note(GO_NOTE), parse_verify_key(GO_KEY)) is True

    def test_a_changed_text_is_not_signed(self):
        assert (
            note_signed_by(parse_note(GO_NOTE.replace("your", "a")), parse_verify_key(GO_KEY))
            is False
        )

    def test_an_unknown_key_says_nothing(self):
        other = key("PeterNeumann", NOTE, 1).verify_key
        assert note_signed_by(parse_note(GO_NOTE), other) is None

    def test_goes_in_and_out_unchanged(self):
        assert str(parse_note(GO_NOTE)) == GO_NOTE

    @pytest.mark.parametrize(
        "text",
        [
            "", "\n\n", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n- name AAAAAAA=\n",
            "text\n\n— na+me AAAAAAA=\n", "text\n\n— name AAAAAAA=", "te\rxt\n\n— name AAAAAAA=\n",
            "text\n\n— name AAAAAAB=\n", "text\n\n— name AAAA\n", "x" * 70000 + "\n\n— name AAAAAAA=\n",
        ],
    )  # fmt: skip
    def test_refuses_what_is_none(self, text):
        with pytest.raises(Malformed):
            parse_note(text)


class TestCheckpoint:
    def test_is_signed_and_cosigned(self):
        note = parse_note(NOTES["checkpoint"])
        assert checkpoint_of(note).size == 8
        assert note_signed_by(note, parse_verify_key(NOTES["log_vkey"])) is True
        witness = parse_verify_key(NOTES["witness_vkey"], COSIGNATURE)
        assert cosigned_at(note, witness) == NOTES["cosigned_at"]

    @pytest.mark.parametrize("text", ["o\n08\n", "o\n-1\n", "o\n8\nmore\n", "o o\n8\n"])
    def test_has_three_exact_lines(self, text):
        root = NOTES["checkpoint"].split("\n")[2] + "\n"
        with pytest.raises(Malformed):
            checkpoint_of(parse_note(text + root + "\n— name AAAAAAA=\n"))


class TestKeys:
    def test_a_key_file_is_read_back_and_not_shown(self):
        one = SigningKey("log.example", NOTE, bytes(32))
        assert parse_signing_key(one.private_line()) == one
        assert one.seed.hex() not in repr(one)
        with pytest.raises(Malformed):
            parse_signing_key(one.private_line().replace("log.", "lag."))

    def test_a_type_does_the_work_of_its_type_only(self):
        with pytest.raises(ValueError, match="cosigns"):
            sign_note("text\n", key("w", COSIGNATURE, 1))
        with pytest.raises(Malformed):
            parse_verify_key(NOTES["witness_vkey"], NOTE)

    def test_a_log_changes_its_key_at_a_size(self):
        first, second = (key("log", NOTE, n).verify_key for n in (1, 2))
        rows: list[dict[str, Any]] = [
            {"since": 0, "until": 10, "vkey": str(first)},
            {"since": 10, "until": None, "vkey": str(second)},
        ]
        keys = log_keys({"keys": rows, "origin": "log"})
        assert [keys.at(size) for size in (0, 9, 10, 99)] == [first, first, second, second]
        assert keys.as_json() == {"keys": rows, "origin": "log"}
        for spoilt in (
            [{**rows[0], "until": 9}, rows[1]], [rows[0]], [rows[1]], [{**rows[0], "until": None}, rows[1]], [],
        ):  # fmt: skip
            with pytest.raises(Malformed):
                log_keys({"keys": spoilt, "origin": "log"})

    def test_nobody_is_counted_twice(self):
        one = str(key("w", COSIGNATURE, 1).verify_key)
        wrong: tuple[Any, ...] = (
            {"keys": [one, one], "needed": 1}, {"keys": [one], "needed": 2}, {"keys": [one], "needed": 0},
            {"keys": [one], "needed": True}, {"keys": [], "needed": 0}, [],
        )  # fmt: skip
        for value in wrong:
            with pytest.raises(Malformed):
                quorum(value, COSIGNATURE)


class TestCanonical:
    @pytest.mark.parametrize(
        "text",
        ["1.0", "1e2", "-0", "01", " 1", "1 ", "NaN", "Infinity", '{"b":1,"a":2}', '{"a":1,"a":2}', '{"é":1}',
         '{"":1}', '"\\u0041"', '"\\/"', '"\\u000A"', '"\\ud800"', "9007199254740992", "1" * 5000, "[" * 14 + "1" + "]" * 14,
         "[" * 100_000, '"e\u0301"', "tru", "", "\ufeff1"],
    )  # fmt: skip
    def test_refuses_every_other_spelling(self, text):
        with pytest.raises(Malformed):
            decode(text.encode())

    def test_takes_its_own(self):
        value = {"a": [1, -9007199254740991, "é一\n\u007f\u2028"], "b": {"10": None, "2": True}}
        assert decode(encode(value)) == value
        assert b'"10":null,"2"' in encode(value)

    def test_refuses_to_write_what_has_no_spelling(self):
        for value in (1.5, 2**53, {1: 2}, "\ud800", "e\u0301", {"a b": 1}, object()):
            with pytest.raises(Malformed):
                encode(value)
