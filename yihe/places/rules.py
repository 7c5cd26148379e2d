"""Which stage of a compound's life may follow which. Plain values."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

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


# A compound's outline: somewhere in China, no wider than about ten kilometres, drawn with some care.
CHINA = ((73.0, 136.0), (3.0, 54.0))
WIDEST = 0.1
POINTS = 2000
SIGNS = 200_000


def read_outline(text: str) -> dict[str, Any]:
    """A GeoJSON Polygon or MultiPolygon, alone or as the one Feature of a file; rings are closed and
    rounded to six decimals. ValueError in words when it is none."""
    if len(text) > SIGNS:
        raise ValueError("范围太长了，请简化到 2000 个点以内")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("范围不是 GeoJSON") from error
    found = _geometry(found)
    kind, rings = found.get("type"), found.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(rings, list) or not rings:
        raise ValueError("范围要是一个或几个面（Polygon 或 MultiPolygon）")
    parts = [
        [_ring(ring) for ring in _rings(part)] for part in ([rings] if kind == "Polygon" else rings)
    ]
    points = [point for part in parts for ring in part for point in ring]
    if len(points) > POINTS:
        raise ValueError("范围太长了，请简化到 2000 个点以内")
    for axis in (0, 1):
        values = [point[axis] for point in points]
        if max(values) - min(values) > WIDEST:
            raise ValueError("范围太大了，不像一个小区")
    return {"type": kind, "coordinates": parts[0] if kind == "Polygon" else parts}


def _geometry(found: Any) -> dict[str, Any]:
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise ValueError("文件里要正好有一个范围")
        found = features[0]
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    return found if isinstance(found, dict) else {}


def _rings(part: Any) -> list[Any]:
    if not isinstance(part, list) or not part:
        raise ValueError("范围里有空的面")
    return part


def _ring(ring: Any) -> list[list[float]]:
    if not isinstance(ring, list):
        raise ValueError("范围里的坐标写得不对")
    points = [_point(point) for point in ring[: POINTS + 1]]
    if points and points[0] != points[-1]:
        points.append(points[0])
    if len(points) < 4:
        raise ValueError("一个面至少要有三个点")
    return points


def _point(point: Any) -> list[float]:
    if not isinstance(point, list) or len(point) not in (2, 3):
        raise ValueError("范围里的坐标写得不对")
    read = []
    for value, (least, most) in zip(point, CHINA, strict=False):
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not least <= value <= most
        ):
            raise ValueError("坐标不在国内，请看看是不是把经度、纬度写反了")
        read.append(round(float(value), 6))
    return read


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
