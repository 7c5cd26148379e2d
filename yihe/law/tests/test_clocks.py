"""Legal periods, each with its article."""

from datetime import date, timedelta

import pytest

from yihe.law import compose
from yihe.law.clocks import earliest_event, reckon, term_ends_on
from yihe.refusal import Refusal
from yihe.worktime import Calendar

LAW = compose("440310", date(2024, 7, 29))


def year(number, off=(), worked=()):
    first = date(number, 1, 1)
    days = [first + timedelta(days=n) for n in range(365 + (number % 4 == 0))]
    return {day: day in worked or (day.weekday() < 5 and day not in off) for day in days}


HOLIDAYS = [date(2024, 10, day) for day in (1, 2, 3, 4, 7)]
CALENDAR = Calendar(
    {**year(2024, HOLIDAYS, [date(2024, 10, 12)]), **year(2025, [date(2025, 1, 1)])}
)


class TestBackwards:
    def test_notice_leaves_fifteen_full_days_before_the_meeting(self):
        notice = LAW.rule("WYTL14.notice")
        assert reckon(notice, date(2024, 8, 17)).on == date(2024, 8, 1)
        assert earliest_event(notice, date(2024, 8, 1)) == date(2024, 8, 17)

    def test_who_does_not_want_to_renew_says_so_90_days_ahead(self):
        refusal = LAW.rule("CC947.refusal")
        assert reckon(refusal, date(2024, 12, 31)).on == date(2024, 10, 2)
        assert reckon(refusal, date(2024, 12, 31), agreed_days=30).on == date(2024, 12, 1)


class TestForwards:
    def test_dismissal_takes_60_days_unless_the_contract_says_otherwise(self):
        dismissal = LAW.rule("CC946.dismissal")
        assert reckon(dismissal, date(2024, 7, 1)).on == date(2024, 8, 30)
        assert reckon(dismissal, date(2024, 7, 1), agreed_days=90).on == date(2024, 9, 29)

    @pytest.mark.parametrize(
        ("elected", "last"),
        [
            (date(2024, 7, 1), date(2024, 7, 31)),  # a Wednesday
            (date(2024, 7, 4), date(2024, 8, 5)),  # 3 August is a Saturday
            (date(2024, 9, 1), date(2024, 10, 8)),  # the National Day week
            (date(2024, 9, 12), date(2024, 10, 12)),  # a Saturday that is worked
            (date(2024, 12, 2), date(2025, 1, 2)),  # New Year's Day
        ],
    )
    def test_filing_within_30_days_ends_after_a_day_off(self, elected, last):
        assert reckon(LAW.rule("WYTL16.filing"), elected, calendar=CALENDAR).on == last

    @pytest.mark.parametrize(
        ("known", "last", "plain"),
        [
            (date(2023, 7, 29), date(2024, 7, 29), date(2024, 7, 29)),
            (date(2023, 10, 1), date(2024, 10, 8), date(2024, 10, 1)),  # a holiday
            (date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28)),  # no corresponding day
        ],
    )
    def test_suit_is_brought_within_a_year(self, known, last, plain):
        period = reckon(LAW.rule("SPC-BD.12.suit"), known, calendar=CALENDAR)
        assert (period.on, period.plain_on) == (last, plain)

    def test_a_year_whose_holidays_are_not_known_is_named(self):
        for calendar in (CALENDAR, None):
            with pytest.raises(Refusal, match="2026年"):
                reckon(LAW.rule("SPC-BD.12.suit"), date(2025, 6, 1), calendar=calendar)

    def test_a_term_of_office_ends_on_the_corresponding_day(self):
        assert term_ends_on(date(2024, 2, 29), 3) == date(2027, 2, 28)
        with pytest.raises(Refusal):
            term_ends_on(date(2024, 2, 29), 0)


class TestRefusals:
    @pytest.mark.parametrize(
        "rule", ["274.handover", "274.objection", "SZ19.41.filing", "SZ258.34"]
    )
    def test_what_is_not_verified_gives_no_day(self, rule):
        with pytest.raises(Refusal, match="不能用来计算期限"):
            reckon(LAW.rule(rule), date(2024, 7, 1), calendar=CALENDAR)

    def test_handover_has_no_days_in_the_law(self):
        handover = LAW.rule("CC949.handover")
        with pytest.raises(Refusal, match="约定的天数"):
            reckon(handover, date(2024, 7, 1), calendar=CALENDAR)
        assert reckon(handover, date(2024, 7, 1), calendar=CALENDAR, agreed_days=15).on == date(
            2024, 7, 16
        )

    def test_a_fixed_period_takes_no_agreement(self):
        with pytest.raises(Refusal, match="期限不能改"):
            reckon(LAW.rule("WYTL16.filing"), date(2024, 7, 1), agreed_days=60)

    @pytest.mark.parametrize(
        ("rule", "day"),
        [
            ("CC946.dismissal", date.max),
            ("SPC-BD.12.suit", date.max),
            ("WYTL14.notice", date.min),
            ("CC947.refusal", date.min),
        ],
    )
    def test_a_day_that_no_calendar_has_is_refused_in_words(self, rule, day):
        with pytest.raises(Refusal, match="太远"):
            reckon(LAW.rule(rule), day, calendar=CALENDAR)

    def test_so_is_a_meeting_after_the_last_day(self):
        with pytest.raises(Refusal, match="太远"):
            earliest_event(LAW.rule("WYTL14.notice"), date.max)

    def test_a_quorum_is_no_period(self):
        with pytest.raises(Refusal, match="不是期限"):
            reckon(LAW.rule("CC278.quorum"), date(2024, 7, 1))
