"""From a roll and ballots to heads and area."""

import pytest

from yihe.law import Unreadable, read, tally

ROLL = [
    {"unit": "1-101", "owner": "甲", "area": "100"},
    {"unit": "1-102", "owner": "甲", "area": "50.5"},
    {"unit": "1-201", "owner": "乙", "area": "80"},
    {"unit": "1-202", "owner": "丙", "area": "80"},
    {"unit": "1-301", "owner": "开发公司", "area": "90", "kind": "developer_unsold"},
    {"unit": "1-302", "owner": "丁", "area": "90.25", "kind": "developer_unsold"},
]


def vote(choices, roll=ROLL, at=None, **motion):
    """`choices`: unit → choice, or a list of (unit, choice) where one votes twice."""
    pairs = list(choices.items()) if isinstance(choices, dict) else choices
    ballots = [
        {"unit": unit, "motion": "1", "choice": choice, **({"at": at[n]} if at else {})}
        for n, (unit, choice) in enumerate(pairs)
    ]
    document = {
        "notice_on": "2024-07-29",
        "motions": [{"id": "1", "matter": "other", **motion}],
        "roll": roll,
        "ballots": ballots,
    }
    return tally(read(document)).motions[0]


ALL = {row["unit"]: "agree" for row in ROLL}


class TestHeads:
    def test_several_units_of_one_owner_are_one_head_and_count_their_area_in_full(self):
        motion = vote({"1-101": "agree", "1-102": "agree"}).motion
        assert (motion.participation.heads, str(motion.participation.area)) == (1, "150.5")

    def test_all_unsold_units_are_one_head_whoever_bought_them(self):
        motion = vote({}).motion
        assert (motion.totals.heads, str(motion.totals.area)) == (4, "490.75")
        motion = vote({"1-301": "agree", "1-302": "agree"}).motion
        assert (motion.agree.heads, str(motion.agree.area)) == (1, "180.25")

    def test_an_area_that_is_not_known_leaves_its_sums_open(self):
        roll = [{**ROLL[0], "area": None}, *ROLL[1:]]
        motion = vote({"1-201": "agree"}, roll).motion
        assert motion.totals.area is None
        assert str(motion.agree.area) == "80"


class TestBallots:
    def test_all_who_voted_took_part_whatever_they_chose(self):
        result = vote({**ALL, "1-201": "invalid", "1-202": "abstain"})
        assert result.motion.participation.heads == 4
        assert result.outcome == "not_passed"  # two of four is half

    @pytest.mark.parametrize(
        ("at", "agreed"),
        [
            (None, 0),  # by position: the later one is against
            (["2024-08-02", "2024-08-01"], 1),  # by moment: the earlier one is against
            (["2024-08-01T10:00+08:00", "2024-08-01T01:00+00:00"], 1),  # 9 o'clock in Shanghai
            (["2024-08-01T10:00", "2024-08-01T10:00"], 0),  # at once: by position
            (["2024-08-02", None], 0),  # one without a moment: by position
        ],
    )
    def test_the_later_of_two_counts(self, at, agreed):
        twice = [("1-201", "agree"), ("1-201", "against")]
        motion = vote(twice, at=at).motion
        assert motion.agree.heads == agreed
        assert motion.participation.heads == 1

    def test_an_empty_box_is_no_quorum(self):
        assert vote({}).outcome == "no_quorum"

    def test_deemed_votes_come_on_top_of_the_ballots(self):
        result = vote({"1-201": "agree"}, deemed={"heads": 1, "area": "80", "side": "agree"})
        assert result.motion.participation.heads == 2
        assert result.verdict.quorum["heads"].have == 1


class TestSplitOwners:
    def test_both_ways_are_counted_and_where_they_differ_it_is_open(self):
        # of 4 heads: 乙 and 开发公司 agree, 甲 is split, 丙 is against
        split = {**ALL, "1-102": "against", "1-202": "against"}
        result = vote(split)
        assert result.outcome == "undetermined"
        assert [found.code for found in result.findings] == ["split_owner"]
        assert "甲" in result.findings[0].text

    def test_where_they_do_not_differ_it_is_decided(self):
        result = vote({**ALL, "1-102": "against"})
        assert result.outcome == "passed"
        assert result.findings == ()

    def test_area_counts_as_it_was_voted(self):
        motion = vote({**ALL, "1-102": "against"}).motion
        assert str(motion.agree.area) == "440.25"

    def test_an_owner_who_differs_without_agreeing_anywhere_agrees_in_neither_way(self):
        # 4 heads, 2 agree: not more than half, whether 甲 counts as against or as abstaining
        motion = vote({**ALL, "1-101": "against", "1-102": "abstain", "1-202": "against"})
        assert motion.verdict.approval["heads"].met is False
        assert motion.outcome == "not_passed"
        assert [found.code for found in motion.findings] == ["exactly_on_threshold"]

    def test_a_silent_unit_does_not_split_its_owner(self):
        motion = vote({"1-101": "agree"}).motion
        assert (motion.agree.heads, motion.split_owners) == (1, ())

    def test_units_that_differ_without_an_aye_change_nothing(self):
        motion = vote({"1-101": "abstain", "1-102": "against"}).motion
        assert motion.split_owners == ()


class TestMixed:
    def test_numbers_and_a_roll_that_differ_are_told(self):
        result = vote(ALL, participation={"heads": 6, "area": "490.75"})
        assert "sum_mismatch" in [found.code for found in result.findings]

    def test_a_motion_without_ballots_keeps_its_numbers(self):
        numbers = {
            "agree": {"heads": 4, "area": "490.75"},
            "participation": {"heads": 4, "area": "490.75"},
        }
        assert vote({}, **numbers).outcome == "passed"

    def test_a_motion_of_one_building_keeps_its_base(self):
        result = vote({"1-201": "agree"}, totals={"heads": 1, "area": "80"})
        assert result.outcome == "passed"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"roll": [ROLL[0], ROLL[0]]}, "roll[1].unit"),  # co-owners name one voter
        ({"roll": [{"unit": "1", "area": "1"}]}, "roll[0].owner"),
        ({"roll": [{"unit": "1", "owner": "甲", "area": "-1"}]}, "roll[0].area"),
        ({"roll": "名册"}, "roll"),
        ({"roll": None, "ballots": [{}]}, "roll"),
        ({"ballots": [{"unit": "9", "motion": "1", "choice": "agree"}]}, "ballots[0].unit"),
        ({"ballots": [{"unit": "1-101", "motion": "9", "choice": "agree"}]}, "ballots[0].motion"),
        ({"ballots": [{"unit": "1-101", "motion": "1", "choice": "赞成"}]}, "ballots[0].choice"),
        ({"ballots": [{"unit": "1-101", "motion": "1", "choice": "agree", "at": "昨天"}]}, "ballots[0].at"),
        ({"ballots": {}}, "ballots"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_field(change, path):
    document = {
        "notice_on": "2024-07-29",
        "motions": [{"id": "1", "matter": "other"}],
        "roll": ROLL,
        "ballots": [],
    }
    with pytest.raises(Unreadable) as refused:
        read({**document, **change})
    assert path in [error.path for error in refused.value.errors]
