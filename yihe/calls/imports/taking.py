"""Calls of another system from a table, as they were there: times, desks and outcomes stay."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from yihe.calls.actions.importing import Past, one_file_at_a_time, take_past
from yihe.calls.imports.columns import NOTHING
from yihe.calls.imports.places import Places
from yihe.calls.imports.topics import Tree
from yihe.calls.imports.units import Units
from yihe.calls.imports.words import some
from yihe.calls.models import Nature, Outcome
from yihe.places.imports import recognise_district
from yihe.places.models import Division
from yihe.refusal import Refusal
from yihe.sheets.importing import Line
from yihe.sheets.report import Report
from yihe.trail.acting import Acting

EARLIEST = 1990


def take_calls(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """Each call once, by its number there; what it needs and nobody knows yet is made."""
    one_file_at_a_time()
    names = {line[name] for line in lines for name in ("subdistrict", "community", "unit")}
    district = recognise_district(sorted(name for name in names if name), acting, at)
    _Calls(district, report, acting, at).take(lines)


class _Calls:
    def __init__(self, district: Division, report: Report, acting: Acting, at: datetime) -> None:
        self.report, self.acting, self.at = report, acting, at
        self.places = Places(district)
        self.topics = Tree(acting, at)
        self.desks = Units(district, report, acting, at)
        self.seen: dict[str, Line] = {}
        self.twice = 0
        self.natures: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()

    def take(self, lines: Sequence[Line]) -> None:
        good = [line for line in lines if self._counts(line)]
        for line in good:
            self.desks.hear(line)
        rows: list[Past] = []
        for line in good:
            try:
                rows.append(self._past(line))
            except Refusal as refusal:
                self.report.refuse(line.number, str(refusal))
        report = self.report
        became = Counter(
            take_past(
                rows=rows,
                system=report.system or "table",
                digest=report.digest,
                acting=self.acting,
                at=self.at,
            )
        )
        report.created += became["created"]
        report.updated += became["updated"]
        report.unchanged += became["unchanged"]
        self._notes()

    def _counts(self, line: Line) -> bool:
        """Whether this row is a call of its own; refused where it cannot be."""
        key, raised_at = line["key"], line["raised_at"]
        if key is None:
            self.report.refuse(line.number, "没有写编号")
            return False
        first = self.seen.setdefault(key, line)
        if first is not line:
            if first.values == line.values:
                self.twice += 1
                self.report.unchanged += 1
            else:
                self.report.refuse(line.number, f"编号 {key} 和第 {first.number} 行重复，内容不同")
            return False
        if raised_at > self.at + timedelta(days=1):
            moment = timezone.localtime(raised_at).strftime("%Y-%m-%d %H:%M")
            self.report.refuse(line.number, f"时间 {moment} 还没有到")
            return False
        if raised_at.year < EARLIEST:
            self.report.refuse(line.number, f"时间在 {EARLIEST} 年以前，像是写错了")
            return False
        return True

    def _past(self, line: Line) -> Past:
        division, compound, said = self.places.find(line)
        desk, level = self.desks.find(line, division)
        nature, outcome = line["nature"], line["outcome"]
        if not nature or not nature.means:
            self.natures[nature or "-"] += 1
        if outcome and not outcome.means and outcome not in NOTHING:
            self.outcomes[outcome] += 1
        return Past(
            key=line["key"],
            raised_at=line["raised_at"],
            division=division,
            compound=compound,
            topic=self.topics.find(line),
            nature=(nature and nature.means) or Nature.REQUEST,
            level=level,
            desk=desk,
            said={
                **said,
                "channel": line["channel"] or "-",
                "nature": str(nature) if nature and nature not in NOTHING else "-",
                "topic": line["topic1"] or "-",
                "unit": line["unit"] or "-",
                "outcome": (outcome and outcome.means) or Outcome.UNKNOWN,
            },
        )

    def _notes(self) -> None:
        note = self.report.note
        if self.twice:
            note(f"{self.twice} 行和前面的完全一样，只算一件。")
        self.topics.notes(note)
        self.desks.notes(note)
        self.places.notes(note)
        if self.natures:
            words = some(f"“{word}”{n} 件" for word, n in self.natures.most_common())
            note(f"性质没有对应的说法：{words}，这里算求助，原文留着。")
        if self.outcomes:
            words = some(f"“{word}”{n} 件" for word, n in self.outcomes.most_common())
            note(f"看不懂的结果：{words}，算结果不明。")
