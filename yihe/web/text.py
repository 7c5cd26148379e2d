"""Chinese text as it is searched and as it is shown to neighbours."""

import re
import unicodedata

_GAP = r"[^\w\n:：、]{0,2}"  # what stands between the digits of one number
_FREE = r"(?<!\d)"
PHONE = re.compile(rf"{_FREE}(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9]{_GAP}\d(?:{_GAP}\d){{8}}(?!\d)")
LANDLINE = re.compile(rf"{_FREE}0\d{{2,3}}{_GAP}\d{{7,8}}(?!\d)")
IDENTITY = re.compile(rf"{_FREE}\d{{6}}(?:18|19|20)\d{{2}}\d{{7}}[\dXx](?![\dA-Za-z])")
WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")


_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\x00-\x1f\x7f]")


def as_name(text: str) -> str:
    """A name without signs that nobody sees, turn the writing round, or make two names look alike."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).strip()


def mask(text: str) -> str:
    """Phone and identity numbers as a neighbour may see them: the first three digits, then stars."""
    for form in (IDENTITY, PHONE, LANDLINE):
        shown, at = [], 0
        for found in form.finditer(_fold_digits(text)):
            shown += [text[at : found.start()], text[found.start() : found.start() + 3], "*" * 8]
            at = found.end()
        text = "".join((*shown, text[at:]))
    return text


def short(text: str, most: int) -> str:
    """The beginning of a text, with the dots that Chinese has."""
    return text if len(text) <= most else text[: most - 1].rstrip("…，、 ") + "……"


def phone_form(phone: str) -> str:
    """A regular expression, for Python and PostgreSQL alike, for a number as people write it in a text."""
    digits = (f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in phone)
    return _GAP.join(digits)


def strike(text: str, phone: str) -> str:
    """Without that number, however it is written."""
    found = re.finditer(phone_form(phone), _fold_digits(text))
    for one in reversed(list(found)):
        text = f"{text[: one.start()]}（已删）{text[one.end() :]}"
    return text


def _fold_digits(text: str) -> str:
    """Digits of every script as plain ones, character by character so that places stay the same."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(char, char)) for char in text)


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
