"""One row that cannot be dealt with, in each kind of work: the rest goes on, it waits longer and longer,
and who keeps the house sees it. Nothing depends on a wake-up: all is found again from the due columns."""

from collections import Counter
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DataError, connection
from django.utils import timezone

from yihe.calls import work as calls_work
from yihe.calls.actions import learning
from yihe.calls.actions.counting import fold, recount
from yihe.calls.models import Call, Cell, Delta, Step
from yihe.calls.tests.builders import MONDAY, District, make_seat
from yihe.calls.work import do_due
from yihe.ledger import work as ledger_work
from yihe.ledger.actions import begin_ledger, make_checkpoint
from yihe.ledger.models import Checkpoint, Ledger
from yihe.ledger.work import make_checkpoints
from yihe.outbox import channels, spreading
from yihe.outbox.models import Delivery, Message
from yihe.outbox.rules import SMS, TOO_OLD, Destination, Reader
from yihe.outbox.sending import send_out
from yihe.outbox.spreading import spread
from yihe.outbox.tests import people
from yihe.outbox.tests.people import somebody, told
from yihe.people.tests.helpers import browser
from yihe.portal.keeping import put_off, watch_put_off
from yihe.server import worker
from yihe.server.tests.clocks import Right

pytestmark = pytest.mark.django_db
LATER, MINUTE, DAY = MONDAY + timedelta(days=7), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch, settings: Any) -> people.Fake:
    people.READERS.clear()
    people.VALUES.clear()
    fake = people.Fake(SMS)
    monkeypatch.setattr(channels, "ALL", {SMS: fake})
    monkeypatch.setattr("yihe.outbox.sending.ALL", {SMS: fake})
    settings.READERS = f"{people.__name__}.readers"
    settings.DESTINATIONS = f"{people.__name__}.destinations"
    settings.ADDRESS_GONE = f"{people.__name__}.gone"
    return fake


class TestACall:
    def test_whose_row_the_database_refuses_is_put_off_and_the_others_climb(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ):
        broken, *others = [district.raised().number for _ in range(4)]
        climb = calls_work._climb

        def fail(call: Call, at: datetime, batch: calls_work.Swept) -> str:
            if call.number == broken:
                raise DataError("the database can hold no such value")
            return climb(call, at, batch)

        monkeypatch.setattr(calls_work, "_climb", fail)
        report = do_due(at=LATER)
        assert [one.subject for one in report.failed] == [broken]
        assert set(Call.objects.filter(number__in=others).values_list("level", flat=True)) == {2}
        distances, at = [], LATER
        for _ in range(10):
            call = Call.objects.get(number=broken)
            assert call.wake_at is not None
            distances.append(call.wake_at - at)
            at = call.wake_at
            do_due(at=at)
        assert distances[:3] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
        assert distances[-1] <= DAY
        assert put_off() == ["1 件到期的呼叫"]

    def test_that_cannot_even_be_put_off_holds_up_no_other(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ):
        broken, *others = [district.raised().number for _ in range(4)]
        climb = calls_work._climb

        def fail(call: Call, at: datetime, batch: calls_work.Swept) -> str:
            if call.number == broken:
                raise DataError("the database can hold no such value")
            return climb(call, at, batch)

        monkeypatch.setattr(calls_work, "_climb", fail)
        monkeypatch.setattr(Call, "save", self.refuse(broken, Call.save))
        do_due(at=LATER)
        assert set(Call.objects.filter(number__in=others).values_list("level", flat=True)) == {2}
        assert Call.objects.get(number=broken).level == 1

    @staticmethod
    def refuse(number: str, save: Any) -> Any:
        def refusing(self: Call, *rest: Any, **more: Any) -> None:
            if self.number == number:
                raise DataError
            save(self, *rest, **more)

        return refusing

    def test_whose_time_cannot_be_reckoned_again_is_tried_hourly(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ):
        rows = [district.raised() for _ in range(3)]
        Call.objects.update(due_provisional=True)
        seen: list[int] = []

        def fail(pk: int, at: datetime) -> str:
            seen.append(pk)
            if pk == rows[0].pk:
                raise ValueError
            return ""

        monkeypatch.setattr(calls_work, "_recompute", fail)
        for minute in range(0, 150, 10):
            calls_work.recompute_provisional(at=MONDAY + minute * MINUTE)
        assert Counter(seen) == {rows[0].pk: 4, rows[1].pk: 1, rows[2].pk: 1}


class TestAMessage:
    def test_that_cannot_be_spread_holds_up_no_other_and_stays_in_the_app(
        self, sms: people.Fake, monkeypatch: pytest.MonkeyPatch
    ):
        for person in range(1, 6):
            somebody(person, SMS)
        told(*range(1, 6), at=MONDAY)

        def fail(persons: Collection[int]) -> dict[int, Reader]:
            if 1 in persons:
                raise DataError
            return people.readers(persons)

        monkeypatch.setattr(spreading, "readers", fail)
        spread(at=MONDAY)
        assert set(Delivery.objects.values_list("person_id", flat=True)) == {2, 3, 4, 5}
        told(6, at=MONDAY + MINUTE)  # while it waits it is in no batch
        assert spread(at=MONDAY + timedelta(seconds=30)).failed == []
        at, distances = MONDAY, []
        for _ in range(8):
            again = Message.objects.get(person_id=1).spread_again
            assert again is not None
            distances.append(again - at)
            at = again
            spread(at=at)
        assert distances[0] < distances[2] < distances[5] <= timedelta(minutes=75)
        assert put_off() == ["1 条要发出去的消息"]
        spread(at=MONDAY + TOO_OLD + timedelta(hours=3))
        assert Message.objects.get(person_id=1).spread_at is not None, "no news any more"
        assert put_off() == []

    def test_that_cannot_be_dealt_with_holds_up_no_other_and_is_given_up(
        self, sms: people.Fake, monkeypatch: pytest.MonkeyPatch
    ):
        for person in range(1, 6):
            somebody(person, SMS)
        told(*range(1, 6), at=MONDAY)
        spread(at=MONDAY)

        def broken(self: Any, at: datetime) -> datetime:
            raise ArithmeticError

        quiet = type("Broken", (), {"over_at": broken})()
        bad = Delivery.objects.get(person_id=1)
        people.VALUES[bad.address_key] = Destination(SMS, "sms-of-1", quiet=quiet)
        send_out(channel=SMS, at=MONDAY)
        assert sorted(sms.sent) == [f"sms-of-{n}" for n in (2, 3, 4, 5)]
        at = MONDAY
        for _ in range(20):
            at += timedelta(hours=1, minutes=20)
            send_out(channel=SMS, at=at)
        bad.refresh_from_db()
        assert (bad.state, bad.error) == ("given_up", "ArithmeticError")
        assert bad.tries <= 8


class TestACounter:
    def test_that_cannot_be_folded_holds_up_no_other(self, district: District):
        district.raised()
        fold(at=MONDAY)
        cell = Cell.objects.get(place=district.compound.path, dim="all")
        Cell.objects.filter(pk=cell.pk).update(open=2**31 - 1)  # one more does not fit
        bad = district.raised()
        good = [district.raised(compound=district.other) for _ in range(5)]
        for _ in range(10):
            if not fold(at=MONDAY).more:
                break
        left = Delta.objects.get()
        assert left.call_id == bad.pk
        assert Cell.objects.get(place=district.other.path, dim="all").total == len(good)
        distances, at = [], MONDAY
        for _ in range(12):
            left.refresh_from_db()
            assert left.again_at is not None
            distances.append(left.again_at - at)
            at = left.again_at
            fold(at=at)
        assert distances[:3] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
        assert distances[-1] == DAY
        assert put_off() == ["1 处计数"]
        Cell.objects.filter(pk=cell.pk).update(open=1)
        fold(at=at + DAY * 2)
        assert not Delta.objects.exists()
        assert [one for _, found in recount() for one in found] == []


class TestALog:
    def test_whose_checkpoint_fails_holds_up_no_other(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ):
        district.raised()
        district.raised(compound=district.other)
        make_checkpoints(at=MONDAY)
        bad = Ledger.objects.get(log__key=district.compound.code)
        make = make_checkpoint

        def fail(*, ledger_id: int, at: datetime) -> bool:
            if ledger_id == bad.pk:
                raise DataError
            return make(ledger_id=ledger_id, at=at)

        monkeypatch.setattr(ledger_work, "make_checkpoint", fail)
        district.raised()
        district.raised(compound=district.other)
        assert len(make_checkpoints(at=MONDAY + MINUTE).failed) == 1
        other = Ledger.objects.get(log__key=district.other.code)
        assert other.signed == other.log.size
        bad.refresh_from_db()
        assert bad.failures == 1
        assert "没有成功" in bad.trouble

    def test_that_cannot_begin_holds_up_no_other(
        self, district: District, monkeypatch: pytest.MonkeyPatch
    ):
        district.raised()
        district.raised(compound=district.other)
        begin = begin_ledger

        def fail(*, log: Any, at: datetime) -> Ledger:
            if log.key == district.compound.code:
                raise OSError("no key can be written")
            return begin(log=log, at=at)

        monkeypatch.setattr(ledger_work, "begin_ledger", fail)
        make_checkpoints(at=MONDAY)
        assert Ledger.objects.get(log__key=district.other.code).signed > 0
        monkeypatch.undo()
        make_checkpoints(at=MONDAY + MINUTE)
        assert Ledger.objects.get(log__key=district.compound.code).signed > 0


def test_learning_that_fails_leaves_what_was_learned_and_its_turn(
    district: District, monkeypatch: pytest.MonkeyPatch
):
    def broken(**_: Any) -> None:
        raise DataError

    monkeypatch.setattr(learning, "keep_habits", broken)
    with pytest.raises(DataError):
        learning.learn_again(at=MONDAY)
    monkeypatch.undo()
    assert learning.learn_again(at=MONDAY).done, "its turn was not used up"


class TestWhoKeepsTheHouse:
    def test_is_told_once_a_day_and_sees_it(self, district: District):
        keeper = make_seat(district.district_desk, "administrator")
        call = district.raised()
        Call.objects.filter(pk=call.pk).update(failures=3)
        now = timezone.now()
        for hour in range(30):
            watch_put_off(at=now + timedelta(hours=hour))
        assert Message.objects.filter(person_id=keeper.pk, subject_key="work_failing").count() == 2
        assert "1 件到期的呼叫" in browser(keeper).get("/house/").text


@pytest.mark.django_db(transaction=True)
class TestNothingIsLost:
    def test_a_worker_that_starts_finds_all_that_is_due(
        self, district: District, sms: people.Fake, monkeypatch: pytest.MonkeyPatch
    ):
        """Nobody woke it, and whoever worked before it left no list: the columns say what is due."""
        for person in (district.resident, district.community_clerk, district.subdistrict_clerk):
            somebody(person.pk, SMS)
        call = district.raised()
        Call.objects.update(wake_at=timezone.now(), due_at=timezone.now())
        monkeypatch.setattr(worker, "Clock", Right)
        again = worker.Worker()
        again.look()
        assert Call.objects.get(pk=call.pk).level == 2
        assert not Message.objects.filter(spread_at=None).exists()
        again.look()
        assert not Delta.objects.exists()
        assert Checkpoint.objects.exists()
        while send_out(channel=SMS, at=timezone.now()).more:
            pass
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}

    def test_several_workers_do_each_kind_of_work_once(
        self, district: District, sms: people.Fake, monkeypatch: pytest.MonkeyPatch
    ):
        for person in (district.resident, district.community_clerk, district.subdistrict_clerk):
            somebody(person.pk, SMS)
        for _ in range(6):
            district.raised()
            district.raised(compound=district.other)
        Call.objects.update(wake_at=timezone.now(), due_at=timezone.now())
        learned: list[int] = []
        monkeypatch.setattr(learning, "learn", lambda: learned.append(1))
        monkeypatch.setattr(worker, "Clock", Right)
        start = Barrier(3)

        def work(_: int) -> None:
            try:
                one = worker.Worker()
                start.wait(10)
                for _ in range(4):
                    one.look()
                    while send_out(channel=SMS, at=timezone.now()).more:
                        pass
                assert one.turns.failing() == []
                assert all(turn.failures == 0 for turn in one.turns.known.values())
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(work, range(3)))
        climbed = Counter(Step.objects.filter(kind="climb").values_list("call_id", flat=True))
        assert Counter(climbed.values()) == {1: 12}
        assert learned == [1]
        assert not Delta.objects.exists()
        assert [one for _, found in recount() for one in found] == []
        sizes = Counter(Checkpoint.objects.values_list("ledger_id", "size"))
        assert set(sizes.values()) == {1}
        sent = Counter(sms.keys)
        assert sent
        assert set(sent.values()) == {1}
