"""Which motion a sentence speaks of: 议题一, 第2项议案, a candidate, a building with its own count."""

import re
from collections.abc import Sequence

from yihe.checkup.reading.subjects import matter_of

NUMERALS = "一二三四五六七八九十"
_ORDINAL = rf"([{NUMERALS}]|\d{{1,2}})"
_NOUN = "(?:表决事项|表决议题|议题|议案|提案|事项)"
_HEADING = (
    re.compile(rf"\s*[（(]?(?:第?{_ORDINAL}[、.．）)]?\s*(?:项|个)?{_NOUN})[、：:，,.．\s]*"),
    re.compile(rf"\s*{_NOUN}\s*[（(]?第?{_ORDINAL}(?:项|号)?[）)]?[、：:，,.．\s]*"),
    re.compile(
        rf"\s*[（(]?{_ORDINAL}[）)、.．]\s*(?=《?关于|[^，。；\d]{{2,40}}的?(?:议题|议案)|[^，。；：:\d]{{2,40}}[：:])"
    ),
)
_SECTION = re.compile(r"\s*[（(]?[^第]{1,2}[、.．）)]")
_NO_TITLE = re.compile(
    "(?:实际)?(?:参与|参加)|应参|总(?:人数|户数|面积)|同意|赞成|反对|不同意|弃权"
    "|(?:表决|投票)?(?:事项|议题|议案|情况|结果)$"
)
_LISTED = r"\s*(?:[（(]?\d{1,2}[）)、.．]\s*)?"
_CANDIDATE = re.compile(
    rf"{_LISTED}(?P<name>(?:第?\d{{1,2}}(?:号|位)(?:委员)?候选人|(?:委员)?候选人(?!得票|名单|情况|共|应|均|票|人数)[^：:，,。\d]{{0,8}}\d{{0,2}}号?))\s*[：:，,]"
)
_FIRST_CELL = re.compile(r"\s*(?:\d{1,2}[、.．]?\s+)?\D*")
_NAME = re.compile(r"(?<!候)(?<!候选)(?!候选人)[\u4e00-\u9fffA-Za-z·](?<!第)(?<!号)(?<!位)")
_SCOPE = re.compile(
    rf"{_LISTED}(?P<name>(?:\d{{1,3}}(?:栋|幢|座|号楼))?(?:\d{{1,2}}单元)|\d{{1,3}}(?:栋|幢|座|号楼))\s*[：:，,]"
)


def without_name(text: str) -> str:
    """The sentence or row of a candidate with the name covered, as long as before: the sentences that
    were read travel in a link, and a link is no place for names."""
    said = _CANDIDATE.match(text)
    end = said.end("name") if said else _first_cell(text)
    return _NAME.sub("＊", text[:end]) + text[end:]


def _first_cell(text: str) -> int:
    found = _FIRST_CELL.match(text)
    return found.end() if found else 0


class Motions:
    """Numbers motions as they are named; one that is named again goes on."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self.here = 0
        self.scopes: set[int] = set()  # motions with owners of their own
        self.persons: set[int] = set()

    def heading(self, text: str) -> str:
        """Go to the motion that a sentence names; its title, "" where it names none or gives none."""
        for form in _HEADING:
            heading = form.match(text)
            if heading is None:
                continue
            title = re.split("[，,：:（(]", text[heading.end() :])[0].strip(" 《》")
            if form is _HEADING[2] and not (matter_of([title]) or re.search(_NOUN, title)):
                continue  # 一、关于参与情况 is no motion
            if _NO_TITLE.match(title) and _SECTION.match(heading[0]):
                continue  # nor is 一、表决事项：参与表决人数…
            ordinal = heading[1]
            if ordinal.isdecimal() and int(ordinal) <= 10:
                ordinal = NUMERALS[int(ordinal) - 1] if int(ordinal) else ordinal
            self.here = self._known.setdefault(ordinal, len(self._known) + 1)
            return "" if _NO_TITLE.match(title) else title
        if candidate := _CANDIDATE.match(text):
            return self.person(candidate["name"])
        if scope := _SCOPE.match(text):
            self.here = self._known.setdefault(scope["name"], len(self._known) + 1)
            self.scopes.add(self.here)
            return scope["name"]
        return ""

    def person(self, name: str) -> str:
        """A candidate, by number: a link is no place for names."""
        self.here = self._known.setdefault(name, len(self._known) + 1)
        self.persons.add(self.here)
        return f"第 {len(self.persons)} 位候选人"

    def row(self, title: str, titles: Sequence[tuple[str, int]]) -> str:
        """A line of a table: the motion of that title where one was named, else the next."""
        same = [number for said, number in titles if said and (said in title or title in said)]
        if len(set(same)) == 1:
            self.here = same[0]
            return ""
        self.here = self._known.setdefault(f"｜{title}", len(self._known) + 1)
        return title
