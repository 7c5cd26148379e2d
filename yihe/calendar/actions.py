from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from yihe.calendar.models import OddDay, Year
from yihe.refusal import Refusal


@transaction.atomic
def enter_year(*, year: int, odd_days: Mapping[date, tuple[bool, str]], at: datetime) -> int:
    """A year's holidays and make-up days as announced; replaces what was entered for it before.

    `odd_days` maps a day to (is it worked, name of the holiday). Returns how many days differ from
    Monday to Friday. This floor lies below the trail: whoever calls records the act.
    """
    if not 2004 <= year <= 2100:
        raise Refusal("年份要在 2004 到 2100 之间。")
    wrong = [day for day in odd_days if day.year != year]
    if wrong:
        raise Refusal(f"{wrong[0].isoformat()} 不是 {year} 年的日子。")
    if not any(not worked for worked, _ in odd_days.values()):
        raise Refusal("至少要有一个放假的日子，请核对国务院办公厅的通知。")
    row, made = Year.objects.get_or_create(year=year, defaults={"entered_at": at})
    if not made:
        row.version += 1
        row.entered_at = at
        row.save(update_fields=["version", "entered_at"])
        row.odd_days.all().delete()
    OddDay.objects.bulk_create(
        OddDay(year=row, day=day, is_workday=worked, holiday=name[:40])
        for day, (worked, name) in odd_days.items()
        if worked != (day.weekday() < 5)
    )
    return row.odd_days.count()
