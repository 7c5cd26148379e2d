"""The list of compounds, the map, and what the district's office keeps of them."""

import pytest

from yihe.bodies.tests.builders import browser
from yihe.places.models import Building, Compound, StageChange
from yihe.places.queries import outlines
from yihe.places.rules import inside
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db


def form(**more: object) -> dict[str, object]:
    return {
        "name": "鹭鸣苑", "code": "440310006001-02", "community": "440310006001",
        "kind": "commercial", "stage": "moving_in", "since": "2026-01-02", **more,
    }  # fmt: skip


class TestKeeping:
    def test_a_compound_is_added_corrected_and_goes_on(self, house):
        client = browser(house.clerk)
        assert client.post("/compounds/new/", form(households="820")).status_code == 302
        found = Compound.objects.get(name="鹭鸣苑")
        assert (found.households, found.path) == (820, "440310/006/001/440310006001-02")
        url = f"/compounds/{found.code}/"
        change = {"name": "鹭鸣新苑", "kind": "commercial", "households": "821"}
        client.post(f"{url}change/", change)
        found.refresh_from_db()
        assert (found.name, found.households) == ("鹭鸣新苑", 821)
        client.post(f"{url}stage/", {"stage": "settled", "since": "2026-02-01"})
        assert StageChange.objects.filter(compound=found).count() == 2
        assert "正在入住" in client.get(url).text
        assert client.get(f"{url}stage/").status_code == 404  # there is no next one
        acts = Entry.objects.filter(subject_key=found.code).values_list("act", flat=True)
        assert set(acts) == {"compound.add", "compound.change", "compound.stage"}

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"name": ""}, "请写小区的名称"),
            ({"code": "440310006001-01"}, "已经有了"),
            ({"code": "a b"}, "代码只用"),
            ({"community": "440310006000"}, "有效"),
            ({"households": "-1"}, "不能小于"),
            ({"households": "很多"}, "请写数字"),
            ({"latitude": "22.7"}, "要一起写"),
            ({"latitude": "91", "longitude": "114"}, "不能大于"),
            ({"since": "2026-02-30"}, "日期写成"),
        ],
    )
    def test_what_does_not_fit_is_said_and_nothing_is_added(self, house, wrong, words):
        page = browser(house.clerk).post("/compounds/new/", form(**wrong))
        assert words in page.text
        assert Compound.objects.count() == 1

    def test_a_stage_is_never_skipped_nor_dated_ahead(self, house):
        client = browser(house.clerk)
        client.post("/compounds/new/", form(stage="planned"))
        url = "/compounds/440310006001-02/stage/"
        assert "有效" in client.post(url, {"stage": "settled", "since": "2026-02-01"}).text
        assert "还没有到" in client.post(url, {"stage": "building", "since": "2999-01-01"}).text
        early = client.post(url, {"stage": "building", "since": "2025-01-01"})
        assert "早于" in early.text
        assert StageChange.objects.filter(compound__name="鹭鸣苑").count() == 1

    def test_a_building_stands_once(self, house):
        client = browser(house.clerk)
        url = f"/compounds/{house.compound.code}/building/"
        new = {"name": "5栋", "floors": "18", "entrances": "1单元 2单元 1单元"}
        assert client.post(url, new).status_code == 302
        assert Building.objects.get(name="5栋").entrances.count() == 2
        assert "已经有5栋" in client.post(url, new).text
        assert "不能大于" in client.post(url, {**new, "name": "6栋", "floors": "999"}).text

    def test_only_the_districts_office_keeps_the_list(self, house):
        client = browser(house.head)
        assert client.get("/compounds/").status_code == 200
        code = house.compound.code
        for path in ("new/", f"{code}/change/", f"{code}/stage/", f"{code}/building/"):
            assert client.get(f"/compounds/{path}").status_code == 404
            assert client.post(f"/compounds/{path}", form()).status_code == 404
        assert Compound.objects.count() == 1


class TestMap:
    def test_shows_the_compounds_of_ones_places_only(self, house):
        Compound.objects.update(latitude="22.700000", longitude="114.350000")
        near = browser(house.head).get("/compounds/map.json").json()
        assert [one["properties"]["name"] for one in near["features"]] == ["碧梧里"]
        assert near["features"][0]["geometry"]["coordinates"] == [114.35, 22.7]
        assert near["outline"]["type"] == "Polygon"
        assert browser(house.far_head).get("/compounds/map.json").json()["features"] == []

    def test_the_page_says_the_same_in_words(self, house):
        page = browser(house.head).get("/compounds/map/").text
        assert "碧梧里" in page
        assert "leaflet.js" in page

    def test_tiles_may_be_loaded_from_where_the_settings_say_and_from_nowhere_else(
        self, house, settings
    ):
        client = browser(house.head)
        policy = client.get("/compounds/map/").headers["Content-Security-Policy"]
        assert "img-src 'self' data:;" in policy
        settings.MAP_TILE_URL = "https://tiles.example.cn/{z}/{x}/{y}.png"
        policy = client.get("/compounds/map/").headers["Content-Security-Policy"]
        assert "img-src 'self' data: https://tiles.example.cn;" in policy
        assert "example" not in client.get("/compounds/").headers["Content-Security-Policy"]

    def test_asks_no_more_with_rows(self, house, django_assert_max_num_queries):
        client = browser(house.clerk)
        client.get("/compounds/map.json")
        for number in range(3, 20):
            values = form(code=f"440310006001-{number:02d}", name=f"苑{number}")
            client.post("/compounds/new/", {**values, "latitude": "22.7", "longitude": "114.3"})
        with django_assert_max_num_queries(6):
            assert len(client.get("/compounds/map.json").json()["features"]) == 17


def test_a_point_is_inside_or_outside_an_outline():
    square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
    assert inside(square, 1, 1)
    assert not inside(square, 5, 1)
    assert not inside(square, 1, -1)
    assert inside(outlines()["440310"]["coordinates"][0], 114.35, 22.70)
