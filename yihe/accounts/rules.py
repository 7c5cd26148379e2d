"""Phone numbers of the Chinese mainland, as people type them. Plain values."""

import re

from yihe.refusal import Refusal

PRIVACY_VERSION = "2026-11"  # of the notice in accounts/_notice.html: both change together
FULL_WIDTH = {ord("０") + number: str(number) for number in range(10)}


def normalise_phone(text: str) -> str:
    """“138 0000 0001”, “+86-13800000001” → “13800000001”, or a clear refusal."""
    digits = re.sub(r"[\s\-－—().（）]", "", text.translate(FULL_WIDTH))
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
    if not digits.isascii() or not digits.isdigit():
        raise Refusal("手机号只写数字。")
    if len(digits) != 11:
        short = 11 - len(digits)
        raise Refusal(f"{'少' if short > 0 else '多'}了 {abs(short)} 位，手机号是 11 位。")
    if not re.match(r"^1[3-9]", digits):
        raise Refusal("手机号以 13 到 19 开头，请核对。")
    return digits
