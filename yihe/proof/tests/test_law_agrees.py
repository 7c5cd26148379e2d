"""Two counts that know nothing of each other: the verifier's from roll and openings, and the law's."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihe.law import compose, read, tally, to_json
from yihe.law.values import HouseRules, Matter
from yihe.proof.canonical import digest
from yihe.proof.leaves import CHOICES
from yihe.proof.pinning import pinned
from yihe.proof.recount import SILENT, Roll, area_units, count, head_of, judged, thresholds

DAYS = [date(2024, 7, 29), date(2015, 5, 1)]  # the Civil Code's regime, and the Property Law's

unit = st.tuples(
    st.integers(0, 5),  # who owns it
    st.decimals(Decimal("0.01"), Decimal("300"), places=2),
    st.sampled_from(["flat", "flat", "flat", "developer_unsold"]),
    st.sampled_from([SILENT, 0, 0, 0, 1, 2, 3]),
)


def both(day: date, units: list[Any], matter: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The law's answer and the verifier's, for the same owners and ballots."""
    rows = [
        {"unit": f"u{n}", "owner": f"o{owner}", "area": str(area), "kind": kind}
        for n, (owner, area, kind, _) in enumerate(units)
    ]
    ballots = [
        {"unit": f"u{n}", "motion": "1", "choice": CHOICES[choice]}
        for n, (*_, choice) in enumerate(units)
        if choice != SILENT
    ]
    document = {
        "notice_on": day.isoformat(),
        "roll": rows,
        "ballots": ballots,
        "motions": [{"id": "1", "matter": matter}],
    }
    law = to_json(tally(read(document)))["motions"][0]
    roll = Roll(
        heads=[head_of(row["owner"], row["kind"]) for row in rows],
        areas=[area_units(row["area"]) for row in rows],
        scopes=[frozenset() for _ in rows],
    )
    votes = count(roll, [None], [() if one[3] == SILENT else (one[3],) for one in units])[0]
    return law, judged(votes, thresholds(pinned(compose("CN", day)), matter))


class TestTheTwoCounts:
    @pytest.mark.parametrize("day", DAYS)
    @given(units=st.lists(unit, min_size=1, max_size=14), matter=st.sampled_from(list(Matter)))
    @settings(max_examples=60, deadline=None)
    def test_find_the_same_outcome_and_the_same_measures(self, day, units, matter):
        law, proof = both(day, units, matter.value)
        assert law["outcome"] == proof["outcome"]
        for measure in ("heads", "area"):
            assert law["approval"][measure]["met"] == proof["approval"][measure]["met"]
            if proof["quorum"] is not None:
                assert law["quorum"][measure]["met"] == proof["quorum"][measure]["met"]
            else:
                assert law["quorum"][measure]["needed"] is None


class TestPinning:
    def test_holds_a_threshold_for_every_matter_and_the_words_of_the_law(self):
        rules = pinned(compose("4403", DAYS[0]))
        for matter in Matter:
            assert thresholds(rules, matter.value).quorum == ">=2/3"
        assert thresholds(rules, "rebuild").approval == ">=3/4"
        assert thresholds(rules, "service_company").approval == ">1/2"
        assert any("四分之三以上" in row["text"] for row in rules["rules"])
        assert len(digest(rules)) == 64

    def test_names_the_fingerprint_that_the_tally_prints(self):
        law = compose("CN", DAYS[0])
        assert pinned(law)["law"] == law.hash

    def test_the_older_law_asks_all_owners_and_has_no_quorum(self):
        needed = thresholds(pinned(compose("CN", DAYS[1])), "rebuild")
        assert (needed.quorum, needed.approval, needed.approval_of_all) == (None, ">=2/3", True)

    def test_refuses_where_no_book_decides_and_where_votes_are_deemed(self):
        with pytest.raises(ValueError, match="no book"):
            pinned(compose("CN", date(1999, 1, 1)))
        with pytest.raises(ValueError, match="deemed"):
            pinned(compose("CN", DAYS[0], HouseRules(deemed_to_majority=True)))
