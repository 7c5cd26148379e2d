"""The machine's clock is set forward and back under the worker: nothing before its time, twice, or never."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from yihe.calls.models import Call, Step
from yihe.calls.tests.builders import MONDAY, District, make_seat
from yihe.calls.work import do_due
from yihe.ledger.models import Ledger
from yihe.ledger.work import make_checkpoints
from yihe.outbox.models import Message
from yihe.outbox.spreading import spread
from yihe.people.tests.helpers import browser
from yihe.server import clock, senders, worker
from yihe.server.clock import HOLD, SLACK, State, believe, doubts, in_words, judged
from yihe.server.copies import command
from yihe.server.righting import put_right
from yihe.server.tests.clocks import Machine
from yihe.trail.models import Entry
from yihe.web.models import Mark

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
MINUTE = timedelta(minutes=1)
S = SLACK.total_seconds()


class TestWhatIsBelieved:
    """Plain values: the machine has run 100 s, all clocks say 1,000,000."""

    def next(self, before: State = State(offset=999_900.0), **more: Any) -> State:  # noqa: B008
        given = {"wall": 1e6, "run": 100.0, "database": 1e6, "latest": 0.0, **more}
        return judged(before, **given)

    def test_a_clock_that_agrees_with_everything(self):
        assert self.next() == State(offset=999_900.0)
        assert self.next(State(), latest=1e6 + S) == State(offset=999_900.0)
        assert self.next(wall=1e6 + S, database=1e6) == State(offset=999_900.0 + S)

    @pytest.mark.parametrize("far", [3600, -3600, 86400, -86400, 365 * 86400, -365 * 86400, 121])
    def test_not_one_that_differs_from_the_databases_as_long_as_it_does(self, far):
        state = self.next(database=1e6 - far)
        assert (state.doubt, state.far) == ("differs", far)
        later = judged(
            state,
            wall=1e6 + 10 * HOLD,
            run=100 + 10 * HOLD,
            database=1e6 + 10 * HOLD - far,
            latest=0,
        )
        assert later.doubt == "differs"
        assert not self.next(state, database=1e6 - far, right=True).doubt
        assert not self.next(state).doubt

    @pytest.mark.parametrize("far", [3600, -3600, 86400, -86400, 365 * 86400, -365 * 86400, 121])
    def test_not_one_that_jumped_for_an_hour(self, far):
        state = self.next(wall=1e6 + far, database=1e6 + far)
        assert (state.doubt, state.far) == ("jumped", far)
        for run, doubt in ((100 + HOLD - 1, "jumped"), (100 + HOLD, "")):
            wall = 999_900 + far + run
            found = judged(state, wall=wall, run=run, database=wall, latest=0)
            assert found.doubt == doubt
        assert self.next(state) == State(offset=999_900.0), "it was put back"

    def test_an_hour_begins_anew_when_it_jumps_again(self):
        state = self.next(wall=1e6 + 86400, database=1e6 + 86400)
        run, wall = 100 + HOLD, 999_900 + 2 * 86400 + 100 + HOLD
        assert judged(state, wall=wall, run=run, database=wall, latest=0).doubt == "jumped"

    def test_not_one_that_starts_before_what_is_written_down(self):
        state = self.next(State(), latest=1e6 + 86400)
        assert (state.doubt, state.far) == ("before", -86400)
        assert not self.next(state, wall=2e6, database=2e6, latest=1e6 + 86400).doubt, "set right"
        assert not self.next(state, run=100 + HOLD, wall=1e6 + HOLD, database=1e6 + HOLD).doubt

    def test_in_words(self):
        assert in_words(State()) == ""
        assert "快了 365 天" in in_words(State(doubt="jumped", far=365 * 86400))
        assert "慢了 3 小时" in in_words(State(doubt="differs", far=-10800))
        assert "早了 5 分钟" in in_words(State(doubt="before", far=-300))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    found = Machine(monkeypatch, MONDAY)
    yield found
    found.stop()


@pytest.fixture
def house(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> worker.Worker:
    monkeypatch.setattr(worker, "DUE_WORK", (do_due, spread))
    return worker.Worker()


def look(one: worker.Worker) -> None:
    one.beaten = 0.0
    for turn in one.turns.known.values():
        turn.again = 0.0
    one.look()


@pytest.mark.django_db
class TestTheWorker:
    @pytest.mark.parametrize("span", [HOUR * 3, DAY, YEAR])
    def test_climbs_nothing_when_the_clock_is_set_forward_and_put_back(
        self,
        district: District,
        machine: Machine,
        house: worker.Worker,
        client: Any,
        span: timedelta,
    ):
        keeper = make_seat(district.district_desk, "administrator")
        call = district.raised()
        before = Call.objects.values("wake_at", "due_at", "level").get(pk=call.pk)
        look(house)
        machine.set(span)
        for _ in range(5):
            machine.live(10 * MINUTE)
            look(house)
        assert Call.objects.values("wake_at", "due_at", "level").get(pk=call.pk) == before
        assert not Step.objects.filter(kind__in=("climb", "remind")).exists()
        assert any("时钟忽然快了" in what for what in client.get("/readyz").json()["missing"])
        assert "yihe clock --right" in browser(keeper).get("/house/").text
        machine.set(-span)
        look(house)
        assert not any("时钟" in what for what in client.get("/readyz").json()["missing"])
        titles = list(
            Message.objects.filter(person_id=keeper.pk, subject_key="clock").values_list(
                "title", flat=True
            )
        )
        assert titles == ["服务器的时钟可能不对", "服务器的时钟可以用了"]
        machine.live(DAY * 7)
        look(house)
        assert Call.objects.get(pk=call.pk).level == 2, "and at its own time it climbs"

    def test_is_caught_between_two_looks_too(
        self, district: District, machine: Machine, house: worker.Worker
    ):
        district.raised()
        look(house)
        machine.set(YEAR)
        house.look()  # within the five seconds in which the database is not asked
        assert not Step.objects.filter(kind__in=("climb", "remind")).exists()
        assert house.clock.now() is None

    @pytest.mark.parametrize("span", [HOUR * 3, DAY, YEAR])
    def test_goes_on_an_hour_after_the_clock_was_set_for_good(
        self, district: District, machine: Machine, house: worker.Worker, span: timedelta
    ):
        district.raised()
        look(house)
        for _ in range(2):  # forward, and later back
            machine.set(span)
            look(house)
            assert house.clock.now() is None
            machine.live(HOUR + MINUTE)
            look(house)
            assert house.clock.now() == timezone.now()
            span = -span

    def test_goes_on_when_somebody_says_that_it_is_right(
        self, district: District, machine: Machine, house: worker.Worker
    ):
        district.raised()
        look(house)
        assert doubts() == []
        machine.set(YEAR)
        look(house)
        assert ["365 天" in one for one in believe()] == [True]
        look(house)
        assert house.clock.now() == timezone.now()
        assert doubts() == []

    def test_holds_while_the_databases_clock_is_another(
        self, district: District, machine: Machine, house: worker.Worker
    ):
        district.raised()
        machine.apart = -HOUR
        look(house)
        machine.live(DAY * 7)
        look(house)
        assert not Step.objects.filter(kind="climb").exists()
        machine.apart = timedelta(0)
        look(house)
        assert Step.objects.filter(kind="climb").exists()

    def test_started_again_remembers(self, machine: Machine, house: worker.Worker):
        look(house)
        machine.set(YEAR)
        again = worker.Worker()
        look(again)
        assert again.clock.now() is None, "killed and started after the jump"
        machine.set(-YEAR)
        look(again)
        machine.started = "second start"
        machine.set(-DAY)  # the battery is empty
        third = worker.Worker()
        look(third)
        assert "早了" in doubts()[0]
        machine.set(DAY + MINUTE)
        look(third)
        assert third.clock.now() == timezone.now()

    def test_after_a_night_off_a_clock_that_is_far_on_is_right(
        self, machine: Machine, house: worker.Worker
    ):
        look(house)
        machine.started = "second start"
        machine.set(DAY * 30)
        again = worker.Worker()
        look(again)
        assert again.clock.now() == timezone.now()

    def test_a_look_costs_few_queries_and_a_moment_none(
        self, machine: Machine, house: worker.Worker, django_assert_max_num_queries: Any
    ):
        house.clock.look()
        with django_assert_max_num_queries(6):
            house.clock.look()
        with django_assert_max_num_queries(0):
            house.clock.now()


def test_nothing_is_sent_by_a_clock_that_is_not_believed(machine, monkeypatch):
    asked = []
    monkeypatch.setattr(senders, "open_channels", lambda: ["sms"])
    monkeypatch.setattr(senders, "send_out", lambda **given: asked.append(given))
    one = clock.Clock()
    one.state = State(offset=timezone.now().timestamp() - machine.run)
    machine.set(HOUR)  # the leases of a worker that is sending now would be over
    running = senders.Senders(clock=one, pause=0.01)
    running.start()
    running.ending.wait(0.2)
    running.stop()
    assert asked == []


@pytest.mark.django_db
class TestWhatAWrongClockLeft:
    def wrong(self, machine: Machine, house: worker.Worker, act: Any) -> None:
        """People go on by a clock that is a year ahead; then it is put back."""
        look(house)
        machine.set(YEAR)
        look(house)
        act()
        machine.live(MINUTE)
        machine.set(-YEAR)
        look(house)
        assert house.clock.now() == timezone.now()

    def test_a_call_raised_meanwhile_is_due_by_the_right_clock(
        self, district: District, machine: Machine, house: worker.Worker
    ):
        keeper = make_seat(district.district_desk, "administrator")
        self.wrong(machine, house, lambda: district.raised(at=timezone.now()))
        call = Call.objects.get()
        assert call.due_at is not None
        assert call.wake_at is not None
        assert timezone.now() < call.due_at < timezone.now() + DAY * 3
        assert call.wake_at <= call.due_at
        assert Entry.objects.filter(act="call.recompute", subject_key=call.number).count() == 1
        said = Message.objects.filter(person_id=keeper.pk, title="服务器的时钟可以用了").get()
        assert "有 1 件呼叫的期限" in said.body
        machine.live(DAY * 7)
        look(house)
        assert Call.objects.get().level == 2

    def test_nobody_is_locked_out_for_a_year(self, machine, house, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache",
            }
        }  # fmt: skip
        self.wrong(machine, house, lambda: cache.set("tries", [1], 600))
        assert cache.get("tries") is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM web_cache")
            assert cursor.fetchone() == (0,)

    def test_turns_and_marks_do_not_wait_for_a_year(self, machine, house):
        self.wrong(machine, house, lambda: Mark.objects.create(pk="demo_lived", at=timezone.now()))
        assert not Mark.objects.filter(at__gt=timezone.now()).exists()


@pytest.mark.django_db
class TestTheLedger:
    def test_signs_on_after_the_clock_was_put_back_and_never_before_its_last(
        self, district: District, machine: Machine, house: worker.Worker
    ):
        district.raised()
        make_checkpoints(at=timezone.now())
        machine.set(YEAR)
        district.raised()
        make_checkpoints(at=timezone.now())
        machine.set(-YEAR)
        district.raised()
        put_right(at=timezone.now(), slack=SLACK)
        make_checkpoints(at=timezone.now())
        ledger = Ledger.objects.get(log__key=district.compound.code)
        made = list(ledger.checkpoints.order_by("size").values_list("size", "at"))
        assert len(made) == 3
        assert made == sorted(made, key=lambda one: one[1])
        assert ledger.signed == ledger.log.size
        assert ledger.trouble == ""

    def test_the_trail_keeps_the_moment_said_and_the_databases_own(self, district: District):
        real = datetime.now(UTC)
        call = district.raised(at=real - YEAR)
        entry = Entry.objects.filter(subject_key=call.number).earliest("pk")
        assert entry.at == real - YEAR
        assert abs(entry.written_at - real) < MINUTE, (
            "by the database's clock, which no act can say"
        )


def test_a_backup_made_by_the_right_clock_outlives_those_from_the_future(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, machine: Machine
):
    settings.BACKUP_PING_URL = ""
    monkeypatch.setattr(command, "_holds", lambda _: "")
    monkeypatch.setattr(command, "back_up", lambda target, **_: target.write_bytes(b""))
    for year in (2025, 2027, 2028):
        (tmp_path / f"yihe-{year}0101-000000.zip").touch()
    words = type("Words", (), {"file": str(tmp_path), "keep": 2, "force": False})()
    for _ in range(3):
        command.make(words)
        made = f"yihe-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
        assert made in {path.name for path in tmp_path.iterdir()}
        assert len(list(tmp_path.iterdir())) == 2
        machine.live(DAY)
    assert not list(tmp_path.glob("yihe-202[78]*")), "those of a clock that ran ahead went first"
