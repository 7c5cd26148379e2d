"""The demo district: the seed's counts, and nothing lost or without a desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from yihe.calls.models import OPEN, Call
from yihe.demo.actions import build_first, build_some
from yihe.demo.queries import demo_people, person_for_role
from yihe.places.models import Compound
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
    assert all(person_for_role(role) for role in ROLES)
    chosen = demo_people()[0]["id"]
    assert Client().post("/demo/sign-in/", {"person": str(chosen)}).status_code == 302
    Mark.objects.filter(pk="demo").delete()
    demo_mode.forget()
    assert Client().post("/demo/sign-in/", {"person": str(chosen)}).status_code == 404
