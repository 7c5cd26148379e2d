"""Places as the law sees them: codes of GB/T 2260, and the longer ones of the statistics bureau."""

import re

_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82")


def place_code(text: str) -> str | None:
    """`CN`, or the code without the noughts that say nothing: 440300 → 4403, 440310001000 → 440310001.

    None for what is no code: `深圳市`, an odd number of digits, no province.
    """
    text = text.strip()
    if text.upper() == "CN":
        return "CN"
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", text, re.ASCII):
        return None
    if not _PROVINCES.fullmatch(text[:2]):
        return None
    levels = [text[:2], text[2:4], text[4:6], text[6:9], text[9:12]]
    while levels and set(levels[-1]) <= {"0"}:
        levels.pop()
    return "".join(levels)
