import csv
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

from django.db import connection

from yihe.calendar.models import OddDay, Year
from yihe.worktime import Calendar

SHIPPED = Path(__file__).parent / "data" / "exceptions_2004_2026.csv"
SHIPPED_YEARS = range(2004, 2027)


@cache
def _shipped() -> dict[date, bool]:
    days = {}
    for year in SHIPPED_YEARS:
        days.update(_plain_year(year))
    with SHIPPED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            days[date.fromisoformat(row["date"])] = row["is_workday"] == "1"
    return days


def _plain_year(year: int) -> dict[date, bool]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return {day: day.weekday() < 5 for day in days if day.year == year}


def version() -> tuple[int, int]:
    """Changes whenever a year is entered; one small query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(version), max(year) FROM calendar_year")
        versions, latest = cursor.fetchone()
    return (versions or 0, latest or 0)


@lru_cache(maxsize=4)
def _composed(_version: tuple[int, int]) -> Calendar:
    days = dict(_shipped())
    for year in Year.objects.values_list("year", flat=True):
        days.update(_plain_year(year))
    days.update(OddDay.objects.values_list("day", "is_workday"))
    return Calendar(days)


def calendar() -> Calendar:
    """The working days that hold now: what is shipped, and over it what the administrator entered."""
    return _composed(version())


def years() -> list[tuple[int, str, int]]:
    """Each year with where it comes from and how many days differ from Monday to Friday."""
    entered = set(Year.objects.values_list("year", flat=True))
    now = calendar()
    known = sorted(set(SHIPPED_YEARS) | entered)
    return [
        (year, "entered" if year in entered else "shipped", len(now.holidays(year)))
        for year in known
    ]
