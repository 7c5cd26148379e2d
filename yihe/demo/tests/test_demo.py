"""The demo district: the seed's counts, and nothing lost or without a desk."""

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yihe.calls.models import OPEN, Call, Placement
from yihe.demo.actions import build_first, build_some
from yihe.demo.content import COMPOUNDS, NAMED, texts
from yihe.demo.queries import demo_people, person_for_role
from yihe.places.models import Compound
from yihe.trail.models import Entry
from yihe.web import demo_mode
from yihe.web.models import Mark

ROLES = [
    "resident",
    "lead",
    "secretary",
    "director",
    "community",
    "subdistrict",
    "department",
    "district",
    "company",
]


def test_invented_names_are_nobodys(shared):
    real = set()
    for name in (
        "pingshan_compounds",
        "shenzhen_compounds_beike_2021",
        "shenzhen_official_reference_list_2021",
        "wuhan_compounds",
    ):
        with shared(f"data/compounds/{name}.csv").open(encoding="utf-8-sig") as lines:
            real |= {row["name"] for row in csv.DictReader(lines)}
    assert len(set(COMPOUNDS)) == len(COMPOUNDS) >= 77
    assert [name for name in COMPOUNDS if any(name in one or one in name for one in real)] == []


def test_texts_are_many_and_distinct():
    found = texts()
    assert len({text.text for text in found}) == len(found) > 180
    codes = {row.topic for row in found}
    assert len(codes) > 50


@pytest.mark.django_db
def test_the_demo_holds_what_the_seed_counts():
    now = timezone.now()
    build_first(at=now)
    build_first(at=now)  # twice changes nothing
    stages = dict.fromkeys(Compound.objects.values_list("stage", flat=True), 0)
    for stage in Compound.objects.values_list("stage", flat=True):
        stages[stage] += 1
    assert stages == {"settled": 52, "moving_in": 6, "on_sale": 8, "building": 8, "planned": 7}
    lived = Compound.objects.filter(stage__in=("settled", "moving_in"))
    assert (lived.filter(kind="commercial").count(), lived.filter(kind="social").count()) == (
        47,
        11,
    )
    assert Compound.objects.exclude(presale_on=None).count() == 3
    assert Compound.objects.values("name").distinct().count() == 81
    for _ in range(3):
        build_some(at=now, limit=5)
    assert not Call.objects.filter(status__in=OPEN, due_at=None).exists()
    assert not Call.objects.filter(raised_at__gt=now + timedelta(minutes=1)).exists()
    department = person_for_role("department")
    assert department is not None
    theirs = Placement.objects.filter(desk__seats__person=department, until=None, lead=True)
    assert theirs.filter(call__status__in=OPEN).exists()
    assert all(person_for_role(role) for role in ROLES)
    named = Compound.objects.filter(name__in=[name for name, _, _ in NAMED])
    assert named.count() == 4
    assert not named.filter(calls__isnull=False).exists()  # nothing is invented of them
    assert not named.filter(bodies__isnull=False).exists()
    chosen = demo_people()[0]["id"]
    for one in demo_people():
        client = Client()
        assert client.post("/demo/sign-in/", {"person": str(one["id"])}).status_code == 302
        assert client.get("/me/").status_code == 200, (
            "nobody is asked for consent or a second factor"
        )
        entry = Entry.objects.filter(act="person.sign_in", person_id=one["id"]).latest("id")
        assert entry.kinds == {"way": "demo"}
    Mark.objects.filter(pk="demo").delete()
    demo_mode.forget()
    assert Client().post("/demo/sign-in/", {"person": str(chosen)}).status_code == 404
