"""A complaint never shows to whom it is about, by no path; a reporter stays hidden who wished to."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from yihe.accounts.models import User
from yihe.bodies.actions import close_body, end_seat, seat_person
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district, make_seat
from yihe.calls.work import do_due
from yihe.outbox.models import Message
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
WORDS = "治理办的人收了东西不办事"
FORM = {"spot_kind": "compound", "visibility": "compound", "once": "k1"}


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    with time_machine.travel(MONDAY, tick=False):
        yield


def browser(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def heard(user: User) -> str:
    return "".join(f"{one.title} {one.body}" for one in Message.objects.filter(person_id=user.pk))


class TestAComplaintAboutTheDistrictsOffice:
    @pytest.fixture
    def call(self, place) -> Call:
        call: Call = place.raised(text=WORDS, about=place.district_desk)
        assert call.desk == place.conference
        return call

    def test_does_not_show_on_the_docket_of_that_office(self, place, call):
        actions.list_for_conference(
            call=call, sitting_on=MONDAY.date(), departments=[place.housing],
            acting=acting_as(place.convener), at=MONDAY,
        )  # fmt: skip
        assert WORDS[:8] not in browser(place.district_clerk).get("/conference/").text
        assert WORDS[:8] in browser(place.convener).get("/conference/").text
        assert WORDS[:8] in browser(place.department_clerk).get("/conference/").text

    def test_is_not_in_its_figures(self, place, call):
        page = browser(place.district_clerk).get("/")
        assert (page.context["open"], page.context["levels"][3]) == (0, (4, 0))
        assert browser(place.convener).get("/").context["open"] == 1
        assert "近一年 0 件" in browser(place.district_clerk).get("/corrections/").text

    def test_is_not_told_to_it_when_it_is_late(self, place, call):
        do_due(at=MONDAY + timedelta(days=60))
        do_due(at=MONDAY + timedelta(days=61))
        assert "超期" in heard(place.convener)
        assert heard(place.district_clerk) == ""

    def test_has_no_trail_for_its_administrator(self, place, call):
        keeper = browser(make_seat(place.district_desk, "administrator"))
        assert keeper.get(f"/house/trail/call/{call.number}/").status_code == 404
        other = place.raised()
        assert keeper.get(f"/house/trail/call/{other.number}/").status_code == 200


class TestWhoSitsThereToo:
    def test_hears_nothing_at_the_desk_that_handles_it(self, place):
        seat_person(
            body=place.company, person=place.community_clerk, post="clerk", acting=SYSTEM, at=MONDAY
        )
        place.raised(text=WORDS, about=place.company)
        assert heard(place.community_clerk) == ""

    def test_writes_it_down_for_others_and_then_does_not_see_it(self, place):
        clerk = browser(place.community_clerk)
        sent = clerk.post(
            "/calls/new/",
            {**FORM, "text": WORDS, "compound": place.compound.pk, "contact_name": "王婆婆",
             "about": place.community_desk.pk},
        )  # fmt: skip
        call = Call.objects.get()
        assert (call.desk, sent.headers["Location"]) == (place.subdistrict_desk, "/")
        assert clerk.get(f"/calls/{call.number}/").status_code == 404
        assert call.number not in clerk.get("/calls/").text
        assert clerk.post(f"/calls/{call.number}/withdraw/").status_code == 404
        actions.ask(
            call=call, text="哪一天的事？", acting=acting_as(place.subdistrict_clerk), at=MONDAY
        )
        assert heard(place.community_clerk) == ""

    def test_follows_the_own_complaint_as_a_reporter_and_reads_no_note(self, place):
        clerk = acting_as(place.community_clerk)
        call = place.raised(
            text=WORDS, about=place.community_desk, acting=clerk, reporter=place.community_clerk
        )
        note = "先不要让社区知道"
        actions.add_note(call=call, text=note, acting=acting_as(place.subdistrict_clerk), at=MONDAY)
        page = browser(place.community_clerk).get(f"/calls/{call.number}/")
        assert page.status_code == 200
        assert note not in page.text

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("有人说：夜里两点，还在门口装卸货？", "自己的话"),
            ("罗居民那天来过吗？", "姓名或者电话"),
            ("谁接了 13900001234 的电话？", "姓名或者电话"),
        ],
    )
    def test_is_asked_in_the_desks_own_words_and_without_a_name(self, place, question, words):
        call = place.raised(text="超市门口很吵，夜里两点还在门口装卸货。", about=place.company)
        with pytest.raises(Refusal, match=words):
            actions.ask_facts(
                call=call, question=question, acting=acting_as(place.community_clerk), at=MONDAY
            )
        assert heard(place.manager) == ""

    def test_learns_no_number_from_having_given_facts(self, place):
        call = place.raised(text=WORDS, about=place.company)
        inquiry = actions.ask_facts(
            call=call, question="上月的值班记录，请发一份。",
            acting=acting_as(place.community_clerk), at=MONDAY,
        )  # fmt: skip
        manager = browser(place.manager)
        manager.post(f"/inquiries/{inquiry.pk}/", {"text": "当晚有人值班。"})
        page = manager.get("/me/acts/").text
        assert "回了情况" in page
        assert call.number not in page


class TestWhoWantsToStayHidden:
    def test_is_not_told_by_the_post_from_which_the_call_came(self, place):
        lead = make_seat(place.branch, "lead", name="冯楼长")
        call = place.raised(acting=acting_as(lead), reporter=lead, visibility="desk")
        actions.pass_up(
            call=call, reason="要区里办", acting=acting_as(place.community_clerk), at=MONDAY,
            departments=[],
        )  # fmt: skip
        keeper = browser(make_seat(place.district_desk, "administrator"))
        pages = [
            browser(place.subdistrict_clerk).get(f"/calls/{call.number}/").text,
            keeper.get(f"/house/trail/call/{call.number}/").text,
        ]
        for page in pages:
            assert "楼栋长" not in page
            assert "冯楼长" not in page
        assert browser(place.secretary).get(f"/calls/{call.number}/").status_code == 404
        assert "冯楼长" in browser(place.community_clerk).get(f"/calls/{call.number}/").text

    def test_is_not_told_by_what_the_first_desk_wrote(self, place):
        call = place.raised(text="楼上天天吵，打我电话 13900001234", visibility="desk")
        clerk = acting_as(place.community_clerk)
        actions.first_contact(call=call, text="罗居民说夜里最吵", acting=clerk, at=MONDAY)
        actions.add_evidence(
            call=call, text="上门看过，罗居民在家", met_whom="罗居民", met_at=MONDAY,
            acting=clerk, at=MONDAY,
        )  # fmt: skip
        actions.pass_up(call=call, reason="要街道办", acting=clerk, at=MONDAY)
        next_desk = browser(place.subdistrict_clerk)
        pages = next_desk.get(f"/calls/{call.number}/").text + next_desk.get("/desk/").text
        for secret in ("罗居民", "1234"):
            assert secret not in pages + heard(place.subdistrict_clerk)
        assert "见了：反映人" in pages
        assert "见了：罗居民" in browser(place.community_clerk).get(f"/calls/{call.number}/").text


class TestANeighbour:
    def test_reads_no_half_of_a_number_where_a_title_was_cut(self, place):
        call = place.raised(text="东门的灯又坏了，晚上很黑很怕人，电话13900001234")
        page = browser(place.neighbour).get(f"/calls/{call.number}/").text
        assert "1390" not in page
        assert "1390" not in browser(place.secretary).get("/").text

    def test_reads_no_name_in_an_answer(self, place):
        call = place.raised()
        actions.answer(
            call=call, text="罗居民您好，修好了。", evidence="看过。",
            acting=acting_as(place.community_clerk), at=MONDAY,
        )  # fmt: skip
        near = browser(place.neighbour)
        board = near.get(f"/compounds/{place.compound.code}/board/").text
        page = near.get(f"/calls/{call.number}/").text
        assert "罗居民" not in board + page
        assert "修好了" in board
        assert "罗居民您好" in browser(place.resident).get(f"/calls/{call.number}/").text


class TestADeskThatActsNoMore:
    def test_gets_no_call_by_whatever_way_it_is_named(self, place):
        closed = close_body(body=place.fire, acting=SYSTEM, at=MONDAY)
        street, call = acting_as(place.subdistrict_clerk), place.raised()
        actions.pass_up(
            call=call, reason="要街道办", acting=acting_as(place.community_clerk), at=MONDAY
        )
        with pytest.raises(Refusal, match="不能接"):
            actions.pass_up(
                call=call, reason="要消防办", departments=[closed], acting=street, at=MONDAY
            )
        actions.pass_up(
            call=call, reason="要住建办", departments=[place.housing], acting=street, at=MONDAY
        )
        with pytest.raises(Refusal, match="接不了"):
            actions.correct_topic(
                call=call, topic=place.topic, desk=closed,
                acting=acting_as(place.department_clerk), at=MONDAY,
            )  # fmt: skip


class TestAnEndedSeat:
    def test_hears_no_more_of_what_it_handled_or_wrote_down(self, place):
        clerk = acting_as(place.community_clerk)
        other = make_seat(place.community_desk, "clerk")
        heir = make_seat(place.branch, "deputy_secretary")
        call = place.raised(acting=acting_as(place.secretary), reporter=None, contact_name="王婆婆")
        actions.accept(call=call, acting=clerk, at=MONDAY)
        for gone in (place.community_clerk, place.secretary):
            end_seat(seat=gone.seats.get(), acting=SYSTEM, at=MONDAY)
        actions.add_text(call=call, text="钥匙在物业那里", acting=acting_as(heir), at=MONDAY)
        assert "钥匙" in heard(other)
        assert "钥匙" not in heard(place.community_clerk)
        actions.ask(call=call, text="哪一天的事？", acting=acting_as(other), at=MONDAY)
        assert "哪一天" in heard(heir)
        assert "哪一天" not in heard(place.secretary)

    def test_sees_no_more_what_was_written_down_from_it(self, place):
        call = place.raised(
            acting=acting_as(place.secretary), reporter=None, contact_name="王婆婆",
            visibility="handlers",
        )  # fmt: skip
        end_seat(seat=place.secretary.seats.get(), acting=SYSTEM, at=MONDAY)
        page = browser(place.secretary)
        assert page.get(f"/calls/{call.number}/").status_code == 404
        assert page.post(f"/calls/{call.number}/withdraw/").status_code == 404
        assert call.number not in page.get("/calls/").text
