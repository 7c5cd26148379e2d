"""The map of the compounds, and the list as the district's office keeps it."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yihe.places.actions import add_compound
from yihe.places.models import Compound, Division
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry
from yihe.worktime import SHANGHAI

AT = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db
ONE = "/compounds/440310006001-01/"
NEW = {
    "name": "鹭鸣苑", "code": "440310006002-01", "kind": "social", "stage": "on_sale",
    "since": "2026-01-05", "latitude": "22.69", "longitude": "114.35",
}  # fmt: skip


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(house, **changes: str) -> dict[str, object]:
    return {**NEW, "community": house.place["老坑社区"].pk, **changes}


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


class TestKeeping:
    def test_a_compound_is_added_with_its_trail(self, house):
        answer = browser(house.administrator).post("/compounds/new/", form(house))
        assert answer.status_code == 302
        found = Compound.objects.get(code=NEW["code"])
        assert (found.stage, found.longitude) == ("on_sale", Decimal("114.35"))
        assert Entry.objects.filter(act="compound.add", subject_key=found.code).exists()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "请写小区的名称"),
            ({"community": "440310006000"}, "is-invalid"),
            ({"code": "440310006001-01"}, "已经有了"),
            ({"code": "../x"}, "代码只用字母"),
            ({"longitude": ""}, "要一起写"),
            ({"longitude": "NaN"}, "请写数字"),
            ({"latitude": "91"}, "不能大于"),
            ({"since": "昨天"}, "日期写成"),
        ],
    )
    def test_a_wrong_field_is_named_and_nothing_is_written(self, house, changes, words):
        page = browser(house.administrator).post("/compounds/new/", form(house, **changes))
        assert page.status_code == 200
        assert words in page.text
        assert Compound.objects.count() == 1

    def test_only_a_stage_that_follows_is_entered(self, house):
        client = browser(house.clerk)
        client.post("/compounds/new/", form(house))
        path = f"/compounds/{NEW['code']}/stage/"
        assert client.post(path, {"stage": "planned", "since": "2026-02-01"}).status_code == 200
        assert client.post(path, {"stage": "handed_over", "since": "2025-01-01"}).status_code == 200
        assert client.post(path, {"stage": "handed_over", "since": "2026-02-01"}).status_code == 302
        stages = Compound.objects.get(code=NEW["code"]).stages.order_by("pk")
        assert [one.stage for one in stages] == ["on_sale", "handed_over"]

    def test_a_building_is_entered_once(self, house):
        client = browser(house.administrator)
        fields = {"name": "4栋", "floors": "18", "entrances": "1单元 2单元 1单元"}
        assert client.post(f"{ONE}building/", fields).status_code == 302
        assert "已经有4栋" in client.post(f"{ONE}building/", fields).text
        four = house.compound.buildings.get(name="4栋")
        assert [one.name for one in four.entrances.order_by("pk")] == ["1单元", "2单元"]

    def test_a_correction_leaves_the_stage_alone(self, house):
        fields = {"name": "碧梧里花园", "kind": "commercial", "households": "900"}
        assert browser(house.clerk).post(f"{ONE}change/", fields).status_code == 302
        found = Compound.objects.get(pk=house.compound.pk)
        assert (found.name, found.households, found.stage) == ("碧梧里花园", 900, "settled")

    @pytest.mark.parametrize(
        "path", ["/compounds/new/", *(f"{ONE}{a}/" for a in ("change", "building"))]
    )
    def test_nobody_else_keeps_the_list(self, house, path):
        for user in (house.head, house.far_head):
            assert browser(user).get(path).status_code == 404
            assert browser(user).post(path, form(house)).status_code == 404
        assert Compound.objects.get().name == "碧梧里"
        assert browser(house.clerk).get(path).status_code == 200
