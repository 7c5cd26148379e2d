"""From the intent to the formal branch; joint branches; mandates that end."""

import threading
from datetime import date, timedelta

import pytest
from django.db import close_old_connections
from django.utils import timezone

from yihe.bodies.actions import seat_person
from yihe.bodies.models import Body, Seat
from yihe.party import actions
from yihe.party.models import Branch, Mandate
from yihe.party.queries import (
    branch_over,
    figures,
    lacking,
    mandate_on,
    standing_of,
    standings,
    with_intents,
)
from yihe.party.rules import CHECKS
from yihe.party.tests.builders import AT, Quarter
from yihe.places.models import Compound
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture
def place() -> Quarter:
    return Quarter()


def set_up(place: Quarter, compound: Compound, form: str = "provisional") -> Branch:
    return actions.set_up(
        compound=compound, name=f"{compound.name}党支部", form=form, since=DAY,
        reference="龙社党〔2026〕1 号", acting=place.acting(place.head), at=AT,
    )  # fmt: skip


def all_checked(place: Quarter, branch: Branch) -> None:
    for item in CHECKS:
        actions.check_off(
            branch=branch, item=item, done_on=DAY, evidence="会议记录第 2 号",
            acting=place.acting(place.head), at=AT,
        )  # fmt: skip


class TestLife:
    def test_a_founded_branch_body_is_a_branch_of_unstated_form(self, place):
        branch = Branch.objects.get(body=place.branch)
        assert branch.form == "unstated"
        assert branch_over(place.compound) == branch

    def test_from_intent_to_formal(self, place):
        head = place.acting(place.head)
        actions.register_intent(
            compound=place.rising,
            words="交付前两个月由社区联系",
            planned_on=None,
            acting=head,
            at=AT,
        )
        branch = set_up(place, place.rising)
        with pytest.raises(Refusal, match="清单里还差：上级党组织确认"):
            actions.make_formal(branch=branch, since=DAY, reference="2 号", acting=head, at=AT)
        all_checked(place, branch)
        with pytest.raises(Refusal, match="文号"):
            actions.make_formal(branch=branch, since=DAY, reference=" ", acting=head, at=AT)
        actions.make_formal(branch=branch, since=DAY, reference="2 号", acting=head, at=AT)
        forms = branch.changes.order_by("pk").values_list("form", flat=True)
        assert list(forms) == ["provisional", "formal"]
        assert figures(Compound.objects.all()) == {
            "formal": 1, "provisional": 0, "joint": 0, "compounds_covered": 2,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"form": "joint"}, "临时的还是正式"),
            ({"since": DAY + timedelta(days=1)}, "还没有到"),
            ({"name": " "}, "名称"),
        ],
    )
    def test_refuses_in_words(self, place, more, words):
        values = {
            "compound": place.rising, "name": "新苑党支部", "form": "provisional", "since": DAY,
            "reference": "", "acting": place.acting(place.head), "at": AT,
        }  # fmt: skip
        with pytest.raises(Refusal, match=words):
            actions.set_up(**{**values, **more})
        assert branch_over(place.rising) is None

    def test_a_compound_has_one_branch(self, place):
        with pytest.raises(Refusal, match="已经有支部"):
            set_up(place, place.compound)

    def test_ends_with_its_seats_when_nobody_stands_in_its_ledger(self, place):
        branch, head = Branch.objects.get(body=place.branch), place.acting(place.head)
        row = place.entered()

        def dissolve() -> None:
            actions.dissolve(branch=branch, reference="9 号", acting=head, at=timezone.now())

        with pytest.raises(Refusal, match="台账里还有人"):
            dissolve()
        row.delete()
        dissolve()
        assert Body.objects.get(pk=place.branch.pk).until is not None
        assert not Seat.objects.held().filter(body=place.branch).exists()
        assert standing_of(place.compound).state == "overdue"


class TestJoint:
    def test_two_compounds_one_branch_and_out_again(self, place):
        branch, head = Branch.objects.get(body=place.branch), place.acting(place.head)
        actions.join(branch=branch, compound=place.rising, acting=head, at=AT)
        both = standings(Compound.objects.order_by("pk"))
        assert [(one.branch, one.joint) for one in both] == [(branch, True)] * 2
        assert figures(Compound.objects.all())["joint"] == 1
        with pytest.raises(Refusal, match="没有并在"):
            actions.part(compound=place.compound, acting=head, at=AT)
        actions.part(compound=place.rising, acting=head, at=AT)
        assert figures(Compound.objects.all())["joint"] == 0


def test_the_lacking_are_those_whose_stage_wants_more(place):
    lived_in = place.compound_at("settled", "03")
    handed_over = place.compound_at("handed_over", "04")
    place.compound_at("building", "05")
    found = set(lacking(Compound.objects.all()).values_list("pk", flat=True))
    assert found == {place.rising.pk, lived_in.pk, handed_over.pk}
    by_rule = {one.compound.pk for one in standings(Compound.objects.all()) if one.state != "fine"}
    assert by_rule == found  # the query and the rule say the same


def test_standings_ask_as_often_for_many_as_for_few(place, django_assert_num_queries):
    for serial in range(10, 22):
        set_up(place, place.compound_at("settled", str(serial)))
    with django_assert_num_queries(4):
        assert len(standings(with_intents(Compound.objects.all()))) == 14


class TestMandate:
    def give(self, place: Quarter, **more: object) -> Mandate:
        values = {
            "branch": Branch.objects.get(body=place.branch), "compound": place.compound,
            "tasks": ["mediation", "liaison"], "vote": "2026 年第 1 次业主大会，公告栏",
            "decided_on": DAY, "since": DAY, "until": DAY + timedelta(days=365),
            "acting": place.acting(place.head), "at": AT,
        }  # fmt: skip
        return actions.give_mandate(**{**values, **more})  # type: ignore[arg-type]

    def test_ends_by_itself_when_a_committee_is_seated(self, place):
        self.give(place)
        today = timezone.localdate()
        assert mandate_on(place.compound, DAY + timedelta(days=1)) is not None
        committee = place.committee()
        later = AT + timedelta(days=30)
        seat_person(body=committee, person=place.person, post="director", acting=SYSTEM, at=later)
        assert mandate_on(place.compound, later.date() - timedelta(days=1)) is not None
        assert mandate_on(place.compound, later.date()) is None
        assert mandate_on(place.compound, today) is None

    def test_not_where_a_committee_sits(self, place):
        seat_person(
            body=place.committee(), person=place.person, post="director", acting=SYSTEM, at=AT
        )
        with pytest.raises(Refusal, match="有业委会"):
            self.give(place)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"tasks": []}, "至少选一件"),
            ({"tasks": ["contracts"]}, "至少选一件"),
            ({"vote": " "}, "业主的决定"),
            ({"since": DAY - timedelta(days=1)}, "业主决定的那天"),
            ({"until": DAY - timedelta(days=1)}, "到期"),
            ({"decided_on": DAY + timedelta(days=1)}, "还没有到"),
        ],
    )
    def test_refuses_in_words(self, place, more, words):
        with pytest.raises(Refusal, match=words):
            self.give(place, **more)

    def test_one_at_a_time_and_taken_back_with_a_reason(self, place):
        mandate = self.give(place, until=date(2099, 1, 1))
        with pytest.raises(Refusal, match="已经有一份"):
            self.give(place, until=date(2099, 1, 1), at=timezone.now())
        actions.end_mandate(mandate=mandate, reason="业主收回", acting=SYSTEM, at=timezone.now())
        assert mandate_on(place.compound, timezone.localdate()) is None


@pytest.mark.django_db(transaction=True)
def test_two_clerks_set_up_one_branch():
    place = Quarter()
    outcome: list[str] = []

    def one() -> None:
        try:
            set_up(place, place.rising)
            outcome.append("done")
        except Refusal as refusal:
            outcome.append(str(refusal))
        finally:
            close_old_connections()

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcome) == ["done", "这个小区已经有支部了。"]
    assert place.rising.bodies.filter(kind="branch").count() == 1
