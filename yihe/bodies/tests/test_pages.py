"""Bodies and seats as people keep them in the browser."""

import pytest

from yihe.accounts.models import User
from yihe.bodies.models import Alias, Body, Seat
from yihe.bodies.tests.builders import House, browser
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db


def found_form(house: House, **more: object) -> dict[str, object]:
    values = {"kind": "department", "name": "区水务局", "division": "440310000000", "phone": ""}
    return {**values, **more}


class TestFounding:
    def test_the_administrator_founds_a_body_with_the_level_of_its_kind(self, house):
        client = browser(house.administrator)
        assert "新设一个组织" in client.get("/bodies/new/").text
        answer = client.post("/bodies/new/", found_form(house, parent=house.district.pk))
        made = Body.objects.get(name="区水务局")
        assert answer.headers["Location"] == f"/bodies/{made.pk}/"
        assert (made.level, made.scope, made.parent) == (3, "440310", house.district)

    def test_a_branch_belongs_to_a_compound_and_handles_nothing(self, house):
        form = found_form(house, kind="committee", name="碧梧里业委会", compound=house.compound.pk)
        browser(house.administrator).post("/bodies/new/", form)
        made = Body.objects.get(name="碧梧里业委会")
        assert (made.level, made.division, made.scope) == (None, None, house.compound.path)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"name": ""}, "请写组织的名称"),
            ({"division": ""}, "请选区"),
            ({"division": "440310006001"}, "请选区"),
            ({"kind": "community"}, "请选社区"),
            ({"kind": "branch"}, "请选小区"),
            ({"kind": "kingdom"}, "有效"),
            ({"parent": "999999"}, "有效"),
            ({"name": "局" * 81}, "80"),
        ],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_founded(self, house, wrong, words):
        before = Body.objects.count()
        page = browser(house.administrator).post("/bodies/new/", found_form(house, **wrong))
        assert words in page.text
        assert Body.objects.count() == before

    def test_nobody_else_founds(self, house):
        client = browser(house.clerk)
        assert client.get("/bodies/new/").status_code == 404
        assert client.post("/bodies/new/", found_form(house)).status_code == 404
        for user in (house.head, house.far_head):  # no office
            page = browser(user).post("/bodies/new/", found_form(house))
            assert "有效" in page.text
        assert not Body.objects.filter(name="区水务局").exists()

    def test_a_community_founds_what_its_own_compounds_govern_themselves_with(self, house):
        form = found_form(house, kind="council", name="碧梧里议事会", compound=house.compound.pk)
        browser(house.far_head).post("/bodies/new/", form)
        assert not Body.objects.filter(kind="council").exists()
        browser(house.head).post("/bodies/new/", form)
        council = Body.objects.get(kind="council")
        assert (council.compound, council.level) == (house.compound, None)
        clerk = browser(house.sit(house.near, "clerk"))
        seat = {"post": "chair", "name": "周岚", "phone": "13811112222"}
        assert clerk.post(f"/bodies/{council.pk}/seat/", seat).status_code == 302
        assert clerk.post(f"/bodies/{house.near.pk}/seat/", seat).status_code == 404


class TestChanging:
    def test_a_former_name_stays_as_an_alias(self, house):
        client = browser(house.administrator)
        form = {"name": "龙田社区综合党委", "phone": "0755-00000001", "parent": house.street.pk}
        client.post(f"/bodies/{house.near.pk}/change/", form)
        assert Alias.objects.get(body=house.near).name == "龙田社区党委"
        assert "也写作：龙田社区党委" in client.get(f"/bodies/{house.near.pk}/").text

    def test_no_body_stands_above_itself(self, house):
        form = {"name": "区小区治理办", "phone": "", "parent": house.near.pk}
        page = browser(house.administrator).post(f"/bodies/{house.district.pk}/change/", form)
        assert "不能在自己的上面" in page.text

    def test_a_body_closes_when_nobody_sits_there(self, house):
        client = browser(house.administrator)
        page = client.post(f"/bodies/{house.near.pk}/close/")
        assert "还有人在这里任职" in page.text
        assert client.post(f"/bodies/{house.branch.pk}/close/").status_code == 302
        house.branch.refresh_from_db()
        assert house.branch.until is not None

    def test_a_closed_body_can_be_read_but_not_kept(self, house):
        client = browser(house.administrator)
        here = f"/bodies/{house.branch.pk}/"
        closed = client.post(f"{here}close/", follow=True)
        assert closed.redirect_chain == [(here, 302)]
        assert "已经停用" in closed.text
        assert f"{here}change/" not in closed.text
        form = {"name": "新名", "phone": "", "parent": ""}
        assert "已经停用了" in client.post(f"{here}change/", form).text
        assert client.post(f"{here}seat/", TestSeats().form()).status_code == 404
        house.branch.refresh_from_db()
        assert house.branch.name == "碧梧里党支部"
        assert "碧梧里党支部" not in client.get("/bodies/").text


class TestSeats:
    def form(self, **more: object) -> dict[str, object]:
        return {"post": "secretary", "name": "周岚", "phone": "138 1111 2222", **more}

    def test_a_head_seats_people_in_the_own_community_only(self, house):
        url = f"/bodies/{house.branch.pk}/seat/"
        assert browser(house.far_head).post(url, self.form()).status_code == 404
        assert browser(house.clerk).post(url, self.form()).status_code == 404
        assert browser(house.head).post(url, self.form()).status_code == 302
        seat = Seat.objects.get(body=house.branch)
        assert (seat.post, seat.person.phone, seat.person.name) == (
            "secretary",
            "13811112222",
            "周岚",
        )
        assert Entry.objects.filter(act="seat.taken", subject_key=str(house.branch.pk)).exists()

    def test_a_number_that_belongs_to_another_name_reveals_nobody(self, house):
        form = self.form(phone=house.clerk.phone)
        page = browser(house.head).post(f"/bodies/{house.branch.pk}/seat/", form)
        assert "另一个姓名" in page.text
        assert house.clerk.name not in page.text
        assert not Seat.objects.filter(body=house.branch).exists()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"post": "administrator"}, "有效"),
            ({"phone": "1381111"}, "11 位"),
            ({"name": ""}, "请写姓名"),
            ({"post": "lead"}, "请选楼栋长负责哪一栋"),
        ],
    )
    def test_wrong_input_is_said(self, house, wrong, words):
        page = browser(house.head).post(f"/bodies/{house.branch.pk}/seat/", self.form(**wrong))
        assert words in page.text
        assert not Seat.objects.filter(body=house.branch).exists()

    def test_a_lead_looks_after_a_building(self, house):
        building = house.compound.buildings.get()
        form = self.form(post="lead", building=building.pk)
        browser(house.head).post(f"/bodies/{house.branch.pk}/seat/", form)
        assert Seat.objects.get(body=house.branch).area == f"{house.compound.path}/3栋"

    def test_who_leaves_can_do_nothing_from_then_on_and_stays_in_the_history(self, house):
        clerk = house.sit(house.near, "clerk")
        seat = Seat.objects.get(person=clerk)
        assert browser(clerk).get("/desk/").status_code == 200
        url = f"/bodies/{house.near.pk}/seats/{seat.pk}/end/"
        assert browser(house.far_head).post(url).status_code == 404
        assert "卸任" in browser(house.head).get(url).text
        assert browser(house.head).post(url).status_code == 302
        assert browser(clerk).get("/desk/").status_code == 404
        assert clerk.name in browser(house.head).get(f"/bodies/{house.near.pk}/").text
        assert browser(house.head).post(url).status_code == 404  # only once


class TestALostSignIn:
    def test_is_reset_by_the_head_of_the_office_and_nobody_else(self, house):
        clerk = house.sit(house.near, "clerk")
        clerk.refresh_from_db()
        clerk.set_password("a long and good one")
        clerk.save()
        gone = browser(clerk)
        url = f"/bodies/{house.near.pk}/seats/{Seat.objects.get(person=clerk).pk}/reset/"
        assert url in browser(house.head).get(f"/bodies/{house.near.pk}/").text
        for other in (house.far_head, clerk, house.clerk):
            assert browser(other).post(url).status_code == 404
        assert "先当面或打电话问清楚" in browser(house.head).get(url).text
        assert browser(house.head).post(url).status_code == 302
        clerk.refresh_from_db()
        assert not clerk.has_usable_password()
        assert gone.get("/me/").status_code == 302

    def test_is_not_for_posts_that_sign_in_by_code_alone(self, house):
        lead = house.sit(house.branch, "lead")
        seat = Seat.objects.get(person=lead)
        url = f"/bodies/{house.branch.pk}/seats/{seat.pk}/reset/"
        assert browser(house.administrator).get(url).status_code == 404


def test_a_page_of_bodies_asks_no_more_with_rows(house, django_assert_max_num_queries):
    client = browser(house.administrator)
    client.get("/bodies/")
    for number in range(20):
        house.make("department", f"局{number}", "坪山区", 3)
    with django_assert_max_num_queries(6):
        assert "局7" in client.get("/bodies/").text
    assert "局7" not in client.get("/bodies/?q=党支部").text


class TestTheChainOfOffices:
    def test_is_walked_up_and_down(self, house):
        page = browser(house.administrator).get(f"/bodies/{house.near.pk}/").text
        assert f"/bodies/{house.street.pk}/" in page
        assert f"/bodies/{house.branch.pk}/" in page  # a compound's body below its community
        assert f"/house/trail/body/{house.near.pk}/" in page

    def test_of_offices_above_ones_own_the_posts_are_read_and_no_names(self, house):
        secretary = browser(house.sit(house.branch, "secretary"))
        above = secretary.get(f"/bodies/{house.branch.pk}/").text
        assert f"/bodies/{house.near.pk}/" in above
        User.objects.filter(pk=house.head.pk).update(name="林负责")
        page = secretary.get(f"/bodies/{house.near.pk}/").text
        assert "负责人" in page
        assert "1 人" in page
        assert "林负责" not in page
        assert secretary.get(f"/bodies/{house.street.pk}/").status_code == 200
        assert secretary.get(f"/bodies/{house.far.pk}/").status_code == 404
        assert secretary.get(f"/bodies/{house.near.pk}/change/").status_code == 404

    def test_a_leads_building_is_shown(self, house):
        lead = house.sit(house.branch, "lead")
        lead.seats.update(area=f"{house.compound.path}/3栋")
        page = browser(house.administrator).get(f"/bodies/{house.branch.pk}/").text
        assert "楼栋长，负责3栋" in page
