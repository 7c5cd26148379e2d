"""Taking a table in: all or nothing, or the good rows; the same file twice changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from yihe.refusal import Refusal
from yihe.sheets.columns import Column, find_columns, values_of
from yihe.sheets.maps import PLAIN, Map
from yihe.sheets.reading import Table
from yihe.sheets.report import Report


@dataclass(frozen=True)
class Line:
    """A row whose cells are all well formed."""

    number: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


Take = Callable[..., None]  # (lines, report, **context)


@dataclass(frozen=True)
class Kind:
    """One kind of table. `take` writes the lines and reports each: created, unchanged, updated, refused."""

    name: str
    title: str
    columns: tuple[Column, ...]
    take: Take
    hint: str = ""
    maps: Path | None = None  # where the maps lie that come with it


def import_table(
    kind: Kind,
    table: Table,
    *,
    mapping: Map = PLAIN,
    dry_run: bool = False,
    keep_good: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
    **context: Any,
) -> Report:
    """All rows in one transaction. With a refused row nothing is written, unless `keep_good`.

    `context` is what the kind's own acts take: in which capacity (`acting`) and when (`at`).
    """
    columns = mapping.fitted(kind.columns, kind.title)
    found = find_columns(columns, table.columns, mapping.columns)
    report = Report(system=mapping.system, digest=table.digest)
    lines: list[Line] = []
    for row in table.rows:
        report.read += 1
        if report.read % 1000 == 0:
            progress(report.read)
        if row.trouble:
            report.refuse(row.line, row.trouble)
            continue
        try:
            lines.append(Line(row.line, values_of(columns, found, row.cells)))
        except Refusal as refusal:
            report.refuse(row.line, str(refusal))
    with transaction.atomic():
        kind.take(lines, report, **context)
        report.kept = not dry_run and (keep_good or not report.refused)
        if not report.kept:
            transaction.set_rollback(True)
    report.refused.sort()
    return report
