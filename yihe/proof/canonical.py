"""One value, one sequence of bytes: the restricted JSON of docs/format/log.md.

UTF-8 without a byte order mark; no white space; object keys ASCII, sorted, once each; whole numbers
within ±(2⁵³−1) and no others; strings in NFC, with the shortest escapes (RFC 8785).
"""

import json
import re
from hashlib import sha256
from typing import Any, NoReturn
from unicodedata import is_normalized

LARGEST = 2**53 - 1
KEY = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class Malformed(ValueError):  # noqa: N818  an answer, in words
    """Bytes that are not what the format says. The text is Chinese and may be shown."""


def _no_float(text: str) -> NoReturn:
    raise Malformed(f"数只能是整数，不能是 {text[:20]}")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > LARGEST:
        raise Malformed("整数太大")
    return number


def _allowed(value: Any, depth: int) -> None:
    if depth > 12:
        raise Malformed("嵌套太深")
    if isinstance(value, str):
        if not is_normalized("NFC", value):
            raise Malformed("文字不是 NFC 写法")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise Malformed("字段名不合规定")
            _allowed(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _allowed(inner, depth + 1)
    elif isinstance(value, bool) or value is None:
        pass
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise Malformed("整数太大")
    else:
        raise Malformed("数只能是整数")


def encode(value: Any) -> bytes:
    """The canonical bytes of a value. Malformed when it has none (floats, large numbers, odd keys)."""
    _allowed(value, 0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("文字里有不成对的代理字符") from error


def decode(data: bytes) -> Any:
    """The value of canonical bytes. Malformed when they are anything but that."""
    try:
        value = json.loads(
            data.decode("utf-8"), parse_float=_no_float, parse_int=_whole, parse_constant=_no_float
        )
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("不是 UTF-8 的 JSON") from error
    if encode(value) != data:
        raise Malformed("不是规定的唯一写法")
    return value


def digest(value: Any) -> str:
    """SHA-256 over the canonical bytes, 64 hex digits."""
    return sha256(encode(value)).hexdigest()
