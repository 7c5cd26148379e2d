"""The appeals of 2018: every figure by every key is a count made straight from the file."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from yihe.bodies.actions import found_body
from yihe.calls.actions.counting import fold, recount
from yihe.calls.imports import TABLES
from yihe.calls.models import Call
from yihe.calls.tests.builders import make_seat
from yihe.insight.queries import home
from yihe.insight.report import calls
from yihe.places.actions import put_divisions
from yihe.places.models import Division
from yihe.sheets.importing import import_table
from yihe.sheets.maps import find_map
from yihe.sheets.reading import read_file
from yihe.trail.acting import SYSTEM
from yihe.worktime import SHANGHAI

AT = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
LEVELS = {"社区": "1", "街道": "2"}
OUTCOMES = {"按期结办": "closed_in_time", "超期结办": "closed_late"}
BY = {
    "subdistrict": lambda row: row["STREET_NAME"],
    "community": lambda row: row["COMMUNITY_NAME"].removesuffix("居委会"),
    "compound": lambda row: "-",
    "topic": lambda row: row["EVENT_TYPE_NAME"],
    "channel": lambda row: row["EVENT_SRC_NAME"],
    "nature": lambda row: row["EVENT_PROPERTY_NAME"],
    "level": lambda row: LEVELS.get(row["UNIT_LEVEL"], "3"),
    "month": lambda row: row["CREATE_TIME"][:7],
}
Rows = list[dict[str, str]]


def counted(rows: Rows, dim: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("total", "open", "closed_in_time", "closed_late", "unknown"), 0)
    )
    for row in rows:
        one = found[BY[dim](row)]
        one["total"] += 1
        one[OUTCOMES.get(row["OUTCOME"], "unknown")] += 1
    return dict(found)


@pytest.fixture
def appeals(db: Any, shared: Any) -> Iterator[Rows]:
    file: Path = shared("data/pingshan/routing_train.csv.gz")
    with shared("data/divisions/pingshan_divisions_2023.csv").open(encoding="utf-8") as lines:
        places = [
            (row["code"], int(row["level"]), row["name"], row["parent_code"])
            for row in csv.DictReader(lines)
        ]
    put_divisions(rows=places, acting=SYSTEM, at=AT)
    Division.objects.filter(level=3).update(here=True)
    (kind,) = (one for one in TABLES if one.name == "calls")
    report = import_table(
        kind, read_file(file), acting=SYSTEM, at=AT, mapping=find_map("pingshan-2018", kind.maps)
    )
    assert not report.refused
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield list(csv.DictReader(lines))


def test_every_figure_is_a_count_of_the_file(appeals):
    place = home()
    assert place is not None
    for folded in (False, True):
        while folded and fold(at=AT).more:
            pass
        found = calls(place.path, None, None)
        for dim in BY:
            assert found["by"][dim] == counted(appeals, dim), dim
        in_time = sum(row["OUTCOME"] == "按期结办" for row in appeals)
        late = sum(row["OUTCOME"] == "超期结办" for row in appeals)
        assert found["total"] == len(appeals)
        assert found["open"] == 0
        assert found["unknown"] == len(appeals) - in_time - late
        assert found["on_time_rate"] == round(in_time / (in_time + late), 4)
    # A week that begins and ends within months, and one street alone.
    since, until = date(2018, 6, 20), date(2018, 9, 11)
    days = [row for row in appeals if "2018-06-20" <= row["CREATE_TIME"][:10] <= "2018-09-11"]
    assert len(days) > 500
    found = calls(place.path, since, until)
    street = Division.objects.get(name="龙田街道")
    near = calls(street.path, since, until)
    for dim in BY:
        assert found["by"][dim] == counted(days, dim), dim
        there = [row for row in days if row["STREET_NAME"] == street.name]
        assert near["by"][dim] == counted(there, dim), dim
    assert [one for _, differences in recount() for one in differences] == []
    # A row that says something else when the file comes again is counted anew.
    call = Call.objects.select_related("source").first()
    assert call is not None
    call.source.channel = "别处"
    call.source.save()
    assert calls(place.path, None, None)["by"]["channel"]["别处"]["total"] == 1
    assert [one for _, differences in recount() for one in differences] == []


def test_every_number_of_the_page_leads_to_as_many_calls(appeals, client):
    office = found_body(
        kind="district", name="区小区治理办", level=3, division=home(), acting=SYSTEM, at=AT
    )
    clerk = make_seat(office, "clerk")
    client.force_login(clerk)
    session = client.session
    session["second_factor_set_up"] = True
    session.save()
    page = client.get("/figures/?since=2018-01&until=2018-12").text
    found = re.findall(r'href="(/all/\?state=(?:counted|in_time|closed_late)[^"]*)">(\d+)<', page)
    assert len(found) > 60
    for address, number in found[::5]:
        listed = client.get(address.replace("&amp;", "&")).text
        shown = re.search(r"共 (\d+) 件", listed)
        hidden = re.search(r"另有 (\d+) 件", listed)
        total = sum(int(one[1]) for one in (shown, hidden) if one)
        assert total == int(number), address
