"""Seats, alternates, rivals; nothing is decided by chance or by the order of a list."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihe.law.elections import Candidate, choose_one, elect, votes_exceed
from yihe.law.values import Count, Outcome
from yihe.refusal import Refusal

PASSED, FAILED, OPEN = Outcome.PASSED, Outcome.NOT_PASSED, Outcome.UNDETERMINED


def candidate(name, heads, area, outcome=PASSED):
    return Candidate(name, outcome, Count(heads, Decimal(area)))


class TestSeats:
    def test_more_votes_than_others_do_not_make_up_for_a_missed_majority(self):
        found = elect([candidate("甲", 290, 29000, FAILED), candidate("乙", 10, 100, FAILED)], 1)
        assert found.elected == ()
        assert found.not_elected == ("乙", "甲")

    def test_fewer_than_the_seats_are_all_elected(self):
        found = elect([candidate("甲", 310, 31000), candidate("乙", 320, 31000)], 5)
        assert set(found.elected) == {"甲", "乙"}

    def test_who_is_behind_in_both_stands_behind_and_alternates_follow_in_order(self):
        rows = [
            candidate("甲", 400, 40000),
            candidate("乙", 350, 35000),
            candidate("丙", 310, 31000),
        ]
        found = elect(rows, 1)
        assert (found.elected, found.alternates, found.open) == (("甲",), ("乙", "丙"), ())

    def test_heads_against_area_is_for_the_house_rules(self):
        rows = [candidate("甲", 400, 35000), candidate("乙", 350, 40000)]
        assert elect(rows, 1).open == ("乙", "甲")
        assert elect(rows, 1, "heads").elected == ("甲",)
        assert elect(rows, 1, "area").elected == ("乙",)

    def test_a_tie_is_left_open(self):
        rows = [
            candidate("甲", 400, 40000),
            candidate("乙", 350, 35000),
            candidate("丙", 350, 35000),
        ]
        found = elect(rows, 2)
        assert (found.elected, found.open) == (("甲",), ("丙", "乙"))

    def test_an_undetermined_count_keeps_a_seat_open(self):
        rows = [candidate("甲", 310, 31000), candidate("乙", 350, 35000, OPEN)]
        assert elect(rows, 1).open == ("乙", "甲")
        assert elect(rows, 2).elected == ("甲",)

    @pytest.mark.parametrize("seats", [0, -1])
    def test_there_is_a_seat(self, seats):
        with pytest.raises(Refusal):
            elect([], seats)

    def test_a_name_stands_once(self):
        with pytest.raises(Refusal):
            elect([candidate("甲", 1, 1), candidate("甲", 2, 2)], 1)


class TestRivals:
    def test_one_contract_goes_to_who_has_the_majorities(self):
        rows = [candidate("A公司", 310, 31000), candidate("B公司", 290, 29000, FAILED)]
        assert choose_one(rows) == "A公司"

    def test_none_where_none_has_them(self):
        rows = [candidate("A公司", 250, 25000, FAILED), candidate("B公司", 240, 24000, FAILED)]
        assert choose_one(rows) is None

    def test_together_they_cannot_have_more_votes_than_voters(self):
        rows = [Count(400, Decimal(1)), Count(201, Decimal(1))]
        assert votes_exceed(rows, Count(600, Decimal(60000)))
        assert not votes_exceed(rows, Count(601, Decimal(60000)))
        assert not votes_exceed(rows, Count(600, Decimal(60000)), each=2)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.sampled_from([PASSED, FAILED, OPEN]))),
    st.integers(1, 4),
    st.sampled_from([None, "heads", "area"]),
)  # fmt: skip
def test_the_order_of_the_list_never_matters_and_seats_are_never_exceeded(rows, seats, order):
    candidates = [candidate(f"{n}", heads, area, out) for n, (heads, area, out) in enumerate(rows)]
    found = elect(candidates, seats, order)
    assert elect(candidates[::-1], seats, order) == found
    assert len(found.elected) <= seats
    assert not set(found.elected) & set(found.open)
