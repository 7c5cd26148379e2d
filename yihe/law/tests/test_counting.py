"""Boundaries and half-known numbers, row by row."""

from typing import Any

import pytest

from yihe.law.tests.builders import PROPERTY_LAW, count, outcome, result

DEEMED = {"deemed_participation": True, "deemed_to_majority": True}
SPECIAL = ["repair_fund_raise", "rebuild", "common_parts_use"]
ORDINARY = [
    "rules_of_procedure", "management_regulation", "committee_election", "committee_recall",
    "service_company", "repair_fund_use", "other",
]  # fmt: skip
NOTHING: dict[str, Any] = {"against": None, "abstain": None, "invalid": None}


class TestQuorum:
    @pytest.mark.parametrize(
        ("heads", "area", "expected"),
        [
            (600, "60000", "passed"),  # exactly two thirds of both: 以上 includes the figure
            (599, "60000", "no_quorum"),  # one head short
            (600, "59999.99", "no_quorum"),  # one hundredth of a square metre short
            (600, "59999.9999", "no_quorum"),  # the register has four places
            (601, "60000.0001", "passed"),
        ],
    )
    def test_two_thirds_of_heads_and_of_area_take_part(self, heads, area, expected):
        numbers = {"agree": count(400, "40000"), **NOTHING}
        assert outcome(participation=count(heads, area), **numbers) == expected

    def test_one_third_that_is_no_whole_number_is_not_rounded(self):
        # two thirds of 817 are 544.67 heads
        rest = {"totals": count(817, "3"), "agree": count(500, "2"), **NOTHING}
        assert outcome(participation=count(544, "2"), **rest) == "no_quorum"
        assert outcome(participation=count(545, "2"), **rest) == "passed"

    def test_a_missed_quorum_comes_before_a_missed_majority(self):
        assert outcome(participation=count(599, "60000"), agree=count(1, "1")) == "no_quorum"


class TestMajorities:
    @pytest.mark.parametrize("matter", ORDINARY)
    @pytest.mark.parametrize(
        ("heads", "area", "expected"),
        [
            (301, "30000.01", "passed"),
            (300, "30000.01", "not_passed"),  # exactly half of the heads is not 过半数
            (301, "30000", "not_passed"),  # exactly half of the area is not 过半数
            (301, "30000.0001", "passed"),
        ],
    )
    def test_ordinary_matters_need_more_than_half(self, matter, heads, area, expected):
        assert outcome(matter=matter, agree=count(heads, area), **NOTHING) == expected

    @pytest.mark.parametrize("matter", SPECIAL)
    @pytest.mark.parametrize(
        ("heads", "area", "expected"),
        [
            (450, "45000", "passed"),  # exactly three quarters of both: 以上 includes the figure
            (449, "45000", "not_passed"),
            (450, "44999.99", "not_passed"),
        ],
    )
    def test_items_6_to_8_need_three_quarters(self, matter, heads, area, expected):
        assert outcome(matter=matter, agree=count(heads, area), **NOTHING) == expected

    def test_abstentions_and_invalid_ballots_stay_in_the_base(self):
        # more for than against, and still not more than half of those who took part
        numbers = {
            "agree": count(290, "35000"),
            "against": count(10, "5000"),
            "abstain": count(200, "10000"),
            "invalid": count(100, "10000"),
        }
        assert outcome(**numbers) == "not_passed"

    def test_many_heads_do_not_make_up_for_area(self):
        assert outcome(agree=count(590, "20000"), **NOTHING) == "not_passed"

    def test_a_lift_for_24_homes_needs_18(self):
        rest = {"matter": "rebuild", "totals": count(24), "participation": count(24), **NOTHING}
        assert outcome(agree=count(17), **rest) == "not_passed"
        assert outcome(agree=count(18), **rest) == "undetermined"  # the area is not printed


class TestPropertyLawRegime:
    def test_counts_all_owners_and_asks_for_no_quorum(self):
        few = {"notice_on": PROPERTY_LAW, "participation": count(460, "46000"), **NOTHING}
        assert outcome(agree=count(451, "45000.01"), **few) == "passed"
        assert (
            outcome(agree=count(450, "45000.01"), **few) == "not_passed"
        )  # half of all is not more
        quorum = result(agree=count(451, "45000.01"), **few).motions[0].verdict.quorum
        assert [(test.needed, test.met) for test in quorum.values()] == [(None, None)] * 2

    def test_participation_need_not_be_known(self):
        row = {"notice_on": PROPERTY_LAW, "participation": None, **NOTHING}
        assert outcome(agree=count(451, "45001"), **row) == "passed"

    @pytest.mark.parametrize("matter", ["repair_fund_use", "repair_fund_raise", "rebuild"])
    def test_the_fund_and_rebuilding_needed_two_thirds_of_all(self, matter):
        row = {"notice_on": PROPERTY_LAW, "matter": matter, "participation": None, **NOTHING}
        assert outcome(agree=count(600, "60000"), **row) == "passed"
        assert outcome(agree=count(600, "59999.99"), **row) == "not_passed"

    @pytest.mark.parametrize(
        ("day", "book"),
        [
            ("2007-09-30", None),  # nothing on the shelf
            ("2007-10-01", "cn-property-law-2007"),
            ("2020-12-31", "cn-property-law-2007"),
            ("2021-01-01", "cn-civil-code-2021"),
        ],
    )
    def test_the_day_of_the_notice_chooses_the_book(self, day, book):
        found = result(notice_on=day)
        assert (found.book.id if found.book else None) == book
        if book is None:
            assert found.motions[0].outcome == "undetermined"
            assert found.motions[0].missing == ("rule_book",)

    def test_a_vote_across_the_change_is_counted_by_both(self):
        across = {"notice_on": "2020-12-20", "closed_on": "2021-01-10"}
        most = {"agree": count(500, "50000"), **NOTHING}
        assert outcome(**across, **most) == "passed"  # by either
        half = {"agree": count(400, "40000"), **NOTHING}
        assert outcome(**across, **half) == "undetermined"  # of participants yes, of all owners no


class TestHalfKnownNumbers:
    @pytest.mark.parametrize(
        ("fields", "expected", "missing"),
        [
            # turnout by area unknown; heads below two thirds: one measure that fails is enough
            ({"participation": count(500, None), "agree": count(400, None)}, "no_quorum", None),
            # turnout unknown; few heads agree of those known to have voted
            (
                {"participation": count(600, None), "agree": count(300, None)},
                "not_passed",
                None,
            ),
            # approval refuted although the totals, and so the quorum, are unknown
            ({"totals": None, "agree": count(300, "40000")}, "not_passed", None),
            # all votes known: who took part is their sum
            (
                {
                    "participation": None,
                    "agree": count(400, "40000"),
                    "against": count(150, "15000"),
                    "abstain": count(45, "4500"),
                    "invalid": count(5, "500"),
                },
                "passed",
                (),
            ),
            # participation unknown, yet those who agree are two thirds of all: nothing is left open
            ({"participation": None, "agree": count(600, "60000")}, "passed", ()),
            # … one head fewer, and it is
            (
                {"participation": None, "agree": count(599, "60000")},
                "undetermined",
                ("participation.heads",),
            ),
            # who agreed is not printed: never inferred from what is left over
            (
                {"agree": None, "against": count(1, "1"), "abstain": count(0, "0"),
                 "invalid": count(0, "0")},
                "undetermined",
                ("agree.heads", "agree.area"),
            ),
            # … but so many were against that it cannot be half
            ({"agree": None, "against": count(300, "10")}, "not_passed", None),
            # … and exactly as many as leave more than half open
            ({"agree": None, "against": count(299, "10")}, "undetermined", None),
            # nothing but the day and the matter
            (
                {"totals": None, "participation": None, "agree": None},
                "undetermined",
                ("participation.heads", "totals.heads", "participation.area", "totals.area",
                 "agree.heads", "agree.area"),
            ),
        ],
    )  # fmt: skip
    def test_what_is_known_bounds_the_rest(self, fields, expected, missing):
        found = result(**{**NOTHING, **fields}).motions[0]
        assert found.outcome == expected
        if missing is not None:
            assert set(found.missing) == set(missing)

    def test_a_motion_of_one_building_has_its_own_base_and_takes_nothing_from_the_compound(self):
        found = result(totals=count(24, None)).motions[0]
        assert found.verdict.quorum["area"].of is None


class TestDeemedVotes:
    def test_leave_agreement_and_participation_unless_the_rules_keep_them(self):
        row = {"agree": count(320, "32000"), "deemed": {**count(60, "6000"), "side": "agree"}}
        row |= {"participation": count(660, "66000"), **NOTHING}
        verdict = result(**row).motions[0].verdict
        heads = verdict.approval["heads"]
        assert heads.have == 260
        assert heads.of == 600
        assert outcome(**row) == "not_passed"
        assert outcome(**row, rules=DEEMED) == "not_passed"  # 320 of 660

    def test_who_was_deemed_to_take_part_may_carry_the_quorum_and_nothing_else(self):
        row = {"participation": count(620, "62000"), "agree": count(400, "40000"), **NOTHING}
        row |= {"deemed": {**count(100, "10000"), "side": "agree"}}
        assert outcome(**row) == "no_quorum"
        present = {"deemed_participation": True}
        assert outcome(**row, rules=present) == "not_passed"  # 300 of 620
        assert outcome(**row, rules=DEEMED) == "passed"  # 400 of 620
        # nobody votes who does not take part
        assert outcome(**row, rules={"deemed_to_majority": True}) == "no_quorum"

    def test_on_the_other_side_they_only_shrink_the_base(self):
        row = {"participation": count(700, "70000"), "agree": count(320, "32000"), **NOTHING}
        row |= {
            "against": count(200, "20000"),
            "deemed": {**count(100, "10000"), "side": "against"},
        }
        assert outcome(**row) == "passed"  # 320 of 600
        assert outcome(**row, rules=DEEMED) == "not_passed"  # 320 of 700

    def test_of_unknown_area_they_bound_both(self):
        row = {"participation": count(700, "70000"), "agree": count(500, "50000"), **NOTHING}
        deemed = {**count(10, None), "side": "agree"}
        found = result(**row, deemed=deemed).motions[0]
        assert found.outcome == "undetermined"
        assert found.missing == ("deemed.area",)
        # on a side that is small enough, it does not matter how many they were
        small = {
            **row,
            "against": count(20, "5000"),
            "deemed": {**count(10, None), "side": "against"},
        }
        assert outcome(**small) == "passed"

    def test_of_unknown_side_both_are_thought_through(self):
        row = {"participation": count(700, "70000"), "agree": count(360, "36000"), **NOTHING}
        assert outcome(**row, deemed=count(10, "1000")) == "passed"  # 350 of 690, or 360 of 690
        assert outcome(**row, deemed=count(20, "2000")) == "undetermined"  # 340 of 680 is half

    def test_the_count_without_them_is_always_there(self):
        row = {"participation": count(620, "62000"), "deemed": {**count(100, "1"), "side": "agree"}}
        found = result(**row, rules=DEEMED, **NOTHING).motions[0]
        assert (found.outcome, found.without_deemed.outcome) == ("passed", "no_quorum")


class TestContradictions:
    @pytest.mark.parametrize(
        "fields",
        [
            {"participation": count(901, "60000")},  # more than there are
            {"agree": count(601, "40000")},  # more than took part
            {"participation": None, "agree": count(901, "40000")},  # more than there are
            {"totals": count(0, "0")},  # nobody at all
            # more than that side has
            {"participation": count(700, "70000"), "deemed": {**count(401, "1"), "side": "agree"}},
        ],
    )
    def test_impossible_numbers_decide_nothing(self, fields):
        assert outcome(**{**NOTHING, **fields}) == "undetermined"

    def test_the_other_measure_may_still_refute(self):
        assert (
            outcome(participation=count(901, "100"), agree=count(1, "1"), **NOTHING) == "no_quorum"
        )

    def test_a_slip_of_addition_is_counted_on_both_bases(self):
        parts = {"against": count(200, "15000"), "abstain": count(0, "0"), "invalid": count(0, "0")}
        assert outcome(agree=count(410, "45000"), **parts) == "passed"  # 410 of 600 or of 610
        close = {**parts, "against": count(300, "15000")}
        assert (
            outcome(agree=count(301, "45000"), **close) == "passed"
        )  # of 600, of 601: both more than half
        closer = {**parts, "against": count(302, "15000")}
        assert outcome(agree=count(301, "45000"), **closer) == "undetermined"  # of 603 it is not
