"""Figures in words."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from yihe.insight.rules import FEWEST, Change

DAY_MINUTES = 420  # of a working day


class Amount(NamedTuple):
    """A number and its unit, written apart."""

    number: str
    unit: str

    def __str__(self) -> str:
        gap = "" if self.unit == "%" else " "
        return f"{self.number}{gap}{self.unit}".strip()


def minutes(value: float | None) -> Amount:
    """Working time as people say it."""
    if value is None:
        return Amount("—", "")
    if value < 60:
        return Amount(f"{value:.0f}", "分钟")
    if value < DAY_MINUTES:
        return Amount(f"{value / 60:.1f}", "小时")
    return Amount(f"{value / DAY_MINUTES:.1f}", "工作日")


class Times(NamedTuple):
    """Half were done within the one, nine in ten within the other."""

    half: Amount
    most: Amount

    @property
    def both(self) -> str:
        """“1.7 / 3.3 小时”"""
        if self.half.unit == self.most.unit:
            return f"{self.half.number} / {self.most}" if self.half.unit else "—"
        return f"{self.half} / {self.most}"


def percent(value: Fraction | None) -> Amount:
    return Amount("—", "") if value is None else Amount(f"{float(value):.1%}"[:-1], "%")


def change(found: Change) -> str:
    """“少 79.2%”; where last year's number is too small, in numbers."""
    if found.share is None:
        if not found.now and not found.before:
            return "都没有"
        return f"去年 {found.before} 件"
    if not found.share:
        return "一样多"
    return f"{'多' if found.share > 0 else '少'} {abs(float(found.share)):.1%}"


def why_not() -> str:
    return f"去年同期不到 {FEWEST} 件的，只写去年几件，不算百分比：多一两件就差很多。"


def month(value: date) -> str:
    return f"{value.year}年{value.month}月"


def months(first: date, last: date) -> str:
    return month(first) if first == last else f"{month(first)}至{month(last)}"


def quarter(first: date) -> str:
    return f"{first.year}年第{'一二三四'[(first.month - 1) // 3]}季度"
