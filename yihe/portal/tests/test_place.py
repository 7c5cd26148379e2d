"""A compound's page: who governs it, its history, its buildings and units, its outline."""

import json

import pytest
from django.utils import timezone

from yihe.accounts.models import User
from yihe.bodies.models import Body
from yihe.bodies.tests.builders import browser
from yihe.people.tests.helpers import browser as home_browser
from yihe.places.models import Compound, KindChange
from yihe.places.rules import read_outline
from yihe.portal.tables import TABLES
from yihe.sheets.importing import import_table
from yihe.sheets.reading import read_bytes
from yihe.trail.acting import SYSTEM

RING = [[114.350, 22.700], [114.352, 22.700], [114.352, 22.702], [114.350, 22.700]]
MANY = [[114, 22 + place / 1_000_000] for place in range(2500)]
SQUARE = {"type": "Polygon", "coordinates": [RING]}


def facts(**more: object) -> dict[str, object]:
    return {"name": "碧梧里", "kind": "commercial", **more}


@pytest.mark.django_db
class TestThePage:
    def test_says_who_governs_by_post_and_never_by_name(self, district):
        place = district
        Body.objects.filter(pk=place.community_desk.pk).update(phone="0755-28001234")
        User.objects.filter(pk=place.secretary.pk).update(name="林书记")
        url = f"/compounds/{place.compound.code}/"
        page = home_browser(place.resident).get(url).text
        assert place.branch.name in page
        assert "支部书记 1 人" in page
        assert "还没有登记" in page  # no committee
        assert "0755-28001234" in page
        assert "林书记" not in page
        assert "/bodies/" not in page
        assert "/buildings/" not in page
        assert f"/bodies/{place.branch.pk}/" in home_browser(place.secretary).get(url).text

    def test_who_has_one_compound_goes_there_instead_of_a_list(self, district):
        place = district
        for who in (place.resident, place.secretary):
            answer = home_browser(who).get("/compounds/")
            assert answer.headers["Location"] == f"/compounds/{place.compound.code}/"
        assert home_browser(place.community_clerk).get("/compounds/").status_code == 200

    def test_units_stand_with_their_areas_for_posts(self, district):
        place = district
        building = place.unit.building
        url = f"/compounds/{place.compound.code}/buildings/{building.pk}/"
        page = home_browser(place.secretary).get(url).text
        assert place.unit.name in page
        assert home_browser(place.resident).get(url).status_code == 404
        assert home_browser(place.secretary).get(f"{url}?entrance=%E6%97%A0").status_code == 200


@pytest.mark.django_db
class TestHistory:
    def test_another_kind_stays_as_history_and_is_shown(self, house):
        client = browser(house.clerk)
        url = f"/compounds/{house.compound.code}/"
        client.post(f"{url}change/", facts(kind="social"))
        rows = KindChange.objects.filter(compound=house.compound).order_by("pk")
        assert [row.kind for row in rows] == ["commercial", "social"]
        page = client.get(url).text
        assert "商品房" in page
        assert "保障房" in page
        client.post(f"{url}change/", facts(kind="social", name="碧梧新里"))
        assert rows.count() == 2

    def test_presales_of_the_year_are_entered_shown_and_counted(self, house):
        client = browser(house.clerk)
        url = f"/compounds/{house.compound.code}/"
        known = Compound.objects.filter(presale_on__isnull=False)
        assert "新开预售" not in client.get("/compounds/").text
        client.post(f"{url}change/", facts(presale_on=f"{timezone.localdate().year}-01-15"))
        assert known.count() == 1
        assert "今年 1 个新开预售" in client.get("/compounds/").text
        assert "碧梧里" in client.get("/compounds/?presale=1").text
        assert "开始预售" in client.get(url).text


@pytest.mark.django_db
class TestTheOutline:
    def test_is_pasted_shown_on_the_map_and_taken_out_again(self, house):
        client = browser(house.clerk)
        url = f"/compounds/{house.compound.code}/change/"
        client.post(url, facts(outline=json.dumps(SQUARE)))
        assert client.get("/compounds/map.json").json()["features"][0]["geometry"] == SQUARE
        client.post(url, facts(outline=""))
        assert Compound.objects.get().outline is None

    def test_comes_from_a_table(self, house):
        text = json.dumps(SQUARE).replace('"', '""')
        table = (
            f'名称,社区,预售日期,范围\n碧梧里,龙田社区,2026-03-01,"{text}"\n坏的,龙田社区,,"[1]"\n'
        )
        report = import_table(
            TABLES["compounds"], read_bytes(table.encode()), acting=SYSTEM, keep_good=True,
            at=timezone.now(),
        )  # fmt: skip
        compound = Compound.objects.get(name="碧梧里")
        assert compound.outline == SQUARE
        assert str(compound.presale_on) == "2026-03-01"
        assert [line for line, _ in report.refused] == [3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "不是 GeoJSON"),
        ("[" * 5000, "不是 GeoJSON"),
        ("1" * 200_001, "太长"),
        ('{"type": "Point", "coordinates": [114, 22]}', "几个面"),
        ('{"type": "Polygon", "coordinates": []}', "几个面"),
        ('{"type": "Polygon", "coordinates": [[[114, 22], [114.01, 22]]]}', "三个点"),
        ('{"type": "Polygon", "coordinates": [[[22, 114], [22, 115], [23, 114]]]}', "写反"),
        ('{"type": "Polygon", "coordinates": [[[114, 22], [114, NaN], [114.01, 22]]]}', "写反"),
        ('{"type": "Polygon", "coordinates": [[[114, 22], [114, true], [114.01, 22]]]}', "写反"),
        ('{"type": "Polygon", "coordinates": [[[114, 22], [115, 22], [114, 23]]]}', "太大"),
        ('{"type": "FeatureCollection", "features": []}', "正好有一个"),
        ('{"type": "MultiPolygon", "coordinates": [[]]}', "空的面"),
        (json.dumps({"type": "Polygon", "coordinates": [MANY]}), "太长"),
    ],
)  # fmt: skip
def test_what_is_no_outline_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        read_outline(text)


def test_an_outline_is_read_from_a_feature_closed_and_rounded():
    ring = [[114.3500001, 22.7, 5], [114.352, 22.7, 5], [114.352, 22.702, 5]]
    feature = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}}
    found = read_outline(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert found == {"type": "MultiPolygon", "coordinates": [[RING]]}
