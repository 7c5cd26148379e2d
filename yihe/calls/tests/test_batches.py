"""Many calls taken up together end as they would have ended one by one, for no more questions."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yihe.bodies.actions import end_seat
from yihe.calls import actions, work
from yihe.calls.actions import acts
from yihe.calls.actions.hands import Batch
from yihe.calls.models import Call, Delta, Placement, Step
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district, make_seat
from yihe.calls.work import do_due
from yihe.outbox.models import Message
from yihe.trail.acting import SYSTEM
from yihe.trail.leaves import hash_of
from yihe.trail.models import Entry, Log

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=60)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def place() -> District:
    return make_district()


def one_of_each(place: District) -> None:
    """Whatever the clock can find, twice, in two compounds' logs and the district's."""
    clerk = acting_as(place.community_clerk)
    for text in ("灯坏了，请来看看。", "门关不上，风很大。"):
        place.raised(text=text)
        place.raised(text=text, compound=place.other, topic=None)
        place.raised(text=text, compound=None, community=place.community)
        place.raised(text=text, topic=place.emergency)
        place.raised(text=text, about=place.company)
        place.raised(text=text, about=place.community_desk)
        place.raised(text=f"{text}我是3栋502。", visibility="desk")
        spoken_for = {"acting": acting_as(place.secretary), "reporter": None}
        place.raised(text=text, contact_phone="13712345678", **spoken_for)
        asked, answered, taken = (place.raised(text=text) for _ in range(3))
        actions.accept(call=taken, acting=clerk, at=MONDAY)
        actions.ask(call=asked, text="哪一层？", acting=clerk, at=MONDAY)
        actions.answer(call=answered, text="好了。", evidence="换了。", acting=clerk, at=MONDAY)
        top = place.raised(text=text)
        for sitting in (
            clerk,
            acting_as(place.subdistrict_clerk),
            acting_as(place.department_clerk),
        ):
            top = actions.pass_up(call=top, reason="这里定不了。", acting=sitting, at=MONDAY)
    end_seat(seat=place.branch.seats.get(), acting=SYSTEM, at=MONDAY)
    make_seat(place.branch, "deputy_secretary")


def all_of_it() -> dict[str, list[Any]]:
    """What came of it, without the numbers and salts that are given anew each time."""
    calls = Call.objects.order_by("pk")
    steps = Step.objects.order_by("call", "pk")
    entries = Entry.objects.order_by("log__key", "subject_key", "sequence")
    return {
        "calls": list(calls.values()),
        "steps": [{**row, "id": 0} for row in steps.values()],
        "placements": [
            {**row, "id": 0} for row in Placement.objects.order_by("call", "since", "desk").values()
        ],
        "messages": sorted(
            str({**row, "id": 0}) for row in Message.objects.values() if row["at"] == LATER
        ),
        "entries": [
            {**row, "numbers": {**row["numbers"], "step": 0}}
            for row in entries.values("act", "subject_key", "kinds", "numbers", "at", "log__key")
        ],
        "logs": list(Log.objects.order_by("key").values_list("key", "size")),
        "counted": sorted(str({**row, "id": 0}) for row in Delta.objects.values()),
    }


def after_sweeps(monkeypatch, together: int) -> tuple[dict[str, list[Any]], list[str]]:
    """All that is due now, and again an hour later; then as if nothing had been."""
    monkeypatch.setattr(work, "TOGETHER", together)
    with transaction.atomic():
        report = do_due(at=LATER)
        assert report.failed == []
        found = all_of_it()
        for entry in Entry.objects.select_related("log").filter(at=LATER):
            assert entry.leaf is not None
            assert bytes(entry.leaf) == hash_of(entry, entry.log.key)
            assert Step.objects.filter(pk=entry.numbers["step"], at=LATER).exists()
        transaction.set_rollback(True)
    return found, sorted(f"{one.subject} {one.kind}" for one in report.done)


def test_a_batch_does_what_one_by_one_does(place, monkeypatch):
    one_of_each(place)
    soon = Call.objects.order_by("pk")[:2]
    Call.objects.filter(pk__in=[one.pk for one in soon]).update(due_at=LATER + MINUTE)
    before = all_of_it()
    alone = after_sweeps(monkeypatch, 1)
    assert all_of_it() == before
    together = after_sweeps(monkeypatch, 50)
    kinds = {line.split()[1] for line in alone[1]}
    assert kinds == {"remind", "climb", "resume", "close", "overdue"}
    assert together[1] == alone[1]
    for name, rows in alone[0].items():
        assert together[0][name] == rows, name


def test_a_batch_asks_no_more_with_more_calls(place):
    def asked(calls: int) -> int:
        for _ in range(calls):
            place.raised()
            place.raised(compound=place.other, about=place.company)
        with CaptureQueriesContext(connection) as seen:
            assert [one.kind for one in do_due(at=LATER).done] == ["climb"] * 2 * calls
        return len(seen.captured_queries)

    asked(1)
    assert asked(1) == asked(12) <= 25


def test_an_empty_look_asks_once(place):
    place.raised()
    with CaptureQueriesContext(connection) as seen:
        assert do_due(at=MONDAY).done == []
    asked = [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 1


@pytest.mark.parametrize("error", [ValueError("broken"), IntegrityError("broken")])
def test_a_poisoned_row_is_put_off_further_each_time(place, monkeypatch, error):
    poisoned, *others = [place.raised() for _ in range(4)]
    climb = work._climb

    def fail(call: Call, at: datetime, batch: work.Swept) -> str:
        done = climb(call, at, batch)
        if call.pk == poisoned.pk:
            raise error
        return done

    monkeypatch.setattr(work, "_climb", fail)
    at = LATER
    for minutes in (5, 10, 20):
        report = do_due(at=at)
        assert [one.subject for one in report.failed] == [poisoned.number]
        poisoned.refresh_from_db()
        assert poisoned.wake_at == at + minutes * MINUTE
        at = poisoned.wake_at
    assert set(Step.objects.filter(kind="climb").values_list("call", flat=True)) == {
        one.pk for one in others
    }
    assert Entry.objects.filter(act="call.climb").count() == 3


def test_a_row_that_the_database_refuses_is_put_off(place, monkeypatch):
    poisoned, good = place.raised(), place.raised()
    save = acts.save

    def too_long(call: Call, *fields: str, hand: Batch) -> None:
        if call.pk == poisoned.pk:
            call.due_kind = "no such kind of moment"
        save(call, *fields, hand=hand)

    monkeypatch.setattr(work, "save", too_long)
    report = do_due(at=LATER)
    assert [one.subject for one in report.failed] == [poisoned.number]
    assert [one.subject for one in report.done] == [good.number]


def test_a_row_is_not_blamed_for_a_database_that_is_away(place, monkeypatch):
    call = place.raised()

    def lost(*_: object) -> str:
        raise OperationalError

    monkeypatch.setattr(work, "_climb", lost)
    with pytest.raises(OperationalError):
        do_due(at=LATER)
    call.refresh_from_db()
    assert call.failures == 0
