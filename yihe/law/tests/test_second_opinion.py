"""Decisions from the law's corners, each worked out by hand from the article before it was counted."""

from typing import Any

import pytest

from yihe.law import read, tally, to_json
from yihe.law.tests.builders import count

NOW, OLD = "2024-07-29", "2019-05-05"
ALL = count(900, "90000.00")
TWO_THIRDS = count(600, "60000.00")  # of ALL, exactly


def motion(**fields):
    return {"id": "1", "matter": "service_company", **fields}


def full(agree, against=None, participation=TWO_THIRDS, totals=ALL, **more):
    return motion(totals=totals, participation=participation, agree=agree, against=against, **more)


def deemed(side, heads, area):
    return {**count(heads, area), "side": side}


SILENT = {"deemed_participation": True, "deemed_to_majority": True}
ONLY_CAME = {"deemed_participation": True}

# what it is about → (document but for the motion, motion, outcome, findings)
ROWS: list[tuple[str, dict[str, Any], dict[str, Any], str, set[str]]] = [
    # 民法典: quorum and base
    ("both quorums exactly two thirds, one aye over half by both", {},
     full(count(301, "30000.01")), "passed", {"exactly_on_threshold"}),
    ("exactly half of the heads, though nearly all of the area", {},
     full(count(300, "59999.99")), "not_passed", {"exactly_on_threshold"}),
    ("one head short of two thirds of 901: 600.67 is needed, 600 came", {},
     full(count(600, "60000"), totals=count(901, "90000")), "no_quorum", {"exactly_on_threshold"}),
    ("two thirds of 901 is reached by 601", {},
     full(count(601, "60000"), participation=count(601, "60000"), totals=count(901, "90000")),
     "passed", {"exactly_on_threshold"}),
    ("86 % of the heads and not half of the area", {},
     full(count(700, "44000"), participation=count(810, "89000")), "not_passed", set()),
    ("area short of the quorum by a millionth of a square metre", {},
     full(count(500, "50000"), participation=count(600, "59999.999999"), totals=count(900, "90000")),
     "no_quorum", {"exactly_on_threshold"}),
    ("six decimals over half", {},
     full(count(301, "30000.000001"), participation=count(600, "60000.000000")), "passed",
     {"exactly_on_threshold"}),
    ("area to a tenth in one number and to the thousandth in another", {},
     full(count(301, "30000.1"), participation=count(600, "60000.199"), totals=count(900, "90000")),
     "passed", {"exactly_on_threshold"}),
    ("abstentions stay in the base: most of those who said yes or no is not enough", {},
     full(count(280, "28000"), count(200, "20000"), abstain=count(120, "12000"),
          invalid=count(0, "0")), "not_passed", {"exactly_on_threshold"}),
    ("so do invalid ballots", {},
     full(count(299, "29900"), count(201, "20100"), abstain=count(0, "0"),
          invalid=count(100, "10000")), "not_passed", {"exactly_on_threshold"}),
    # matters
    ("use of the fund has been an ordinary matter since 2021", {},
     full(count(301, "30001"), matter="repair_fund_use"), "passed", {"exactly_on_threshold"}),
    ("raising it is a special one", {},
     full(count(301, "30001"), matter="repair_fund_raise"), "not_passed", {"exactly_on_threshold"}),
    ("three quarters exactly is enough to raise it", {},
     full(count(450, "45000"), matter="repair_fund_raise"), "passed", {"exactly_on_threshold"}),
    ("a head short of three quarters", {},
     full(count(449, "45000"), matter="rebuild"), "not_passed", {"exactly_on_threshold"}),
    ("three quarters of 602 heads is 451.5: 451 fall short", {},
     full(count(451, "45150"), participation=count(602, "60200"), matter="common_parts_use"),
     "not_passed", {"exactly_on_threshold"}),
    ("recall is as ordinary as election", {},
     full(count(301, "30001"), matter="committee_recall"), "passed", {"exactly_on_threshold"}),
    # 物权法: base all, participation nothing
    ("2019: half of all is not more than half", {"notice_on": OLD},
     full(count(450, "45000")), "not_passed", {"exactly_on_threshold"}),
    ("2019: one more of each", {"notice_on": OLD}, full(count(451, "45000.01")), "passed", set()),
    ("2019: use of the fund needed two thirds of all", {"notice_on": OLD},
     full(count(599, "60000"), matter="repair_fund_use"), "not_passed", {"exactly_on_threshold"}),
    ("2019: and had it with exactly these", {"notice_on": OLD},
     full(count(600, "60000"), matter="repair_fund_use"), "passed", {"exactly_on_threshold"}),
    ("2019: changing the use of common parts was ordinary", {"notice_on": OLD},
     full(count(451, "45001"), matter="common_parts_use"), "passed", set()),
    ("2019: half came, all of them agreed", {"notice_on": OLD},
     full(count(400, "40000"), participation=count(400, "40000")), "not_passed", set()),
    ("2019: nobody says how many came, and it does not matter", {"notice_on": OLD},
     full(count(451, "45001"), participation=None), "passed", set()),
    ("the last day of the old law", {"notice_on": "2020-12-31"},
     full(count(301, "30001")), "not_passed", set()),
    ("the first of the new one", {"notice_on": "2021-01-01"},
     full(count(301, "30001")), "passed", {"exactly_on_threshold"}),
    ("the first of the old one", {"notice_on": "2007-10-01"},
     full(count(451, "45001")), "passed", set()),
    ("straddling, and by either law it carries", {"notice_on": "2020-12-10", "closed_on": "2021-01-10"},
     full(count(451, "45001"), participation=count(700, "70000")), "passed", set()),
    ("straddling, and by neither", {"notice_on": "2020-12-10", "closed_on": "2021-01-10"},
     full(count(300, "30000"), participation=count(700, "70000")), "not_passed", set()),
    ("straddling: the new law asks for a quorum that was missed",
     {"notice_on": "2020-12-10", "closed_on": "2021-01-10"},
     full(count(451, "45001"), participation=count(599, "59999")), "undetermined", set()),
    # silent owners
    ("the silent make the quorum, and the house rules let them", {"rules": SILENT},
     full(count(400, "40000"), deemed=deemed("agree", 150, "15000")), "passed",
     {"depends_on_deemed", "exactly_on_threshold"}),
    ("the silent make the quorum, and nothing lets them", {},
     full(count(400, "40000"), deemed=deemed("agree", 150, "15000")), "no_quorum",
     {"depends_on_deemed"}),
    ("they may take part and not agree: 250 of 600", {"rules": ONLY_CAME},
     full(count(400, "40000"), deemed=deemed("agree", 150, "15000")), "not_passed",
     {"depends_on_deemed", "exactly_on_threshold"}),
    ("silent among those against; without them it carries", {},
     full(count(310, "31000"), count(320, "32000"), participation=count(700, "70000"),
          deemed=deemed("against", 90, "9000")), "passed", {"depends_on_deemed"}),
    ("with every silent owner or without, the same", {"rules": SILENT},
     full(count(400, "40000"), participation=count(700, "70000"), deemed=deemed("agree", 10, "1000")),
     "passed", set()),
    # numbers that cannot be
    ("more took part than there are, by heads; the area fails all the same", {},
     full(count(500, "50000"), participation=count(901, "59999")), "no_quorum", {"sum_mismatch"}),
    ("more took part than there are, and the area would do", {},
     full(count(500, "50000"), participation=count(901, "60000")), "undetermined",
     {"sum_mismatch", "exactly_on_threshold"}),
    ("parts that come to more than participation, and it carries on either base", {},
     full(count(500, "50000"), count(110, "11000")), "passed",
     {"sum_mismatch"}),
    # printed shares
    ("share of all owners printed where the base is those who voted", {},
     full(count(400, "40000"), printed={"heads_pct": "44.44", "area_pct": "44.44"}), "passed",
     {"wrong_base", "exactly_on_threshold"}),
    ("share of ayes and nays, abstentions left out", {},
     full(count(320, "32000"), count(200, "20000"), abstain=count(80, "8000"), invalid=count(0, "0"),
          printed={"heads_pct": "61.54"}), "passed", {"wrong_base", "exactly_on_threshold"}),
    ("2019: share of all owners is the law's own base", {"notice_on": OLD},
     full(count(500, "50000"), printed={"heads_pct": "55.56", "area_pct": "55.56"}), "passed", set()),
    ("participation's share, a digit turned", {},
     full(count(400, "40000"), participation=count(610, "61000"),
          printed={"participation_heads_pct": "76.78"}), "passed", {"printed_share_wrong"}),
    # scope
    ("one entrance of 24: 18 of 24 is three quarters", {"totals": ALL, "participation": count(24, "1")},
     motion(scope="entrance", matter="rebuild", totals=count(24, "2400"),
            participation=count(24, "2400"), agree=count(18, "1800")), "passed",
     {"exactly_on_threshold"}),
    ("one entrance of 24: 17 is not", {"totals": ALL},
     motion(scope="entrance", matter="rebuild", totals=count(24, "2400"),
            participation=count(24, "2400"), agree=count(17, "1800")), "not_passed",
     {"exactly_on_threshold"}),
    ("the entrance's heads never meet the compound's area", {"totals": ALL},
     motion(scope="entrance", totals=count(24), participation=count(24, "2400"),
            agree=count(24, "2400")), "undetermined", set()),
    # Shenzhen, whose own figures were not found
    ("in 坪山 the Civil Code counts", {"jurisdiction": "440310"}, full(count(301, "30001")),
     "passed", {"exactly_on_threshold"}),
    # what a notice says of itself
    ("two thirds agreeing quoted for the fund in 2022", {"notice_on": "2022-03-01"},
     full(count(500, "50000"), matter="repair_fund_use",
          text="经专有部分占建筑物总面积三分之二以上且占总人数三分之二以上的业主同意"), "passed",
     {"superseded_rule", "exactly_on_threshold"}),
    ("two thirds taking part, over half agreeing: today's words", {},
     full(count(500, "50000"), text="专有部分占建筑物总面积三分之二以上的业主且占总人数三分之二以上的业主"
          "参与表决，经参与表决专有部分面积过半数的业主且参与表决人数过半数的业主同意"), "passed",
     {"exactly_on_threshold"}),
    ("today's words in 2019", {"notice_on": OLD},
     full(count(500, "50000"), text="根据《民法典》第二百七十八条"), "passed", {"superseded_rule"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "one", "outcome", "codes"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_by_hand(document, one, outcome, codes):
    found = tally(read({"notice_on": NOW, **document, "motions": [one]})).motions[0]
    assert found.outcome == outcome
    assert {finding.code for finding in found.findings} == codes


def unit(name, owner, area, **more):
    return {"unit": name, "owner": owner, "area": area, **more}


def by_roll(roll, choices, *, matter="service_company", **document):
    ballots = [{"unit": u, "motion": "1", "choice": c} for u, c in choices.items()]
    motions = [{"id": "1", "matter": matter}]
    return tally(read({"notice_on": NOW, "motions": motions, "roll": roll, "ballots": ballots,
                       **document})).motions[0]  # fmt: skip


class TestHeads:
    def test_fifteen_flats_of_one_owner_are_one_head_with_all_their_area(self):
        roll = [unit(f"a{n}", "甲", "100.125") for n in range(15)]
        roll += [unit(f"b{n}", f"乙{n}", "60.5") for n in range(10)]
        found = by_roll(roll, {one["unit"]: "agree" for one in roll[:19]})
        shown = to_json_of(found, roll)
        # 5 of 11 heads took part, though 1743.875 of 2106.875 m² did
        assert shown["quorum"]["heads"] == {"have": 5, "of": 11, "needed": ">=2/3", "met": False}
        assert shown["quorum"]["area"]["have"] == "1743.875"
        assert found.outcome == "no_quorum"

    def test_unsold_and_sold_but_not_handed_over_are_one_head_of_the_developer(self):
        roll = [unit("1", "甲", "100"), unit("2", "乙", "100"), unit("3", "丙", "100")]
        roll += [unit("4", "建设单位", "300", kind="developer_unsold"),
                 unit("5", "买了还没收房的丁", "50", kind="developer_unsold")]  # fmt: skip
        found = by_roll(roll, {"1": "agree", "2": "agree", "3": "against"})
        # three of four heads came, 300 of 650 m² did
        assert found.motion.totals.heads == 4
        assert found.outcome == "no_quorum"
        assert found.verdict.quorum["heads"].met is True
        assert found.verdict.quorum["area"].met is False

    def test_silent_state_owned_area_stays_in_the_base(self):
        roll = [unit(str(n), f"户{n}", "50") for n in range(9)] + [unit("x", "公房", "400")]
        found = by_roll(roll, {str(n): "agree" for n in range(9)})
        assert found.verdict.quorum["heads"].met is True
        assert found.outcome == "no_quorum"  # 450 of 850

    def test_an_owner_of_two_who_votes_both_ways_and_it_hangs_on_that(self):
        roll = [unit("1", "甲", "100"), unit("2", "甲", "100"), unit("3", "乙", "100"),
                unit("4", "丙", "100")]  # fmt: skip
        found = by_roll(roll, {"1": "agree", "2": "against", "3": "agree", "4": "against"})
        # without 甲 one of three heads agrees, with 甲 two; by area 200 of 400 is exactly half
        assert found.outcome == "not_passed"
        found = by_roll(roll[:3], {"1": "agree", "2": "against", "3": "agree"})
        # 200 of 300 m²; one of two heads is half, two of two are all
        assert found.outcome == "undetermined"
        assert {one.code for one in found.findings} >= {"split_owner"}

    def test_a_later_ballot_replaces_an_earlier_one(self):
        roll = [unit(str(n), f"户{n}", "50") for n in range(3)]
        ballots = [{"unit": "0", "motion": "1", "choice": "against"}]
        ballots += [{"unit": str(n), "motion": "1", "choice": "agree"} for n in range(2)]
        found = tally(read({"notice_on": NOW, "roll": roll, "ballots": ballots,
                            "motions": [{"id": "1", "matter": "other"}]})).motions[0]  # fmt: skip
        assert (found.motion.agree.heads, found.motion.participation.heads) == (2, 2)
        assert found.outcome == "passed"  # exactly two thirds came, all of them agree


def to_json_of(found, roll):
    ballots = [{"unit": one["unit"], "motion": "1", "choice": "agree"} for one in roll[:19]]
    result = tally(read({"notice_on": NOW, "roll": roll, "ballots": ballots,
                         "motions": [{"id": "1", "matter": "service_company"}]}))  # fmt: skip
    assert result.motions[0] == found
    return to_json(result)["motions"][0]
