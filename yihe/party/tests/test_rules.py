from datetime import date

import pytest

from yihe.party.rules import Term, state_of

SINCE, UNTIL = date(2026, 1, 1), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("stage", "has_branch", "has_intent", "state"),
    [
        ("on_sale", False, False, "wants_intent"),
        ("on_sale", False, True, "fine"),
        ("on_sale", True, False, "fine"),
        ("handed_over", False, True, "due"),
        ("moving_in", False, True, "overdue"),
        ("settled", False, False, "overdue"),
        ("settled", True, False, "fine"),
        ("building", False, False, "fine"),
    ],
)
def test_says_what_a_compound_lacks_at_its_stage(stage, has_branch, has_intent, state):
    assert state_of(stage, has_branch=has_branch, has_intent=has_intent) == state


@pytest.mark.parametrize(
    ("more", "day", "holds", "over"),
    [
        ({}, date(2025, 12, 31), False, ""),
        ({}, SINCE, True, ""),
        ({}, UNTIL, True, ""),  # the last day counts
        ({}, date(2026, 7, 1), False, "expired"),
        ({"ended": date(2026, 3, 1)}, date(2026, 3, 1), False, "ended"),
        ({"committee": date(2026, 3, 1)}, date(2026, 2, 28), True, ""),
        ({"committee": date(2026, 3, 1)}, date(2026, 3, 1), False, "committee"),
    ],
)
def test_a_mandate_ends_on_its_day_or_with_the_first_committee(more, day, holds, over):
    term = Term(SINCE, UNTIL, **more)
    assert (term.holds_on(day), term.over_on(day)) == (holds, over)
