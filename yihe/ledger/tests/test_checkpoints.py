"""A log that grew is signed, written down outside the database, and proven to have only grown."""

import stat

import pytest
from django.db import DatabaseError, connection, transaction

from yihe.ledger import files
from yihe.ledger.actions import checkpoint_now, rotate_key, write_missing
from yihe.ledger.models import Checkpoint, Ledger
from yihe.ledger.nodes import leaf_hashes
from yihe.ledger.queries import consistency_proof, log_keys, newest
from yihe.ledger.setback import look_back
from yihe.ledger.tests.builders import ledger, work, write
from yihe.proof.notes import note_signed_by, parse_note
from yihe.proof.proofs import consistent
from yihe.proof.tree import leaf_hash, root_of
from yihe.trail.leaves import leaf_of
from yihe.trail.models import Entry, Log

pytestmark = pytest.mark.django_db


def tip(log="c1"):
    found = newest(ledger(log))
    assert found is not None
    return found


class TestACheckpoint:
    def test_covers_every_entry_and_is_signed_by_the_log(self, home, clock):
        write(clock, 5)
        assert work(clock) == [ledger().origin]
        leaves = [leaf_hash(leaf_of(row, "c1")) for row in Entry.objects.order_by("sequence")]
        assert bytes(tip().root) == root_of(leaves)
        key = log_keys(ledger()).at(5)
        assert key is not None
        assert note_signed_by(parse_note(tip().note), key)
        assert ledger().origin == f"yihe.example/440310/log/{ledger().log_id}"

    def test_follows_the_one_before_it_and_is_not_made_twice(self, home, clock):
        for size in (1, 2, 7):
            write(clock, size - Checkpoint.objects.count() if size < 3 else 5)
            work(clock)
            assert work(clock) == []
        sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
        assert sizes == [1, 2, 7]
        for old in range(1, 8):
            was, now = (root_of(leaf_hashes(ledger(), 0, size)) for size in (old, 7))
            assert consistent(old, 7, was, now, consistency_proof(ledger(), old, 7))

    def test_waits_a_few_seconds_except_when_asked_for_at_once(self, home, clock):
        write(clock)
        work(clock)
        write(clock)
        clock.later(seconds=-4)
        assert work(clock) == []
        made = checkpoint_now(log="c1", at=clock.now)
        assert made is not None
        assert made.size == 2

    @pytest.mark.django_db(transaction=True)
    def test_takes_entries_from_before_there_were_leaves(self, home, clock, unwatched):
        write(clock, 3)
        with unwatched() as cursor:
            cursor.execute("UPDATE trail_entry SET leaf = NULL")
        work(clock)
        leaves = [leaf_hash(leaf_of(row, "c1")) for row in Entry.objects.order_by("sequence")]
        assert bytes(tip().root) == root_of(leaves)

    def test_costs_the_same_number_of_queries_however_many_are_new(
        self, home, clock, django_assert_num_queries
    ):
        write(clock, 1)
        work(clock)
        counts = []
        for number in (3, 90):
            write(clock, number)
            with django_assert_num_queries(100, exact=False) as seen:
                work(clock)
            counts.append(len(seen))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("table", ["key", "node", "checkpoint"])
    def test_is_never_changed(self, home, clock, table):
        write(clock, 2)
        work(clock)
        for sql in (f"DELETE FROM ledger_{table}", f"UPDATE ledger_{table} SET ledger_id = 0"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)

    def test_of_a_poisoned_log_holds_up_nothing(self, home, clock):
        write(clock, 1, log="c1")
        work(clock)
        for key in (home / "keys").glob("log-*"):
            key.unlink()
        write(clock, 1, log="c1")
        write(clock, 1, log="c2")
        poisoned = ledger("c1").origin
        assert sorted(work(clock)) == sorted([f"!{poisoned}", ledger("c2").origin])
        assert "私钥" in ledger("c1").trouble
        rotate_key(ledger_id=ledger("c1").pk, at=clock.now)
        assert work(clock) == [poisoned]
        assert ledger("c1").trouble == ""
        assert tip("c1").size == 2


class TestKeys:
    def test_are_readable_by_their_owner_only(self, home, clock):
        write(clock)
        work(clock)
        [key] = (home / "keys").glob("log-*")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600

    def test_follow_each_other_at_a_size(self, home, clock):
        write(clock, 3)
        work(clock)
        assert rotate_key(ledger_id=ledger().pk, at=clock.now).since == 4
        write(clock, 2)
        work(clock)
        keys = log_keys(ledger())
        assert [(one.since, one.until) for one in keys.periods] == [(0, 4), (4, None)]
        for row in Checkpoint.objects.all():
            key = keys.at(row.size)
            assert key is not None
            assert note_signed_by(parse_note(row.note), key)


class TestTheFile:
    def test_holds_every_checkpoint_as_it_was_signed(self, home, clock):
        for _ in range(3):
            write(clock)
            work(clock)
        notes = Checkpoint.objects.order_by("size").values_list("note", flat=True)
        assert files.path_of(ledger().origin).read_text() == "".join(f"{one}\n" for one in notes)

    @pytest.mark.parametrize("cut", [0, 1, 30, 100, None])
    def test_gets_what_a_crash_left_out_at_the_next_start(self, home, clock, cut):
        write(clock)
        work(clock)
        write(clock)
        work(clock)
        path = files.path_of(ledger().origin)
        whole = path.read_bytes()
        path.write_bytes(whole[: -cut if cut else None] if cut is not None else b"")
        assert look_back(at=clock.now) == []
        assert path.read_bytes() == whole
        assert write_missing(ledger()) == 0

    def test_is_told_when_it_is_none_of_ours(self, home, clock):
        write(clock)
        work(clock)
        files.path_of(ledger().origin).write_text("别的\n" * 20)
        assert look_back(at=clock.now) != []
        write(clock)
        work(clock)
        assert Checkpoint.objects.count() == 1


def test_every_ledger_has_one_name(home, clock):
    write(clock, log="c1")
    write(clock, log="")
    work(clock)
    assert Ledger.objects.values("origin").distinct().count() == Log.objects.count() == 2
