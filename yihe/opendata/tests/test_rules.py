"""Attacks on the rows of one month: nobody is singled out, with the public board in hand or without."""

from collections import Counter, defaultdict
from datetime import date
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yihe.opendata.rules import (
    COLUMNS,
    LADDER,
    NOT_YET,
    OTHER,
    UNKNOWN,
    Fact,
    band,
    last_settled,
    rows_of,
)

LEAST = 5
PLAIN = ("龙田街道", "龙田社区", "印象家园", "电梯", "网页", "社区", "按时办完", NOT_YET, NOT_YET)


def said(**more: str) -> tuple[str, ...]:
    return tuple(more.get(name, word) for name, word in zip(COLUMNS, PLAIN, strict=True))


def facts(many: int, *, hidden: bool = False, first: int = 0, **more: str) -> list[Fact]:
    return [Fact(said(**more), first + one, hidden) for one in range(many)]


few_words = st.tuples(
    *(st.sampled_from(words) for words in (
        ("甲街道", "乙街道"), ("一社区", "二社区", "三社区"), ("东苑", "西苑"), ("电梯", "噪音", OTHER),
        ("网页", "电话"), ("社区", "街道"), ("按时办完", "超期办完", "还没办完"), (NOT_YET,), (NOT_YET,),
    ))
)  # fmt: skip
months = st.lists(st.builds(Fact, few_words, st.integers(0, 40), st.booleans()), max_size=120)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def behind(row: tuple[str, ...], month: list[Fact]) -> list[Fact]:
    """Every call that a row could stand for: what an attacker who knows all of them would look at."""
    return [
        fact
        for fact in month
        if all(word in (own, OTHER) for word, own in zip(row, fact.said, strict=True))
    ]


@unhurried
@given(months)
def test_every_row_could_be_enough_persons_and_all_calls_but_too_few_hidden_are_there(month):
    rows = rows_of(month, LEAST)
    gone = len(month) - sum(calls for _, calls in rows)
    hidden = Counter(fact.person for fact in month if fact.hidden)
    few = sum(calls for _, calls in hidden.most_common(LEAST - 1))
    assert gone <= few or not rows
    assert len({row for row, _ in rows}) == len(rows)
    for row, calls in rows:
        able = behind(row, month)
        assert calls >= LEAST
        assert len(able) >= calls
        assert len({fact.person for fact in able}) >= LEAST


@unhurried
@given(months)
def test_who_takes_the_board_away_is_left_with_nobody_or_with_enough(month):
    """Of the finest rows the board can be taken away exactly: what is left are the hidden ones."""
    for row, calls in rows_of(month, LEAST):
        if OTHER in row:
            continue
        exactly = [fact for fact in month if fact.said == row]
        assert calls == len(exactly)
        left = {fact.person for fact in exactly if fact.hidden}
        assert not left or len(left) >= LEAST


@unhurried
@given(months)
def test_sums_of_rows_of_one_compound_leave_nobody_alone_either(month):
    by_compound = defaultdict(list)
    for row, _ in rows_of(month, LEAST):
        if OTHER not in row:
            by_compound[row[:3]].append(row)
    for rows in by_compound.values():
        for some in combinations(rows, min(2, len(rows))):
            left = {fact.person for fact in month if fact.said in some and fact.hidden}
            assert not left or len(left) >= LEAST


class TestRows:
    def test_are_as_exact_as_they_can_be(self):
        assert rows_of(facts(LEAST), LEAST) == [(said(), LEAST)]

    def test_too_small_a_group_is_told_less_exactly(self):
        month = facts(3) + facts(4, first=10, compound="碧桐苑")
        assert rows_of(month, LEAST) == [(said(compound=OTHER), 7)]

    def test_one_person_with_many_calls_is_one(self):
        month = [Fact(said(), 1, False)] * 40 + facts(6, first=10, topic="噪音")
        assert Counter(row[COLUMNS.index("topic")] for row, _ in rows_of(month, LEAST)) == {
            OTHER: 1
        }

    def test_one_hidden_call_beside_nine_on_the_board_is_not_told_apart(self):
        month = facts(9) + facts(1, first=20, hidden=True) + facts(20, first=40, topic="噪音")
        rows = dict(rows_of(month, LEAST))
        assert rows == {said(): 9, said(topic="噪音"): 20}, "what the board shows, and no more"
        many = month + facts(6, first=80, hidden=True, topic="绿化")
        assert sum(calls for _, calls in rows_of(many, LEAST)) == 35
        enough = month + facts(4, first=80, hidden=True)
        assert dict(rows_of(enough, LEAST)) == {said(): 14, said(topic="噪音"): 20}

    def test_a_rest_that_is_too_small_takes_others_with_it(self):
        month = facts(20) + facts(1, first=50, subdistrict="坑梓街道", topic="噪音")
        assert rows_of(month, LEAST) == [((OTHER,) * 9, 21)]

    def test_a_month_with_too_few_is_not_there(self):
        assert rows_of(facts(LEAST - 1), LEAST) == []
        assert rows_of([], LEAST) == []

    def test_every_column_is_told_less_exactly_once(self):
        assert sorted(LADDER) == sorted(COLUMNS)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "1 个工作日内"), (420, "1 个工作日内"), (421, "3 个工作日内"), (2101, "10 个工作日内"),
        (6300, "15 个工作日内"), (6301, "15 个工作日以上"), (None, NOT_YET),
    ],
)  # fmt: skip
def test_times_are_told_in_bands(minutes, words):
    assert band(minutes) == words
    assert band(None, known=False) == UNKNOWN


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 30), date(2026, 7, 1)),
        (date(2026, 12, 1), date(2026, 8, 1)),
        (date(2027, 1, 31), date(2026, 9, 1)),
        (date(2027, 4, 1), date(2026, 12, 1)),
    ],
)
def test_a_month_is_published_when_three_whole_ones_have_gone(today, month):
    assert last_settled(today) == month
