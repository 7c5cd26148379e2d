"""How a door is written, and which doors look alike. Plain values."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

DOOR = re.compile(r"[0-9]+$")
ENDINGS = ("室", "房", "号")  # what people add to 3栋2单元1502


def ways_to_write(words: str) -> list[str]:
    """The labels that somebody may mean, the nearest first: without blanks, full-width digits, 室."""
    plain = "".join(unicodedata.normalize("NFKC", words).split())
    ways = [words.strip(), plain]
    if plain.endswith(ENDINGS):
        ways.append(plain[:-1])
    return list(dict.fromkeys(ways))


def alike(words: str, labels: Sequence[str], most: int = 3) -> list[str]:
    """Up to three labels that exist and look like what was written; those with its door come first."""
    wanted = ways_to_write(words)[-1][:90]
    door = DOOR.search(wanted)
    near = get_close_matches(wanted, labels, n=4 * most, cutoff=0.6)
    return sorted(near, key=lambda label: not (door and _door(label) == door[0]))[:most]


def _door(label: str) -> str:
    found = DOOR.search(label)
    return found[0] if found else ""
