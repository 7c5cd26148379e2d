"""The topic of a row."""

from collections.abc import Callable
from datetime import datetime

from yihe.calls.imports.words import few
from yihe.sheets.importing import Line
from yihe.topics.imports import Topics
from yihe.topics.models import Topic
from yihe.trail.acting import Acting


class Tree:
    """The topic of a row, level by level as far as it says."""

    def __init__(self, acting: Acting, at: datetime) -> None:
        self.topics = Topics(acting, at)
        self.known: dict[tuple[str | None, ...], Topic | None] = {}
        self.none = 0
        self.spellings = 0

    def find(self, line: Line) -> Topic | None:
        key = tuple(
            line[name] for depth in (1, 2, 3) for name in (f"topic{depth}_code", f"topic{depth}")
        )
        if key not in self.known:
            self.known[key] = self._found(key)
        topic = self.known[key]
        self.none += topic is None
        return topic

    def _found(self, key: tuple[str | None, ...]) -> Topic | None:
        topic: Topic | None = None
        for place in (0, 2, 4):
            code, name = key[place], key[place + 1]
            if code is None and name is None:
                break
            found = self.topics.find(topic, code, name)
            if found is None:
                found = self.topics.make(topic, code, name)
            elif code is not None or name is not None:
                there = self.topics.composed(topic, code) if code else found.code
                self.spellings += self.topics.spell(found, there, name)
            topic = found
        return topic

    def notes(self, note: Callable[[str], None]) -> None:
        made = self.topics.made
        if any(made.values()):
            names = [name for depth in (1, 2, 3) for name in made[depth]]
            note(
                f"新建了 {len(names)} 个这里没有的类别（大类 {len(made[1])}、小类 {len(made[2])}、"
                f"细类 {len(made[3])}）：{few(names)}。"
            )
        if self.spellings:
            note(f"{self.spellings} 种类别的写法和编号是新的，记成了原有类别的别名。")
        if self.none:
            note(f"{self.none} 件没有写类别。")
