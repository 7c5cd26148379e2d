"""Entering, reading, taking back: with consent only, and without a trace that outlives it."""

import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from yihe.accounts.models import User
from yihe.outbox.models import Message
from yihe.party.ledger import actions
from yihe.party.ledger.hooks import erase, export
from yihe.party.ledger.models import Member, Reading
from yihe.party.ledger.queries import members_among, opened, share_among
from yihe.party.ledger.rules import VERSION
from yihe.party.ledger.sealing import key_file
from yihe.party.tests.builders import AT, Quarter
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Quarter:
    return Quarter()


def signed(place: Quarter, **more: object) -> Member:
    values = {
        "branch": place.branch, "name": place.person.name, "phone": place.person.phone,
        "standing": "full", "relation": "here", "relation_on": None, "came_from": "",
        "paper": "2026 年第 3 号，党建办文件柜", "signed_on": date(2026, 1, 4),
        "acting": place.acting(place.secretary), "at": AT,
    }  # fmt: skip
    return actions.enter_signed(**{**values, **more})  # type: ignore[arg-type]


def everything() -> str:
    """Every row of every table, as it lies in the database."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{model._meta.db_table}" t')  # noqa: S608
            found += [(model.__name__, row[0]) for row in cursor.fetchall()]
    return json.dumps(found, ensure_ascii=False)


class TestEntering:
    def test_by_oneself_keeps_the_version_and_waits_for_the_branch(self, place):
        row = place.entered()
        assert (row.notice, row.way, row.confirmed_on) == (VERSION, "self", None)
        assert opened(row).kept.came_from == "某厂党支部"
        assert members_among([place.person.pk]) == 0
        actions.confirm(row=row, acting=place.acting(place.secretary), at=AT)
        assert members_among([place.person.pk]) == 1

    def test_names_the_person_nowhere_in_the_clear(self, place):
        before = {one.pk for one in Entry.objects.all()}
        row = place.entered()
        new = Entry.objects.exclude(pk__in=before)
        assert [(one.act, one.person_id, one.subject_key) for one in new] == [
            ("member.entered", None, str(row.pk))
        ]
        assert "某厂党支部" not in everything()

    def test_another_branch_takes_the_place_of_the_first(self, place):
        place.entered()
        other = place.make("branch", "老坑小区党支部", "老坑社区", 1)
        actions.enter_oneself(
            person=place.person, branch=other, standing="full", relation="here",
            relation_on=None, came_from="", at=AT,
        )  # fmt: skip
        assert Member.objects.count() == 1
        assert Member.objects.get().branch == other

    def test_from_a_signed_sheet_the_person_is_told_without_a_word_of_what(self, place):
        row = signed(place)
        assert row.confirmed_on == AT.date()
        told = Message.objects.get(person_id=place.person.pk)
        for word in ("党", "支部", "member", "branch"):
            assert word not in f"{told.title}{told.body}{told.link}{told.subject_kind}"

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"paper": " "}, "同意书编号"),
            ({"signed_on": AT.date() + timedelta(days=1)}, "还没有到"),
            ({"name": "别人"}, "另一个姓名"),
            ({"phone": "13999990000"}, "还没有在这里登记过"),
            ({"standing": "boss"}, "正式党员还是预备党员"),
        ],
    )
    def test_refuses_in_words(self, place, more, words):
        people = User.objects.count()
        with pytest.raises(Refusal, match=words):
            signed(place, **more)
        assert (Member.objects.count(), User.objects.count()) == (0, people)

    def test_not_into_a_branch_that_ended_nor_into_something_else(self, place):
        with pytest.raises(Refusal, match="停用"):
            signed(place, branch=place.near)

    def test_a_lost_key_is_not_replaced_while_rows_are_there(self, place):
        place.entered()
        key_file().unlink()
        with pytest.raises(Refusal, match="密钥不在"):
            place.entered(place.secretary)
        assert not key_file().exists()


class TestReading:
    def test_is_written_down_for_the_person(self, place):
        row = place.entered()
        actions.read(row=row, purpose="duty", acting=place.acting(place.secretary), at=AT)
        part = export(place.person)[1]
        assert [one["purpose"] for one in part.rows] == ["安排责任区和小组"]
        assert "支部书记" in str(part.rows[0]["words"])

    def test_wants_a_purpose_of_the_list(self, place):
        row = place.entered()
        with pytest.raises(Refusal, match="为了什么"):
            actions.read(row=row, purpose="curious", acting=SYSTEM, at=AT)


class TestTakingBack:
    def test_removes_the_row_and_its_readings_and_leaves_the_fact(self, place):
        row = place.entered()
        actions.read(row=row, purpose="duty", acting=place.acting(place.secretary), at=AT)
        assert actions.withdraw(person=place.person, at=AT)
        assert not Member.objects.exists()
        assert not Reading.objects.exists()
        acts = Entry.objects.filter(subject_kind="member").order_by("pk")
        assert [(one.act, one.person_id) for one in acts] == [
            ("member.entered", None),
            ("member.read", place.secretary.pk),
            ("member.withdrawn", None),
        ]
        assert not actions.withdraw(person=place.person, at=AT)

    def test_goes_with_the_person(self, place):
        place.entered()
        erase(place.person, SYSTEM, AT)
        assert not Member.objects.exists()

    def test_the_branch_strikes_with_a_reason_and_tells(self, place):
        row = place.entered()
        acting = place.acting(place.secretary)
        with pytest.raises(Refusal, match="为什么"):
            actions.strike(row=row, reason="", acting=acting, at=AT)
        actions.strike(row=row, reason="moved", acting=acting, at=AT)
        assert not Member.objects.exists()
        assert Message.objects.filter(person_id=place.person.pk).exists()
        with pytest.raises(Refusal, match="已经删去"):
            actions.confirm(row=row, acting=acting, at=AT)


class TestKeeping:
    def test_changes_and_duties_have_dates(self, place):
        row, acting = place.entered(), place.acting(place.secretary)
        actions.change(
            row=row, standing="full", relation="here", relation_on=date(2026, 2, 1), came_from="",
            acting=acting, at=AT,
        )  # fmt: skip
        actions.give_duty(row=row, what="3栋", acting=acting, at=AT)
        with pytest.raises(Refusal, match="已经写着"):
            actions.give_duty(row=row, what="3栋", acting=acting, at=AT)
        actions.end_duty(row=row, what="3栋", acting=acting, at=AT + timedelta(days=9))
        kept = opened(Member.objects.get()).kept
        assert (kept.relation, kept.relation_on) == ("here", "2026-02-01")
        assert [(one.what, one.since, one.until) for one in kept.duties] == [
            ("3栋", "2026-01-05", "2026-01-14")
        ]

    def test_ones_own_correction_is_checked_again(self, place):
        row = signed(place)
        actions.change(
            row=row, standing="probationary", relation="here", relation_on=None, came_from="",
            acting=actions.ONESELF, at=timezone.now(),
        )  # fmt: skip
        assert Member.objects.get().confirmed_on is None


def test_shares_need_ten_and_both_kinds(place):
    people = [place.sit(place.branch, "member") for _ in range(10)]
    ids = [one.pk for one in people]
    for one in people[:4]:
        row = place.entered(one)
        actions.confirm(row=row, acting=place.acting(place.secretary), at=AT)
    assert share_among(ids) == pytest.approx(0.4)
    assert share_among(ids[:9]) is None
    assert share_among(ids + ids) == pytest.approx(0.4)  # a person counts once
