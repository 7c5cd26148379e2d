"""A map says how another system writes a table: its headings, its words, its times."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yihe.refusal import Refusal
from yihe.sheets.columns import Column, Moment, Words, plain

PARTS = {"system", "columns", "values", "time"}


@dataclass(frozen=True)
class Map:
    """`columns`: our column → the heading there; `values`: our column → the word there → ours;
    `time`: how moments are written; `system`: what its rows are told apart by."""

    system: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    time: Moment = field(default_factory=Moment)

    def fitted(self, columns: Sequence[Column], title: str) -> tuple[Column, ...]:
        """Our columns as this system's cells are to be read."""
        names = {column.name for column in columns}
        unknown = sorted({*self.columns, *self.values} - names)
        if unknown:
            raise Refusal(f"对照表里的 {unknown[0]} 不是“{title}”表的列。")
        return tuple(self._fitted(column) for column in columns)

    def _fitted(self, column: Column) -> Column:
        parse, words = column.parse, self.values.get(column.name, {})
        if isinstance(parse, Moment):
            return replace(column, parse=self.time)
        if isinstance(parse, Words):
            return replace(column, parse=replace(parse, means={**parse.means, **words}))
        return replace(column, parse=_translated(words, parse)) if words else column


PLAIN = Map()


def _translated(words: Mapping[str, str], parse: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: parse(words.get(cell, cell))


def shipped(folder: Path | None) -> list[str]:
    """The names of the maps that come with a kind of table."""
    return sorted(one.stem for one in folder.glob("*.toml")) if folder else []


def find_map(name: str, folder: Path | None) -> Map:
    """The map at a path, else the one of that name that comes with this kind of table."""
    path = Path(name)
    stem = path.name.removesuffix(".toml")
    if not path.is_file() and folder is not None and stem in shipped(folder):
        path = folder / f"{stem}.toml"
    try:
        return read_map(path.read_text(encoding="utf-8"), name)
    except FileNotFoundError as error:
        known = "、".join(shipped(folder))
        raise Refusal(
            f"没有找到对照表 {name}。" + (f"随软件附带的有：{known}。" if known else "")
        ) from error
    except OSError as error:
        raise Refusal(f"对照表 {name} 打不开。") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"对照表 {name} 不是 UTF-8 文字。") from error


def read_map(text: str, name: str) -> Map:
    """From TOML; Refusal in words where it is not what a map is."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"对照表 {name} 不是 TOML：{error}。") from error
    strange = sorted(set(said) - PARTS)
    if strange:
        raise Refusal(f"对照表里的 {strange[0]} 看不懂。可以有：{'、'.join(sorted(PARTS))}。")
    columns, values = said.get("columns", {}), said.get("values", {})
    if not _words(columns) or not columns:
        raise Refusal('对照表要有 [columns] 一节，每行写成 code = "区划代码" 这样。')
    if not isinstance(values, dict) or not all(_words(one) for one in values.values()):
        raise Refusal('对照表的 [values.列名] 里每行写成 "原来的说法" = "我们的说法" 这样。')
    system = said.get("system", "")
    if not isinstance(system, str) or len(system) > 40:
        raise Refusal("对照表的 system 是原来系统的名称，最多 40 个字。")
    return Map(
        system=system,
        columns=columns,
        values={
            column: {plain(there): ours for there, ours in words.items()}
            for column, words in values.items()
        },
        time=_time(said.get("time", {})),
    )


def _words(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(word, str) for word in found.values())


def _time(said: Any) -> Moment:
    if not _words(said) or set(said) - {"form", "zone"}:
        raise Refusal('对照表的 [time] 里写 form = "%Y-%m-%d %H:%M:%S" 和 zone = "Asia/Shanghai"。')
    try:
        return Moment(said.get("form", ""), ZoneInfo(said.get("zone", "Asia/Shanghai")))
    except (ValueError, OSError, KeyError) as error:
        raise Refusal(f"对照表里的时区 {said['zone']} 没有。") from error
