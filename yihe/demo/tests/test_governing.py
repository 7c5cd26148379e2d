"""Who governs the demo's compounds: as many of each as the seed counts."""

from datetime import timedelta
from fractions import Fraction
from itertools import count

import pytest
from django.utils import timezone

from yihe.bodies.actions import close_body
from yihe.bodies.models import Body, Seat
from yihe.bodies.tests.builders import House
from yihe.demo import governing
from yihe.demo.built import Built
from yihe.demo.compounds import INHABITED, SEED
from yihe.demo.governing import (
    BOTH_POSTS,
    COMMITTEES,
    JUST_MOVING_IN,
    LIVE_THERE,
    RESIDENTS_COMMITTEES,
)
from yihe.places.models import Compound
from yihe.trail.acting import SYSTEM


def test_the_plan_holds_what_the_seed_counts():
    assert len(set(COMMITTEES)) == 22
    assert round(Fraction(100 * len(BOTH_POSTS), 22)) == 36  # one person secretary and director
    assert set(COMMITTEES) > BOTH_POSTS
    assert not set(COMMITTEES) & RESIDENTS_COMMITTEES
    assert len(RESIDENTS_COMMITTEES) == 3
    assert len(JUST_MOVING_IN) == 6
    assert round(Fraction(100 * len(LIVE_THERE), INHABITED + 1)) == 51  # owners and tenants
    assert not LIVE_THERE & set(SEED)
    assert {*LIVE_THERE, *COMMITTEES, *JUST_MOVING_IN} <= set(range(INHABITED))


@pytest.mark.django_db
def test_a_compound_of_each_sort_is_governed_through_the_acts(house: House):
    now = timezone.now()
    built = Built(at=now, begun=now - timedelta(days=800), numbers=count(1))
    own = built.person()
    close_body(body=house.branch, acting=SYSTEM, at=now)  # a compound has one branch
    Compound.objects.update(stage_on=built.begun.date())
    branch = governing.govern(built, house.compound, 3, [own])
    secretary = branch.seats.get(post="secretary")
    committee = Body.objects.get(kind="committee")
    director = committee.seats.held().get(post="director")
    assert secretary.person == director.person == own
    ended = committee.seats.over(now)
    assert set(ended.values_list("post", "ending")) == {
        ("member", "resigned"), ("alternate", "moved_up"),
    }  # fmt: skip
    held = committee.seats.held()
    assert held.exclude(post="alternate").count() == committee.size
    aid = Body.objects.get(group="first_aid")
    assert aid.seats.held().count() == 37  # as the seed tells of one
    assert not Seat.objects.filter(named_at__isnull=False).exists()
