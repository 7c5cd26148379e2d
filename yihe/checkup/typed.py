"""What people type from a paper notice, as exact numbers: １，３６０户, 11.53万平方米, 63.62％.

Every function gives the number as plain text, "" for an empty field, and raises Wrong in words.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from yihe.refusal import Refusal

MOST_TYPED = 60
_HEADS = "户|人|名|位|个|套|票|张"
_AREA = "平方米|平米|平方|m2|m²|方"
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"\d+(\.\d+)?", re.ASCII)
_HIDDEN = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]"
)
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", re.ASCII)


class Wrong(Refusal):
    """What was typed is none of what belongs there."""


def folded(text: str) -> str:
    """Full-width as plain characters, without spaces and without marks that nobody sees."""
    if len(text) > MOST_TYPED:
        raise Wrong("这里写得太长了，只写一个数。")
    text = unicodedata.normalize("NFKC", text.replace("㎡", "平方米").replace("m²", "平方米"))
    return re.sub(r"\s", "", _HIDDEN.sub("", text))


def heads(text: str) -> str:
    """A whole number of owners."""
    typed = folded(text)
    if re.search(f"({_AREA})$", typed):
        raise Wrong("这里写人数，面积写在旁边。")
    number = _number(re.sub(f"({_HEADS})+$", "", typed), "写一个整数，如 817。")
    if number and "." in number:
        raise Wrong("人数是整数，如 817。")
    return number


def area(text: str) -> str:
    """Square metres with all their digits; 万平方米 are reckoned out."""
    typed = folded(text)
    if re.search("(户|人|名|位|票|张)$", typed):
        raise Wrong("这里写面积，人数写在旁边。")
    return _number(re.sub(f"({_AREA})$", "", typed), "写平方米数，如 115344.34。")


def percent(text: str) -> str:
    """A percentage as printed, with its digits."""
    number = _number(folded(text).removesuffix("%"), "写公告印的百分比，如 63.62。")
    if number and Decimal(number) > 1000:
        raise Wrong("百分比没有这么大。")
    return number


def _number(typed: str, otherwise: str) -> str:
    if not typed:
        return ""
    times = 1
    if typed.endswith("万"):
        typed, times = typed[:-1], 10_000
    if "," in typed and not _GROUPED.fullmatch(typed):
        raise Wrong("逗号的位置不对，可以不写逗号。")
    typed = typed.replace(",", "")
    if not _PLAIN.fullmatch(typed):
        raise Wrong(otherwise)
    whole, _, rest = typed.partition(".")
    whole = whole.lstrip("0") or "0"
    if len(whole) > 12 or len(rest) > 12:
        raise Wrong("这个数太长了，请再看一眼。")
    plain = f"{whole}.{rest}" if rest else whole
    return f"{(Decimal(plain) * times).normalize():f}" if times > 1 else plain


def day(text: str) -> str:
    """2024-07-29, from 2024年7月29日, 2024.7.29 and the like."""
    typed = folded(text)
    if not typed:
        return ""
    found = _DAY.fullmatch(typed)
    if found is None:
        raise Wrong("日期写成 2024-07-29 这样。")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        raise Wrong("没有这一天，请再看一眼日期。") from None


def words(text: str, most: int) -> str:
    """A few words on one line, without marks that turn or hide text."""
    plain = " ".join(_HIDDEN.sub("", text).split())
    if len(plain) > most:
        raise Wrong(f"最多写 {most} 个字。")
    return plain
