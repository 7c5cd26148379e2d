"""Growth as a picture: how much slower each thing is with more calls, as SVG and in words."""

import json
import math
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, EDGE = 900, 560, 60, 330, 40
BOUND = 1.3  # at most so many times slower with a hundred times the calls
COLOURS = ("#1f5fa8", "#a8481f", "#2e7d46", "#7a3fa0", "#8a6d00", "#0f7f86", "#b0305f", "#555555")
Lines = dict[str, dict[int, float]]


def grown(out: Path) -> Lines:
    """What was measured with more than one number of calls: name → calls → milliseconds."""
    found: Lines = {}
    for file in sorted(out.glob("calls-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            figure = json.loads(line)
            found.setdefault(figure["name"], {})[figure["rows"]] = _took(figure)
    return {name: values for name, values in found.items() if len(values) > 1}


def _took(figure: dict[str, Any]) -> float:
    """Of one connection alone where there is that, so that a queue before the server says nothing."""
    if "processor_seconds" in figure:
        return 1000 * float(figure["processor_seconds"])
    return float(figure.get("alone_ms", figure.get("p50_ms", 0)))


def chart(out: Path) -> None:
    """bench/out/growth.svg, and the same as lines of text; nothing where only one number was measured."""
    lines = grown(out)
    if not lines:
        return
    sizes = sorted({rows for values in lines.values() for rows in values})
    print(f"\n{'ms':<36}" + "".join(f"{rows:>12,}" for rows in sizes) + f"{'times':>9}")
    for name, values in lines.items():
        cells = "".join(f"{values[rows]:>12.1f}" if rows in values else " " * 12 for rows in sizes)
        print(f"{name:<36}{cells}{_times(values):>9.2f}", flush=True)
    (out / "growth.svg").write_text(_svg(lines, sizes), encoding="utf-8")


def _times(values: dict[int, float]) -> float:
    """With the most calls against the fewest."""
    return values[max(values)] / max(values[min(values)], 0.01)


def _svg(lines: Lines, sizes: list[int]) -> str:
    top = min(10.0, max(2.0, *(_times(values) for values in lines.values())))
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(rows: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(rows) - low) / (high - low)

    def y(times: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * min(times, top) / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12"'
        ' font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{LEFT}" y="20">Times slower than with {sizes[0]:,} calls</text>'
    ]
    for times in (*range(int(top) + 1), BOUND):
        dash = ' stroke-dasharray="5 4"' if times == BOUND else ""
        parts.append(
            f'<path d="M{LEFT} {y(times):.1f}H{WIDTH - RIGHT}" stroke="#ccc"{dash}/>'
            f'<text x="{LEFT - 30}" y="{y(times) + 4:.1f}">{times:g}</text>'
        )
    for rows in sizes:
        parts.append(f'<text x="{x(rows) - 20:.0f}" y="{HEIGHT - 12}">{rows:,}</text>')
    place = 0.0
    for number, name in enumerate(sorted(lines, key=lambda one: -_times(lines[one]))):
        values, colour = lines[name], COLOURS[number % len(COLOURS)]
        first = max(values[min(values)], 0.01)
        points = " ".join(
            f"{x(rows):.1f},{y(took / first):.1f}" for rows, took in sorted(values.items())
        )
        at = max(y(_times(values)) + 4, place + 13)
        place = at
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{WIDTH - RIGHT + 8}" y="{at:.1f}" fill="{colour}">'
            f"{escape(name)} {_times(values):.2f}</text>"
        )
    return "\n".join([*parts, "</svg>\n"])
