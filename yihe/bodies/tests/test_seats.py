"""Terms, alternates and secondments: who holds which seat at which moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies import actions, composition
from yihe.bodies.capacities import capacities
from yihe.bodies.composition import prepared_it, size_remarks
from yihe.bodies.models import Body, Ending, Post, Seat
from yihe.bodies.tests.builders import AT, House, browser
from yihe.law.shelf import State, compose
from yihe.outbox.models import Message
from yihe.places.actions import add_compound
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM, Acting
from yihe.trail.models import Entry
from yihe.worktime import SHANGHAI

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)


def person(number: int) -> User:
    phone = f"1370000{number:04d}"
    return register_person(phone=phone, name=f"某某{number}", acting=SYSTEM, at=AT)


def make(house: House, kind: str = "committee", size: int | None = 5, **more: Any) -> Body:
    return actions.found_body(
        kind=kind, name=f"碧梧里{kind}", compound=house.compound, size=size, acting=SYSTEM, at=AT,
        **more,
    )  # fmt: skip


def sit(body: Body, number: int, post: str = "member", **more: Any) -> Seat:
    return actions.seat_person(
        body=body, person=person(number), post=post, acting=SYSTEM, at=AT, **more
    )


class TestNoSeatOverlapsItself:
    def test_a_post_of_one_person_is_refused_to_a_second_until_it_is_free(self, house):
        committee = make(house)
        first = sit(committee, 1, "director")
        with pytest.raises(Refusal, match="主任已经有人担任"):
            sit(committee, 2, "director")
        actions.end_seat(seat=first, acting=SYSTEM, at=AT)
        assert sit(committee, 2, "director").number == 1

    def test_a_seat_can_follow_on_one_that_ends_at_the_same_moment(self, house):
        committee = make(house)
        end = actions.after(date(2026, 6, 30))
        sit(committee, 1, "director", until=end)
        with pytest.raises(Refusal, match="主任已经有人担任"):
            sit(committee, 2, "director", since=end - timedelta(seconds=1))
        assert sit(committee, 2, "director", since=end).since == end

    def test_members_get_the_next_free_number_and_no_more_than_there_are_seats(self, house):
        committee = make(house, size=5)
        numbers = [sit(committee, number).number for number in range(1, 5)]
        assert numbers == [1, 2, 3, 4]
        sit(committee, 9, "director")
        with pytest.raises(Refusal, match="席位一共 5 个"):
            sit(committee, 5)
        assert sit(committee, 6, "alternate").number == 1  # waits beside the five

    def test_what_ends_before_another_begins_does_not_count_twice(self, house):
        committee = make(house, size=1)
        end = actions.after(date(2026, 6, 30))
        sit(committee, 1, until=end)
        sit(committee, 2, since=end)
        with pytest.raises(Refusal, match="席位一共 1 个"):
            sit(committee, 3, since=end - timedelta(days=9))

    @pytest.mark.parametrize(
        ("other", "why"),
        [
            ({"number": None, "area": ""}, "a_seat_does_not_overlap_itself"),
            ({"person": 2}, "one_person_at_a_time_on_a_numbered_seat"),
        ],
    )
    def test_the_database_itself_refuses_what_an_act_would_have(self, house, other, why):
        committee = make(house)
        held = sit(committee, 1)
        values: dict[str, Any] = {
            "person": held.person,
            "number": 1,
            "since": AT + timedelta(days=9),
            **other,
        }
        if "person" in other:
            values["person"] = person(2)
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            Seat.objects.create(body=committee, post="member", **values)

    def test_terms_of_a_body_do_not_overlap(self, house):
        committee = make(house)
        actions.begin_term(body=committee, since=FIRST, until=LAST, acting=SYSTEM, at=AT)
        with pytest.raises(Refusal, match="重叠"):
            actions.begin_term(
                body=committee, since=LAST, until=date(2035, 1, 1), acting=SYSTEM, at=AT
            )
        second = actions.begin_term(
            body=committee, since=date(2031, 1, 1), until=date(2035, 1, 1), acting=SYSTEM, at=AT
        )
        assert second.number == 2


@pytest.mark.django_db(transaction=True)
def test_two_clerks_seat_two_people_at_once_and_one_reads_why_not(house):
    committee = make(house)
    people = [person(1), person(2)]
    start = Barrier(2)

    def seat(who: User) -> str:
        start.wait(20)
        try:
            actions.seat_person(body=committee, person=who, post="director", acting=SYSTEM, at=AT)
            return ""
        except Refusal as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(seat, people))
    assert said == ["", "主任已经有人担任，请先办卸任。"]
    assert Seat.objects.filter(body=committee).count() == 1


class TestATermThatEndsTonight:
    NIGHT = datetime(2026, 3, 31, 23, 59, 59, tzinfo=SHANGHAI)

    def test_is_good_until_midnight_in_shanghai_and_not_one_second_longer(self, house):
        committee = make(house)
        with time_machine.travel(self.NIGHT, tick=False) as clock:
            today = self.NIGHT.date()
            seat = sit(committee, 1, "director", since=AT, until=actions.after(today))
            give_consent(user=seat.person, version=PRIVACY_VERSION, acting=SYSTEM, at=AT)
            client = browser(seat.person)
            here = f"/bodies/{committee.pk}/"
            assert seat.last_day == today
            assert [one.acting.seat_id for one in capacities(seat.person)] == [seat.pk]
            assert client.get(here).status_code == 200
            clock.shift(timedelta(seconds=1))
            assert capacities(seat.person) == []
            assert client.get(here).status_code == 404
            assert not committee.seats.held().exists()
            assert sit(committee, 2, "director", since=self.NIGHT + timedelta(seconds=1)).pk

    def test_a_seat_that_begins_tomorrow_opens_nothing_today(self, house):
        committee = make(house)
        with time_machine.travel(self.NIGHT, tick=False) as clock:
            seat = sit(committee, 1, since=actions.after(self.NIGHT.date()))
            assert capacities(seat.person) == []
            clock.shift(timedelta(seconds=1))
            assert [one.acting.post for one in capacities(seat.person)] == [Post.MEMBER]

    def test_extended_it_is_held_on_and_once_over_it_cannot_be(self, house):
        committee = make(house)
        actions.begin_term(
            body=committee, since=FIRST, until=date(2026, 3, 31), acting=SYSTEM, at=AT
        )
        seats = [sit(committee, 1, "director"), sit(committee, 2)]
        assert {one.last_day for one in seats} == {date(2026, 3, 31)}
        term = committee.terms.get()
        actions.extend_term(term=term, until=date(2026, 6, 30), acting=SYSTEM, at=self.NIGHT)
        assert {one.last_day for one in committee.seats.all()} == {date(2026, 6, 30)}
        late = datetime(2026, 7, 1, tzinfo=SHANGHAI)
        with pytest.raises(Refusal, match="已经届满"):
            actions.extend_term(term=term, until=date(2026, 9, 30), acting=SYSTEM, at=late)
        with pytest.raises(Refusal, match="已经卸任"):
            actions.extend_seat(seat=seats[0], last_day=LAST, acting=SYSTEM, at=late)

    def test_nobody_is_extended_over_who_comes_next(self, house):
        committee = make(house)
        end = actions.after(date(2026, 3, 31))
        first = sit(committee, 1, "director", until=end)
        sit(committee, 2, "director", since=end)
        with pytest.raises(Refusal, match="已经有人接任"):
            actions.extend_seat(seat=first, last_day=date(2026, 6, 30), acting=SYSTEM, at=AT)


class TestAlternates:
    def test_the_next_one_follows_on_a_seat_that_falls_vacant(self, house):
        committee = make(house, size=5)
        actions.begin_term(body=committee, since=FIRST, until=LAST, acting=SYSTEM, at=AT)
        members = [sit(committee, number) for number in range(1, 6)]
        waiting = [sit(committee, number, "alternate") for number in (6, 7)]
        assert capacities(waiting[0].person) == []  # holds no office while waiting
        with pytest.raises(Refusal, match="没有空缺"):
            actions.substitute(body=committee, acting=SYSTEM, at=AT)
        later = AT + timedelta(days=9)
        actions.end_seat(seat=members[2], ending=Ending.RESIGNED, acting=SYSTEM, at=later)
        seat = actions.substitute(body=committee, acting=SYSTEM, at=later)
        assert (seat.person, seat.post, seat.number) == (waiting[0].person, "member", 3)
        assert seat.last_day == LAST
        waiting[0].refresh_from_db()
        assert (waiting[0].until, waiting[0].ending) == (later, Ending.MOVED_UP)
        assert Entry.objects.filter(act="seat.substitute").count() == 1

    def test_when_none_is_left_it_is_said(self, house):
        committee = make(house, size=5)
        sit(committee, 1)
        with pytest.raises(Refusal, match="没有候补委员"):
            actions.substitute(body=committee, acting=SYSTEM, at=AT)


class TestSecondments:
    def second(self, house: House, **more: Any) -> Seat:
        values: dict[str, Any] = {
            "post": "first_secretary",
            "sent_by": house.street,
            "task": "跟进噪声一事",
        }
        values |= {"until": actions.after(date(2026, 12, 31)), **more}
        return actions.second_person(
            body=house.branch, person=person(1), acting=SYSTEM, at=AT, **values
        )

    def test_an_office_above_sends_somebody_for_a_time_with_a_task(self, house):
        seat = self.second(house)
        assert seat.secondment.sent_by == house.street
        assert seat.last_day == date(2026, 12, 31)
        assert house.make("department", "区水务局", "坪山区", 3).pk
        other = self.second(
            house, post="deputy_secretary", sent_by=Body.objects.get(name="区水务局")
        )
        assert other.secondment.task == "跟进噪声一事"

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"post": "secretary"}, "第一书记或者副书记"),
            ({"task": " "}, "做什么"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, house, wrong, words):
        with pytest.raises(Refusal, match=words):
            self.second(house, **wrong)

    def test_an_office_of_another_community_sends_nobody(self, house):
        with pytest.raises(Refusal, match="在这个组织的上面"):
            self.second(house, sent_by=house.far)
        assert not Seat.objects.filter(body=house.branch).exists()


def test_a_functional_party_group_names_its_leader_alone(house):
    group = make(house, kind="group", size=None, group="party")
    sit(group, 1, "leader")
    with pytest.raises(Refusal, match="没有这个职务"):
        sit(group, 2, "participant")


def test_a_body_dissolves_with_all_its_seats_and_its_past_stays(house):
    council = make(house, kind="council", size=None)
    for number in range(1, 4):
        sit(council, number, "participant")
    actions.dissolve_body(body=council, acting=SYSTEM, at=AT + timedelta(days=1))
    council.refresh_from_db()
    assert council.until is not None
    assert set(council.seats.values_list("ending", flat=True)) == {Ending.DISSOLVED}
    with pytest.raises(Refusal, match="已经停用"):
        sit(council, 9, "participant")


def test_who_is_seated_hears_of_it_without_a_name_in_the_title(house):
    committee = make(house)
    clerk = Acting(house.head.pk, "seat", None, "龙田社区党委·负责人", (house.near.scope,))
    seat = actions.seat_person(body=committee, person=person(1), post="member", acting=clerk, at=AT)
    message = Message.objects.get(person_id=seat.person_id)
    assert message.title == "您有了一个新的职务"
    assert "委员" in message.body


def test_a_body_of_two_compounds_acts_in_both(house):
    other = add_compound(
        code="440310006001-02", name="松涛里", kind="commercial", stage="settled",
        since=AT.date(), community=house.place["龙田社区"], acting=SYSTEM, at=AT,
    )  # fmt: skip
    seat = sit(house.branch, 1, "secretary")
    assert not capacities(seat.person)[0].acting.covers(other.path)
    actions.cover_compound(body=house.branch, compound=other, acting=SYSTEM, at=AT)
    assert capacities(seat.person)[0].acting.covers(other.path)
    with pytest.raises(Refusal, match="已经归它管"):
        actions.cover_compound(body=house.branch, compound=other, acting=SYSTEM, at=AT)
    actions.uncover_compound(body=house.branch, compound=other, acting=SYSTEM, at=AT)
    assert not capacities(seat.person)[0].acting.covers(other.path)


def test_a_checklist_is_done_when_everything_was_given(house):
    committee = make(house)
    old, new = sit(committee, 1, "director"), sit(committee, 2)
    handover = actions.begin_handover(
        body=committee, reason="换届", items=["印章", "账簿"], acting=SYSTEM, at=AT
    )
    with pytest.raises(Refusal, match="还没有办完"):
        actions.begin_handover(body=committee, reason="换届", acting=SYSTEM, at=AT)
    for item in handover.items.order_by("position"):
        with pytest.raises(Refusal, match="样没有交"):
            actions.finish_handover(handover=handover, acting=SYSTEM, at=AT)
        with pytest.raises(Refusal, match="不能是同一个"):
            actions.hand_item_over(
                item=item, gave=old, took=old, on=AT.date(), acting=SYSTEM, at=AT
            )
        actions.hand_item_over(item=item, gave=old, took=new, on=AT.date(), acting=SYSTEM, at=AT)
    actions.finish_handover(handover=handover, acting=SYSTEM, at=AT)
    with pytest.raises(Refusal, match="已经办完"):
        actions.add_item(handover=handover, name="钥匙", acting=SYSTEM, at=AT)


class TestNames:
    def test_only_the_person_says_whether_the_name_is_shown(self, house):
        seat = sit(house.branch, 1, "secretary")
        other = Acting(house.head.pk, "seat", None, "龙田社区党委·负责人", (house.near.scope,))
        with pytest.raises(Refusal, match="只由本人决定"):
            actions.show_name(seat=seat, shown=True, acting=other, at=AT)
        own = capacities(seat.person)[0].acting
        assert actions.show_name(seat=seat, shown=True, acting=own, at=AT).named_at == AT
        assert actions.show_name(seat=seat, shown=False, acting=own, at=AT).named_at is None
        assert Entry.objects.filter(act__in=["seat.named", "seat.unnamed"]).count() == 2


class TestWhatTheRuleBookSays:
    """All of it quoted only, so that nothing refuses; the day one is verified it does."""

    def test_a_size_that_is_unusual_is_said_and_founded(self, house):
        said = size_remarks("committee", 4, place="440310", on=AT.date())
        assert [one.words for one in said] == [
            "席位是 4 个，一般是 5 到 11 个。", "席位是 4 个，一般是单数。",
        ]  # fmt: skip
        assert not any(one.binds for one in said)
        assert "只作提醒" in said[0].why
        assert size_remarks("committee", 7, place="440310", on=AT.date()) == []
        assert size_remarks("council", 4, place="440310", on=AT.date()) == []
        assert make(house, size=4).size == 4

    def test_an_owner_of_the_preparation_group_on_the_first_committee_is_said(self, house):
        group = make(house, kind="preparation_group", size=8)
        sit(group, 1, "participant", side="owners")
        committee = make(house)
        actions.begin_term(body=committee, since=FIRST, until=LAST, acting=SYSTEM, at=AT)
        assert sit(committee, 1).pk
        said = prepared_it("committee", 1, stood_for_owners=True, place="440310", on=AT.date())
        assert "首届业委会" in said[0].words
        assert not said[0].binds
        place: dict[str, Any] = {"stood_for_owners": True, "place": "440310", "on": AT.date()}
        assert prepared_it("committee", 2, **place) == []
        elsewhere = {**place, "place": "110101"}
        assert prepared_it("committee", 1, **elsewhere) == []

    def test_what_is_verified_refuses(self, house, monkeypatch):
        quoted = compose("440310", AT.date()).rule("274.31.size")
        verified = replace(quoted, state=State.VERIFIED)
        monkeypatch.setattr(composition, "_rule", lambda *_: verified)
        with pytest.raises(Refusal, match="依据：指导规则第三十一条"):
            make(house, size=4)
