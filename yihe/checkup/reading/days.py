"""The day of a notice: the one under it, else the only one in it."""

import re
from collections.abc import Sequence
from datetime import date

_DIGITS = "〇一二三四五六七八九"
_DAY = re.compile(
    r"(?<!\d)(?P<y>20\d\d)\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})\s*日?(?!\d)"
    rf"|(?P<cy>二[{_DIGITS}○零OＯ]{{3}})年(?P<cm>[{_DIGITS}十]{{1,2}})月(?P<cd>[{_DIGITS}十]{{1,3}})日"
)
_A_SPAN = re.compile("至|到|起|止|前|后|期间|公示期")
_A_DEADLINE = re.compile(r"(?:截至|截止|截止到|止于)\s*$")  # 截至…24时 is no day of a notice
_SHORT = 22  # longer lines are no signature


def day_of(sentences: Sequence[str]) -> tuple[str, int, int, int] | None:
    """The day, the number of its sentence and where it stands there; None where it is not certain."""
    found = [(day, at, start, end) for at, text in enumerate(sentences)
             for day, start, end in _days(text)
             if not _A_DEADLINE.search(text[:start])]  # fmt: skip
    last = len(sentences) - 4
    signed = [
        one
        for one in found
        if one[1] >= last
        and len(sentences[one[1]]) <= _SHORT
        and not _A_SPAN.search(sentences[one[1]])
    ]
    if signed:
        return signed[-1]
    return found[0] if len({one[0] for one in found}) == 1 else None


def _days(text: str) -> list[tuple[str, int, int]]:
    found = []
    for one in _DAY.finditer(text):
        if one["y"]:
            parts = [int(one["y"]), int(one["m"]), int(one["d"])]
        else:
            year = "".join(str(max(_DIGITS.find(char), 0)) for char in one["cy"])
            parts = [int(year), _number(one["cm"]), _number(one["cd"])]
        try:
            found.append((date(*parts).isoformat(), one.start(), one.end()))
        except ValueError:
            continue
    return found


def _number(text: str) -> int:
    """十一 → 11, 二十九 → 29; 0, which is no day, for what is no number."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.find(text) if len(text) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    return (_DIGITS.find(tens) if tens else 1) * 10 + (_DIGITS.find(ones) if ones else 0)
