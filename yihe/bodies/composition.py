"""How a body is put together, held against the rule book: remarks, and refusals where the law is verified.

As of now no rule on size or parity has been read in a full text, so that everything here only reminds
(docs/decisions/0030). The day a rule is verified in the book, it refuses, without a change of this file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yihe.law.shelf import Rule, State, compose
from yihe.refusal import Refusal


@dataclass(frozen=True)
class Remark:
    """One sentence, the article it rests on, and whether it binds (verified) or reminds (quoted)."""

    words: str
    article: str
    binds: bool

    @property
    def why(self) -> str:
        return self.article if self.binds else f"{self.article}，只见于引文，只作提醒"


SIZES = {"committee": ("SZ19.size", "274.31.size"), "preparation_group": ("SZ19.20",)}
NOT_BOTH = "SZ19.20"


def _rule(place: str, on: date, wanted: Iterable[str]) -> Rule | None:
    """The first of these that may speak here: verified, or at least quoted by an official page."""
    composed = compose(place, on)
    for rule_id in wanted:
        try:
            rule = composed.rule(rule_id)
        except Refusal:
            continue
        if rule.on or rule.state is State.QUOTED:
            return rule
    return None


def size_remarks(kind: str, size: int | None, *, place: str, on: date) -> list[Remark]:
    """Whether that many seats fit. `place` is a GB/T 2260 code of six digits."""
    rule = _rule(place, on, SIZES.get(kind, ()))
    if size is None or rule is None:
        return []
    said = []
    least, most = rule.numbers.get("least"), rule.numbers.get("most")
    if least is not None and most is not None and not least <= size <= most:
        said.append(f"席位是 {size} 个，一般是 {least} 到 {most} 个。")
    if rule.numbers.get("odd") == "yes" and size % 2 == 0:
        said.append(f"席位是 {size} 个，一般是单数。")
    return [Remark(words, rule.article, rule.on) for words in said]


def prepared_it(
    kind: str, number: int | None, *, stood_for_owners: bool, place: str, on: date
) -> list[Remark]:
    """Somebody of the preparation group, who stood there for the owners, comes onto the first committee."""
    rule = _rule(place, on, (NOT_BOTH,))
    if kind != "committee" or number not in (None, 1) or not stood_for_owners or rule is None:
        return []
    words = "这个人在筹备组里是业主代表，一般不当首届业委会的委员。"
    return [Remark(words, rule.article, rule.on)]


def half_gone(kind: str, size: int | None, members: int, *, place: str, on: date) -> list[Remark]:
    """Fewer than half of the agreed members are left and no alternate follows."""
    rule = _rule(place, on, ("SZ19.41",))
    if kind != "committee" or size is None or members * 2 >= size or rule is None:
        return []
    words = f"原定 {size} 人，只剩 {members} 人，不到一半，一般要告诉街道办事处，重新选举。"
    return [Remark(words, rule.article, rule.on)]


def refuse(remarks: Iterable[Remark]) -> list[Remark]:
    """Refuses by what binds; what reminds is handed back."""
    kept = list(remarks)
    for one in kept:
        if one.binds:
            raise Refusal(f"{one.words}依据：{one.article}。")
    return kept
