"""Which stage of a compound's life may follow which. Plain values."""

from collections.abc import Sequence
from itertools import pairwise

ORDER = ("planned", "building", "on_sale", "handed_over", "moving_in", "settled")
# Building and selling overlap; everything else goes one way. Back steps are corrections.
FOLLOWS: dict[str, frozenset[str]] = {
    "planned": frozenset({"building"}),
    "building": frozenset({"on_sale", "handed_over"}),
    "on_sale": frozenset({"building", "handed_over"}),
    "handed_over": frozenset({"moving_in"}),
    "moving_in": frozenset({"settled"}),
    "settled": frozenset(),
}


def may_follow(now: str, then: str) -> bool:
    return then in FOLLOWS[now]


def path_of(code: str, level: int, district: str) -> str:
    """“440310/006/001” for a community of district 440310; "-" for what is not in that district."""
    if level < 3 or not district or not code.startswith(district):
        return "-"
    parts = [code[:6], code[6:9], code[9:12]]
    return "/".join(parts[: level - 2])


def inside(ring: Sequence[Sequence[float]], x: float, y: float) -> bool:
    """Whether a point lies within a closed ring of [x, y] points (even-odd rule)."""
    found = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found = not found
    return found


def plain_name(name: str) -> str:
    """六联社区居委会 is written 六联社区 everywhere else."""
    name = name.strip()
    return name.removesuffix("居委会") if name.endswith("社区居委会") else name
