"""Taking a table in: all or nothing, or the good rows; the same file twice changes nothing."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from yihe.refusal import Refusal
from yihe.sheets.columns import Column, find_columns, values_of
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


def read_map(path: Path) -> Mapping[str, str]:
    """`[columns]` of a TOML file: our column = "heading in the file"."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("columns")
    except FileNotFoundError as error:
        raise Refusal(f"没有找到对照表 {path}。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"对照表 {path} 不是 TOML：{error}。") from error
    if not isinstance(found, dict) or not all(isinstance(word, str) for word in found.values()):
        raise Refusal('对照表要有 [columns] 一节，每行写成 code = "区划代码" 这样。')
    return found


def import_table(
    kind: Kind,
    table: Table,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    keep_good: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
    **context: Any,
) -> Report:
    """All rows in one transaction. With a refused row nothing is written, unless `keep_good`.

    `context` is what the kind's own acts take: in which capacity (`acting`) and when (`at`).
    """
    unknown = sorted(set(mapping or {}) - {column.name for column in kind.columns})
    if unknown:
        raise Refusal(f"对照表里的 {unknown[0]} 不是“{kind.title}”表的列。")
    found = find_columns(kind.columns, table.columns, mapping or {})
    report = Report()
    lines: list[Line] = []
    for row in table.rows:
        report.read += 1
        if report.read % 1000 == 0:
            progress(report.read)
        if row.trouble:
            report.refuse(row.line, row.trouble)
            continue
        try:
            lines.append(Line(row.line, values_of(kind.columns, found, row.cells)))
        except Refusal as refusal:
            report.refuse(row.line, str(refusal))
    with transaction.atomic():
        kind.take(lines, report, **context)
        report.kept = not dry_run and (keep_good or not report.refused)
        if not report.kept:
            transaction.set_rollback(True)
    report.refused.sort()
    return report
