"""A link holds the numbers, and what it gives is what `yihe tally` gives."""

import json
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihe.checkup.examples import EXAMPLES
from yihe.checkup.query import LONGEST, MOST_MOTIONS, OF_A_MOTION, WHOLE, decision, key, read_query
from yihe.law import read, tally, to_json
from yihe.law.findings import announced_outcome
from yihe.law.tests.test_cases import EXPECTED, adapt

FULL = {
    "date": "2024-07-29", "place": "4403", "until": "2024-08-20", "all": "817", "all_m2": "115344.34",
    "came": "646", "came_m2": "92508.760", "came_pct": "79.07", "rule_came": "1", "quote": "总面积过半数",
    "what1": "service_company", "text1": "续聘物业公司", "said1": "passed", "yes1": "411",
    "yes1_m2": "58729.34", "no1": "214", "abs1": "16", "bad1": "5", "deem1": "41", "side1": "yes",
    "yes1_pct": "63.62", "yes1_m2_pct": "64.28",
    "what2": "repair_fund_use", "all2": "36", "all2_m2": "3508.53", "came2": "36", "yes2": "25",
}  # fmt: skip
DOCUMENT = {
    "jurisdiction": "4403", "notice_on": "2024-07-29", "closed_on": "2024-08-20", "quote": "总面积过半数",
    "rules": {"deemed_participation": True, "deemed_to_majority": False},
    "totals": {"heads": 817, "area": "115344.34"},
    "participation": {"heads": 646, "area": "92508.760"},
    "motions": [
        {
            "id": "1", "text": "续聘物业公司", "matter": "service_company", "announced": "通过",
            "agree": {"heads": 411, "area": "58729.34"}, "against": {"heads": 214},
            "abstain": {"heads": 16}, "invalid": {"heads": 5}, "deemed": {"heads": 41, "side": "agree"},
            "printed": {"participation_heads_pct": "79.07", "heads_pct": "63.62", "area_pct": "64.28"},
        },
        {
            "id": "2", "matter": "repair_fund_use", "totals": {"heads": 36, "area": "3508.53"},
            "participation": {"heads": 36}, "agree": {"heads": 25},
            "printed": {"participation_heads_pct": "79.07"},
        },
    ],
}  # fmt: skip


def counted(pairs):
    found = decision(read_query(pairs))
    assert found is not None
    return to_json(tally(found))


def test_the_same_result_as_the_tally():
    assert counted(FULL) == to_json(tally(read(DOCUMENT)))


def test_there_and_back():
    sheet = read_query(FULL)
    assert sheet.errors == {}
    again = read_query(dict(parse_qsl(sheet.link)))
    assert again.clean == sheet.clean == FULL
    assert again.link == sheet.link


@given(
    st.dictionaries(
        st.sampled_from([*WHOLE, *(key(name, n) for name in OF_A_MOTION for n in (1, 2, 10))]),
        st.text(alphabet="0９1,.，-%户㎡万\u202e\x00<年字 ", max_size=30),
    )
)
def test_whatever_is_typed_is_clean_or_told_to_be_wrong(pairs):
    sheet = read_query(pairs)
    assert read_query(sheet.clean).clean == sheet.clean
    assert not set(sheet.clean) & set(sheet.errors)
    if (found := decision(sheet)) is not None:
        to_json(tally(found))


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.title)
def test_an_example_is_its_own_link(one):
    sheet = read_query(one.values)
    assert sheet.clean == one.values
    assert decision(sheet) is not None


def test_the_examples_show_all_that_can_come_out():
    outcomes = [motion["outcome"] for one in EXAMPLES for motion in counted(one.values)["motions"]]
    assert set(outcomes) == {"passed", "not_passed", "no_quorum", "undetermined"}


class TestWhatIsWrong:
    def test_a_day_and_a_matter_are_needed(self):
        sheet = read_query({"all": "817"})
        assert decision(sheet) is None
        assert set(sheet.errors) == {"date", "what1"}

    def test_a_motion_between_may_be_left_out(self):
        sheet = read_query({**FULL, "what4": "other", "yes4": "1"})
        found = decision(sheet)
        assert found is not None
        assert [motion.id for motion in found.motions] == ["1", "2", "4"]

    def test_the_end_before_the_notice(self):
        sheet = read_query({**FULL, "until": "2024-01-01"})
        assert decision(sheet) is None
        assert list(sheet.errors) == ["until"]

    def test_200_motions(self):
        pairs = {"date": "2024-07-29", **{f"what{n}": "other" for n in range(1, 201)}}
        assert str(MOST_MOTIONS) in read_query(pairs).errors[""]

    def test_a_place_that_is_none(self):
        assert "place" in read_query({"place": "深圳市"}).errors
        assert read_query({"place": "440310"}).clean == {"place": "440310"}
        assert read_query({"place": "CN"}).clean == {}


def test_a_full_sheet_of_ten_motions_fits_into_a_link():
    pairs = {
        name: value for name, value in FULL.items() if not name.endswith("2") and "2_" not in name
    }
    for number in range(1, MOST_MOTIONS + 1):
        for part in ("yes", "no", "abs", "bad"):
            pairs |= {key(part, number): "1411", key(f"{part}_m2", number): "158729.34"}
            pairs |= {key(f"{part}_pct", number): "63.62", key(f"{part}_m2_pct", number): "64.28"}
        pairs |= {
            f"what{number}": "common_parts_use",
            f"text{number}": "在北门空地设收费车位的议题",
        }
    assert len(read_query(pairs).link) < LONGEST


# The eighteen published decisions, through the form's query -------------------------------------


def as_query(document):
    """What somebody would type from the notice; areas with as many places as printed."""

    def pair(stem, count, number=None):
        count = count or {}
        heads, area = count.get("heads"), count.get("area")
        name = f"{stem}{number or ''}"
        return {
            **({name: str(heads)} if heads is not None else {}),
            **({f"{name}_m2": f"{Decimal(str(area)):f}"} if area is not None else {}),
        }

    pairs = {"date": document["notice_on"]}
    pairs |= pair("all", document["totals"]) | pair("came", document["participation"])
    sides = {"agree": "yes", "against": "no", "abstain": "abs"}
    for number, motion in enumerate(document["motions"], 1):
        pairs[f"what{number}"] = motion["matter"]
        for name, stem in sides.items():
            pairs |= pair(stem, motion[name], number)
        if motion["deemed"]:
            pairs |= pair("deem", motion["deemed"], number)
            pairs[f"side{number}"] = sides[motion["deemed"]["side"]]
        said = announced_outcome(motion["announced"] or "")
        if said is not None:
            pairs[f"said{number}"] = "passed" if said else "failed"
        for name, share in (motion["printed"] or {}).items():
            side, _, measure = name.removesuffix("_pct").rpartition("_")
            stem = sides[side or "agree"]
            pairs[f"{stem}{number}{'_m2' if measure == 'area' else ''}_pct"] = str(share)
    return pairs


@pytest.fixture(scope="module")
def cases(request):
    path = request.getfixturevalue("shared")("law/vote_cases.json")
    rows = json.loads(path.read_text(), parse_float=Decimal)
    return {case["id"]: case for case in rows}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_published_decision_through_the_form(cases, name):
    document = adapt(cases[name])
    by_tally = to_json(tally(read(document)))["motions"]
    by_form = counted(as_query(document))["motions"]
    for one, other in zip(by_tally, by_form, strict=True):
        assert one["outcome"] == other["outcome"]
        assert one["missing"] == other["missing"]
        assert one["without_deemed"] == other["without_deemed"]
    assert [one["outcome"] for one in by_form] == [row[0] for row in EXPECTED[name]]
