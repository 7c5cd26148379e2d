"""The numbers of a notice as a query: keys short enough for a link, plain enough to be read in one.

`all=817&all_m2=115344.34&came=646&…&what1=service_company&yes1=411&yes1_m2=58729.34&said1=passed`.
A motion's keys end with its number. What is empty is left out; a link holds only clean numbers.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from yihe.checkup import typed
from yihe.law import Decision, Unreadable, read
from yihe.law.places import place_code
from yihe.law.values import Matter

MOST_MOTIONS = 10
LONGEST = 7000  # characters of a query; servers take about 8000 of a line
MOST_WORDS = 40

PARTS = {"yes": "agree", "no": "against", "abs": "abstain", "bad": "invalid"}
WHOLES = {"all": "totals", "came": "participation"}
SAID = {"passed": "通过", "failed": "没有通过"}
SIDES = {"yes": "agree", "no": "against", "abs": "abstain"}

Clean = Callable[[str], str]


def _one_of(words: Mapping[str, Any] | type[Matter], otherwise: str) -> Clean:
    names = set(words)

    def clean(text: str) -> str:
        if text.strip() and text.strip() not in names:
            raise typed.Wrong(otherwise)
        return text.strip()

    return clean


def _place(text: str) -> str:
    if not text.strip():
        return ""
    code = place_code(typed.folded(text))
    if code is None:
        raise typed.Wrong("从列表里选一个地方。")
    return "" if code == "CN" else code


def _tick(text: str) -> str:
    return "1" if text.strip() in ("1", "on", "yes") else ""


def _said_words(text: str) -> str:
    return typed.words(text, MOST_WORDS)


def _pair(name: str) -> dict[str, Clean]:
    return {name: typed.heads, f"{name}_m2": typed.area}


def _shares(name: str) -> dict[str, Clean]:
    return {f"{name}_pct": typed.percent, f"{name}_m2_pct": typed.percent}


WHOLE: dict[str, Clean] = {
    "date": typed.day,
    "until": typed.day,
    "place": _place,
    **_pair("all"),
    **_pair("came"),
    **_shares("came"),
    "rule_came": _tick,
    "rule_most": _tick,
    "quote": _said_words,
}
_matter = _one_of(Matter, "从列表里选这个议题决定的是什么事。")
OF_A_MOTION: dict[str, Clean] = {
    "what": _matter,
    "text": _said_words,
    "said": _one_of(SAID, "从列表里选公告怎么说。"),
    **{key: clean for part in PARTS for key, clean in _pair(part).items()},
    **{key: clean for part in PARTS for key, clean in _shares(part).items()},
    **_pair("deem"),
    "side": _one_of(SIDES, "从列表里选算进了哪一边。"),
    **_pair("all"),
    **_pair("came"),
}


def key(name: str, number: int) -> str:
    """A motion's key: `yes_m2` of motion 1 is `yes1_m2`."""
    stem, _, rest = name.partition("_")
    return f"{stem}{number}_{rest}" if rest else f"{stem}{number}"


@dataclass
class Sheet:
    """The fields as typed, and as read; `errors` by key, those under "" belong to none."""

    typed: dict[str, str] = field(default_factory=dict)
    clean: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    motions: int = 1

    @property
    def link(self) -> str:
        """The query that holds these numbers and nothing else."""
        return urlencode(self.clean)

    @property
    def empty(self) -> bool:
        return not self.typed

    def document(self) -> dict[str, Any]:
        """As `yihe tally` takes it."""
        get = self.clean.get
        return {
            "jurisdiction": get("place") or "CN",
            "notice_on": get("date"),
            "closed_on": get("until"),
            "rules": {
                "deemed_participation": "rule_came" in self.clean,
                "deemed_to_majority": "rule_most" in self.clean,
            },
            "quote": get("quote"),
            **{name: self._count(short) for short, name in WHOLES.items()},
            "motions": [self._motion(number) for number in self.numbers()],
        }

    def numbers(self) -> list[int]:
        """The motions about which something was said; the first one always."""
        said = [n for n in range(1, self.motions + 1) if self.says(n)]
        return said or [1]

    def says(self, number: int) -> bool:
        return any(key(name, number) in self.typed for name in OF_A_MOTION)

    def _count(self, stem: str, number: int | None = None) -> dict[str, Any]:
        names = [stem, f"{stem}_m2"]
        if number is not None:
            names = [key(name, number) for name in names]
        return {"heads": self.clean.get(names[0]), "area": self.clean.get(names[1])}

    def _motion(self, number: int) -> dict[str, Any]:
        def get(name: str) -> str | None:
            return self.clean.get(key(name, number))

        printed = {
            "participation_heads_pct": self.clean.get("came_pct"),
            "participation_area_pct": self.clean.get("came_m2_pct"),
        }
        for short, name in PARTS.items():
            stem = "" if short == "yes" else f"{name}_"
            printed[f"{stem}heads_pct"] = get(f"{short}_pct")
            printed[f"{stem}area_pct"] = get(f"{short}_m2_pct")
        row: dict[str, Any] = {
            "id": str(number),
            "matter": get("what") or "",
            "text": get("text"),
            "announced": SAID.get(get("said") or ""),
            "printed": {name: share for name, share in printed.items() if share},
            **{name: self._count(short, number) for short, name in PARTS.items()},
        }
        if get("deem") or get("deem_m2") or get("side"):
            row["deemed"] = {
                **self._count("deem", number),
                "side": SIDES.get(get("side") or ""),
            }
        for short, name in WHOLES.items():
            own = self._count(short, number)
            if any(own.values()):
                row[name] = own
        return row


def read_query(pairs: Mapping[str, str]) -> Sheet:
    """Whatever came in a query; keys that are none of ours say nothing."""
    sheet = Sheet()
    for name, clean in WHOLE.items():
        _take(sheet, name, pairs.get(name, ""), clean)
    for number in range(1, MOST_MOTIONS + 1):
        for name, clean in OF_A_MOTION.items():
            _take(sheet, key(name, number), pairs.get(key(name, number), ""), clean)
        if sheet.says(number):
            sheet.motions = number
    if any(_beyond(name) for name in pairs):
        sheet.errors[""] = f"一次最多看 {MOST_MOTIONS} 个议题，多的请另看一次。"
    return sheet


_OF_A_MOTION = re.compile(r"(what|text|said|yes|no|abs|bad|deem|side|all|came)(\d+)(_|$)", re.ASCII)


def _beyond(name: str) -> bool:
    found = _OF_A_MOTION.match(name[:60])
    return found is not None and int(found[2]) > MOST_MOTIONS


def _take(sheet: Sheet, name: str, text: str, clean: Clean) -> None:
    if not text.strip():
        return
    sheet.typed[name] = text[: 4 * typed.MOST_TYPED]
    try:
        value = clean(text)
    except typed.Wrong as wrong:
        sheet.errors[name] = str(wrong)
        return
    if value:
        sheet.clean[name] = value


_FIELDS = {"notice_on": "date", "closed_on": "until", "jurisdiction": "place"}


def decision(sheet: Sheet) -> Decision | None:
    """The decision that these numbers are; None where something is wrong, then `errors` say what."""
    if "date" not in sheet.typed:
        sheet.errors["date"] = "写公告上的日期，用哪一天的法律由它定。"
    for number in sheet.numbers():
        if key("what", number) not in sheet.typed:
            sheet.errors[key("what", number)] = "选这个议题决定的是什么事，要多少同意由它定。"
    if sheet.errors:
        return None
    try:
        return read(sheet.document())
    except Unreadable as unreadable:
        for wrong in unreadable.errors:
            sheet.errors.setdefault(_FIELDS.get(wrong.path, ""), wrong.words)
        return None
