"""The page of one's homes: who belongs to them."""

import pytest
from django.utils import timezone

from yihe.people.actions import move_in
from yihe.people.tests.helpers import browser, invited, number_of, queries, settle
from yihe.places.models import Unit
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db


def also_at(person, unit, standing="owner"):
    return move_in(
        person=person, unit=unit, standing=standing, way="clerk", acting=SYSTEM, at=timezone.now()
    )


class TestHousehold:
    def test_those_of_one_home_see_each_other_and_nobody_else_does(self, place):
        tenant = settle(place, "tenant", "田租客").person
        for one in (place.resident, tenant):
            page = browser(one).get("/home/").text
            assert "罗居民" in page
            assert "田租客" in page
            assert "周邻居" not in page
        for other in (place.neighbour, place.outsider):
            page = browser(other).get("/home/").text
            assert "罗居民" not in page
            assert "田租客" not in page

    def test_shows_no_phone_number(self, place):
        tenant = settle(place, "tenant", "田租客").person
        assert number_of(tenant)[-4:] not in browser(place.resident).get("/home/").text

    def test_two_of_one_name_are_both_there_and_one_of_them_is_me(self, place):
        first = settle(place, "tenant", "王伟").person
        settle(place, "tenant", "王伟")
        page = browser(first).get("/home/").text
        assert page.count("<b>王伟</b>") == 1
        assert page.count("<b>王伟（我）</b>") == 1

    def test_who_left_is_not_shown(self, place):
        home = settle(place, "tenant", "田租客")
        browser(home.person).post(f"/home/{home.pk}/leave/")
        assert "田租客" not in browser(place.resident).get("/home/").text

    def test_asks_no_more_queries_with_people_codes_requests_and_homes(self, place):
        client = browser(place.resident)
        invited(place)
        few = queries(lambda: client.get("/home/"))
        for number in range(6):
            settle(place, "family", f"某{number}")
        for _ in range(3):
            invited(place)
        for unit in Unit.objects.filter(compound=place.compound).order_by("-pk")[:3]:
            also_at(place.resident, unit)
        assert queries(lambda: client.get("/home/")) == few <= 7

    def test_a_clerk_at_home_asks_no_more_either(self, place):
        clerk = place.community_clerk
        also_at(clerk, place.unit)
        client = browser(clerk)
        few = queries(lambda: client.get("/home/"))
        for _ in range(3):
            invited(place)
        assert queries(lambda: client.get("/home/")) == few
