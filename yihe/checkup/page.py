"""The result page as a whole: what all motions come to, by which law, what somebody may do next."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from yihe.checkup.books import ShownBook, book_of
from yihe.checkup.outcome import BLOCK, GLYPH, SAID, Shown, shown
from yihe.checkup.query import Sheet
from yihe.law import Outcome, Result, Rule


@dataclass(frozen=True)
class Page:
    """The whole result: the block at the top, then each motion."""

    motions: list[Shown]
    headline: str
    law_name: str
    size: str
    glyph: str
    block: str
    open: bool
    day: Any
    book: ShownBook | None
    hash: str
    law_link: str  # all that applied, with the whole fingerprint
    resting: list[str]  # books of the place that decide nothing yet
    house: str
    remedies: list[Rule]


def page_of(result: Result, sheet: Sheet) -> Page:
    motions = [shown(one, result, sheet) for one in result.motions]
    law = result.law
    first = motions[0]
    outcomes = {one.outcome for one in result.motions}
    whole = _whole(outcomes)
    return Page(
        motions=motions,
        headline=first.outcome if len(motions) == 1 else _count(motions),
        law_name=f"《{result.book.title.split('：')[0]}》" if result.book else "",
        size="y-big" if len(motions) == 1 else "",
        glyph=GLYPH[whole] if whole else "",
        block=BLOCK[whole] if whole else "y-now-still",
        open=any(one.missing for one in motions),
        day=result.decision.notice_on,
        book=book_of(result.book) if result.book else None,
        hash=" ".join(law.hash[at : at + 4] for at in range(0, 16, 4)) if result.book else "",
        law_link=f"{reverse('checkup:law')}?{urlencode(_of_the_law(sheet))}",
        resting=[
            one.title
            for one in law.books
            if one.jurisdiction != "CN" and not any(rule.on for rule in one.rules)
        ],
        house=_house(result),
        remedies=[rule for name in _REMEDIES for rule in law.rules if rule.id == name],
    )


def _of_the_law(sheet: Sheet) -> dict[str, str]:
    names = ("date", "place", "rule_came", "rule_most")
    return {name: sheet.clean[name] for name in names if name in sheet.clean}


def _whole(outcomes: set[Outcome]) -> Outcome | None:
    """What all motions together look like; None where some carried and others did not."""
    if Outcome.UNDETERMINED in outcomes:
        return Outcome.UNDETERMINED
    if outcomes == {Outcome.PASSED}:
        return Outcome.PASSED
    return None if Outcome.PASSED in outcomes else Outcome.NOT_PASSED


_REMEDIES = ("SPC-BD.13", "SPC-BD.12.suit")


def _count(motions: list[Shown]) -> str:
    counts = {words: sum(one.outcome == words for one in motions) for words in SAID.values()}
    said = "，".join(f"{count} 个{words}" for words, count in counts.items() if count)
    return f"{len(motions)} 个议题：{said}"


def _house(result: Result) -> str:
    """How silent owners were counted, where the notice counts any."""
    if not any(one.motion.deemed for one in result.motions):
        return ""
    rules = result.decision.rules
    if rules.deemed_participation and rules.deemed_to_majority:
        return "您说议事规则写明可以算，所以“视为”的票算进了参与，也算进了那一边。"
    if rules.deemed_participation:
        return "您说议事规则写明可以算参与，所以“视为”的票只算参与，不算同意或者反对。"
    return (
        "没投票的怎么算，要看议事规则怎么写。您没有说议事规则写明可以算，"
        "所以“视为”的票从参与和票数里都减掉了。"
    )
