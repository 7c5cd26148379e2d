"""The sentences that numbers were taken from, on their way through a link to the form.

They travel with the link because nothing is kept. Packed small; what does not fit is left out.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from yihe.checkup.typed import words

MOST = 60
_LONGEST = 40_000  # bytes, unpacked
_SENTENCE = 160


@dataclass(frozen=True)
class Mark:
    """Where in the sentence a number stands, and the field that it went into."""

    start: int
    end: int
    field: str


@dataclass(frozen=True)
class Taken:
    """A sentence with the numbers taken from it; or with none, and a `note` why."""

    text: str
    marks: tuple[Mark, ...] = ()
    note: str = ""

    @property
    def fields(self) -> list[str]:
        return [mark.field for mark in self.marks]

    def clause(self, name: str) -> str:
        """A few words around the number of a field."""
        mark = next(one for one in self.marks if one.field == name)
        start = max(self.text.rfind(sign, 0, mark.start) for sign in "，,；;。：:（(、") + 1
        if not self.text[start : mark.start].strip():  # 参与表决人数：646
            start = 0
        return self.text[max(start, mark.start - 14) : mark.end].strip()

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The sentence cut at the marks: text, and whether it was taken."""
        found, end = [], 0
        for mark in sorted(self.marks, key=lambda one: one.start):
            if mark.start < end:
                continue
            found += [
                (self.text[end : mark.start], False),
                (self.text[mark.start : mark.end], True),
            ]
            end = mark.end
        return [piece for piece in [*found, (self.text[end:], False)] if piece[0]]


def pack(taken: Sequence[Taken], room: int) -> str:
    """As much as fits into so many characters."""
    kept = [_short(one) for one in taken][:MOST]
    while True:
        rows = [
            [one.text, [[mark.start, mark.end, mark.field] for mark in one.marks], one.note]
            for one in kept
        ]
        content = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
        packed = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")
        if len(packed) <= room or not kept:
            return packed
        kept = kept[:-1]


def _short(one: Taken) -> Taken:
    """Long sentences are cut around what was taken."""
    if len(one.text) <= _SENTENCE:
        return one
    start = max(0, min((mark.start for mark in one.marks), default=0) - 30)
    end = min(len(one.text), max((mark.end for mark in one.marks), default=_SENTENCE) + 20)
    end = min(end, start + 2 * _SENTENCE)
    marks = tuple(
        Mark(mark.start - start, mark.end - start, mark.field)
        for mark in one.marks
        if mark.end <= end
    )
    return Taken(one.text[start:end], marks, one.note)


def unpack(packed: str) -> list[Taken]:
    """What `pack` made; nothing for anything else."""
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj()
        text = inflate.decompress(content, _LONGEST)
        if inflate.unconsumed_tail:
            return []
        rows = json.loads(text)
        return [_taken(row) for row in rows[:MOST]]
    except (ValueError, TypeError, KeyError, binascii.Error, zlib.error, RecursionError):
        return []


def _taken(row: object) -> Taken:
    if not isinstance(row, list) or len(row) != 3 or not isinstance(row[1], list):
        raise ValueError("not ours")
    text, note = words(str(row[0]), 3 * _SENTENCE), words(str(row[2]), _SENTENCE)
    marks = []
    for start, end, name in row[1][:40]:
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            raise ValueError("not ours")
        marks.append(Mark(start, end, str(name)[:20]))
    return Taken(text, tuple(marks), note)
