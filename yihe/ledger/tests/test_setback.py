"""A database set back in time is noticed, said, and gone on from only with a public reason."""

import pytest
from django.test import Client

from yihe.ledger.checking import check
from yihe.ledger.models import Checkpoint, Ledger
from yihe.ledger.nodes import leaf_hashes
from yihe.ledger.setback import accept_setback, look_back, set_aside
from yihe.ledger.tests.builders import ledger, work, write
from yihe.proof.tree import root_of
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
LEDGER_TABLES = ("cosignature", "checkpoint", "node")


@pytest.fixture
def set_back_to(unwatched):
    """As an older copy of the database holds it: everything after a size is gone."""
    return lambda size: _set_back(unwatched, size)


def _set_back(unwatched, size: int) -> None:
    with unwatched() as cursor:
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > %s", [size])
        cursor.execute("DELETE FROM ledger_node WHERE (index + 1) << level > %s", [size])
        cursor.execute("DELETE FROM trail_entry WHERE sequence > %s", [size])
        cursor.execute("UPDATE trail_log SET size = %s", [size])
        cursor.execute("UPDATE ledger_ledger SET size = %s, signed = %s", [size, size])


@pytest.fixture
def grown(home, clock):
    """Three entries with a checkpoint, then seven."""
    for number in (3, 4):
        write(clock, number)
        work(clock)
    return ledger()


class TestADatabaseSetBack:
    def test_is_noticed_at_the_start_and_said(self, grown, clock, set_back_to):
        set_back_to(3)
        [words] = look_back(at=clock.now)
        assert "记到第 7 条，数据库里只有 3 条" in words
        assert "记到第 7 条" in Client().get("/readyz").json()["missing"][0]
        for address in ("/log/", f"/log/{grown.log_id}/"):
            page = Client().get(address).content.decode()
            assert "y-now-late" in page
            assert "记到第 7 条" in page

    @pytest.mark.parametrize("more", [1, 4, 9])
    def test_makes_no_checkpoint_however_far_it_grows_again(self, grown, clock, more, set_back_to):
        set_back_to(3)
        write(clock, more)
        work(clock)
        clock.later(minutes=2)
        work(clock)
        assert ledger().trouble
        assert list(Checkpoint.objects.values_list("size", flat=True)) == [3]

    def test_that_comes_back_whole_goes_on_by_itself(self, grown, clock):
        """Nothing is remembered against it: the file is what counts."""
        Ledger.objects.update(trouble="检查点文件记到第 9 条")
        clock.later(minutes=2)
        write(clock)
        work(clock)
        assert ledger().trouble == ""
        assert ledger().signed == 8

    def test_goes_on_under_another_name_once_it_is_accepted(self, grown, clock, home, set_back_to):
        set_back_to(3)
        write(clock, 1)
        made = accept_setback(
            number=grown.log_id, reason=" 磁盘坏了，用昨晚的备份。电话 13800000001 ",
            acting=SYSTEM, at=clock.now,
        )  # fmt: skip
        assert made.origin == f"{grown.origin}/2"
        assert made.reason == "磁盘坏了，用昨晚的备份。电话 138********"
        entry = Entry.objects.latest("pk")
        assert (entry.act, entry.published) == ("ledger.accept_setback", True)
        assert entry.numbers == {"file": 7, "database": 4, "edition": 2}
        work(clock)
        assert (ledger().signed, ledger().trouble) == (5, "")
        assert look_back(at=clock.now) == []
        page = Client().get(f"/log/{grown.log_id}/").content.decode()
        assert "用昨晚的备份" in page
        assert "记到第 7 条，数据库里只有 4 条" in page

    def test_is_not_accepted_without_a_reason_or_without_a_setback(self, grown, clock, set_back_to):
        with pytest.raises(Refusal, match="一致"):
            accept_setback(number=grown.log_id, reason="试试", acting=SYSTEM, at=clock.now)
        set_back_to(3)
        with pytest.raises(Refusal, match="原因"):
            accept_setback(number=grown.log_id, reason=" ", acting=SYSTEM, at=clock.now)

    def test_to_before_an_accepted_one_takes_a_name_never_used(
        self, grown, clock, set_back_to, unwatched
    ):
        set_back_to(3)
        accept_setback(number=grown.log_id, reason="第一次", acting=SYSTEM, at=clock.now)
        work(clock)
        with unwatched() as cursor:
            for table in LEDGER_TABLES:
                cursor.execute(f"DELETE FROM ledger_{table}")
            cursor.execute("DELETE FROM ledger_key WHERE ledger_id <> %s", [grown.pk])
            cursor.execute("DELETE FROM ledger_ledger WHERE id <> %s", [grown.pk])
            cursor.execute("UPDATE ledger_ledger SET current = true, size = 0, signed = 0")
        found = look_back(at=clock.now)
        assert any("没有这本账" in words for words in found)
        made = accept_setback(number=grown.log_id, reason="第二次", acting=SYSTEM, at=clock.now)
        assert made.edition == 3


class TestRowsTakenAway:
    def test_from_the_end_are_noticed(self, grown, clock, unwatched):
        with unwatched() as cursor:
            cursor.execute("DELETE FROM trail_entry WHERE sequence > 5")
        assert look_back(at=clock.now) != []

    def test_from_the_middle_or_changed_are_found_by_checking(self, grown, unwatched):
        assert check(grown) == ""
        with unwatched() as cursor:
            cursor.execute("""UPDATE trail_entry SET numbers = '{"n": 99}' WHERE sequence = 2""")
        assert check(grown) == "第 2 条留痕被改过"
        with unwatched() as cursor:
            cursor.execute("UPDATE trail_entry SET leaf = NULL WHERE sequence = 2")
        assert check(grown) == "留痕被改过：和检查点不相符"
        with unwatched() as cursor:
            cursor.execute("DELETE FROM trail_entry WHERE sequence = 2")
        assert check(grown) == "第 2 条留痕不见了"

    def test_leave_a_hole_that_is_signed_as_a_hole_once_it_is_accepted(
        self, grown, clock, unwatched
    ):
        with unwatched() as cursor:
            cursor.execute("DELETE FROM trail_entry WHERE sequence > 5")
        write(clock)  # takes place 8
        assert "不见了" in look_back(at=clock.now)[0]
        made = accept_setback(number=grown.log_id, reason="两条丢了", acting=SYSTEM, at=clock.now)
        work(clock)
        assert ledger().signed == 9
        assert check(made) == ""
        root = root_of(leaf_hashes(made, 0, 9))
        assert bytes(Checkpoint.objects.get(ledger=made, size=9).root) == root


class TestAFileOfALogThatIsNotThere:
    def test_is_said_until_it_is_set_aside(self, grown, clock, home, unwatched):
        with unwatched() as cursor:
            for table in (*LEDGER_TABLES, "key", "ledger"):
                cursor.execute(f"DELETE FROM ledger_{table}")
            cursor.execute("DELETE FROM trail_entry")
            cursor.execute("DELETE FROM trail_log")
        assert any("没有这本账" in words for words in look_back(at=clock.now))
        set_aside(origin=grown.origin, reason="换了数据库", acting=SYSTEM, at=clock.now)
        assert look_back(at=clock.now) == []
        assert list((home / "checkpoints").glob("*.why"))
