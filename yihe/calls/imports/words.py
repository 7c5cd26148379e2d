"""Long lists in notes: the first few, and how many there are."""

from collections.abc import Sequence
from typing import Any

SHOWN = 5


def some(words: Any) -> str:
    found = list(words)
    more = f"等 {len(found)} 种" if len(found) > SHOWN else ""
    return "、".join(found[:SHOWN]) + more


def few(names: Sequence[str]) -> str:
    shown = [name if len(name) <= 20 else f"{name[:20]}…" for name in names[:SHOWN]]
    return "、".join(shown) + (f"等 {len(names)} 个" if len(names) > SHOWN else "")
