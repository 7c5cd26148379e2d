"""Calls of another system, in from a table."""

from pathlib import Path

from yihe.calls.imports.columns import CALLS
from yihe.calls.imports.taking import take_calls
from yihe.sheets.importing import Kind

MAPS = Path(__file__).parents[1] / "maps"
TABLES = (
    Kind("calls", "以往的呼叫", CALLS, take_calls, "别的系统里办过的诉求，每行一件；原来的时间、单位和结果都不改。", MAPS),
)  # fmt: skip
