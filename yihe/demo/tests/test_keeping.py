"""A house left running, or started again after months, still looks alive and calm."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from yihe.bodies.models import Body
from yihe.calls.models import OPEN, Call, Status, Step
from yihe.demo.actions import build_first
from yihe.demo.keeping import KEEPING, keep_alive
from yihe.demo.moments import WORKDAY, slots
from yihe.demo.queries import person_for_role
from yihe.places.models import Compound
from yihe.web.models import Mark

START = datetime(2026, 11, 25, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday


def live_until(at: datetime) -> int:
    number = 0
    while keep_alive(at=at).more:
        number += 1
    return number


def looks_alive(at: datetime) -> None:
    calls = Call.objects.open()
    assert 15 <= calls.count() <= 60
    assert calls.late(at).count() <= 4
    assert calls.filter(level=4).count() <= 6  # the conference
    assert calls.filter(raised_at__gt=at - timedelta(days=4)).count() >= 3
    soon = calls.filter(status__in=("new", "doing"), due_at__lt=at + timedelta(hours=30))
    assert soon.exists()
    for role in ("company", "community", "subdistrict", "department", "district"):
        person = person_for_role(role)
        assert person is not None
        desk = Body.objects.filter(seats__in=person.seats.held()).order_by("pk")[0]
        assert calls.filter(placements__desk=desk, placements__until=None).exists(), role
    waiting = (Status.ANSWERED, Status.ASKED)
    assert any(
        calls.filter(reporter=person_for_role(role), status__in=waiting).exists()
        for role in ("resident", "tenant", "elder")
    )
    assert not Step.objects.filter(at__gt=at).exists()
    assert not Call.objects.filter(status__in=OPEN, due_at=None).exists()


@pytest.mark.django_db
def test_after_thirty_days_and_after_a_hundred_and_twenty():
    build_first(at=START)
    assert live_until(START + timedelta(minutes=30)) == 0
    assert live_until(START + timedelta(hours=2)) == 1  # 11:30
    assert live_until(START + timedelta(hours=2)) == 0  # idempotent
    day = START + timedelta(days=1)
    assert live_until(day) == len(WORKDAY) - 1
    month = START + timedelta(days=30)
    assert 0 < live_until(month) < 80
    looks_alive(month)
    later = START.replace(hour=15, minute=10) + timedelta(days=120)  # off meanwhile
    assert live_until(later) > 60
    looks_alive(later)
    _in_order_and_by_day()
    this_year = Compound.objects.filter(presale_on__year=later.year)
    assert this_year.count() == 3
    stages = Counter(Compound.objects.values_list("stage", flat=True))
    assert stages["building"] + stages["on_sale"] == 16


def _in_order_and_by_day() -> None:
    zone = START.tzinfo
    for call in Call.objects.filter(raised_at__gt=START):
        moments = list(call.steps.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments), call.number
        if not call.emergency:
            hours = call.steps.exclude(person=None).values_list("at", flat=True)
            assert all(7 <= at.astimezone(zone).hour < 23 for at in hours)


@pytest.mark.django_db
def test_without_the_demo_nothing_happens():
    assert keep_alive(at=START).done == []
    assert not Mark.objects.filter(pk=KEEPING).exists()


def test_moments_of_a_week(db):
    week = list(slots(START, START + timedelta(days=7), calm=False))
    assert len(week) == 5 * len(WORKDAY) + 4
    assert sorted(week) == week
    assert len(list(slots(START, START + timedelta(days=7), calm=True))) == 12


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_lives_through_a_moment():
    Mark.objects.create(pk="demo", at=START, value={"people": []})
    Mark.objects.create(pk=KEEPING, at=START, value={})
    taken, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Mark.objects.select_for_update().get(pk=KEEPING)
            taken.set()
            done.wait(20)
        connection.close()

    other = Thread(target=hold)
    other.start()
    assert taken.wait(20)
    part = keep_alive(at=START + timedelta(days=1))
    done.set()
    other.join()
    assert (part.done, part.more, part.hold) == ([], False, True)
    assert Mark.objects.get(pk=KEEPING).at == START
