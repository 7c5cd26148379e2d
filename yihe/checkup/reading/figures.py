"""The numbers of one sentence, and what each is: 参与表决业主646户，面积92508.76平方米，分别占79.07%、80.20%.

A number is taken only when the words around it say whose it is and what it measures. What stays
doubtful is left, with a note where a person would wonder.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from yihe.checkup import typed
from yihe.checkup.reading import numbers, roles
from yihe.checkup.reading.notes import (
    ABOUT,
    AS_HEADS,
    BALLOTS,
    BROKEN,
    COMMA,
    COMMITTEE,
    FOLLOW,
    MEASURE,
    NOT_THIS_VOTE,
    SHARE,
    UNSURE,
)
from yihe.checkup.reading.numbers import NUMBER, Figure, Found
from yihe.checkup.reading.plain import CUT


def figures(text: str, carried: str = "", *, ballots_are_heads: bool = False) -> Found:
    """All that is certain in one sentence. `carried`: whose numbers the sentence before spoke of,
    for one that goes on with “面积…” and says nobody itself. `ballots_are_heads`: the notice says so."""
    found = Found()
    if CUT in text:
        found.notes.append(BROKEN)
    if roles.COMMITTEE.search(text) and NUMBER.search(text):
        found.notes.append(COMMITTEE)
        return found
    if roles.RATIO.search(text):
        found.notes.append(UNSURE)
    text = roles.DEFINES.sub(lambda said: " " * len(said[0]), text)
    bases = [one.span() for one in roles.BASE.finditer(text)]
    label = roles.LABELLED.match(text)
    reader = _Sentence(
        text,
        found,
        list(islice(_said(text, bases), numbers.MOST)),
        [c.start() for c in numbers.CLAUSE.finditer(text)],
        brackets=[one.span() for one in islice(numbers.BRACKET.finditer(text), numbers.MOST)],
        label=str(label.lastgroup) if label else "",
        ballots_are_heads=ballots_are_heads,
    )
    if carried and re.match(r"\s*(其?(?:专有(?:部分)?|建筑)?面积|占)", text):
        reader.role = carried
    for number in islice(NUMBER.finditer(text), numbers.MOST):
        reader.take(number)
    found.role = reader.role
    silent = "视为" in text and not any(one.field.startswith("deem") for one in found.figures)
    if silent and NUMBER.search(text) and not found.notes:
        found.notes.append(UNSURE)
    return found


def _said(text: str, bases: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """The role words that stand outside of “占…的”."""
    at = 0
    for said in roles.ROLES.finditer(text):
        while at < len(bases) and bases[at][1] <= said.start():
            at += 1
        if at == len(bases) or not bases[at][0] <= said.start():
            yield said.start(), said.end(), str(said.lastgroup)


@dataclass
class _Sentence:
    text: str
    found: Found
    said: list[tuple[int, int, str]]
    cuts: list[int]  # where clauses end
    brackets: list[tuple[int, int]] = field(default_factory=list)
    label: str = ""  # 同意： at the front holds for the whole sentence
    ballots_are_heads: bool = False
    role: str = ""
    last: int = 0  # where the last number ended
    trailing: bool = False  # the role was said behind its number
    used: int = 0  # up to where role words were taken by a number before them
    counted: list[str] = field(
        default_factory=list
    )  # measures of the numbers that a share may follow
    both: bool = False

    def take(self, number: re.Match[str]) -> None:
        before, start = self.text[self.last : number.start()], number.start()
        unit = (number["unit"] or "").replace(" ", "")
        if unit in ("%", "％"):
            self.last = number.end()
            self._share(number, before)
            return
        marker = numbers.MARKER.match(self.text)
        listed = marker is not None and start < marker.end()  # (1)赞成票：
        if listed or (not unit and numbers.NOT_OURS.match(self.text, number.end())):
            self.last = number.end()
            return
        if self._comma(number):
            self.last = number.end()
            self.found.notes.append(COMMA)
            return
        if numbers.ABOUT.search(self.text, self.last, start) or numbers.ABOUT_BEHIND.match(
            self.text, number.end()
        ):
            clause = self.text[self._clause(start, start)[0] : start]
            self.last = number.end()
            if unit:
                self.found.notes.append(NOT_THIS_VOTE if numbers.REQUIRED.search(clause) else ABOUT)
            return
        base = roles.BASE.search(self.text, self._clause(start, start)[0], start)
        if base and base.end() >= start - 1:  # 占全体业主905户的72.38%
            self._take_base(base[0], unit, number)
            return
        previous, self.last = self.last, number.end()
        role = self._role_of(start, number.end(), previous)
        first = self._clause(start, start)[0]
        aside = role in ("", "skip") and self.text[first - 1 : first] in ("（", "(")
        if not aside:  # 646户（法定545户），面积…: the sentence goes on as before
            if role != self.role or not self.role:
                self.counted, self.both = [], False
            self.role = role
        self._take(role, self._measure(unit, before), number)

    def _take(self, role: str, measure: str | None, number: re.Match[str]) -> None:
        if role == "skip":
            return
        if measure is None:
            alone = not numbers.HAN.match(self.text, number.end())
            if alone and role in ("total", "came", "deem", *roles.CHOICES):
                self.found.notes.append(MEASURE)
            return
        if role in ("", "follow"):
            self.found.notes.append(FOLLOW if role else UNSURE)
            return
        if measure == "ballots":
            self.found.notes.append(AS_HEADS if self.ballots_are_heads else BALLOTS)
            if not self.ballots_are_heads:
                return
            measure = "heads"
        if role == "deem":
            self._take_side(number.start(), number.end())
        self.counted.append(measure)
        self._add(role, measure, number)

    def _take_base(self, words: str, unit: str, number: re.Match[str]) -> None:
        """The whole of a share that is printed with it; whose share it is stays what it was."""
        measure = self._measure(unit, words)
        role = ("total" if roles.BASE_TOTAL.search(words) else
                "came" if roles.BASE_CAME.search(words) else "")  # fmt: skip
        if role and measure in ("heads", "area"):
            self._add(role, measure, number)

    def _comma(self, number: re.Match[str]) -> bool:
        """136，542.88: one number with a wrong comma, or two."""
        text, start, end = self.text, number.start(), number.end("number")
        behind = text[start - 1 : start] == "，" and numbers.COMMA.match(text, max(start - 2, 0))
        ahead = text[end : end + 1] == "，" and numbers.COMMA.match(text, end - 1)
        return bool(behind or ahead)

    def _add(self, role: str, measure: str, number: re.Match[str]) -> None:
        value = number["number"] + ("万" if "万" in (number["unit"] or "") else "")
        try:
            clean = typed.heads(value) if measure == "heads" else typed.area(value)
        except typed.Wrong:
            return
        name = {"total": "all"}.get(role, role) + ("_m2" if measure == "area" else "")
        self.found.figures.append(Figure(name, clean, number.start(), number.end()))

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause of a number; one that stands outside of brackets goes on behind them."""
        before, after = bisect_right(self.cuts, start), bisect_left(self.cuts, end)
        first = self.cuts[before - 1] + 1 if before else 0
        return first, self.cuts[after] if after < len(self.cuts) else len(self.text)

    def _behind(self, end: int, stop: int) -> tuple[list[str], int]:
        """Role words after a number in its clause, over a bracket: 646位业主（面积…）参加了投票."""
        found = self._roles(end, stop)
        if not found and stop < len(self.text) and self.text[stop] in "（(":
            at = bisect_left(self.brackets, (stop, 0))
            if at < len(self.brackets) and self.brackets[at][0] == stop:
                over = self.brackets[at][1]
                stop = self._clause(over, over)[1]
                found = self._roles(over, stop)
        listed = not found and self.text[stop : stop + 1] == "、"  # 411户、58729.34平方米同意
        if listed and (more := NUMBER.match(self.text, stop + 1)):
            stop = self._clause(more.end(), more.end())[1]
            found = self._roles(more.end(), stop)
        return found, stop

    def _role_of(self, start: int, end: int, previous: int) -> str:
        """Whose number it is; "" where the words say two things, or nothing."""
        first, stop = self._clause(start, end)
        clause = self.text[first:start]
        if numbers.REQUIRED.search(clause) or numbers.OTHER_TIME.search(clause):
            self.found.notes.append(NOT_THIS_VOTE)
            return "skip"
        if roles.OTHERS_BEFORE.search(clause) or roles.OTHERS_AFTER.match(self.text, end):
            return "skip"
        here = self._roles(max(first, self.used), start)
        behind, over = self._behind(end, stop)
        if "deem" in here + behind and "abs" in here + behind:
            return ""  # who abstained took part
        if "deem" in behind and "deem" not in here:
            return "deem"
        if here or self.label:
            self.trailing = False
        if here:
            return roles.settled(self._roles(max(first, previous, self.used), start) or here)
        if self.label:
            return self.label
        between = self._roles(max(previous, self.used), first)
        weak = roles.WEAK.search(self.text, first, min(end, len(self.text)))
        if weak and roles.OF_THE_SENTENCE.fullmatch(weak[0]) and self.role not in ("", "total"):
            return ""  # 参与表决646户，总面积…: theirs, or everybody's
        if weak:
            if behind:
                self.used = over
                return roles.settled(behind[:1])
            known = self.role not in ("", "total") or roles.PARTS_OF_ALL.search(clause)
            return "" if known else "total"
        if behind and not between:
            self.used, self.trailing = over, True
            return roles.settled(behind[:1])
        if between and "skip" in between:
            return "skip"
        if not roles.PLAIN_LABEL.fullmatch(clause) or (behind and between):
            return ""
        if between:
            return roles.settled(between)
        in_bracket = self.text[first - 1 : first] in ("（", "(")
        if self.trailing and not in_bracket and not numbers.LABEL.search(clause):
            return ""  # 411户同意，214户、…反对: the verb comes after
        return "" if roles.PARTS_OF_ALL.search(clause) else self.role

    def _roles(self, start: int, stop: int) -> list[str]:
        found = [role for at, till, role in self.said if start <= at and till <= stop]
        return [one for one in found if one not in ("came", "total")] if self.label else found

    def _measure(self, unit: str, before: str) -> str | None:
        if unit.endswith(("平方米", "平米", "平方", "m2", "M2")):
            return "area"
        if unit and unit in "户人位名":
            return "heads"
        if unit:
            return "ballots"
        if numbers.HEADS.search(before) and not numbers.AREA.search(before):
            return "heads"
        if numbers.AREA.search(before) and not numbers.HEADS.search(before):
            return "area"
        return None

    def _take_side(self, start: int, end: int) -> None:
        first, stop = self._clause(start, end)
        said = re.search(
            r"视为[^，,；;]*?(不同意|同意|赞成|反对|弃权)(?!已|多数|票?多数)", self.text[first:stop]
        )
        if said and "多数" not in self.text[first:stop]:
            self.found.side = roles.SIDES[said[1]]
        elif self.text[first - 1 : first] in ("（", "("):  # 反对762票（包括已通知未表决100票）
            around = self._roles(self._clause(first - 2, first - 2)[0], first - 1)
            if around and (side := roles.settled(around)) in ("yes", "no", "abs"):
                self.found.side = side

    def _share(self, number: re.Match[str], before: str) -> None:
        first, stop = self._clause(number.start(), number.end())
        own = self._roles(max(first, self.used), number.start())
        after = [] if own else self._behind(number.end(), stop)[0]
        role = roles.settled(own or after[:1]) if own or after else self.role
        if role != self.role:
            self.counted, self.both = [], False
            self.role = role
        of = numbers.OF.search(before)
        subject, base = (before[: of.start()], before[of.end() :]) if of else ("", before)
        by_owners = (
            "heads" if numbers.OWNERS.search(base) else None
        )  # 占参加投票业主的63.62%、面积的63.48%
        measures = [
            m for m in (self._measure("", subject), self._measure("", base), by_owners) if m
        ]
        if "分别" in before or (
            not measures and numbers.HEADS.search(before) and numbers.AREA.search(before)
        ):
            self.both = True
        if self.both:
            measure = self.counted.pop(0) if self.counted else None
        elif measures:
            measure = measures[0]
        else:
            measure = self.counted[0] if len(self.counted) == 1 and not after else None
        if not self.both:
            self.counted = [one for one in self.counted if one != measure]
        if role not in ("came", *roles.CHOICES):
            return
        if measure is None:
            self.found.notes.append(SHARE)
            return
        name = f"{role}{'_m2' if measure == 'area' else ''}_pct"
        self.found.figures.append(Figure(name, number["number"], number.start(), number.end()))
