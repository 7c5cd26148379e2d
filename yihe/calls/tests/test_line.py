"""The line of a call through the whole house, act by act."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from yihe.calls import actions, work
from yihe.calls.access import call_for, visible
from yihe.calls.models import Call, Placement, Step
from yihe.calls.rules import Act
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.work import do_due
from yihe.outbox.models import Message
from yihe.refusal import Refusal
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place() -> District:
    return make_district()


def acts(call: Call) -> list[str]:
    return list(call.steps.order_by("id").values_list("kind", flat=True))


class TestRaising:
    def test_lies_at_the_community_with_a_due_moment_and_a_trail(self, place):
        call = place.raised()
        assert call.number == "2611-0001"
        assert (call.level, call.desk, call.status) == (1, place.community_desk, "new")
        # 9:30 and four working hours, with the break from 12 to 14
        assert call.due_at == MONDAY.replace(hour=15, minute=30)
        assert not call.due_provisional
        entry = Entry.objects.get(subject_kind="call", subject_key=call.number)
        assert (entry.act, entry.log.key) == ("call.raise", place.compound.code)
        assert Message.objects.filter(person_id=place.community_clerk.pk).count() == 1

    def test_the_next_call_of_the_month_gets_the_next_number(self, place):
        place.raised()
        assert place.raised().number == "2611-0002"

    def test_without_words_nothing_is_raised(self, place):
        with pytest.raises(Refusal, match="请写一写"):
            place.raised(text="  \n ")
        assert not Call.objects.exists()
        assert not Entry.objects.filter(subject_kind="call").exists()

    @pytest.mark.parametrize("text", ["灯坏了\x00", "灯坏了\ud800"])
    def test_what_no_database_can_hold_is_refused_in_words(self, place, text):
        with pytest.raises(Refusal, match="存不下的字符"):
            place.raised(text=text)

    def test_an_emergency_starts_on_several_desks(self, place):
        call = place.raised(topic=place.emergency)
        desks = {row.desk: row.lead for row in Placement.objects.filter(call=call)}
        assert desks == {
            place.community_desk: True,
            place.subdistrict_desk: False,
            place.housing: False,
        }
        assert call.due_at == MONDAY + HOUR

    @pytest.mark.parametrize(
        ("about", "level", "desk"),
        [
            ("community_desk", 2, "subdistrict_desk"),
            ("subdistrict_desk", 3, "housing"),
            ("housing", 3, "district_desk"),
            ("district_desk", 4, "conference"),
            ("company", 1, "community_desk"),
        ],
    )
    def test_a_complaint_never_lies_with_whom_it_is_about(self, place, about, level, desk):
        body = getattr(place, about)
        call = place.raised(about=body)
        assert (call.level, call.desk) == (level, getattr(place, desk))
        assert call.visibility == "handlers"
        assert not call.placements.filter(desk=body).exists()


class TestLevels:
    def test_climbs_by_itself_to_the_conference(self, place):
        call = place.raised()
        at = MONDAY
        for level, desk in ((2, place.subdistrict_desk), (3, place.housing), (4, place.conference)):
            call.refresh_from_db()
            at = call.due_at + timedelta(minutes=1)
            assert "climb" in [done.kind for done in do_due(at=at).done]
            call.refresh_from_db()
            assert (call.level, call.desk) == (level, desk)
        assert acts(call).count("climb") == 3
        assert Entry.objects.filter(act="call.climb").count() == 3
        assert place.resident.pk in Message.objects.filter(
            title__contains="自动升到了"
        ).values_list("person_id", flat=True)

    def test_the_top_marks_it_late_once_and_brings_it_up_daily(self, place):
        call = place.raised(about=place.district_desk)
        call.refresh_from_db()
        assert call.due_at is not None
        do_due(at=call.due_at + HOUR)
        for day in range(1, 6):
            do_due(at=call.due_at + day * 3 * DAY)
        call.refresh_from_db()
        assert call.level == 4
        assert acts(call).count("overdue") == 1

    def test_first_contact_moves_the_clock_to_the_answer(self, place):
        call = place.raised()
        clerk = acting_as(place.community_clerk)
        actions.first_contact(call=call, acting=clerk, at=MONDAY + HOUR)
        call.refresh_from_db()
        assert (call.due_kind, call.status) == ("answer", "doing")
        # five workdays after Monday, to the close of business
        assert call.due_at == MONDAY.replace(day=30, hour=18, minute=0)

    def test_is_passed_up_with_departments_of_which_the_first_leads(self, place):
        call = place.raised()
        actions.pass_up(
            call=call, reason="社区定不了", acting=acting_as(place.community_clerk), at=MONDAY
        )
        actions.pass_up(
            call=call,
            reason="要两个部门一起办",
            departments=[place.fire, place.housing],
            acting=acting_as(place.subdistrict_clerk),
            at=MONDAY + HOUR,
        )
        call.refresh_from_db()
        assert (call.level, call.desk) == (3, place.fire)
        now = call.placements.filter(until=None)
        assert {(row.desk, row.lead) for row in now} == {(place.fire, True), (place.housing, False)}

    def test_is_sent_back_once(self, place):
        call = place.raised()
        community, street = acting_as(place.community_clerk), acting_as(place.subdistrict_clerk)
        actions.pass_up(call=call, reason="定不了", acting=community, at=MONDAY)
        actions.send_back(call=call, reason="社区能办", acting=street, at=MONDAY + HOUR)
        call.refresh_from_db()
        assert (call.level, call.desk, call.sent_back) == (1, place.community_desk, True)
        actions.pass_up(call=call, reason="真的定不了", acting=community, at=MONDAY + 2 * HOUR)
        with pytest.raises(Refusal, match="退回过一次"):
            actions.send_back(call=call, reason="再退", acting=street, at=MONDAY + 3 * HOUR)

    def test_ping_pong_goes_up(self, place):
        call = place.raised()
        actions.hand_over(
            call=call,
            desk=place.company,
            reason="物业的事",
            acting=acting_as(place.community_clerk),
            at=MONDAY,
        )
        call.refresh_from_db()
        due = call.due_at
        assert (call.level, call.desk) == (1, place.company)
        assert due == MONDAY.replace(hour=15, minute=30)  # the clock goes on
        actions.hand_over(
            call=call,
            desk=place.community_desk,
            reason="不是物业的事",
            acting=acting_as(place.manager),
            at=MONDAY + HOUR,
        )
        call.refresh_from_db()
        assert (call.level, call.desk) == (2, place.subdistrict_desk)

    def test_a_corrected_topic_is_counted_and_moves_the_call(self, place):
        call = place.raised(topic=None)
        actions.correct_topic(
            call=call, topic=place.topic, acting=acting_as(place.community_clerk), at=MONDAY
        )
        call.refresh_from_db()
        assert call.topic == place.topic
        assert acts(call)[-1] == "correct_topic"

    def test_the_conference_lists_and_decides(self, place):
        call = place.raised(about=place.district_desk)
        convener = acting_as(place.convener)
        with pytest.raises(Refusal, match="还没有列入"):
            actions.decide_conference(
                call=call, decision="修", departments=[place.fire], acting=convener, at=MONDAY
            )
        item = actions.list_for_conference(
            call=call,
            sitting_on=(MONDAY + 7 * DAY).date(),
            departments=[place.housing, place.fire],
            acting=convener,
            at=MONDAY,
        )
        assert item.departments.count() == 2
        actions.decide_conference(
            call=call,
            decision="住建局牵头，消防配合，月底前办好。",
            departments=[place.housing, place.fire],
            acting=convener,
            at=MONDAY + 7 * DAY,
        )
        call.refresh_from_db()
        assert (call.level, call.desk) == (3, place.housing)


class TestAnswering:
    def answered(self, place: District) -> Call:
        call = place.raised()
        actions.answer(
            call=call,
            text="电梯修好了。",
            evidence="换了触点",
            met_whom="维保单位",
            acting=acting_as(place.community_clerk),
            at=MONDAY + HOUR,
        )
        call.refresh_from_db()
        return call

    def test_is_not_given_without_a_record_of_what_was_done(self, place):
        call = place.raised()
        with pytest.raises(Refusal, match="见了谁"):
            actions.answer(
                call=call, text="好了", acting=acting_as(place.community_clerk), at=MONDAY
            )
        call.refresh_from_db()
        assert call.status == "new"

    def test_a_question_needs_no_visit(self, place):
        call = place.raised(nature="question")
        actions.answer(call=call, text="可以。", acting=acting_as(place.community_clerk), at=MONDAY)
        call.refresh_from_db()
        assert (call.status, call.answered_in_time) == ("answered", True)

    def test_is_confirmed_by_the_reporter(self, place):
        call = self.answered(place)
        actions.confirm(call=call, acting=acting_as(place.resident), at=MONDAY + DAY)
        call.refresh_from_db()
        assert (call.status, call.closed_how, call.due_at) == ("closed", "confirmed", None)
        assert not call.placements.filter(until=None).exists()

    def test_silence_closes_it(self, place):
        call = self.answered(place)
        kinds = []
        assert call.due_at is not None
        for _ in range(2):
            kinds += [done.kind for done in do_due(at=call.due_at + HOUR).done]
        call.refresh_from_db()
        assert (call.status, call.closed_how) == ("closed", "silence")
        assert "close" in kinds

    def test_reopening_goes_one_level_higher(self, place):
        call = self.answered(place)
        actions.reopen(
            call=call, reason="又响了", acting=acting_as(place.resident), at=MONDAY + DAY
        )
        call.refresh_from_db()
        assert (call.level, call.desk, call.status) == (2, place.subdistrict_desk, "new")
        assert call.reopened == 1

    def test_the_clock_stands_while_the_reporter_is_asked(self, place):
        call = place.raised()
        clerk = acting_as(place.community_clerk)
        actions.first_contact(call=call, acting=clerk, at=MONDAY)
        call.refresh_from_db()
        before = call.due_at
        actions.ask(call=call, text="是哪一部电梯？", acting=clerk, at=MONDAY)
        actions.reply(
            call=call, text="左边那部。", acting=acting_as(place.resident), at=MONDAY + DAY
        )
        call.refresh_from_db()
        assert call.status == "doing"
        assert call.due_at == before + DAY  # one working day more

    def test_asking_has_an_end(self, place):
        call = place.raised()
        actions.ask(
            call=call, text="是哪一部？", acting=acting_as(place.community_clerk), at=MONDAY
        )
        call.refresh_from_db()
        do_due(at=call.due_at + HOUR)
        call.refresh_from_db()
        assert call.status == "doing"
        assert "resume" in acts(call)

    def test_extends_once_with_a_reason(self, place):
        call = place.raised()
        clerk = acting_as(place.community_clerk)
        with pytest.raises(Refusal, match="先联系反映人"):
            actions.extend(call=call, reason="等配件", acting=clerk, at=MONDAY)
        actions.first_contact(call=call, acting=clerk, at=MONDAY)
        actions.extend(call=call, reason="等配件", acting=clerk, at=MONDAY)
        with pytest.raises(Refusal, match="延过一次期"):
            actions.extend(call=call, reason="还等", acting=clerk, at=MONDAY)

    def test_a_page_that_is_out_of_date_changes_nothing(self, place):
        call = place.raised()
        clerk = acting_as(place.community_clerk)
        actions.accept(call=call, acting=clerk, at=MONDAY, version=1)
        with pytest.raises(Refusal, match="刚才有人办过了"):
            actions.add_note(call=call, text="记一笔", acting=clerk, at=MONDAY, version=1)


class TestWhoSees:
    def sees(self, place: District, who: str, call: Call) -> bool:
        try:
            call_for(acting_as(getattr(place, who)), call.number)
        except Http404:
            return False
        return True

    @pytest.mark.parametrize(
        ("visibility", "seeing"),
        [
            ("compound", {"resident", "neighbour", "community_clerk", "subdistrict_clerk",
                          "district_clerk", "manager", "secretary"}),
            ("handlers", {"resident", "community_clerk"}),
            ("desk", {"resident", "community_clerk"}),
        ],
    )  # fmt: skip
    def test_follows_from_the_chosen_visibility(self, place, visibility, seeing):
        call = place.raised(visibility=visibility)
        everyone = {
            "resident", "neighbour", "outsider", "community_clerk", "subdistrict_clerk",
            "department_clerk", "district_clerk", "convener", "manager", "secretary",
        }  # fmt: skip
        assert {who for who in everyone if self.sees(place, who, call)} == seeing

    def test_the_name_stays_with_the_desk_that_took_it(self, place):
        call = place.raised(visibility="desk")
        assert call_for(acting_as(place.community_clerk), call.number).sees_reporter
        actions.pass_up(
            call=call, reason="定不了", acting=acting_as(place.community_clerk), at=MONDAY
        )
        above = call_for(acting_as(place.subdistrict_clerk), call.number)
        assert above.handles
        assert not above.sees_reporter
        assert call_for(acting_as(place.community_clerk), call.number).sees_reporter

    def test_a_neighbour_sees_no_reporter_and_may_nothing(self, place):
        seen = call_for(acting_as(place.neighbour), place.raised().number)
        assert not seen.sees_reporter
        assert seen.may == frozenset()

    def test_whoever_is_complained_about_sees_nothing(self, place):
        call = place.raised(about=place.community_desk)
        assert not self.sees(place, "community_clerk", call)
        assert not visible(acting_as(place.community_clerk)).exists()

    def test_only_the_lead_desk_may_move_it(self, place):
        call = place.raised(topic=place.emergency)
        beside = call_for(acting_as(place.subdistrict_clerk), call.number)
        assert Act.ANSWER not in beside.may
        assert Act.NOTE in beside.may


class TestFacts:
    def test_are_asked_for_without_the_reporters_words(self, place):
        call = place.raised(about=place.company)
        clerk = acting_as(place.community_clerk)
        with pytest.raises(Refusal, match="不要转述"):
            actions.ask_facts(call=call, question=f"有人说：{call.text}", acting=clerk, at=MONDAY)
        inquiry = actions.ask_facts(
            call=call, question="电梯上一次维保是哪天？", acting=clerk, at=MONDAY
        )
        actions.give_facts(
            inquiry=inquiry, text="11月2日。", acting=acting_as(place.manager), at=MONDAY + HOUR
        )
        assert Step.objects.filter(kind="give_facts", audience="handlers").exists()


class TestWork:
    def test_a_broken_row_holds_up_nothing(self, place, monkeypatch):
        broken, good = place.raised(), place.raised()
        at = good.due_at + HOUR
        climb = work._climb

        def fail_once(call: Call, at: datetime, batch: work.Swept) -> str:
            if call.pk == broken.pk:
                raise RuntimeError("broken")
            return climb(call, at, batch)

        monkeypatch.setattr(work, "_climb", fail_once)
        result = do_due(at=at)
        assert [done.subject for done in result.failed] == [broken.number]
        assert [done.subject for done in result.done] == [good.number]
        broken.refresh_from_db()
        assert (broken.failures, broken.level) == (1, 1)
        assert broken.wake_at == at + timedelta(minutes=5)

    def test_an_early_look_reminds_and_does_no_more(self, place):
        call = place.raised()
        at = call.wake_at + timedelta(minutes=1)
        assert [done.kind for done in do_due(at=at).done] == ["remind"]
        assert do_due(at=at).done == []
        call.refresh_from_db()
        assert call.level == 1


class TestSteps:
    @pytest.mark.parametrize(
        "change", [{"kind": "note"}, {"text": "又改了"}, {"text": "", "salt": "", "kind": "note"}]
    )
    def test_are_never_changed(self, place, change):
        call = place.raised()
        with pytest.raises(DatabaseError), transaction.atomic():
            call.steps.update(**change)
        assert acts(call) == ["raise"]

    def test_their_words_can_be_erased(self, place):
        call = place.raised()
        actions.add_text(call=call, text="我是3栋的", acting=acting_as(place.resident), at=MONDAY)
        call.steps.filter(kind="add").update(text="", salt="")
        assert call.steps.get(kind="add").text == ""
