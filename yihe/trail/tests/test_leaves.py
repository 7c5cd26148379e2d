"""A leaf is what docs/format/acts.md says, byte by byte, and is the same when read back."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.db import transaction

from yihe.proof.tree import leaf_hash
from yihe.trail.acting import SYSTEM, Acting
from yihe.trail.actions import record
from yihe.trail.leaves import hash_of, leaf_of, moment
from yihe.trail.models import Entry

DOCUMENT = Path(__file__).parents[3] / "docs" / "format" / "acts.md"
AT = datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))


def test_the_documents_vector_is_the_leaf():
    entry = Entry(
        act="call.answer", subject_kind="call", subject_key="2611-0837", acting_kind="seat",
        person_id=12, seat_id=7, capacity="龙田街道·经办人", numbers={"in_time": 1, "area": "12.50"},
        kinds={"status": "answered"}, digests={"text": "ab" * 32}, published=False,
        salt="00112233445566778899aabbccddeeff", at=AT,
    )  # fmt: skip
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"\n{leaf_of(entry, '440310006').decode()}\n" in text
    assert f"Leaf hash: `{hash_of(entry, '440310006').hex()}`" in text
    missing = b'{"kind":"missing","log":"440310006","sequence":6,"v":1}'
    assert f"`{missing.decode()}`: `{leaf_hash(missing).hex()}`" in text


@pytest.mark.django_db
class TestAnEntry:
    @pytest.mark.parametrize(
        ("words", "numbers"),
        [
            ("经办人", {"n": 0, "area": "0.10", "large": 10**17, "minus": -5}),
            ("e\u0301" * 70, {}),  # two code points that NFC makes one
            ("\u0958" * 119, {}),  # one that NFC makes two
            ("👵🏽·楼长", {"n": "007"}),
        ],
    )
    def test_read_back_has_the_leaf_that_was_stored(self, words, numbers):
        acting = Acting(1, "seat", 2, words, ("",))
        kept = record(
            acting=acting, act="test.act", on=("thing", "e\u0301"), at=AT, log="c1", numbers=numbers,
            kinds={"kind": "a/b:c"}, digests={"text": "0f" * 32}, published=True,
        )  # fmt: skip
        row = Entry.objects.get(pk=kept.pk)
        assert row.leaf is not None
        assert bytes(row.leaf) == hash_of(row, "c1") == kept.leaf

    def test_costs_one_statement(self, django_assert_num_queries):
        record(acting=SYSTEM, act="test.act", on=("thing", 1), at=AT, log="c1")
        with django_assert_num_queries(1):
            record(acting=SYSTEM, act="test.act", on=("thing", 1), at=AT, log="c1")

    def test_uses_up_no_number_of_a_log(self):
        numbers = []
        for log in ("c1", "c1", "c1", "c2", "c2", "c3"):
            numbers.append(record(acting=SYSTEM, act="a", on=("b", 1), at=AT, log=log).log_id)
        first = numbers[0]
        assert numbers == [first, first, first, first + 1, first + 1, first + 2]

    @pytest.mark.parametrize("name", ["名字", "", "a b", "x" * 65])
    def test_with_a_name_that_canonical_json_has_not_is_refused(self, name):
        with pytest.raises(ValueError, match="字段名"):
            record(acting=SYSTEM, act="a", on=("b", 1), at=AT, numbers={name: 1})
        assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_is_on_the_disk_when_it_is_acknowledged(django_assert_num_queries):
    """Begin, two entries, commit without waiting, and one statement that waits for both."""
    record(acting=SYSTEM, act="a", on=("b", 1), at=AT)
    with django_assert_num_queries(5) as seen, transaction.atomic():
        record(acting=SYSTEM, act="a", on=("b", 1), at=AT)
        record(acting=SYSTEM, act="a", on=("b", 2), at=AT)
    assert "pg_logical_emit_message" in seen.captured_queries[-1]["sql"]


def test_a_moment_is_written_in_utc_with_six_digits():
    assert moment(AT) == "2026-11-23T01:00:00.000005Z"
    assert moment(datetime(33, 1, 1, tzinfo=UTC)) == "0033-01-01T00:00:00.000000Z"
