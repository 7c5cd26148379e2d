"""What contradicts what, with its code and its numbers."""

from typing import Any

import pytest

from yihe.law.findings import announced_outcome
from yihe.law.tests.builders import PROPERTY_LAW, codes, count, outcome, texts

NOTHING: dict[str, Any] = {"against": None, "abstain": None, "invalid": None}


class TestSums:
    @pytest.mark.parametrize(
        ("fields", "found"),
        [
            ({}, False),
            ({"against": count(149, "15000")}, True),  # one head short
            ({"against": count(150, "15000.01")}, True),  # a hundredth too much
            ({"invalid": None}, True),  # 595 are accounted for, and nothing is said of the rest
            ({"invalid": None, "abstain": count(50, "5000")}, False),  # all are accounted for
            ({"abstain": None, "invalid": None}, False),  # too little is printed to say
            ({"participation": None}, False),
            ({"participation": count(901, "60000"), **NOTHING}, True),  # more than there are
        ],
    )
    def test_parts_and_participation_agree(self, fields, found):
        assert ("sum_mismatch" in codes(**fields)) is found

    def test_the_words_name_the_difference(self):
        said = texts(against=count(146, "15000"))
        assert "596人，参与表决600人，差4人" in said


class TestPrintedShares:
    @pytest.mark.parametrize(
        ("printed", "code"),
        [
            ({"heads_pct": "66.67"}, None),
            ({"heads_pct": "66.66"}, None),  # cut, not rounded: within one unit of the last digit
            ({"heads_pct": "66.68"}, "printed_share_wrong"),  # 0.0133 off
            ({"heads_pct": "67"}, None),
            ({"heads_pct": "66.6%"}, None),
            (
                {"heads_pct": 66.7},
                None,
            ),  # read from JSON it would be a Decimal; others are left out
            ({"heads_pct": "44.44"}, "wrong_base"),  # 400 of all 900
            ({"area_pct": "44.44"}, "wrong_base"),
            ({"heads_pct": "72.73"}, "wrong_base"),  # 400 of the 550 for and against
            ({"heads_pct": "67.23"}, "wrong_base"),  # without the invalid ones
            ({"heads_pct": "50"}, "printed_share_wrong"),
            ({"against_heads_pct": "25"}, None),
            ({"against_heads_pct": "26.1"}, "printed_share_wrong"),
            ({"participation_heads_pct": "66.67"}, None),
            ({"participation_area_pct": "70.00"}, "printed_share_wrong"),
            ({"heads_pct": "六成多"}, None),  # no plain number
            ({"note": "同意率高"}, None),
        ],
    )
    def test_is_held_against_the_notice_itself(self, printed, code):
        found = set(codes(printed=printed)) & {"printed_share_wrong", "wrong_base"}
        assert found == ({code} if code else set())

    def test_never_decides(self):
        assert outcome(agree=None, printed={"heads_pct": "99", "area_pct": "99"}) == "undetermined"

    def test_before_2021_the_base_is_all_owners(self):
        old = {"notice_on": PROPERTY_LAW, "printed": {"heads_pct": "44.44"}}
        assert "wrong_base" not in codes(**old)
        assert "wrong_base" in codes(**{**old, "printed": {"heads_pct": "66.67"}})

    def test_of_all_households_while_nobody_says_who_took_part(self):
        # 1151 of 2237 households, printed as 51.5 %
        said = texts(
            totals=count(2237), participation=None, agree=count(1151), printed={"heads_pct": "51.5"},
            **NOTHING,
        )  # fmt: skip
        assert "按全体业主算" in said

    def test_with_or_without_deemed_votes_the_base_is_right(self):
        row = {"deemed": {**count(40, "4000"), "side": "agree"}, **NOTHING}
        assert "printed_share_wrong" not in codes(printed={"heads_pct": "66.67"}, **row)
        assert "printed_share_wrong" not in codes(printed={"heads_pct": "64.29"}, **row)  # 360/560


class TestAnnounced:
    @pytest.mark.parametrize(
        ("text", "carried"),
        [
            ("passed", True),
            ("通过", True),
            ("已获通过", True),
            ("本议题获得通过。", True),
            ("表决通过", True),
            ("当选", True),
            ("未通过", False),
            ("不通过", False),
            ("没有通过", False),
            ("未获通过", False),
            ("未能通过", False),
            ("通过率不足，未通过", False),
            ("否决", False),
            ("未形成有效决定", False),
            ("not_passed", False),
            ("failed", False),
            ("no_quorum", False),
            ("参与人数不足", False),
            ("undetermined", None),
            ("待定", None),
            ("", None),
        ],
    )
    def test_is_read_in_any_form(self, text, carried):
        assert announced_outcome(text) is carried

    def test_differs(self):
        assert "announced_differs" in codes(announced="not_passed")
        assert "announced_differs" in codes(
            announced="passed", agree=count(300, "30000"), **NOTHING
        )
        assert "announced_differs" not in codes(announced="未通过", agree=count(1, "1"), **NOTHING)

    def test_no_quorum_and_not_passed_are_both_no_decision(self):
        few = {"participation": count(10, "10"), "agree": count(1, "1"), **NOTHING}
        assert "announced_differs" not in codes(announced="failed", **few)

    def test_nothing_is_said_of_what_is_open(self):
        assert "announced_differs" not in codes(announced="passed", agree=None, **NOTHING)


class TestDeemed:
    def test_depends_on_them(self):
        row = {"participation": count(620, "62000"), "deemed": {**count(100, "1"), "side": "agree"}}
        assert "depends_on_deemed" in codes(**row, **NOTHING)

    def test_does_not(self):
        row = {"participation": count(700, "70000"), "deemed": {**count(1, "1"), "side": "agree"}}
        assert "depends_on_deemed" not in codes(**row, **NOTHING)

    def test_depends_on_them_where_the_rules_keep_half_of_it(self):
        # 400 of 600 with all, 300 of 500 without, and 300 of 600 by rules that let them take part
        row = {"totals": count(700, "70000"), "deemed": {**count(100, "10000"), "side": "agree"}}
        row |= {"rules": {"deemed_participation": True}, **NOTHING}
        assert outcome(**row) == "not_passed"
        assert "depends_on_deemed" in codes(**row)


class TestOnTheThreshold:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"participation": count(600, "61000"), **NOTHING}, "三分之二；“以上”包括本数，算达到"),
            (
                {"participation": count(700, "70000"), "agree": count(350, "40000"), **NOTHING},
                "半数；“过半数”不包括正好一半，算没有达到",
            ),
            (
                {"matter": "rebuild", "participation": count(700, "80000"),
                 "agree": count(525, "70000"), **NOTHING},
                "四分之三；“以上”包括本数，算达到",
            ),
        ],
    )  # fmt: skip
    def test_is_said_with_the_rule(self, fields, words):
        assert codes(**fields).count("exactly_on_threshold") == 1
        assert words in texts(**fields)

    def test_one_head_off_is_not(self):
        fields = {"participation": count(601, "61000"), **NOTHING}
        assert "exactly_on_threshold" not in codes(**fields)


class TestSuperseded:
    @pytest.mark.parametrize(
        ("day", "text", "found"),
        [
            # thresholds of all owners, quoted under the Civil Code
            ("2023-01-01", "经专有部分占建筑物总面积过半数的业主且占总人数过半数的业主同意", True),
            ("2023-01-01", "须占总人数三分之二以上的业主同意", True),
            ("2023-01-01", "依据《物权法》第七十六条", True),
            ("2023-01-01", "需2/3以上业主同意方可使用", True),
            # the Civil Code's own words, and loose forms of its quorum
            (
                "2023-01-01",
                "由专有部分面积占比三分之二以上的业主且人数占比三分之二以上的业主参与表决，"
                "经参与表决专有部分面积过半数的业主且参与表决人数过半数的业主同意",
                False,
            ),
            ("2023-01-01", "占总面积三分之二以上且占总人数三分之二以上的业主参与表决", False),
            ("2023-01-01", "经参与表决总人数过半数的业主同意", False),
            ("2023-01-01", "依据《民法典》第二百七十八条", False),
            # the other way round
            ("2019-01-01", "经参与表决人数四分之三以上的业主同意", True),
            ("2019-01-01", "经专有部分占建筑物总面积过半数的业主且占总人数过半数的业主同意", False),
            ("2020-12-31", "依据《民法典》", True),
        ],
    )
    def test_a_threshold_of_another_day(self, day, text, found):
        assert ("superseded_rule" in codes(notice_on=day, text=text)) is found

    def test_is_found_in_whatever_field_the_notice_says_it(self):
        assert "superseded_rule" in codes(basis={"article": "物权法第七十六条"})
