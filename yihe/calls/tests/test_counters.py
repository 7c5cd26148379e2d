"""The counters say what the rows say, whatever was done to a call."""

from datetime import timedelta

import pytest

from yihe.calls import actions
from yihe.calls.actions.counting import Difference, fill_minutes, fold, recount
from yihe.calls.models import Call, Cell, Delta
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.work import do_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


def differences() -> list[Difference]:
    return [one for _, found in recount() for one in found]


def fold_all() -> None:
    while fold(at=MONDAY).more:
        pass
    assert not Delta.objects.exists()


def cell(dim: str = "all", key: str = "", place: str = "440310") -> Cell:
    return Cell.objects.get(place=place, dim=dim, key=key)


def test_a_call_counts_in_every_place_that_holds_it(place):
    place.raised()
    fold_all()
    places = ("440310", "440310/006", "440310/006/001", place.compound.path)
    assert [cell(place=one).total for one in places] == [1, 1, 1, 1]
    assert cell("topic", str(place.topic.parent_id)).open == 1
    assert cell("leaf", str(place.topic.pk)).open == 1
    assert cell("desk", str(place.community_desk.pk)).open == 1


def test_every_act_leaves_the_counters_as_the_rows_are(place):
    clerk, me = acting_as(place.community_clerk), acting_as(place.resident)
    street, office = acting_as(place.subdistrict_clerk), acting_as(place.district_clerk)
    at = MONDAY

    def tell(act, **values):
        nonlocal at
        at += timedelta(minutes=30)
        act(at=at, **values)
        assert differences() == []
        if at.minute:
            fold_all()
            assert differences() == []

    call = place.raised()
    assert differences() == []
    tell(actions.accept, call=call, acting=clerk)
    tell(actions.assign, call=call, person=place.community_clerk, acting=clerk)
    tell(actions.first_contact, call=call, acting=clerk, text="打过电话。")
    tell(actions.add_note, call=call, text="等物业。", acting=clerk)
    tell(actions.correct_topic, call=call, topic=place.emergency, acting=clerk)
    tell(actions.ask, call=call, text="哪一层？", acting=clerk)
    tell(actions.reply, call=call, text="三层。", acting=me)
    tell(actions.extend, call=call, reason="等零件。", acting=clerk)
    tell(actions.answer, call=call, text="修好了。", evidence="换了。", acting=clerk)
    tell(actions.reopen, call=call, reason="又坏了。", acting=me)
    tell(actions.pass_up, call=call, reason="要区里办。", acting=street)
    tell(actions.answer, call=call, text="换新的。", evidence="换了。", acting=office)
    tell(actions.confirm, call=call, acting=me)
    tell(actions.rate, call=call, stars=2, acting=me)
    other = place.raised()
    tell(actions.withdraw, call=other, acting=me)
    place.raised()
    do_due(at=MONDAY + timedelta(days=40))
    assert differences() == []
    fold_all()
    assert differences() == []
    assert cell().contested == 1
    assert cell().withdrawn == 1


def test_a_call_that_climbed_for_a_missed_deadline_is_late_for_good(place):
    place.raised()
    do_due(at=MONDAY + timedelta(days=2))
    call = Call.objects.get()
    assert call.level == 2
    at = MONDAY + timedelta(days=2)
    street = acting_as(place.subdistrict_clerk)
    actions.answer(call=call, text="好了。", evidence="看过。", acting=street, at=at)
    actions.confirm(call=call, acting=acting_as(place.resident), at=at)
    fold_all()
    assert (cell().in_time, cell().late) == (0, 1)


def test_what_is_wrong_is_said_and_mended(place):
    place.raised()
    fold_all()
    Cell.objects.filter(dim="all").update(total=7)
    Cell.objects.filter(dim="channel").delete()
    place.raised()
    found = differences()
    assert {one.dim for one in found} == {"all", "channel"}
    assert {(one.said[0], one.counted[0]) for one in found if one.dim == "all"} == {(8, 2)}
    list(recount(mend=True))
    assert differences() == []
    fold_all()
    assert differences() == []
    assert cell().total == 2


def test_keeps_how_long_first_contact_and_answer_took(place):
    call = place.raised()
    clerk = acting_as(place.community_clerk)
    actions.first_contact(call=call, acting=clerk, at=MONDAY + timedelta(hours=1))
    actions.answer(
        call=call, text="好了。", evidence="看过。", acting=clerk, at=MONDAY + timedelta(hours=7)
    )
    call.refresh_from_db()
    assert (call.contact_minutes, call.answer_minutes) == (60, 300)  # two hours of noon
    fold_all()
    assert sum(cell().contact or []) == 1
    assert sum(cell("level", "1").answer or []) == 1


def test_times_that_are_lacking_are_worked_out_from_the_steps(place):
    call = place.raised()
    clerk = acting_as(place.community_clerk)
    actions.ask(call=call, text="哪一层？", acting=clerk, at=MONDAY + timedelta(hours=1))
    Call.objects.update(contact_minutes=None)
    assert fill_minutes() == 1
    assert fill_minutes(mend=True) == 1
    assert fill_minutes() == 0
    assert Call.objects.get().contact_minutes == 60


def test_a_call_that_is_taken_out_counts_no_more(place):
    call = place.raised()
    fold_all()
    Call.objects.filter(pk=call.pk).update(channel="phone")
    fold_all()
    assert cell("channel", "web").total == 0
    assert cell("channel", "phone").total == 1
    assert differences() == []
