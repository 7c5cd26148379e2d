"""Reading fields of a document: exact numbers; for what is none, its path and a Chinese sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from yihe.law.values import Count
from yihe.refusal import Refusal

# Wide enough for any compound and any register; narrow enough that no number can stall the counting.
_DIGITS, _PLACES = 18, 30
_NUMBER = re.compile(rf"[0-9]{{1,{_DIGITS}}}(\.[0-9]{{1,{_PLACES}}})?", re.ASCII)
_WHOLE = re.compile(rf"[0-9]{{1,{_DIGITS}}}", re.ASCII)
_PERCENT = re.compile(r"([0-9]{1,6}(\.[0-9]{1,12})?)\s*[%％]?", re.ASCII)

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its path, as `motions[0].agree.area`, and why, in Chinese."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}：{self.words}" if self.path else self.words


class Unreadable(Refusal):
    """The document cannot be read. `errors` has every field that is wrong; the text is the first."""

    def __init__(self, errors: list[FieldError]) -> None:
        self.errors = tuple(errors)
        more = f"（另有{len(errors) - 1}处）" if len(errors) > 1 else ""
        super().__init__(f"{errors[0]}{more}")


@dataclass
class Fields:
    """Collects what is wrong while the fields are read, so that all of it can be shown at once."""

    errors: list[FieldError] = field(default_factory=list)

    def wrong(self, path: str, words: str) -> None:
        self.errors.append(FieldError(path, words))

    def mapping(self, value: Any, path: str) -> Mapping[str, Any]:
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        self.wrong(path, "这里要写一组字段（{…}）。")
        return {}

    def items(self, value: Any, path: str) -> list[Any]:
        if isinstance(value, list | tuple):
            return list(value)
        self.wrong(path, "这里要写一个列表（[…]）。")
        return []

    def text(self, value: Any, path: str) -> str:
        """Words; nothing where there are none."""
        if value is None:
            return ""
        if isinstance(value, str) and storable(value):
            return value.strip()
        self.wrong(path, "这里要写文字，不能有残缺的字符。")
        return ""

    def name(self, value: Any, path: str) -> str:
        """An identifier that must be there: text, or a whole number taken as text."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip() and storable(value):
            return value.strip()
        self.wrong(path, "这一项要写文字，不能空着。")
        return ""

    def one_of(self, words: type[_Word], value: Any, path: str) -> _Word | None:
        """One of a fixed set of words."""
        if isinstance(value, str) and value in words._value2member_map_:
            return words(value)
        self.wrong(path, f"请写这些中的一个：{'、'.join(words)}。")
        return None

    def flag(self, value: Any, path: str) -> bool:
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(path, "这里只能写 true 或 false。")
        return False

    def day(self, value: Any, path: str) -> date | None:
        if isinstance(value, date) and type(value) is date:
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                pass
        self.wrong(path, "日期请写成 2024-07-29 这样。")
        return None

    def heads(self, value: Any, path: str) -> int | None:
        """A whole number of owners; None where it is not printed."""
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value < 10**_DIGITS:
                return value
        elif isinstance(value, str):
            if _WHOLE.fullmatch(value.strip()):
                return int(value.strip())
        elif isinstance(value, Decimal) and _plain(value) and value == int(value):
            return int(value)
        self.wrong(path, "人数要写0或正整数；没有印就写 null。")
        return None

    def area(self, value: Any, path: str) -> Decimal | None:
        """Square metres, exact, as many places as given; None where it is not printed."""
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value < 10**_DIGITS:
                return Decimal(value)
        elif isinstance(value, str):
            if _NUMBER.fullmatch(value.strip()):
                return Decimal(value.strip())
            if "," in value or "，" in value:
                self.wrong(path, '面积里不要写逗号，如 "115344.34"。')
                return None
        elif isinstance(value, Decimal):
            if _plain(value):
                return value
        elif isinstance(value, float):
            self.wrong(path, '面积请写成文字，如 "115344.34"，这样一位也不会丢。')
            return None
        self.wrong(path, '面积要写不小于0的数，单位平方米，如 "115344.34"；没有印就写 null。')
        return None

    def count(self, value: Any, path: str) -> Count:
        """Heads and area of one quantity; nothing where neither is printed."""
        table = self.mapping(value, path)
        return Count(
            self.heads(table.get("heads"), f"{path}.heads"),
            self.area(table.get("area"), f"{path}.area"),
        )


def _plain(value: Decimal) -> bool:
    """Finite, not negative, and of a length that can be reckoned with."""
    if not value.is_finite() or value < 0:
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_PLACES and value.adjusted() < _DIGITS


def storable(text: str) -> bool:
    """Whether text can be written down: no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def percent(value: Any) -> Decimal | None:
    """A percentage as printed, 63.62 or "63.62%"; None for what is no plain number (as 六成多)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if 0 <= value < 10**6 else None
    if isinstance(value, Decimal):
        return value if _plain(value) and value < 10**6 else None
    if isinstance(value, str) and (found := _PERCENT.fullmatch(value.strip())):
        return Decimal(found[1])
    return None
