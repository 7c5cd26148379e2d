"""Several workers sweep at once: each due row is dealt with once, by one of them."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from yihe.calls import work
from yihe.calls.models import Call, Step
from yihe.calls.tests.builders import MONDAY, make_district
from yihe.calls.work import do_due
from yihe.trail.models import Entry
from yihe.web.work import WorkDone

WORKERS, CALLS = 4, 12
LATER = MONDAY + timedelta(days=7)


def at_once(sweep: Callable[[], WorkDone]) -> list[WorkDone]:
    """The same work in as many threads, all begun in one moment, each with its own connection."""
    start = Barrier(WORKERS)

    def one(_: int) -> WorkDone:
        try:
            start.wait(10)
            return sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    @pytest.fixture(autouse=True)
    def _small_batches(self, monkeypatch):
        monkeypatch.setattr(work, "TOGETHER", 2)

    def test_do_each_due_row_once(self):
        place = make_district()
        numbers = [place.raised().number for _ in range(CALLS)]
        reports = at_once(lambda: do_due(at=LATER))
        assert [report.failed for report in reports] == [[]] * WORKERS
        done = Counter(one.subject for report in reports for one in report.done)
        do_due(at=LATER)  # what all of them skipped, if any
        assert set(done) <= set(numbers)
        assert set(done.values()) == {1}
        climbed = Step.objects.filter(kind="climb")
        assert sorted(climbed.values_list("call__number", flat=True)) == sorted(numbers)
        assert set(Call.objects.values_list("level", flat=True)) == {2}
        assert Entry.objects.filter(act="call.climb").count() == CALLS

    def test_put_a_failing_row_off_and_do_the_others(self, monkeypatch):
        place = make_district()
        broken, *others = [place.raised().number for _ in range(CALLS)]
        climb = work._climb

        def fail(call: Call, at: datetime, batch: work.Swept) -> str:
            if call.number == broken:
                raise RuntimeError
            return climb(call, at, batch)

        monkeypatch.setattr(work, "_climb", fail)
        at_once(lambda: do_due(at=LATER))
        do_due(at=LATER)
        assert Call.objects.get(number=broken).level == 1
        assert set(Call.objects.filter(number__in=others).values_list("level", flat=True)) == {2}
