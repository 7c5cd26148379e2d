"""The compound's own buildings as a strip, floors to scale, mine in the middle with its lit window."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, FLOOR, TOWER = 1280, 130, 3.15, 44


def skyline(floors: Sequence[int], mine: int | None) -> SafeString:
    """`floors` building by building, `mine` the index of one's own. Numbers only: nothing to escape."""
    heights = [max(3, min(36, number)) for number in floors] or [6]
    centre: float = (len(heights) - 1) / 2  # all of them, as long as they fit on a phone
    if len(heights) > 9 and mine is not None:
        centre = mine
    parts = [
        f'<svg class="y-sky" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMax slice"'
        ' aria-hidden="true"><defs><pattern id="yw" width="9" height="6.3"'
        ' patternUnits="userSpaceOnUse"><path class="w" d="M2.5 2h4.5v2.4h-4.5z"/></pattern></defs>'
    ]
    for place in range(30):
        height = 22 + (place * 37) % 40
        parts.append(f'<path class="a" d="M{place * 44} {HEIGHT}v-{height}h44v{height}z"/>')
    start = WIDTH // 2 - TOWER // 2
    for index, number in enumerate(heights):
        x = round(start + (index - centre) * (TOWER + 12))
        if not -TOWER < x < WIDTH:
            continue
        height = round(number * FLOOR) + 6
        parts.append(
            f'<path class="b" d="M{x} {HEIGHT}v-{height}h{TOWER}v{height}z"/>'
            f'<rect x="{x}" y="{HEIGHT - height + 4}" width="{TOWER}" height="{height - 8}"'
            ' fill="url(#yw)"/>'
        )
        if index == mine:
            y = HEIGHT - height + 12
            parts.append(
                f'<circle class="me" cx="{x + 19}" cy="{y + 4}" r="13" opacity=".3"/>'
                f'<rect class="me" x="{x + 14}" y="{y}" width="10" height="8" rx="1.2"/>'
            )
    parts.append(f'<path class="g" d="M0 {HEIGHT - 3}h{WIDTH}v3h-{WIDTH}z"/></svg>')
    return mark_safe("".join(parts))  # noqa: S308  built from numbers
