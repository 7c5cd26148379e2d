"""Charts drawn by the server: plain SVG, which prints and needs no script. Numbers only; words escaped."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 300, 74, 18, 120, 40


def _top(highest: int) -> int:
    """A round number at or above the highest, which four lines divide."""
    step = 1
    while step * 4 < highest:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step * 4


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def trend(
    labels: Sequence[str], now: Sequence[int], before: Sequence[int | None], words: str
) -> SafeString:
    """Months as a line, the same months a year before dashed where there is anything to compare."""
    whole = max([*now, *(number or 0 for number in before), 1])
    highest = _top(whole)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = wide / max(len(now) - 1, 1)

    def point(place: int, number: int) -> tuple[float, float]:
        return LEFT + place * step, TOP + high - number / highest * high

    lines = []
    for part in range(5):
        number = highest * part // 4
        _, y = point(0, number)
        lines.append(
            f'<path class="ax" d="M{LEFT} {y:.1f}H{LEFT + wide}"/>'
            f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{number:,}</text>'
        )
    every = max(1, len(labels) // 4)
    marks = format_html_join(
        "",
        '<text{} x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                "" if place % every == 0 else mark_safe(' class="y-alt"'),
                f"{point(place, 0)[0]:.1f}",
                HEIGHT - 12,
                label,
            )
            for place, label in enumerate(labels)
            if len(labels) <= 14 or place % every == 0
        ),
    )
    drawn = []
    last_year = [point(place, number) for place, number in enumerate(before) if number is not None]
    if last_year:
        drawn.append(f'<path class="ln s6" stroke-dasharray="4 5" d="{_path(last_year)}"/>')
    this_year = [point(place, number) for place, number in enumerate(now)]
    drawn.append(f'<path class="ln s1" d="{_path(this_year)}"/>')
    drawn += [f'<circle class="c1" cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>' for x, y in this_year]
    drawn += _ends(this_year[-1], now[-1], last_year, before)
    return format_html(
        '<svg class="y-ch w-100" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        words,
        mark_safe("".join(lines)),  # noqa: S308  built from numbers
        marks,
        mark_safe("".join(drawn)),  # noqa: S308  built from numbers
    )


def _ends(
    here: tuple[float, float],
    now: int,
    last_year: Sequence[tuple[float, float]],
    before: Sequence[int | None],
) -> list[str]:
    """Which line is which, beside their ends, apart from each other."""
    x, y = here
    if not last_year:
        return [f'<text class="k" x="{x + 10:.1f}" y="{y + 5:.1f}">{now:,}</text>']
    (there, other), number = last_year[-1], [one for one in before if one is not None][-1]
    upper = min(y, other - 24) if y <= other else max(y, other + 24)
    return [
        f'<text class="k" x="{x + 10:.1f}" y="{upper + 5:.1f}">这一年 {now:,}</text>',
        f'<text x="{there + 10:.1f}" y="{other + 5:.1f}">上一年 {number:,}</text>',
    ]


def bars(rows: Sequence[tuple[str, int]], words: str) -> SafeString:
    """One bar for each, as long as its number; the names in front, the numbers behind."""
    highest = max((number for _, number in rows), default=0) or 1
    line, left, right = 34, 210, 80
    wide = WIDTH - left - right
    drawn = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="c1" x="{}" y="{}" width="{}" height="20" rx="3"/>'
        '<text class="k" x="{}" y="{}">{}</text>',
        (
            (
                left - 10,
                place * line + 22,
                name if len(name) <= 8 else name[:7] + "…",
                left,
                place * line + 7,
                f"{max(number / highest * wide, 1):.1f}",
                f"{left + max(number / highest * wide, 1) + 8:.1f}",
                place * line + 22,
                f"{number:,}",
            )
            for place, (name, number) in enumerate(rows)
        ),
    )
    return format_html(
        '<svg class="y-ch w-100" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        max(len(rows), 1) * line + 6,
        words,
        drawn,
    )
