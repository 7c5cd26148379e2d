"""What a notice says in words: whether a motion carried, and words of another regime."""

import re
from collections.abc import Sequence
from datetime import date

from yihe.checkup.reading.subjects import without_sources
from yihe.law import shelf

_PASSED = re.compile(
    r"(?:表决|议题|议案|决议|决定|事项|提案|结果[：:为是]*|获得?|获|予以|均|全部|有效|依法|已)(?:已|均)?通过(?![过对手线微率])"
    r"|^通过$|[，,：:；\s]通过[。；，]?$"
)
_FAILED = re.compile(
    "(?:未|没有|未能|未获|没|不予|未获得|未能获得|未能获)通过|不通过|否决"
    "|未(?:形成|达到)[^，。]{0,8}(?:决议|决定|比例|要求|标准|四分之三|三分之二|半数)"
)


def outcome(texts: Sequence[str]) -> tuple[str, str]:
    """passed or failed, and the words that say so; nothing where they say both or neither."""
    said: dict[str, str] = {}
    for one in texts:
        text = without_sources(one)
        if failed := _FAILED.search(text):
            said.setdefault("failed", failed[0])
        elif passed := _PASSED.search(text):
            said.setdefault("passed", passed[0])
    return said.popitem() if len(said) == 1 else ("", "")


def quote(texts: Sequence[str], day: str, most: int) -> str:
    """Words of a regime that did not hold on the day."""
    if not day:
        return ""
    on = date.fromisoformat(day)
    marks = [mark for book in shelf() if not book.in_force(on) for mark in book.marks]
    for one in texts:
        for mark in marks:
            if said := re.search(mark, one):
                start = max(0, said.start() - 6)
                return one[start : start + most]
    return ""
