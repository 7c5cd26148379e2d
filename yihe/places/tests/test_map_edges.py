"""The map of the compounds: who sees what, how many queries, which foreign origin."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yihe.places.actions import add_compound
from yihe.places.models import Compound, Division
from yihe.trail.acting import SYSTEM
from yihe.worktime import SHANGHAI

AT = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db
ONE = "/compounds/440310006001-01/"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def put_on_map(community: Division, number: int) -> Compound:
    return add_compound(
        code=f"{community.code}-{number}", name=f"苑{number}", kind="social", stage="settled",
        since=date(2026, 1, 5), community=community, latitude=Decimal("22.69"),
        longitude=Decimal("114.35"), acting=SYSTEM, at=AT,
    )  # fmt: skip


class TestMap:
    def test_holds_what_the_list_holds_and_no_more(self, house):
        put_on_map(house.place["龙田社区"], 50)
        put_on_map(house.place["老坑社区"], 50)

        def names(user) -> list[str]:
            found = browser(user).get("/compounds/map.json").json()["features"]
            return [one["properties"]["url"] for one in found]

        assert len(names(house.administrator)) == 2
        assert names(house.head) == ["/compounds/440310006001-50/"]
        assert "老坑" not in browser(house.head).get("/compounds/map/").text

    def test_asks_for_the_same_number_of_queries_however_many_there_are(self, house):
        client = browser(house.administrator)

        def asked(path: str) -> int:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            return len(queries)

        before = [asked(path) for path in ("/compounds/map/", "/compounds/map.json")]
        for number in range(50, 70):
            put_on_map(house.place["老坑社区"], number)
        assert [asked(path) for path in ("/compounds/map/", "/compounds/map.json")] == before

    def test_says_the_same_in_words_without_script_and_leaflet_is_nowhere_else(self, house):
        client = browser(house.administrator)
        page = client.get("/compounds/map/").text
        assert "龙田街道" in page
        assert f'href="{ONE}"' in page
        assert "style=" not in page
        assert "leaflet" not in client.get("/compounds/").text

    def test_is_not_for_strangers(self, house):
        assert Client().get("/compounds/map.json").status_code in (302, 401, 403, 404)

    def test_has_no_foreign_origin_unless_tiles_are_set(self, house, settings):
        client = browser(house.administrator)
        settings.MAP_TILE_URL = ""
        assert "img-src 'self' data:;" in client.get("/compounds/map/")["Content-Security-Policy"]
        settings.MAP_TILE_URL = "https://{s}.tiles.example/{z}/{x}/{y}.png"
        policy = client.get("/compounds/map/")["Content-Security-Policy"]
        assert "img-src 'self' data: https://*.tiles.example;" in policy
        assert "tiles.example" not in client.get("/compounds/")["Content-Security-Policy"]
        assert "unsafe" not in policy
