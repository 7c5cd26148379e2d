"""The frame of every page: the elder look one tap away, all places within reach, whom to telephone."""

import re

import pytest
from django.test import Client

from yihe.bodies.models import Body
from yihe.bodies.tests.builders import browser
from yihe.calls.tests.builders import make_person
from yihe.people.tests.helpers import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(district):
    return district


class TestTheElderLook:
    def test_is_one_tap_away_in_the_bar_for_everybody(self, place):
        for client in (Client(), browser(place.resident), browser(make_person("某人"))):
            bar = client.get("/").text.split('class="y-bar"')[1].split("</header>")[0]
            assert "长辈版" in bar
            assert 'action="/look/elder/"' in bar
        client.cookies["y_elder"] = "1"
        assert "标准版" in client.get("/").text


class TestMore:
    def test_lists_what_the_bar_holds_and_a_phone_does_not_show(self, place):
        clerk = browser(place.district_clerk)
        bar = re.findall(r'class="y-pc" href="([^"]+)"', clerk.get("/more/").text)
        page = clerk.get("/more/").text.split("<main")[1]
        assert {"/compounds/", "/bodies/", "/topics/", "/conference/"} <= set(bar)
        assert [url for url in bar if f'href="{url}"' not in page] == []

    def test_shows_a_resident_no_office(self, place):
        page = browser(place.resident).get("/more/").text
        assert 'href="/home/"' in page
        assert "/bodies/" not in page

    def test_leads_nowhere_that_is_closed(self, place):
        for who in (place.resident, place.secretary, place.community_clerk, place.department_clerk):
            client = browser(who)
            ways = re.findall(r'y-row" href="([^"]+)"', client.get("/more/").text)
            assert len(ways) > 5
            assert [way for way in ways if client.get(way).status_code >= 400] == []


class TestWhomToTelephone:
    def test_who_has_a_home_rings_its_community(self, place):
        Body.objects.filter(pk=place.community_desk.pk).update(phone="0755-28001234")
        page = browser(place.resident).get("/help/").text
        name = place.community_desk.name
        assert f"打给{name}" in page
        assert 'href="tel:0755-28001234"' in page

    def test_strangers_find_all_communities_in_one_query(self, place):
        Body.objects.filter(pk=place.community_desk.pk).update(phone="0755-28001234")
        page = Client().get("/help/").text
        assert place.community_desk.name in page
        assert "有人替您记" in page
        assert queries(lambda: Client().get("/help/")) <= 2

    def test_no_telephone_is_said(self, place):
        Body.objects.update(phone="")
        assert "还没有登记" in Client().get("/help/").text


def test_a_resident_reads_where_they_are_registered(place):
    page = browser(place.resident).get("/inbox/").text
    assert "您登记的是印象家园业主" in page
    assert "的身份在办事" not in page
    assert "的身份在办事" in browser(place.community_clerk).get("/inbox/").text
