"""The demo district: the seed's counts, every kind of routing, every role with something to do."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from yihe.accounts.models import Consent
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.bodies.models import Body, Seat
from yihe.calls.models import OPEN, Call, DocketItem, Inquiry, Status, Step
from yihe.demo.actions import FALLING, JOINING, LEDGER, PIECES, _piece, build_first, build_some
from yihe.demo.compounds import BARE, SEED_AS_OF, inhabit_rest
from yihe.demo.content import NAMED
from yihe.demo.falling import FELL, quarter_before
from yihe.demo.queries import demo_people, person_for_role, progress
from yihe.demo.schedule import FIRST_CALLS, PRESENT, earlier
from yihe.insight.report import bodies
from yihe.people.models import HomeCode, JoinRequest
from yihe.places.models import Compound
from yihe.topics.models import Topic
from yihe.topics.queries import candidates
from yihe.trail.models import Entry
from yihe.web import demo_mode
from yihe.web.models import Mark
from yihe.worktime import SHANGHAI

ROLES = [
    "resident", "tenant", "elder", "lead", "secretary", "director",
    "community", "subdistrict", "department", "district", "company",
]  # fmt: skip


def desk_of(role: str) -> Body:
    person = person_for_role(role)
    assert person is not None
    return Body.objects.filter(seats__in=person.seats.held()).order_by("pk")[0]


SUNDAY_NIGHT = datetime(2026, 11, 29, 3, 28, tzinfo=SHANGHAI)


def seed_counts(year: int) -> None:
    compounds = Compound.objects.values_list("stage", flat=True)
    stages = {stage: list(compounds).count(stage) for stage in compounds}
    assert stages == {"settled": 52, "moving_in": 6, "on_sale": 8, "building": 8, "planned": 7}
    lived = Compound.objects.filter(stage__in=("settled", "moving_in"))
    kinds = lived.filter(kind="commercial").count(), lived.filter(kind="social").count()
    assert kinds == (47, 11)
    assert Compound.objects.filter(presale_on__year=year).count() == 3
    assert Compound.objects.values("name").distinct().count() == 81


def only_what_the_seed_says() -> None:
    named = Compound.objects.filter(name__in=[one.name for one in NAMED])
    assert named.count() == 4
    assert not named.filter(calls__isnull=False).exists()
    told = {
        (body.compound.name if body.compound else "", body.kind, body.group)
        for body in Body.objects.filter(compound__in=named).select_related("compound")
    }
    assert told == {
        *((name, "branch", "") for name in named.values_list("name", flat=True)),
        ("印象家园", "committee", ""), ("印象家园", "group", "party"),
        ("聚龙花园", "residents_committee", ""),
    }  # fmt: skip
    there = Seat.objects.filter(body__compound__in=named)
    assert set(there.values_list("person__name", flat=True)) == {""}  # nobody is invented
    assert not named.exclude(latitude=None, longitude=None, address="").exists()
    assert {one.stage_on for one in named} == {SEED_AS_OF}
    assert named.get(name="玺悦台", community__parent__name="龙田街道")


def routes_of_every_kind() -> None:
    place = desk_of("company").compound
    assert place is not None

    def first(code: str, level: int) -> Body:
        topic = Topic.objects.select_related("parent__parent").get(code=code)
        return candidates(topic=topic, path=place.path, level=level)[0].desk

    assert first("05-01-01", 1) == desk_of("company")  # by a compound, named at the topic above
    assert first("12-04", 1) == desk_of("community")
    assert first("01-01", 1) == desk_of("community")  # by nothing but the place
    assert first("11-03", 2) == desk_of("subdistrict")
    assert first("02-03", 2).name == "龙田街道城建办"  # by a subdistrict
    assert first("02-04", 3) == desk_of("department")


def everyone_has_something_to_do(now) -> None:
    for role in ("company", "community", "subdistrict", "department", "district"):
        lying = Call.objects.filter(placements__desk=desk_of(role), placements__until=None)
        assert lying.filter(status__in=("new", "doing")).exists(), role
    for role in ("resident", "elder", "tenant"):
        waiting = Call.objects.filter(reporter=person_for_role(role))
        assert waiting.filter(status__in=(Status.ANSWERED, Status.ASKED)).exists(), role
    assert Inquiry.objects.filter(body=desk_of("company"), answered_at=None).exists()
    assert 1 <= Call.objects.late(now).count() <= 3
    assert DocketItem.objects.filter(decided_at=None, sitting_on__gte=now.date()).exists()


@pytest.mark.django_db
def test_the_first_part_and_some_of_the_rest():
    now = SUNDAY_NIGHT
    build_first(at=now)
    build_first(at=now)  # twice changes nothing
    seed_counts(now.year)
    only_what_the_seed_says()
    routes_of_every_kind()
    everyone_has_something_to_do(now)
    assert progress() == (FIRST_CALLS, PIECES)
    versions = set(Consent.objects.values_list("version", flat=True))
    assert versions == {"2024-06", PRIVACY_VERSION}
    for one in Consent.objects.all():
        assert one.version <= f"{one.given_at.astimezone(SHANGHAI):%Y-%m}"
        assert one.given_at <= now
    assert build_some(at=now, limit=1).more
    assert progress()[0] == FIRST_CALLS + 1
    first_of_the_rest = JOINING + len(BARE) + 1
    for number in (
        *range(FIRST_CALLS + 1, len(PRESENT)), JOINING, *range(JOINING + 1, JOINING + 4),
    ):  # fmt: skip
        _piece(number, now)
    told = {
        "sent_back",
        "conference",
        "complaint",
        "corrected",
        "ping_pong",
        "reopened_twice",
        "urged",
    }
    for number in range(first_of_the_rest, FALLING):
        plan = earlier(number - 1 - len(BARE), now)
        past = plan.raised < now - timedelta(days=40)
        if past and plan.tale.__name__ in told and plan.compound < 9:
            told.remove(plan.tale.__name__)
            _piece(number, now)
    assert told == set()
    everyone_has_something_to_do(now)
    assert not Call.objects.filter(status__in=OPEN, due_at=None).exists()
    assert not Step.objects.filter(at__gt=now + timedelta(minutes=1)).exists()
    kinds = set(Step.objects.values_list("kind", flat=True))
    assert {
        "reopen", "send_back", "hand_over", "decide", "list", "correct_topic", "give_facts", "urge",
        "add", "extend", "ask", "rate", "silence", "remind",
    } <= kinds  # fmt: skip
    assert {"web", "body"} <= set(Call.objects.values_list("channel", flat=True))
    assert Call.objects.filter(reopened__gte=2).exists()
    desks = Step.objects.exclude(person=None).filter(by_reporter=False, call__emergency=False)
    hours = {at.astimezone(SHANGHAI).hour for at in desks.values_list("at", flat=True)}
    assert hours <= {*range(7, 22)}  # leads and secretaries call after work
    near = desk_of("community").scope
    waiting = JoinRequest.objects.filter(state="open", unit__compound__path__startswith=near)
    assert waiting.count() >= 3
    assert HomeCode.objects.exclude(used_at=None).count() >= 3


@pytest.mark.django_db
def test_signing_in_as_somebody_of_the_demo_ends_with_it():
    build_first(at=timezone.now())
    assert all(person_for_role(role) for role in ROLES)
    chosen = demo_people()[0]["id"]
    for one in demo_people():
        client = Client()
        assert client.post("/demo/sign-in/", {"person": str(one["id"])}).status_code == 302
        page = client.get("/me/")
        assert page.status_code == 200, "nobody is asked for consent or a second factor"
        entry = Entry.objects.filter(act="person.sign_in", person_id=one["id"]).latest("id")
        assert entry.kinds == {"way": "demo"}
    Mark.objects.filter(pk="demo").delete()
    demo_mode.forget()
    assert Client().post("/demo/sign-in/", {"person": str(chosen)}).status_code == 404


@pytest.mark.django_db
def test_the_schedule_covers_two_years_and_many_compounds():
    start = timezone.now()
    plans = [earlier(number, start) for number in range(len(PRESENT), FALLING - 1 - len(BARE))]
    assert all(plan.raised < start for plan in plans)
    months = {f"{plan.raised.astimezone(SHANGHAI):%Y-%m}" for plan in plans}
    assert len(months) >= 24
    assert len({plan.compound for plan in plans}) >= 40
    recent = [plan for plan in plans if plan.raised > start - timedelta(days=45)]
    assert 100 <= len(recent) <= 140
    days = {plan.raised.astimezone(SHANGHAI).date() for plan in recent}
    assert len(days) >= 35
    assert len({plan.text.text for plan in plans}) > 250


@pytest.mark.django_db
def test_two_compounds_fell_by_what_the_seed_says():
    """−79.2 % and −84.6 %, worked out from the calls by the page of the district."""
    start = SUNDAY_NIGHT
    build_first(at=start)
    for number in range(FALLING, LEDGER):
        _piece(number, start)
    person = person_for_role("district")
    assert person is not None
    client = Client()
    client.force_login(person)
    first, after = quarter_before(start)
    months = f"since={first:%Y-%m}&until={after - timedelta(days=1):%Y-%m}"
    with time_machine.travel(start, tick=False):
        page = client.get(f"/figures/?{months}").text
        whole = client.get("/figures/").text
    for name, before, now in FELL:
        table = page[page.index("小区和去年同期比") :]
        row = table[table.index(f">{name}</a>") :].split("</tr>")[0]
        assert f">{now}</a>" in row
        assert f">{before}</td>" in row
        assert {"奥园翡翠东湾二期": "少 79.2%", "聚龙花园": "少 84.6%"}[name] in row
    assert "少 79.2%" in whole
    assert "少 84.6%" in whole
    there = Call.objects.filter(compound__name__in=[name for name, _, _ in FELL])
    assert there.filter(status="closed").count() == there.count() == LEDGER - FALLING
    assert there.filter(answered_in_time=False).exists()
    assert not Step.objects.filter(call__in=there, at__gt=start).exists()


@pytest.mark.django_db
def test_the_bodies_are_as_many_as_the_seed_counts():
    """From the rows: 58 branches, 22 committees, 59 secretaries, and the shares over the whole district."""
    now = SUNDAY_NIGHT
    with time_machine.travel(now, tick=False):
        build_first(at=now)
        for number in BARE:
            inhabit_rest(now, number)
        _piece(LEDGER, now)
        found = bodies("440310")
    assert found["branches"] == {
        "formal": 52, "provisional": 6, "joint": 0, "compounds_covered": 58,
    }  # fmt: skip
    committees = found["committees"]
    assert committees["total"] == 22
    shares = ("directors_members_share", "same_person_share", "members_share")
    assert [round(100 * committees[name]) for name in shares] == [59, 36, 53]
    assert found["secretaries"] == {"total": 59, "owners_or_tenants": 30}
    assert found["residents_committees"] == 3
    # Below the district nothing of political status is told.
    near = bodies("440310/006")["committees"]
    assert [near[name] for name in shares] == [None, None, None]
