"""Heads and areas: small votes with the answer beside them."""

import pytest

from yihe.proof.canonical import Malformed
from yihe.proof.recount import (
    Roll,
    Thresholds,
    area_text,
    area_units,
    count,
    head_of,
    judged,
    reaches,
    thresholds,
)
from yihe.proof.tests.generator import RULES

AGREE, AGAINST, ABSTAIN, INVALID = range(4)
ORDINARY = Thresholds(">=2/3", ">1/2", approval_of_all=False)


def decided(*units, needed=ORDINARY):
    """Units as (owner, area, choice or None); an owner "*" is the developer's unsold stock."""
    heads = [
        head_of(owner, "developer_unsold" if owner == "*" else "owned") for owner, _, _ in units
    ]
    roll = Roll(heads, [area_units(area) for _, area, _ in units], [frozenset()] * len(units))
    [votes] = count(roll, [None], [() if one is None else (one,) for _, _, one in units])
    return judged(votes, needed)


class TestCount:
    def test_several_units_of_an_owner_are_one_head_and_all_their_area(self):
        found = decided(("a", "10", AGREE), ("a", "10.5", AGREE), ("b", "30", AGAINST))
        assert found["agree"] == {"heads": 1, "area": "20.5"}
        assert found["totals"] == {"heads": 2, "area": "50.5"}
        assert found["outcome"] == "not_passed"  # half of the heads is not more than half

    def test_all_unsold_units_are_one_head(self):
        found = decided(
            ("*", "10", AGREE), ("*", "10", AGREE), ("a", "5", AGAINST), ("b", "5", AGAINST)
        )
        assert found["totals"]["heads"] == 3
        assert found["agree"] == {"heads": 1, "area": "20"}

    def test_silent_units_of_a_voting_owner_add_no_area(self):
        found = decided(("a", "10", AGREE), ("a", "90", None))
        assert found["participation"] == {"heads": 1, "area": "10"}
        assert found["outcome"] == "no_quorum"

    def test_an_owner_who_votes_both_ways_is_counted_both_ways(self):
        found = decided(
            ("a", "10", AGREE), ("a", "10", AGAINST), ("b", "30", AGREE), ("c", "9", AGAINST)
        )
        assert found["split"] == {"heads": 1, "agree": 1}
        assert found["approval"]["heads"]["met"] is None  # 1 of 3, or 2 of 3
        assert found["outcome"] == "undetermined"

    def test_a_split_that_cannot_matter_does_not(self):
        found = decided(
            ("a", "10", AGAINST), ("a", "1", ABSTAIN), ("b", "30", AGREE), ("c", "9", AGREE)
        )
        assert found["split"] == {"heads": 1, "agree": 0}
        assert found["outcome"] == "passed"

    def test_abstentions_and_invalid_ballots_stay_in_the_base(self):
        found = decided(("a", "1", AGREE), ("b", "1", ABSTAIN), ("c", "1", INVALID))
        assert found["approval"]["heads"]["of"] == 3
        assert found["outcome"] == "not_passed"

    def test_nobody_voted(self):
        assert decided(("a", "1", None))["outcome"] == "no_quorum"


@pytest.mark.parametrize(
    ("have", "of", "needed", "met"),
    [
        (2, 3, ">=2/3", True),  # 以上 includes the number itself
        (24, 36, ">=2/3", True),
        (23, 36, ">=2/3", False),
        (17, 24, ">=3/4", False),
        (18, 24, ">=3/4", True),
        (1, 2, ">1/2", False),  # 过半数 does not
        (2, 3, ">1/2", True),
        (0, 0, ">1/2", False),
    ],
)
def test_reaches_exactly(have, of, needed, met):
    assert reaches(have, of, needed) is met


def test_areas_go_in_and_out():
    for text, shortest in (("0", "0"), ("89.50", "89.5"), ("226421.0857", "226421.0857"), ("100", "100"), ("0.00000001", "0.00000001")):  # fmt: skip
        assert area_text(area_units(text)) == shortest


class TestThresholds:
    def test_come_from_the_rule_set(self):
        assert thresholds(RULES, "service_company") == ORDINARY
        assert thresholds(RULES, "rebuild").approval == ">=3/4"

    @pytest.mark.parametrize(
        "rules", [{}, [], {"rules": 1}, {"rules": []}, {"rules": RULES["rules"] * 2}]
    )
    def test_have_to_be_there_once(self, rules):
        with pytest.raises(Malformed):
            thresholds(rules, "service_company")
