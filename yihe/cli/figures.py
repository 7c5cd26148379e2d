"""What the pages count, for programs; and the counters held against the rows."""

import argparse
from datetime import date
from typing import Any

from yihe.cli.database import Database
from yihe.cli.printing import print_json
from yihe.refusal import Refusal

MOST_LINES = 50


def figures(words: argparse.Namespace) -> int:
    if words.mend and not words.recount:
        raise Refusal("--mend 要和 --recount 一起用。")
    since, until = _day(words.since), _day(words.until)
    if since and until and since > until:
        raise Refusal("--from 比 --to 晚，请换过来。")
    with Database():
        if words.recount:
            return _recount(mend=words.mend)
        from yihe.insight.queries import home, place_of
        from yihe.insight.report import figures as figures_of

        place = place_of(words.place) if words.place else home()
        if place is None:
            raise Refusal(
                f"没有这个地方：{words.place}。" if words.place else "还没有录入本区的区划。"
            )
        found = figures_of(place.path, since, until)
        if words.json:
            print_json(found)
        else:
            _print(place.name, found["calls"])
    return 0


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("日期请写成 2026-01-01 这样。") from error


WORDS = {
    "total": "共", "open": "在办", "closed_in_time": "按时办完", "closed_late": "超期办完",
    "unknown": "结果不明",
}  # fmt: skip
TITLES = {
    "subdistrict": "街道", "community": "社区", "compound": "小区", "topic": "类别", "channel": "渠道",
    "nature": "性质", "level": "级别", "month": "月份",
}  # fmt: skip


def _print(name: str, calls: dict[str, Any]) -> None:
    def line(numbers: dict[str, int]) -> str:
        return "，".join(f"{words} {numbers[key]}" for key, words in WORDS.items())

    rate = calls["on_time_rate"]
    share = "" if rate is None else f"，按时 {rate:.1%}"
    print(f"{name}：{line(calls)}{share}")
    for dim, title in TITLES.items():
        print(f"\n按{title}")
        for key, numbers in calls["by"][dim].items():
            print(f"  {key}：{line(numbers)}")


def _recount(*, mend: bool) -> int:
    from yihe.calls.actions.counting import fill_minutes, recount

    differ = fill_minutes(mend=mend)
    if differ:
        print(f"{differ} 件呼叫没有记下首次联系或答复用了多久" + ("，补上了。" if mend else "。"))
    for dim, found in recount(mend=mend):
        for one in found[:MOST_LINES]:
            what = (
                "用时的分布不同"
                if one.said == one.counted
                else f"记着 {one.said}，数出来 {one.counted}"
            )
            print(f"{one.place} {dim} {one.key or '全部'} {one.month:%Y-%m}：{what}")
        if len(found) > MOST_LINES:
            print(f"{dim}：还有 {len(found) - MOST_LINES} 处。")
        differ += len(found)
    if not differ:
        print("数过了，和记着的一样。")
    elif mend:
        print(f"{differ} 处差别，补好了。")
    else:
        print(f"{differ} 处差别。加上 --mend 补上。")
    return 1 if differ and not mend else 0
