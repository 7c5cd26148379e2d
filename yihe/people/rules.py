"""How a door is written, and which doors look alike. Plain values."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

DOOR = re.compile(r"[0-9]+$")
ENDINGS = ("室", "房", "号")  # what people add to 3栋2单元1502


# 3-2-1502, 3栋1502, 3座2单元1502: building, entrance or none, door.
WRITTEN = re.compile(
    r"([0-9A-Za-z]{1,6})(栋|幢|座|号楼|#|-)(?:([0-9A-Za-z]{1,4})(单元|门|梯|-))?([0-9A-Za-z]{1,8})$"
)
DASHES = str.maketrans(dict.fromkeys("－—–―~～/／", "-"))  # as people type them


def parts(words: str) -> tuple[list[str], list[str], str]:
    """How building, entrance and door may be called, the likeliest first; nothing when unclear."""
    plain = "".join(unicodedata.normalize("NFKC", words).split()).translate(DASHES)
    found = WRITTEN.match(plain.rstrip("".join(ENDINGS)))
    if not found:
        return [], [], ""
    number, of_building, entrance, of_entrance, door = found.groups()
    said = [] if of_building in "#-" else [f"{number}{of_building}"]
    buildings = list(dict.fromkeys([*said, f"{number}栋", f"{number}座", f"{number}幢", number]))
    if not entrance:
        return buildings, [], door
    said = [] if of_entrance == "-" else [f"{entrance}{of_entrance}"]
    return buildings, list(dict.fromkeys([*said, f"{entrance}单元", entrance])), door


def ways_to_write(words: str) -> list[str]:
    """The labels that somebody may mean, the nearest first: without blanks, full-width digits, 室."""
    plain = "".join(unicodedata.normalize("NFKC", words).split())
    ways = [words.strip(), plain]
    if plain.endswith(ENDINGS):
        ways.append(plain[:-1])
    building, entrance, door = parts(words)
    if building and entrance:
        ways += [f"{name}{one}{door}" for name in building for one in entrance]
    elif building:
        ways += [f"{name}{door}" for name in building]
    return list(dict.fromkeys(ways))


def alike(words: str, labels: Sequence[str], most: int = 3) -> list[str]:
    """Up to three labels that exist and look like what was written; those with its door come first."""
    wanted = _likeliest(words)[:90]
    door = DOOR.search(wanted)
    near = get_close_matches(wanted, labels, n=4 * most, cutoff=0.6)
    return sorted(near, key=lambda label: not (door and _door(label) == door[0]))[:most]


def _likeliest(words: str) -> str:
    buildings, entrances, door = parts(words)
    if buildings:
        return f"{buildings[0]}{entrances[0] if entrances else ''}{door}"
    plain = "".join(unicodedata.normalize("NFKC", words).split())
    return plain[:-1] if plain.endswith(ENDINGS) else plain


def _door(label: str) -> str:
    found = DOOR.search(label)
    return found[0] if found else ""
