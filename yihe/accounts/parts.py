"""What is kept about a person, part by part: page and file are made of the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """Rows of one kind. `columns` are (key, words): the file has the keys, the page the words."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Mapping[str, object]] = field(default_factory=list)
    link: str = ""  # where they can be seen and changed one by one
