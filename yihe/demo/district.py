"""The demo's offices and topics, built through the acts that people use."""

from datetime import datetime, timedelta

from yihe.demo.built import Built
from yihe.demo.compounds import add_compounds
from yihe.demo.content import DEPARTMENTS, rows
from yihe.places.actions import put_divisions
from yihe.places.models import Division
from yihe.topics.starter import load_starter
from yihe.trail.acting import SYSTEM

HERE = "龙田街道"  # where the demo's own desks are


def build_district(at: datetime) -> Built:
    built = Built(at=at, begun=at - timedelta(days=800))
    put_divisions(
        rows=[
            (row["code"], int(row["level"]), row["name"], row["parent_code"])
            for row in rows("divisions.csv")
        ],
        acting=SYSTEM,
        at=built.begun,
    )
    _offices(built)
    load_starter(acting=SYSTEM, at=built.begun)
    add_compounds(built)
    return built


def _offices(built: Built) -> None:
    district = Division.objects.get(here=True)
    conference = built.body("conference", "区小区治理联席会议", division=district, level=4)
    office = built.body(
        "district",
        "区小区治理办",
        division=district,
        level=3,
        parent=conference,
        phone="0755-00000000",
    )
    built.seat(conference, "convener", "conference")
    built.seat(office, "clerk", "district")
    built.seat(office, "administrator", "administrator")
    for name in DEPARTMENTS:
        department = built.body("department", name, division=district, level=3, parent=office)
        built.seat(department, "clerk", "department")
    for subdistrict in Division.objects.filter(level=4).order_by("code"):
        street = built.body(
            "subdistrict", f"{subdistrict.name}办事处", division=subdistrict, level=2, parent=office
        )
        clerk = built.seat(street, "clerk")
        built.seat(street, "head")
        if subdistrict.name == HERE:
            built.people["subdistrict"] = clerk
            within = built.body(
                "office", f"{HERE}城建办", division=subdistrict, level=2, parent=street
            )
            built.seat(within, "clerk")
        for place in subdistrict.children.order_by("code"):
            near = built.body(
                "community", f"{place.name}党委", division=place, level=1, parent=street,
                phone=f"0755-0000{int(place.code[6:9]):02d}{int(place.code[9:12]) % 100:02d}",
            )  # fmt: skip
            clerk = built.seat(near, "clerk")
            built.seat(near, "clerk")
            if place.name == "龙田社区":
                built.people["community"] = clerk
