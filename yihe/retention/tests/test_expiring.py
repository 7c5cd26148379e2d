"""What goes when its time is up, what stays of it, and that nothing else moves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from yihe.calls import actions
from yihe.calls.actions.counting import recount
from yihe.calls.actions.expiring import forget_persons, forget_words
from yihe.calls.models import Call, Replay, Source, Step
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.insight.report import figures
from yihe.ledger.work import make_checkpoints
from yihe.outbox.models import Message
from yihe.outbox.spreading import spread
from yihe.people.actions import ask_to_join, decide_join, make_code
from yihe.people.models import HomeCode, JoinRequest
from yihe.refusal import Refusal
from yihe.retention import actions as erasing
from yihe.retention.actions import hold, let_go, set_period
from yihe.retention.models import Period, Stuck
from yihe.retention.queries import counted, due, preview, standing
from yihe.retention.rules import BY_KEY, GRACE, KINDS, Kind
from yihe.retention.work import let_expire, let_expire_in_turn
from yihe.trail.acting import SYSTEM
from yihe.trail.leaves import hash_of
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
NAME, PHONE, SPOT = "欧阳暗香", "13955556666", "储藏间门口"
LATER = datetime(2036, 11, 24, 9, 30, tzinfo=MONDAY.tzinfo)  # ten years on: every period has gone


@pytest.fixture
def place() -> District:
    place = make_district()
    place.resident.name, place.resident.phone = NAME, PHONE
    place.resident.save()
    return place


def ended(place: District, **more: object) -> Call:
    """A closed call with name and number wherever people write them."""
    me, clerk = acting_as(place.resident), acting_as(place.community_clerk)
    values = {"text": f"我是{NAME}，{PHONE}，灯坏了", "unit": place.unit, "spot": SPOT, **more}
    call = place.raised(**values)
    actions.add_text(call=call, text="三楼也坏了", acting=me, at=MONDAY)
    actions.ask(call=call, text=f"{NAME}您好，几楼？", acting=clerk, at=MONDAY)
    actions.reply(call=call, text=f"打 {PHONE}", acting=me, at=MONDAY)
    actions.add_evidence(
        call=call, text="梯子扶过。", met_whom=NAME, met_at=MONDAY, acting=clerk, at=MONDAY
    )
    actions.answer(call=call, text="灯泡换了。", evidence="", acting=clerk, at=MONDAY)
    actions.rate(call=call, stars=2, text=f"{NAME}不满意", acting=me, at=MONDAY)
    actions.confirm(call=call, acting=me, at=MONDAY)
    call.refresh_from_db()
    return call


def switch_on(*keys: str, at: datetime = MONDAY) -> None:
    for key in keys or tuple(BY_KEY):
        kind = BY_KEY[key]
        set_period(kind=kind, months=kind.months, on=True, acting=SYSTEM, at=at)


def everything(but: tuple[str, ...] = ("accounts_user",)) -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names()) - set(but):
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


class TestACallsPersons:
    def test_are_nowhere_in_the_database_though_the_person_is_still_here(self, place):
        call = ended(place)
        place.raised(
            acting=acting_as(place.community_clerk), reporter=None, contact_name=NAME, contact_phone=PHONE,
            text=f"{NAME}说楼道灯不亮", at=MONDAY,
        )  # fmt: skip
        other = Call.objects.exclude(pk=call.pk).get()
        actions.answer(
            call=other, text="修了。", evidence="看过。", acting=acting_as(place.community_clerk), at=MONDAY
        )  # fmt: skip
        actions.confirm(call=other, acting=acting_as(place.community_clerk), at=MONDAY)
        assert everything().count(NAME) > 6
        for one in (call, other):
            one.refresh_from_db()
            forget_persons(call=one, at=LATER)
        left = everything()
        assert [words for words in (NAME, PHONE, SPOT) if words in left] == []
        call.refresh_from_db()
        assert (call.reporter, call.unit, call.building, call.assignee) == (None,) * 4
        assert not Step.objects.filter(call=call, by_reporter=True).exclude(person=None).exists()
        assert not Message.objects.filter(
            person_id=place.resident.pk, subject_key=call.number
        ).exists()
        place.resident.refresh_from_db()
        assert place.resident.name == NAME, "the person has other things here"

    def test_leave_the_words_that_name_nobody(self, place):
        call = ended(place)
        forget_persons(call=call, at=LATER)
        said = set(Step.objects.filter(call=call).values_list("text", flat=True))
        assert {"三楼也坏了", "灯泡换了。", "梯子扶过。"} <= said
        assert call.text == "我是反映人，（已删），灯坏了"
        assert Step.objects.get(call=call, kind="answer").person == place.community_clerk

    def test_of_a_call_do_not_touch_another_call_of_theirs(self, place):
        call, open_one = ended(place), place.raised(text=f"{NAME}家又黑了", at=MONDAY)
        forget_persons(call=call, at=LATER)
        open_one.refresh_from_db()
        assert open_one.text == f"{NAME}家又黑了"
        assert open_one.reporter == place.resident


class TestACallsWords:
    def test_leave_number_topic_place_moments_desk_and_outcome(self, place):
        call = ended(place)
        kept = (
            "number", "topic_id", "community_id", "compound_id", "path", "level", "desk_id",
            "intake_id", "status", "raised_at", "answered_at", "answered_in_time", "closed_at",
            "closed_how", "stars", "reopened", "contact_minutes", "answer_minutes", "nature", "channel",
        )  # fmt: skip
        before = [getattr(call, name) for name in kept]
        forget_words(call=call, at=LATER)
        call.refresh_from_db()
        assert [getattr(call, name) for name in kept] == before
        left = everything()
        for words in ("灯坏了", "三楼也坏了", "几楼", "梯子扶过", "灯泡换了", "不满意"):
            assert words not in left
        assert Step.objects.filter(call=call).count() == 8
        assert not Step.objects.filter(call=call).exclude(salt="").exists(), "no digest tells more"

    def test_cannot_be_acted_on_any_more(self, place):
        call = ended(place)
        forget_words(call=call, at=LATER)
        with pytest.raises(Refusal, match="保存期限"):
            actions.reopen(
                call=call, reason="又坏了", acting=acting_as(place.resident), at=MONDAY
            )  # fmt: skip

    def test_leave_a_page_that_says_so(self, place, client):
        call = ended(place)
        forget_words(call=call, at=MONDAY)
        client.force_login(place.resident)
        page = client.get(f"/calls/{call.number}/").text
        assert "按保存期限删了" in page
        assert "重开" not in page
        assert "按保存期限删了" in client.get("/calls/").text
        assert "按保存期限删了" in client.get(f"/compounds/{place.compound.code}/board/").text


class TestFigures:
    def test_are_the_same_before_and_after_and_the_counters_agree(self, place):
        for _ in range(3):
            ended(place)
        withdrawn = place.raised(at=MONDAY)
        actions.withdraw(call=withdrawn, acting=acting_as(place.resident), at=MONDAY)
        place.raised(at=MONDAY)
        before = figures("440310", None, None)
        switch_on()
        let_expire(at=LATER)
        assert Call.objects.exclude(words_erased_at=None).count() == 4
        assert figures("440310", None, None) == before
        assert [one for _, found in recount() for one in found] == []


class TestTheTrail:
    def test_stays_true_and_says_what_was_done(self, place):
        call = ended(place)
        spread(at=MONDAY, limit=1000)
        make_checkpoints(at=MONDAY)
        before = list(Entry.objects.order_by("pk").values())
        switch_on(at=MONDAY)
        let_expire(at=LATER)
        assert (
            list(Entry.objects.filter(pk__lte=before[-1]["id"]).order_by("pk").values()) == before
        )
        for entry in Entry.objects.select_related("log"):
            assert bytes(entry.leaf or b"") == hash_of(entry, entry.log.key)
        acts = Entry.objects.filter(subject_kind="call", subject_key=call.number)
        assert [one.act for one in acts.order_by("pk")][-2:] == [
            "call.persons_erased",
            "call.words_erased",
        ]
        assert {one.acting_kind for one in acts.order_by("-pk")[:2]} == {"system"}
        runs = {
            one.subject_key: one.numbers["rows"]
            for one in Entry.objects.filter(act="retention.run")
        }
        assert runs["persons"] == runs["words"] == 1
        assert runs["messages"] > 1
        assert NAME not in everything()


class TestWhatElseExpires:
    def test_goes_when_it_is_old_and_not_before(self, place):
        clerk, me = acting_as(place.community_clerk), acting_as(place.resident)
        ended(place)
        spread(at=MONDAY, limit=1000)
        Replay.objects.create(
            person=place.resident, key="k", body_digest="0" * 64, status=201, answer={"text": NAME}, at=MONDAY
        )  # fmt: skip
        make_code(unit=place.unit, way="invitation", standing="family", acting=me, at=MONDAY)
        unit = place.outsider.residencies.get().unit
        request = ask_to_join(
            person=place.resident, unit=unit, standing="tenant", words=NAME, acting=me, at=MONDAY
        )
        decide_join(request=request, confirm=False, reason=f"{NAME}没查到", acting=clerk, at=MONDAY)
        spread(at=MONDAY, limit=1000)
        switch_on("messages", "requests", "codes", "replays")
        let_expire(at=MONDAY + timedelta(days=25))
        assert (Replay.objects.count(), HomeCode.objects.count()) == (1, 1)
        told = Message.objects.count()
        assert told > 3
        let_expire(at=MONDAY + timedelta(days=40))
        assert (Replay.objects.count(), HomeCode.objects.count()) == (0, 1)
        let_expire(at=MONDAY + timedelta(days=200))
        assert (HomeCode.objects.count(), Message.objects.count()) == (0, told)
        done = let_expire(at=MONDAY + timedelta(days=370))
        assert {one.kind: one.subject for one in done.done} == {
            "messages": str(told),
            "requests": "1",
        }
        assert (Message.objects.count(), JoinRequest.objects.get().words) == (0, "")

    def test_of_another_system_loses_its_place_and_does_not_get_it_back(self, place):
        call = ended(place)
        Call.objects.filter(pk=call.pk).update(channel="import", status="past", closed_at=None)
        Source.objects.create(
            call=call, system="old", key="1", place="某路 3 号 101", outcome="unknown"
        )
        switch_on("persons")
        before = figures("440310", None, None)
        assert len(let_expire(at=LATER).done) == 1
        assert Source.objects.get().place == ""
        assert figures("440310", None, None) == before


class TestRules:
    def test_are_off_in_a_new_house(self, place):
        ended(place)
        assert not any(one.on for one in standing())
        assert let_expire(at=LATER).done == []
        assert Call.objects.get().reporter == place.resident

    def test_begin_a_week_after_they_were_switched_on(self, place):
        ended(place)
        at = LATER
        switch_on("persons", at=at)
        assert let_expire(at=at + GRACE - timedelta(seconds=1)).done == []
        assert len(let_expire(at=at + GRACE).done) == 1

    def test_begin_anew_when_they_are_made_shorter_and_not_when_longer(self, place):
        kind = BY_KEY["persons"]
        switch_on("persons")
        first = Period.objects.get().starts_at
        set_period(kind=kind, months=60, on=True, acting=SYSTEM, at=MONDAY + timedelta(days=30))
        assert Period.objects.get().starts_at == first
        set_period(kind=kind, months=48, on=True, acting=SYSTEM, at=MONDAY + timedelta(days=30))
        assert Period.objects.get().starts_at == MONDAY + timedelta(days=30) + GRACE

    def test_refuse_a_period_in_which_things_are_not_settled(self):
        for kind in KINDS:
            with pytest.raises(Refusal, match="至少"):
                set_period(
                    kind=kind, months=kind.least - 1, on=True, acting=SYSTEM, at=MONDAY
                )  # fmt: skip

    def test_say_beforehand_how_many_are_due_now_and_soon(self, place):
        ended(place)
        one = standing()[0]
        soon = MONDAY.replace(year=2029) - timedelta(days=10)
        assert preview(one, at=MONDAY) == (0, 0)
        assert preview(one, at=soon) == (0, 1)
        assert preview(one, at=LATER) == (1, 1)


class TestAHold:
    def test_keeps_a_call_and_what_was_told_of_it_until_it_ends(self, place):
        call, other = ended(place), ended(place)
        spread(at=MONDAY, limit=1000)
        switch_on()
        found = hold(
            number=call.number, reason="在打官司", look_on=MONDAY.date() + timedelta(days=30),
            acting=SYSTEM, at=MONDAY,
        )  # fmt: skip
        let_expire(at=LATER)
        call.refresh_from_db()
        other.refresh_from_db()
        assert not call.expired
        assert other.expired
        assert Message.objects.filter(subject_key=call.number).exists()
        assert not Message.objects.filter(subject_key=other.number).exists()
        let_go(hold_id=found.pk, acting=SYSTEM, at=LATER)
        let_expire(at=LATER)
        call.refresh_from_db()
        assert call.expired
        assert not Message.objects.filter(subject_key=call.number).exists()
        assert "在打官司" not in everything()

    def test_that_comes_while_the_worker_looks_is_seen(self, place, monkeypatch):
        call = ended(place)
        switch_on("persons")
        rows = due(BY_KEY["persons"], 36, at=LATER)

        def late(*_: object, **__: object) -> object:
            keys = list(rows.values_list("pk", flat=True))
            hold(
                number=call.number, reason="在打官司", look_on=LATER.date() + timedelta(days=9),
                acting=SYSTEM, at=LATER,
            )  # fmt: skip
            return Call.objects.filter(pk__in=keys)

        monkeypatch.setattr("yihe.retention.work.due", late)
        assert let_expire(at=LATER).done == []
        call.refresh_from_db()
        assert not call.expired


class TestTheWorker:
    def test_is_not_held_up_by_a_row_that_cannot_go(self, place, monkeypatch):
        bad, good = ended(place), ended(place)
        switch_on("persons")

        def broken(call_id: int, what: str) -> None:
            if call_id == bad.pk:
                raise ValueError("of no use")

        monkeypatch.setattr("yihe.retention.tests.test_expiring.broken", broken, raising=False)
        monkeypatch.setattr(
            "django.conf.settings.FORGET_WITH_A_CALL", ["yihe.retention.tests.test_expiring.broken"]
        )
        first = let_expire(at=LATER)
        assert [one.subject for one in first.done] == [good.number]
        assert [one.subject for one in first.failed] == [str(bad.pk)]
        bad.refresh_from_db()
        assert bad.reporter == place.resident, "nothing half done"
        assert let_expire(at=LATER).failed == [], "it waits"
        again = let_expire(at=LATER + timedelta(hours=3))
        assert (len(again.failed), Stuck.objects.get().tries) == (1, 2)
        monkeypatch.setattr("django.conf.settings.FORGET_WITH_A_CALL", [])
        assert len(let_expire(at=LATER + timedelta(days=8)).done) == 1

    def test_lets_the_others_go_when_one_of_many_cannot(self, place, monkeypatch):
        ended(place)
        spread(at=MONDAY, limit=1000)
        bad = Message.objects.order_by("pk")[1]
        erase_many = erasing._erase_many

        def refused(kind: Kind, model: type[Model], rows: list[int]) -> None:
            erase_many(kind, model, rows)
            if bad.pk in rows:
                raise IntegrityError("of no use")

        monkeypatch.setattr(erasing, "_erase_many", refused)
        switch_on("messages")
        done = let_expire(at=LATER)
        assert list(Message.objects.values_list("pk", flat=True)) == [bad.pk]
        assert [one.subject for one in done.failed] == [str(bad.pk)]

    def test_looks_from_time_to_time_and_at_once_while_there_is_more(self, place):
        for _ in range(3):
            ended(place)
        switch_on("persons")
        assert let_expire_in_turn(at=LATER, limit=2).more
        assert len(let_expire_in_turn(at=LATER, limit=2).done) == 1
        ended(place)
        assert let_expire_in_turn(at=LATER, limit=2).done == []
        assert len(let_expire_in_turn(at=LATER + timedelta(minutes=10), limit=2).done) == 1

    def test_finds_what_is_due_by_an_index(self, place):
        ended(place)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            for kind in KINDS:
                text, values = (
                    due(kind, kind.months, at=LATER)[:50].values_list("pk").query.sql_with_params()
                )
                cursor.execute(f"EXPLAIN {text}", values)
                plan = "\n".join(row[0] for row in cursor.fetchall())
                table = due(kind, kind.months, at=LATER).model._meta.db_table
                assert f"Seq Scan on {table}" not in plan, kind.key
                assert BY_INDEX[kind.key] in plan, plan


BY_INDEX = {
    "persons": "call_with_persons",
    "words": "call_with_words",
    "messages": "message_by_age",
    "deliveries": "delivery_by_age",
    "requests": "request_with_words",
    "departures": "residency_with_reason",
    "codes": "code_by_age",
    "replays": "replay_by_age",
}


@pytest.mark.django_db(transaction=True)
def test_a_call_that_another_worker_holds_is_skipped(place):
    call = ended(place)
    switch_on("persons")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM calls_call WHERE id = %s FOR UPDATE", [call.pk])
        found = _in_a_thread(LATER)
    assert (found.done, found.failed, found.more) == ([], [], False)
    assert len(let_expire(at=LATER).done) == 1


def _in_a_thread(at: datetime):
    def run():
        try:
            return let_expire(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=20)


def test_a_preview_counts_no_further_than_it_must(place):
    ended(place)
    assert counted(due(BY_KEY["persons"], 36, at=LATER)) == 1
