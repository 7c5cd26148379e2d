"""What was learned from calls that are over: which desk such a case usually came to."""

import csv
import gzip
import os
import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from yihe.calls.actions.learning import EVERY, learn, learn_again
from yihe.calls.models import Call, Channel, Status
from yihe.calls.tests.builders import MONDAY
from yihe.topics.models import Habit, Topic
from yihe.topics.queries import usual_desks
from yihe.topics.rules import likeliest, shares

REAL = Path(os.environ.get("YIHE_SHARED", Path(__file__).parents[4] / "shared"))
APPEALS = REAL / "data" / "pingshan" / "routing_train.csv.gz"
counts = st.lists(st.dictionaries(st.integers(1, 6), st.integers(0, 50), max_size=4), max_size=5)


class TestTheRule:
    @given(counts)
    def test_shares_add_up_to_one_or_there_are_none(self, seen):
        found = shares(seen)
        assert not found or sum(found.values()) == pytest.approx(1)
        assert bool(found) == any(sum(group.values()) for group in seen)

    @given(counts, st.integers(1, 6))
    def test_more_cases_of_a_desk_never_lessen_its_share(self, seen, desk):
        if not seen:
            return
        more = [*seen[:-1], {**seen[-1], desk: seen[-1].get(desk, 0) + 1}]
        assert shares(more)[desk] >= shares(seen).get(desk, 0) - 1e-12

    def test_where_nothing_was_seen_the_wider_group_speaks(self):
        assert likeliest([{1: 9, 2: 1}, {}]) == [(1, 0.9), (2, 0.1)]

    def test_many_cases_near_by_outweigh_the_district(self):
        assert likeliest([{1: 900}, {2: 60}])[0][0] == 2


def groups_of(row: dict[str, str]) -> list[tuple[str, ...]]:
    """As `usual_desks` asks for them: each level of the topic alone, in the subdistrict, in the community."""
    topic = [row["EVENT_TYPE_NAME"], row["MAIN_TYPE_NAME"], row["SUB_TYPE_NAME"]]
    places = ("", row["STREET_NAME"], "/" + row["COMMUNITY_NAME"])
    return [(*topic[:depth], place) for depth in (1, 2, 3) for place in places]


@pytest.mark.skipif(not APPEALS.exists(), reason="the real appeals are not on this machine")
def test_on_real_appeals_that_it_has_not_seen():
    """Five parts, each foretold from the other four."""
    with gzip.open(APPEALS, "rt", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    order = list(range(len(rows)))
    random.Random(1).shuffle(order)  # noqa: S311
    first = among_three = 0
    for part in range(5):
        known: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
        for place, number in enumerate(order):
            if place % 5 != part:
                for group in groups_of(rows[number]):
                    known[group][int(rows[number]["DISPOSE_UNIT_ID"])] += 1
        for number in order[part::5]:
            seen = [known.get(group, Counter()) for group in groups_of(rows[number])]
            found = [desk for desk, _ in likeliest(seen)]
            right = int(rows[number]["DISPOSE_UNIT_ID"])
            first += found[:1] == [right]
            among_three += right in found
    print(f"\ntop-1 {first / len(rows):.4f}, top-3 {among_three / len(rows):.4f}")  # noqa: T201
    assert first / len(rows) >= 0.69
    assert among_three / len(rows) >= 0.83


@pytest.mark.django_db
class TestLearned:
    def test_from_calls_that_are_over_and_not_from_open_ones(self, district):
        call = district.raised(topic=district.topic, at=MONDAY)
        learn()
        assert not Habit.objects.exists()
        Call.objects.filter(pk=call.pk).update(
            status=Status.PAST, channel=Channel.IMPORT, due_at=None, wake_at=None, due_kind=""
        )
        learn()
        [one] = usual_desks(topic=district.topic, path=district.compound.path)
        assert (one.desk_id, one.share) == (call.desk_id, 100)

    def test_again_after_some_hours_and_not_before(self, district):
        assert learn_again(at=MONDAY).done
        with CaptureQueriesContext(connection) as asked:
            assert not learn_again(at=MONDAY + EVERY / 2).done
        assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 1
        assert learn_again(at=MONDAY + EVERY).done

    def test_topics_beside_it_speak_where_it_has_no_cases_and_other_kinds_do_not(self, district):
        lift = Topic.objects.get(pk=district.topic.pk)
        while lift.parent is not None:
            lift = lift.parent
        beside = Topic.objects.create(code="beside", name="旁边的", parent=lift, depth=2)
        other = Topic.objects.create(code="other-kind", name="别的大类", depth=1)
        path = district.compound.path
        Habit.objects.create(topic=beside, place=path.rsplit("/", 1)[0], desk=district.housing, n=4)
        Habit.objects.create(topic=other, place=path.rsplit("/", 1)[0], desk=district.fire, n=400)
        assert [one.desk_id for one in usual_desks(topic=district.topic, path=path)] == [
            district.housing.pk
        ]
        assert usual_desks(topic=None, path=path) == []

    def test_one_query_however_much_was_learned(self, district):
        path = district.compound.path
        for number in range(40):
            Habit.objects.create(
                topic=district.topic, place=f"x{number}", desk=district.housing, n=number
            )
        topic = Topic.objects.select_related("parent__parent").get(pk=district.topic.pk)
        with CaptureQueriesContext(connection) as asked:
            usual_desks(topic=topic, path=path)
        assert len(asked) == 1
