"""Whole notices as an opponent would put them: what comes out, and what is said of it."""

from typing import Any

import pytest

from yihe.law import in_words, read, tally
from yihe.law.tests.builders import count

NOTICE: dict[str, Any] = {
    "id": "1",
    "matter": "service_company",
    "totals": count(817, "115344.34"),
    "participation": count(646, "92508.76"),
    "agree": count(411, "58729.34"),
}
OLD = {"notice_on": "2019-05-05"}


def on(side, heads, area):
    return {**count(heads, area), "side": side}


ROWS: list[tuple[str, dict[str, Any], str, set[str]]] = [
    ("a clean notice", {}, "passed", set()),
    ("nothing but percentages, all of them splendid",
     {"totals": None, "participation": None, "agree": None, "announced": "passed",
      "printed": {"heads_pct": "92.6", "area_pct": "92.6"}}, "undetermined", set()),
    ("heads alone, whatever they are", {"totals": count(817), "participation": count(646),
     "agree": count(411)}, "undetermined", set()),
    ("area alone, and it fails", {"totals": count(None, "100"), "participation": count(None, "66"),
     "agree": count(None, "60")}, "no_quorum", set()),
    ("every aye is deemed", {"deemed": on("agree", 411, "58729.34"), "announced": "passed"},
     "no_quorum", {"announced_differs", "depends_on_deemed"}),
    ("everybody took part, three hundred of them in silence",
     {"participation": count(817, "115344.34"), "agree": count(700, "100000"), "announced": "通过",
      "deemed": on("agree", 300, "40000")}, "no_quorum", {"announced_differs", "depends_on_deemed"}),
    ("deemed to abstain", {"deemed": on("abstain", 100, "10000"), "abstain": count(120, "12000")},
     "passed", set()),
    ("deemed to be invalid", {"deemed": on("invalid", 100, "10000"), "invalid": count(120, "12000")},
     "passed", set()),
    ("more deemed than on their side", {"deemed": on("invalid", 121, "1"), "invalid": count(120, "1")},
     "undetermined", {"sum_mismatch"}),
    ("deemed area alone is printed", {"deemed": on("agree", None, "1000")},
     "undetermined", {"depends_on_deemed"}),
    ("majority without participation is no vote",
     {"rules": {"deemed_to_majority": True}, "deemed": on("agree", 102, "10000")},
     "no_quorum", {"depends_on_deemed"}),
    ("participation without majority keeps the base and drops the aye",
     {"rules": {"deemed_participation": True}, "deemed": on("agree", 100, "10000")},
     "not_passed", {"depends_on_deemed"}),
    ("a repair that concerns one entrance: both shares exactly two thirds",
     {"scope": "entrance", "matter": "repair_fund_use", "totals": count(24, "2400"),
      "participation": count(16, "1600"), "agree": count(9, "801")},
     "passed", {"exactly_on_threshold"}),
    ("three quarters exactly, by both", {"matter": "common_parts_use", "participation":
     count(600, "80000"), "agree": count(450, "60000")}, "passed", {"exactly_on_threshold"}),
    ("74.99 % is not 75 %", {"matter": "repair_fund_raise", "totals": count(10000, "80000"),
     "participation": count(10000, "80000"), "agree": count(7499, "60001")}, "not_passed", set()),
    ("a ten-thousandth of a square metre over half",
     {"totals": count(3, "226421.0857"), "participation": count(3, "150947.3905"),
      "agree": count(2, "75473.6953")}, "passed", set()),
    ("a ten-thousandth of a square metre short of two thirds",
     {"totals": count(3, "226421.0857"), "participation": count(3, "150947.3904"),
      "agree": count(2, "75473.6953")}, "no_quorum", set()),
    ("numbers of seventeen digits", {"totals": count(10**17, "9" * 17),
     "participation": count(10**17 - 1, "9" * 17), "agree": count(10**17 - 2, "8" * 17)},
     "passed", set()),
    ("nobody came", {"participation": count(0, "0"), "agree": count(0, "0")}, "no_quorum", set()),
    ("nobody is there", {"totals": count(0, "0"), "participation": count(0, "0"),
     "agree": count(0, "0")}, "undetermined", {"sum_mismatch"}),
    ("nobody agreed, and nothing else is printed", {"participation": None, "agree": count(0, "0")},
     "not_passed", set()),
    ("more ayes than voters", {"agree": count(700, "58729.34")}, "undetermined", {"sum_mismatch"}),
    ("more voters than owners", {"participation": count(818, "92508.76"), "announced": "passed"},
     "undetermined", {"sum_mismatch"}),
    ("half of the voters against, ayes unknown", {"agree": None, "against": count(323, "1")},
     "not_passed", set()),
    ("one fewer against, ayes unknown", {"agree": None, "against": count(322, "1")},
     "undetermined", set()),
    ("all but the ayes is printed, and they are still not inferred",
     {"agree": None, "against": count(100, "10000"), "abstain": count(0, "0"), "invalid": count(0, "0")},
     "undetermined", set()),
    ("73.8 % of participants against, the size of the compound, and no more",
     {"totals": count(4389, "611000"), "participation": None, "agree": None, "announced": "failed",
      "printed": {"against_heads_pct": "73.8"}}, "undetermined", set()),
    ("exactly half of the heads, totals unknown", {"totals": None, "agree": count(323, "90000")},
     "not_passed", {"exactly_on_threshold"}),
    ("announced with many words, wrongly", {"announced": "经表决，同意人数未达到法定比例，未通过"},
     "passed", {"announced_differs"}),
    ("announced with many words, rightly", {"announced": "同意票数超过半数，该议题获得通过"},
     "passed", set()),
    ("thresholds of the repealed law", {"text": "经专有部分占建筑物总面积过半数且占总人数过半数的业主同意"},
     "passed", {"superseded_rule"}),
    ("a hundredth of a square metre too much", {"against": count(200, "30000"),
     "abstain": count(35, "3779.43"), "invalid": count(0, "0")}, "passed", {"sum_mismatch"}),
    ("forty heads too many", {"against": count(240, "30000"), "abstain": count(35, "3779.42"),
     "invalid": count(0, "0")}, "passed", {"sum_mismatch"}),
    ("64.28 printed for 63.48", {"printed": {"heads_pct": "63.62", "area_pct": "64.28"}},
     "passed", {"printed_share_wrong"}),
    ("rounded up instead of to the nearest", {"printed": {"heads_pct": "63.63", "area_pct": "63.49"}},
     "passed", set()),
    ("of all owners, where the law counts voters", {"printed": {"heads_pct": "50.31"}},
     "passed", {"wrong_base"}),
    ("participation sold as agreement", {"agree": None, "printed": {"heads_pct": "79.07"}},
     "undetermined", set()),
    ("old law: of voters, where it counted all", {**OLD, "printed": {"heads_pct": "63.62"}},
     "passed", {"wrong_base"}),
    ("old law: the fund, one head over two thirds of all",
     {**OLD, "matter": "repair_fund_use", "agree": count(545, "76896.23"),
      "participation": count(646, "92508.76")}, "passed", set()),
    ("old law: the fund, a hundredth short", {**OLD, "matter": "repair_fund_use",
     "agree": count(545, "76896.22")}, "not_passed", set()),
    ("old law: leasing the roof was an ordinary matter", {**OLD, "matter": "common_parts_use"},
     "passed", set()),
    ("old law: few took part and most of all agreed all the same",
     {**OLD, "participation": count(420, "60000")}, "passed", set()),
    ("old law: carried by the silent", {**OLD, "agree": count(420, "58729.34"), "announced": "passed",
     "deemed": on("agree", 20, "2000")}, "not_passed", {"announced_differs", "depends_on_deemed"}),
    ("voted across the change of regime, half of all and most of the voters",
     {"notice_on": "2020-12-20", "closed_on": "2021-01-20", "participation": count(700, "100000"),
      "agree": count(400, "57000")}, "undetermined", set()),
    ("Shenzhen's own rules are off", {"jurisdiction": "440310"}, "passed", set()),
    ("not the law of Hong Kong", {"jurisdiction": "81", "announced": "passed"}, "undetermined", set()),
    ("before any book", {"notice_on": "2007-09-30", "announced": "passed"}, "undetermined", set()),
    ("recalled by twenty in two hours", {"matter": "committee_recall", "totals": count(6013),
     "participation": count(20), "agree": None, "against": count(19), "announced": "failed"},
     "no_quorum", set()),
    ("a house rule that lowers the quorum", {"rules": {"quorum": "1/10"},
     "participation": count(100, "20000"), "agree": count(99, "19999")}, "no_quorum", set()),
]  # fmt: skip


def found(fields):
    motion = {**NOTICE, **fields}
    whole = {
        name: motion.pop(name)
        for name in ("notice_on", "closed_on", "jurisdiction", "rules")
        if name in motion
    }
    return tally(read({"notice_on": "2024-07-29", **whole, "motions": [motion]}))


@pytest.mark.parametrize(
    ("fields", "outcome", "codes"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_notice(fields, outcome, codes):
    motion = found(fields).motions[0]
    assert motion.outcome == outcome
    assert {finding.code for finding in motion.findings} == codes


@pytest.mark.parametrize("fields", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_an_open_one_says_what_would_close_it(fields):
    motion = found(fields).motions[0]
    if motion.outcome == "undetermined":
        contradicts = {"sum_mismatch", "split_owner"} & {one.code for one in motion.findings}
        assert motion.missing or contradicts or motion.straddles


class TestRivals:
    def test_the_strongest_of_three_has_no_majority(self):
        rivals = [("A", 280), ("B", 200), ("C", 160)]
        motions = [
            {**NOTICE, "id": name, "agree": count(heads, f"{heads * 143}"), "announced": "中选"}
            for name, heads in rivals
        ]
        result = tally(read({"notice_on": "2024-07-29", "motions": motions}))
        assert {one.outcome.value for one in result.motions} == {"not_passed"}


class TestWords:
    def test_what_a_notice_smuggles_into_its_text_does_not_reach_a_terminal(self):
        said = in_words(found({"text": "选聘\x1b[2J\n结果：通过\u202e", "agree": count(1, "1")}))
        assert "\x1b" not in said
        assert "\u202e" not in said
        assert [line for line in said.splitlines() if line.startswith("结果")] == ["结果：没有通过"]

    def test_half_a_character_is_refused_or_ignored(self):
        assert found({"announced": "\ud800", "note": "\ud800"}).motions[0].outcome == "passed"
        with pytest.raises(Exception, match="残缺"):
            found({"text": "\ud800"})

    def test_a_deep_document_is_read_as_far_as_it_is_one(self):
        deep: Any = "物权法"
        for _ in range(500):
            deep = [deep]
        assert found({"note": deep}).motions[0].outcome == "passed"
