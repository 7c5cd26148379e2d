"""The desk of a row."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from yihe.bodies.actions import close_body, found_body
from yihe.bodies.imports import LEVELS, OFFICE_IN_NAME, Desks, Unit
from yihe.bodies.models import Body, BodyKind
from yihe.calls.imports.words import few
from yihe.places.models import Division
from yihe.refusal import Refusal
from yihe.sheets.importing import Line
from yihe.sheets.report import Report
from yihe.trail.acting import Acting

NOBODY = "import-nobody"  # the code of the desk for calls that name none


class Units:
    """The desk of a row: by the unit's id, else by its name; one that names none has a desk of nobody."""

    def __init__(self, district: Division, report: Report, acting: Acting, at: datetime) -> None:
        self.desks = Desks(district, report, acting, at)
        self.district, self.acting, self.at = district, acting, at
        self.heard: dict[str | None, dict[str, Unit]] = defaultdict(dict)
        self.made: list[str] = []
        self.guessed: set[str] = set()
        self.several: set[str] = set()
        self.nobody = self.nameless = 0

    def hear(self, line: Line) -> None:
        """All spellings of a unit come before the first call that lies there."""
        code, name = line["unit_code"], line["unit"]
        if code is None and name is None:
            return
        level = line["unit_level"]
        if level not in LEVELS:
            level = _level_of(name or "")
            self.guessed.add(code or name)
        unit = self.heard[code].setdefault("" if code else name, Unit())
        unit.add(name or f"编号 {code} 的单位", level)
        if len(unit.names) > 1:
            self.several.add(code)

    def find(self, line: Line, division: Division) -> tuple[Body, int]:
        code, name = line["unit_code"], line["unit"]
        stated = LEVELS[line["unit_level"]][1] if line["unit_level"] in LEVELS else None
        if code is None and name is None:
            self.nobody += 1
            return self._of_nobody(), stated or 3
        unit = self.heard[code]["" if code else name]
        desk = self.desks.by_code.get(code) if code else self._named(name, division)
        if desk is None:
            desk = self.desks.found(code, unit)
            self.made.append(desk.name)
        if desk.level is None:
            raise Refusal(f"办理单位编号 {code} 是{desk.name}，它不是受理台")
        self.nameless += code is None
        for spelling in unit.names if name else ():
            self.desks.spell(desk, spelling)
        return desk, stated or min(desk.level, 3)

    def _named(self, name: str, division: Division) -> Body | None:
        """Of several desks of that name the one that answers for the place."""
        near = self.desks.named.get(name, [])
        here = [one for one in near if f"{division.path}/".startswith(f"{one.scope}/")]
        return max(here or near, key=lambda one: (len(one.scope), -one.pk), default=None)

    def _of_nobody(self) -> Body:
        known = self.desks.by_code.get(NOBODY)
        if known is None:
            known = found_body(
                kind=BodyKind.DEPARTMENT,
                name="原来没有写办理单位",
                code=NOBODY,
                division=self.district,
                level=3,
                acting=self.acting,
                at=self.at,
            )
            known = close_body(body=known, acting=self.acting, at=self.at)
            self.desks.by_code[NOBODY] = known
        return known

    def notes(self, note: Callable[[str], None]) -> None:
        if self.made:
            note(f"新建了 {len(self.made)} 个这里没有的受理台：{few(self.made)}。")
        if self.several:
            note(f"{len(self.several)} 个办理单位有几种写法，编号相同就是同一个受理台。")
        if self.guessed:
            note(f"{len(self.guessed)} 个办理单位没有写清级别，按名称估计。")
        if self.nameless:
            note(f"{self.nameless} 件的办理单位没有编号，按名称认。")
        if self.nobody:
            note(f"{self.nobody} 件没有写办理单位，放在“{self._of_nobody().name}”。")


def _level_of(name: str) -> str:
    if name.endswith(("社区", "社区工作站", "居委会")):
        return "社区"
    return "街道" if OFFICE_IN_NAME.search(name) or "街道" in name else "区部门"
