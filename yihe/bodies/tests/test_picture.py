"""The picture of who governs a compound: by office, for whom it is meant, in few queries."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies import actions
from yihe.bodies.models import Body, Seat
from yihe.bodies.picture import Picture, draw, with_buildings
from yihe.bodies.tests.builders import AT, House, browser
from yihe.people.actions import move_in
from yihe.places.actions import add_compound
from yihe.places.models import Compound, Unit
from yihe.trail.acting import SYSTEM, Acting

pytestmark = pytest.mark.django_db
NOW = AT + timedelta(days=30)


@pytest.fixture(autouse=True)
def _that_day():
    with time_machine.travel(NOW, tick=False):
        yield


def person(number: int, name: str) -> User:
    return register_person(phone=f"1370000{number:04d}", name=name, acting=SYSTEM, at=AT)


def sit(body: Body, who: User, post: str, **more: Any) -> Seat:
    return actions.seat_person(body=body, person=who, post=post, acting=SYSTEM, at=AT, **more)


def show(seat: Seat) -> None:
    acting = Acting(seat.person_id, "seat", seat.pk, "", ())
    actions.show_name(seat=seat, shown=True, acting=acting, at=AT)


def found(house: House, kind: str, name: str, **more: Any) -> Body:
    return actions.found_body(
        kind=kind, name=name, compound=house.compound, acting=SYSTEM, at=AT, **more
    )


@pytest.fixture
def governed(house: House) -> House:
    """A secretary who is director too, a committee with a vacant seat and a term that runs out."""
    both = person(1, "周岚")
    committee = found(house, "committee", "碧梧里业委会", size=5)
    actions.begin_term(
        body=committee, since=date(2025, 1, 1), until=date(2026, 4, 30), acting=SYSTEM, at=AT
    )
    sit(house.branch, both, "secretary")
    sit(committee, both, "director")
    for number in range(2, 6):
        sit(committee, person(number, f"委{number}"), "member")
    gone = Seat.objects.get(person__name="委5")
    actions.end_seat(seat=gone, acting=SYSTEM, at=AT + timedelta(days=10))
    return house


def picture(house: House, *, inside: bool = False) -> Picture:
    compound = with_buildings(Compound.objects.all()).get(pk=house.compound.pk)
    return draw(compound, now=NOW, inside=inside)


def resident(house: House, compound: Compound | None = None) -> Client:
    compound = compound or house.compound
    building = compound.buildings.first()
    if building is None:
        building = compound.buildings.create(name="1栋")
    unit = Unit.objects.create(compound=compound, building=building, label="3栋101")
    who = register_person(
        phone=f"1360000{compound.pk % 9999:04d}", name="某人", acting=SYSTEM, at=AT
    )
    give_consent(user=who, version=PRIVACY_VERSION, acting=SYSTEM, at=AT)
    move_in(person=who, unit=unit, standing="owner", way="clerk", acting=SYSTEM, at=AT)
    return browser(who)


class TestWhatIsDrawn:
    def test_the_chain_the_core_and_the_others(self, governed):
        drawn = picture(governed)
        names = [office.name for office in drawn.offices]
        assert names == ["区小区治理办", "龙田街道办事处", "龙田社区党委"]
        assert [box.body for box in drawn.core] == [governed.branch]
        assert [box.body.name for box in drawn.columns[0].boxes] == ["碧梧里业委会"]
        assert drawn.columns[1].missing == ["物业服务企业"]
        assert drawn.without_lead == ["3栋"]

    def test_a_vacant_seat_with_its_days_and_a_term_that_runs_out(self, governed):
        box = picture(governed).columns[0].boxes[0]
        assert (box.empty, box.empty_post, box.empty_days) == (1, "委员", 20)
        assert (box.ends, box.soon, box.ended) == (date(2026, 4, 30), True, False)
        with time_machine.travel(NOW + timedelta(days=120), tick=False):
            compound = with_buildings(Compound.objects.all()).get()
            over = draw(compound, now=NOW + timedelta(days=120)).columns[0].boxes[0]
            assert (over.ended, over.empty) == (True, 5)
            assert "已经过了" in over.left

    def test_one_person_in_two_offices_is_marked_on_both(self, governed):
        drawn = picture(governed)
        marked = [one.mark for box in drawn.boxes for one in box.sitting if one.mark]
        assert marked == [1, 1]
        assert drawn.same == [(1, "碧梧里党支部书记，也是碧梧里业委会主任")]

    def test_a_name_stands_there_only_by_consent_and_no_mark_carries_it_further(self, governed):
        assert "周岚" not in resident(governed).get(f"/governs/{governed.compound.code}/").text
        seats = list(Seat.objects.filter(person__name="周岚").order_by("pk"))
        show(seats[1])
        drawn = picture(governed)
        named = [one for box in drawn.boxes for one in box.sitting if one.name]
        assert [(one.name, one.post, one.mark) for one in named] == [("周岚", "主任", 0)]
        assert drawn.same == []
        show(seats[0])
        assert picture(governed).same == [(1, "周岚，碧梧里党支部书记，也是碧梧里业委会主任")]

    def test_neighbours_do_not_see_that_a_member_of_the_committee_sits_in_the_branch(
        self, governed
    ):
        member = Seat.objects.get(person__name="委2")
        sit(governed.branch, member.person, "member")
        assert len(picture(governed).same) == 1
        assert len(picture(governed, inside=True).same) == 2

    def test_members_of_groups_are_a_number(self, governed):
        group = found(governed, "group", "急救义工队", group="first_aid", purpose="急救")
        for number in range(20, 23):
            sit(group, person(number, f"义{number}"), "participant")
        box = next(box for box in picture(governed).boxes if box.is_a_group)
        assert box.people == "成员 3 人"
        assert box.empty == 0

    def test_a_body_of_the_compound_beside_is_drawn_too(self, governed):
        other = add_compound(
            code="440310006001-02", name="松涛里", kind="commercial", stage="settled",
            since=AT.date(), community=governed.place["龙田社区"], acting=SYSTEM, at=AT,
        )  # fmt: skip
        joint = actions.found_body(
            kind="branch", name="联合党支部", compound=other, acting=SYSTEM, at=AT
        )
        actions.cover_compound(body=joint, compound=governed.compound, acting=SYSTEM, at=AT)
        assert {box.body.name for box in picture(governed).core} == {"碧梧里党支部", "联合党支部"}

    def test_a_compound_without_anything_says_so(self, house):
        actions.dissolve_body(body=house.branch, acting=SYSTEM, at=AT)
        page = resident(house).get(f"/governs/{house.compound.code}/").text
        assert "还没有登记组织" in page
        assert "还没有登记" in page


class TestForWhom:
    def test_who_lives_there_and_who_answers_for_it(self, governed):
        here = f"/governs/{governed.compound.code}/"
        other = add_compound(
            code="440310006001-02", name="松涛里", kind="commercial", stage="settled",
            since=AT.date(), community=governed.place["龙田社区"], acting=SYSTEM, at=AT,
        )  # fmt: skip
        for client in (
            resident(governed), browser(governed.head), browser(governed.clerk),
            browser(person(1, "周岚")),
        ):  # fmt: skip
            give_consent(user=person(1, "周岚"), version=PRIVACY_VERSION, acting=SYSTEM, at=AT)
            assert client.get(here).status_code == 200
        for client in (resident(governed, other), browser(governed.far_head)):
            assert client.get(here).status_code == 404
        assert Client().get(here).status_code == 302

    def test_boxes_lead_to_pages_inside_and_to_the_words_outside(self, governed):
        here = f"/governs/{governed.compound.code}/"
        link = f"/bodies/{governed.branch.pk}/"
        assert link in browser(governed.head).get(here).text
        outside = resident(governed).get(here).text
        assert link not in outside
        assert f'href="#b{governed.branch.pk}"' in outside
        assert f'id="b{governed.branch.pk}"' in outside

    def test_a_member_of_a_council_reads_the_picture_and_no_names(self, governed):
        council = found(governed, "council", "碧梧里议事会")
        member = person(30, "议员")
        give_consent(user=member, version=PRIVACY_VERSION, acting=SYSTEM, at=AT)
        sit(council, member, "participant")
        client = browser(member)
        assert client.get(f"/governs/{governed.compound.code}/").status_code == 200
        assert client.get("/bodies/").status_code == 404
        assert client.get(f"/bodies/{governed.branch.pk}/").status_code == 404

    def test_six_queries_however_many_sit_there(self, governed, django_assert_max_num_queries):
        client = resident(governed)
        here = f"/governs/{governed.compound.code}/"
        client.get(here)
        for kind in ("council", "supervisory_board", "group"):
            more = {"group": "women"} if kind == "group" else {}
            body = found(governed, kind, f"碧梧里{kind}", **more)
            posts = {"supervisory_board": "supervisor"}
            for number in range(8):
                who = person(100 + body.pk % 90 * 10 + number, "某某")
                sit(body, who, posts.get(kind, "participant"))
        with django_assert_max_num_queries(6):
            assert "成员 8 人" in client.get(here).text


class TestOwnSeats:
    def test_one_tap_shows_the_name_and_one_takes_it_back(self, governed):
        secretary = person(1, "周岚")
        give_consent(user=secretary, version=PRIVACY_VERSION, acting=SYSTEM, at=AT)
        client = browser(secretary)
        seat = Seat.objects.get(body=governed.branch)
        assert "图上没有写您的姓名" in client.get("/seats/").text
        url = f"/seats/{seat.pk}/name/"
        assert client.post(url, {"shown": "1"}, follow=True).text.count("图上写着您的姓名") == 1
        here = f"/governs/{governed.compound.code}/"
        assert "周岚" in client.get(here).text
        client.post(url, {"shown": "0"})
        assert "周岚</b>" not in client.get(here).text
        assert browser(governed.head).post(url, {"shown": "1"}).status_code == 404
