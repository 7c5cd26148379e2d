"""Moments and spans in words, as a neighbour would say them."""

from datetime import date, datetime, timedelta

from django.utils import timezone

LEVELS = {1: "社区", 2: "街道", 3: "区级", 4: "联席会议"}


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def day(value: date, today: date) -> str:
    if value == today:
        return "今天"
    if value == today - timedelta(days=1):
        return "昨天"
    if value == today + timedelta(days=1):
        return "明天"
    year = "" if value.year == today.year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日"


def when(moment: datetime, now: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{day(local.date(), timezone.localtime(now).date())} {_clock(local)}"


def span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    if hours < 3 and rest:
        return f"{hours} 小时 {rest} 分钟"
    if hours < 24:
        return f"{hours} 小时"
    return f"{hours // 24} 天"


def left(due: datetime, now: datetime) -> str:
    seconds = (due - now).total_seconds()
    return f"还剩 {span(seconds)}" if seconds >= 0 else f"超期 {span(-seconds)}"


def used(start: datetime, due: datetime, now: datetime) -> int:
    """Share of the time that is gone, 0 to 100."""
    whole = (due - start).total_seconds()
    return (
        100 if whole <= 0 else max(0, min(100, round(100 * (now - start).total_seconds() / whole)))
    )


def urgency(due: datetime, now: datetime) -> str:
    """late, soon (today), or nothing."""
    if due < now:
        return "late"
    local = timezone.localtime(due)
    return "soon" if local.date() == timezone.localtime(now).date() else ""
