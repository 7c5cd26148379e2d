"""A table copied a cell a line, as phones do, laid out again: heads, then each choice with its numbers."""

import re

from yihe.checkup.reading.tables import column_of

_NUMBER = re.compile(r"\s*\d[\d,]*(?:\.\d+)?\s*(?:户|人|%|平方米|平米|票)?\s*")
_LONGEST = 12  # of a cell with words


def laid_out(lines: list[str]) -> list[str]:
    """The lines, such tables as rows. What is not surely one stays as it is."""
    plain = [line for line in lines if line.strip()]
    found: list[str] = []
    at = 0
    while at < len(plain):
        width = _numbers(plain, at + 1)
        heads = found[-width - 1 :] if width > 1 else []
        if len(heads) == width + 1 and _is_word(plain[at]) and _are_heads(heads):
            del found[-width - 1 :]
            found.append(" ".join(heads))
            while at < len(plain) and _is_word(plain[at]) and _numbers(plain, at + 1) == width:
                cells = (re.sub(r"\s", "", cell) for cell in plain[at : at + width + 1])
                found.append(" ".join(cells))
                at += width + 1
            continue
        found.append(plain[at])
        at += 1
    return found


def _numbers(lines: list[str], start: int) -> int:
    """How many lines from here on are a number and nothing else."""
    count = 0
    while start + count < len(lines) and count < 9 and _NUMBER.fullmatch(lines[start + count]):
        count += 1
    return count


def _is_word(line: str) -> bool:
    return len(line.strip()) <= _LONGEST and not re.search(r"[\d，。；：:]", line)


def _are_heads(lines: list[str]) -> bool:
    if not all(_is_word(line) for line in lines):
        return False
    title, *columns = (column_of(line) for line in lines)
    measures = [one.measure for one in columns]
    return (
        not title.measure
        and all(one.measure and not one.role for one in columns)
        and {"heads", "area"} <= set(measures)
    )
