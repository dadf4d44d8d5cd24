"""Small line charts as SVG: no library, no script, readable on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 800, 360
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 48, 44
COLOURS = ("#1f77b4", "#d95f02", "#2ca02c", "#9467bd")
TICKS = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A named series of points; one without a point to draw is left out. `dots` marks each."""

    name: str
    points: Sequence[Point]
    dots: bool = False


def chart(title: str, x_label: str, y_label: str, lines: Sequence[Line]) -> str:
    """A picture of lines over a common x; both axes begin at zero."""
    known = [Line(line.name, _finite(line.points), line.dots) for line in lines]
    shown = [line for line in known if line.points]
    right = _ceiling(max((x for line in shown for x, _ in line.points), default=1.0))
    top = _ceiling(max((y for line in shown for _, y in line.points), default=1.0))
    parts = [_frame(title, x_label, y_label), *_grid(right, top)]
    for row, line in enumerate(shown):
        colour = COLOURS[row % len(COLOURS)]
        places = [_place(point, right, top) for point in line.points]
        parts.append(_polyline(places, colour))
        parts += [_dot(place, colour) for place in places] if line.dots else []
        parts.append(_text(LEFT + 170 * row, TOP - 10, f"\u2014 {line.name}", colour))
    return "\n".join([*parts, "</svg>", ""])


def _finite(points: Sequence[Point]) -> list[Point]:
    return [(x, y) for x, y in points if math.isfinite(x) and math.isfinite(y)]


def _ceiling(value: float) -> float:
    """The next round number of which TICKS parts are round as well."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * step for step in (1, 2, 2.5, 5, 10) if size * step >= value * 0.999)


def _place(point: Point, right: float, top: float) -> Point:
    x = LEFT + (WIDTH - LEFT - RIGHT) * point[0] / right
    return x, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(point[1], 0.0) / top


def _frame(title: str, x_label: str, y_label: str) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">'
    )
    back = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    words = (
        _text(LEFT, 20, title, "#222222", size=15),
        _text(WIDTH - RIGHT, HEIGHT - 8, x_label, "#555555", anchor="end"),
        _text(8, TOP - 10, y_label, "#555555"),
    )
    return "\n".join([head, back, *words])


def _grid(right: float, top: float) -> list[str]:
    parts = []
    for tick in range(TICKS + 1):
        x, y = _place((right * tick / TICKS, top * tick / TICKS), right, top)
        parts.append(
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd" stroke-width="1"/>'
        )
        parts.append(_text(LEFT - 6, y + 4, _short(top * tick / TICKS), "#555555", anchor="end"))
        parts.append(
            _text(x, HEIGHT - BOTTOM + 16, _short(right * tick / TICKS), "#555555", "middle")
        )
    return parts


def _short(value: float) -> str:
    """A number on an axis."""
    return f"{value / 1000:g}k" if value >= 10_000 else f"{value:g}"


def _polyline(places: Sequence[Point], colour: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def _dot(place: Point, colour: str) -> str:
    return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="3.5" fill="{colour}"/>'


def _text(
    x: float, y: float, words: str, colour: str, anchor: str = "start", size: int = 12
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" '
        f'font-size="{size}">{escape(words)}</text>'
    )
