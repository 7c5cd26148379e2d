"""The figures for programs: what they count, where, and when."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from yihe.calls import actions
from yihe.calls.actions.counting import fold
from yihe.calls.counted import BOUNDS, BUCKETS
from yihe.calls.models import Call
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.insight.queries import by_key, cube
from yihe.insight.report import BY, bodies, calls, figures
from yihe.insight.rules import (
    FEWEST,
    NEVER,
    NINTH,
    Change,
    Count,
    Span,
    percentile,
    plus,
    rises,
    split,
)
from yihe.worktime import SHANGHAI

HOME = "440310"


@pytest.fixture
def place(db) -> District:
    return make_district()


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SHANGHAI)


def some_calls(place: District) -> None:
    clerk, me = acting_as(place.community_clerk), acting_as(place.resident)
    done = place.raised(at=on("2026-03-02"), channel="phone")
    actions.answer(
        call=done,
        text="好了。",
        evidence="看过。",
        acting=clerk,
        at=on("2026-03-02") + timedelta(hours=1),
    )
    actions.confirm(call=done, acting=me, at=on("2026-03-03"))
    late = place.raised(at=on("2026-03-20"), nature="complaint")
    actions.answer(call=late, text="好了。", evidence="看过。", acting=clerk, at=on("2026-04-20"))
    actions.confirm(call=late, acting=me, at=on("2026-04-21"))
    actions.rate(call=late, stars=1, acting=me, at=on("2026-04-21"))
    place.raised(at=on("2026-04-01"), compound=place.other, topic=None)
    gone = place.raised(at=on("2026-04-02"))
    actions.withdraw(call=gone, acting=me, at=on("2026-04-02"))


def count_of_rows(since: date | None, until: date | None, key) -> dict[str, dict[str, int]]:
    """Made straight from the rows, in plain Python."""
    found: dict[str, dict[str, int]] = {}
    for call in Call.objects.exclude(status="withdrawn").select_related(
        "topic__parent", "compound"
    ):
        day = call.raised_at.astimezone(SHANGHAI).date()
        if (since and day < since) or (until and day > until):
            continue
        one = found.setdefault(
            key(call),
            dict.fromkeys(("total", "open", "closed_in_time", "closed_late", "unknown"), 0),
        )
        one["total"] += 1
        closed = "closed_in_time" if call.answered_in_time else "closed_late"
        one[closed if call.status == "closed" else "open"] += 1
    return found


KEYS = {
    "subdistrict": lambda call: "龙田街道",
    "community": lambda call: "龙田社区",
    "compound": lambda call: call.compound.name,
    "topic": lambda call: call.topic.parent.name if call.topic else "-",
    "channel": lambda call: call.get_channel_display(),
    "nature": lambda call: call.get_nature_display(),
    "level": lambda call: str(call.level),
    "month": lambda call: f"{call.raised_at.astimezone(SHANGHAI):%Y-%m}",
}


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        (None, None),
        (date(2026, 3, 1), date(2026, 3, 31)),  # one whole month
        (date(2026, 3, 2), date(2026, 4, 1)),  # odd days at both ends
        (date(2026, 3, 3), date(2026, 3, 19)),  # within a month: nothing
        (date(2026, 3, 20), None),
        (None, date(2026, 3, 20)),
    ],
)
def test_every_figure_is_a_count_of_the_rows(place, folded, since, until):
    some_calls(place)
    if folded:
        fold(at=MONDAY)
    found = calls(HOME, since, until)
    for dim in (*BY, "month"):
        assert found["by"][dim] == count_of_rows(since, until, KEYS[dim]), dim
    whole = count_of_rows(since, until, lambda call: "")
    assert {name: found[name] for name in ("total", "open")} == {
        name: whole.get("", {}).get(name, 0) for name in ("total", "open")
    }


def test_the_share_in_time_has_four_decimals_and_is_null_without_closed_calls(place):
    assert calls(HOME, None, None)["on_time_rate"] is None
    some_calls(place)
    assert calls(HOME, None, None)["on_time_rate"] == 0.5
    assert calls(place.other.path, None, None)["on_time_rate"] is None


def test_a_place_counts_what_lies_in_it(place):
    some_calls(place)
    assert calls(place.compound.path, None, None)["total"] == 2
    assert calls(place.other.path, None, None)["by"]["compound"].keys() == {place.other.name}


def test_a_complaint_is_not_counted_for_whom_it_is_about(place):
    place.raised(about=place.company)
    place.raised()
    for folded in (False, True):
        if folded:
            fold(at=MONDAY)
        hidden = [place.company.pk]
        assert calls(HOME, None, None)["total"] == 2
        assert calls(HOME, None, None, hidden=hidden)["total"] == 1
        assert calls(HOME, date(2026, 11, 23), date(2026, 11, 23), hidden=hidden)["total"] == 1
        assert calls(HOME, date(2026, 11, 2), date(2026, 11, 30), hidden=hidden)["total"] == 1
        assert calls(HOME, date(2026, 11, 2), date(2026, 11, 22), hidden=hidden)["total"] == 0


def test_times_are_within_their_bucket(place):
    some_calls(place)
    exact = Call.objects.exclude(answer_minutes=None).order_by("answer_minutes")
    assert exact[0].answer_minutes == 60
    count = by_key(cube(HOME, ("all",), Span(date(2026, 1, 1), NEVER, ())), "all")[""]
    assert sum(count.answer) == 2
    found = percentile(count.answer, Fraction(1, 2))
    assert found is not None
    assert 58 <= found <= 67


def test_the_bodies_of_the_district(place):
    found = bodies(HOME)
    assert found["compounds"]["total"] == 2
    assert found["compounds"]["by_kind"] == {"commercial": 2, "social": 0}
    assert found["branches"]["compounds_covered"] == 1
    assert found["secretaries"] == {"total": 1, "owners_or_tenants": 0}
    assert found["buildings_without_lead"] == 2
    assert figures(HOME, None, None).keys() == {"calls", "bodies"}


class TestRules:
    def test_buckets_rise(self):
        assert list(BOUNDS) == sorted(set(BOUNDS))

    def test_percentile_of_many_is_near(self):
        buckets = [0] * BUCKETS
        for minutes in range(1, 1001):
            place = sum(bound <= minutes for bound in BOUNDS)
            buckets[place] += 1
        for share, wanted in ((Fraction(1, 2), 500), (NINTH, 900)):
            found = percentile(buckets, share)
            assert found is not None
            assert abs(found - wanted) < wanted * 0.05

    def test_nothing_has_no_percentile(self):
        assert percentile([], NINTH) is None
        assert percentile([0, 0], NINTH) is None

    @pytest.mark.parametrize(
        ("now", "before", "share"),
        [
            (5, 24, Fraction(-19, 24)),  # −79.2 %
            (4, 26, Fraction(-11, 13)),  # −84.6 %
            (5, FEWEST - 1, None),  # too few to speak of a share
            (0, FEWEST, Fraction(-1)),
            (30, 0, None),
        ],
    )
    def test_year_on_year_only_over_enough(self, now, before, share):
        assert Change(now, before).share == share

    def test_a_rise_is_steep_in_share_and_in_number(self):
        assert rises(15, 10)
        assert not rises(14, 10)
        assert not rises(4, 1)
        assert rises(5, 0)

    def test_days_are_split_into_whole_months_and_the_rest(self):
        assert split(date(2026, 1, 15), date(2026, 3, 31)) == Span(
            date(2026, 2, 1), date(2026, 3, 1), ((date(2026, 1, 15), date(2026, 2, 1)),)
        )
        assert split(date(2026, 1, 5), date(2026, 1, 6)) == Span(
            None, None, ((date(2026, 1, 5), date(2026, 1, 7)),)
        )
        assert split(None, date(2026, 1, 31)).last == date(2026, 1, 1)
        assert split(date(2026, 5, 1), None).last == NEVER
        assert plus(date(2026, 1, 1), -1) == date(2025, 12, 1)

    def test_what_is_disputed_is_not_hidden_in_the_share_in_time(self):
        count = Count(in_time=9, late=1, disputed=3)
        assert (count.rate, count.undisputed_rate) == (Fraction(9, 10), Fraction(6, 10))
