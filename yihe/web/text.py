"""Chinese text as it is searched and as it is shown to neighbours."""

import re
import unicodedata

_DIGITS = r"[\s\-－—_.·]{0,2}"
PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:(?:\+|00)?86[\s\-]{0,2})?1[3-9]\d(?:[\s\-－—_.·]{0,2}\d){8}(?!\d)"
)
LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}[\s\-－—]{0,2})\d{7,8}(?!\d)")
IDENTITY = re.compile(r"(?<![\dA-Za-z])\d{6}(?:18|19|20)\d{2}\d{7}[\dXx](?![\dA-Za-z])")
WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")


def mask(text: str) -> str:
    """Phone and identity numbers as a neighbour may see them: the first three digits, then stars."""
    folded = _fold_digits(text)
    for form in (IDENTITY, PHONE, LANDLINE):
        for found in reversed(list(form.finditer(folded))):
            hidden = text[found.start() : found.start() + 3] + "*" * 8
            text = text[: found.start()] + hidden + text[found.end() :]
            folded = _fold_digits(text)
    return text


def phone_form(phone: str) -> str:
    """A regular expression, for Python and PostgreSQL alike, for a number as people write it in a text."""
    digits = (f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in phone)
    return r"[\s\-－—_.·]{0,2}".join(digits)


def strike(text: str, phone: str, name: str) -> str:
    """Without that number and that name. A name of one character would strike ordinary words."""
    if phone:
        text = re.sub(phone_form(phone), "（已删）", text)
    return text.replace(name, "（已删）") if len(name) > 1 else text


def _fold_digits(text: str) -> str:
    """Full-width digits as plain ones, character by character so that places stay the same."""
    return "".join(chr(ord(char) - 0xFEE0) if "０" <= char <= "９" else char for char in text)


def _runs(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def bigrams(text: str) -> list[str]:
    """What a text is found by: every pair of neighbouring characters, each single one, whole words."""
    grams: set[str] = set()
    for run in _runs(text):
        if run[0].isascii():
            grams.add(run[:40])
            continue
        grams.update(run)
        grams.update(run[place : place + 2] for place in range(len(run) - 1))
    return sorted(grams)


def bigram_query(text: str) -> list[str]:
    """What a text must hold to be found: pairs, or the single character when only one was typed."""
    grams: set[str] = set()
    for run in _runs(text):
        if run[0].isascii():
            grams.add(run[:40])
        elif len(run) == 1:
            grams.add(run)
        else:
            grams.update(run[place : place + 2] for place in range(len(run) - 1))
    return sorted(grams)
