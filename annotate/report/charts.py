"""Charts as inline SVG: bars, lines and maps, styled by the page's own CSS so that they follow light and dark.

Written out by hand: a chart is 2 kB instead of a plotting library's 15, and every bar tells its numbers on hover.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from markupsafe import Markup, escape

MOST_BARS = 64
"""Bars of charts with more cannot be clicked: the table of frames has one letter for each."""

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 8, 22
# How wide a letter of the page's font is, at most.
_LETTER = 6.4

Point = tuple[float, float]


def histogram(
    found: dict[str, Any], curve: Sequence[Point] = (), unit: str = "", other: Any = None, path: str = ""
) -> Markup:
    """Bars of a histogram from stats.json; `curve` is the line asked for, `other` a second histogram's counts.

    With `path` a click on a bar filters the page's frames by that value.
    """
    edges, counts = found["edges"], found["counts"]
    logarithmic = found.get("scale") == "log"
    highest = max([*counts, *(y for _, y in curve), *(other or ()), 1e-9])
    x_of = _scale(edges[0], edges[-1], _LEFT, WIDTH - _RIGHT, logarithmic)
    y_of = _scale(0.0, highest * 1.08, HEIGHT - _BOTTOM, _TOP)
    parts = [_y_axis(highest * 1.08, y_of)]
    total = sum(counts) or 1
    for place, (low, high, count) in enumerate(zip(edges, edges[1:], counts, strict=False)):
        note = f"{_range(low, high)}{unit and ' '}{unit}: {_number(count)} ({count / total:.0%})"
        bar = _bar(x_of(low) + 0.5, y_of(count), max(x_of(high) - x_of(low) - 1, 0.5), y_of(0))
        column = _ground(x_of(low), _TOP, x_of(high), y_of(0))
        parts.append(_told(column + (bar if count else ""), note, at(path, place)))
    if other:
        corners = [(x_of(x), y_of(c)) for a, b, c in zip(edges, edges[1:], other, strict=False) for x in (a, b)]
        parts.append(_line(corners, "asked"))
    if curve:
        parts.append(_line([(x_of(x), y_of(y)) for x, y in curve], "asked"))
    for value in _ticks(edges[0], edges[-1], logarithmic):
        label = _number(value)
        # The last one stays inside of the picture.
        middle = min(x_of(value), WIDTH - len(label) * _LETTER / 2)
        parts.append(_text(middle, HEIGHT - 7, label, "middle"))
    return _svg(WIDTH, HEIGHT, parts)


def columns(
    names: Sequence[str],
    counts: Sequence[float],
    expected: Sequence[float] | None = None,
    go: Sequence[str] = (),
) -> Markup:
    """Horizontal bars, one per name; a mark on each where it was asked to end, and what a click on it filters by."""
    row = 18
    # Wide enough for the longest name, and never for more than half of the chart.
    label = round(min(max(118.0, 12 + _LETTER * max((len(name) for name in names), default=0)), WIDTH / 2))
    height = row * len(names) + 6
    highest = max([*counts, *(expected or ()), 1e-9])
    x_of = _scale(0.0, highest, label, WIDTH - 40)
    total = sum(counts)
    parts = []
    for place, (name, count) in enumerate(zip(names, counts, strict=True)):
        y = 3 + place * row
        due = f", asked for {_number(round(expected[place], 2))}" if expected else ""
        share = f" ({count / total:.0%})" if total else ""
        row_of = (
            _ground(0, y, WIDTH, y + row)
            + _text(label - 6, y + 12.5, name, "end", "name")
            + f'<rect class="bar" x="{label}" y="{y + 3}" width="{_pixels(x_of(count) - label)}" height="{row - 6}"/>'
        )
        parts.append(_told(row_of, f"{name}: {_number(count)}{share}{due}", go[place] if go else ""))
        if expected:
            x = _pixels(x_of(expected[place]))
            parts.append(f'<path class="asked" d="M{x} {y + 1}v{row - 2}"/>')
        ends = max(x_of(count), x_of(expected[place])) if expected else x_of(count)
        parts.append(_text(ends + 5, y + 12.5, _number(count), "start"))
    return _svg(WIDTH, height, parts)


def heat_map(counts: Sequence[Sequence[int]]) -> Markup:
    """A map of counts (rows of columns), darker where more is; 16 by 9 whatever its cells."""
    rows, wide = len(counts), len(counts[0])
    highest = max(max(row) for row in counts) or 1
    parts = [f'<rect class="ground" width="{WIDTH}" height="180"/>']
    for r, row in enumerate(counts):
        for c, count in enumerate(row):
            if count:
                cell = (
                    f'<rect class="heat" x="{_pixels(c * WIDTH / wide)}" y="{_pixels(r * 180 / rows)}" '
                    f'width="{_pixels(WIDTH / wide)}" height="{_pixels(180 / rows)}" '
                    f'opacity="{0.15 + 0.85 * math.sqrt(count / highest):.2f}"/>'
                )
                parts.append(_told(cell, f"{count:,}"))
    return _svg(WIDTH, 180, parts)


def matrix(names: Sequence[str], counts: Sequence[Sequence[int]]) -> Markup:
    """How often two things are seen in one image; the diagonal has each one's own images."""
    cell, left, top = 26, 96, 84
    highest = max((max(row) for row in counts), default=0) or 1
    parts = []
    for r, name in enumerate(names):
        parts.append(_text(left - 6, top + r * cell + 17, name, "end", "name"))
        parts.append(
            f'<text class="name" transform="translate({left + r * cell + 16} {top - 6}) rotate(-60)">'
            f"{escape(name)}</text>"
        )
        for c, count in enumerate(counts[r]):
            x, y = left + c * cell, top + r * cell
            share = count / highest
            drawn = (
                f'<rect class="heat" x="{x}" y="{y}" width="{cell - 1}" height="{cell - 1}" opacity="'
                f'{0.06 + 0.84 * share:.2f}"/><text class="{"on" if share > 0.5 else "name"}" text-anchor="middle" '
                f'x="{x + cell / 2 - 0.5}" y="{y + 17}">{count or ""}</text>'
            )
            both = [("class", name)] if r == c else [("class", name), ("class", names[c])]
            note = name if r == c else f"{name} with {names[c]}"
            parts.append(_told(drawn, f"{note}: {count}", urlencode(both) if count else ""))
    side = cell * len(names)
    return _svg(left + side + 44, top + side + 4, parts, natural=True)


def asked_curve(asked: Any, found: dict[str, Any], points: int = 96) -> list[Point]:
    """The asked-for density over a histogram's range, in the histogram's own counts per bin."""
    edges, n = np.asarray(found["edges"], dtype=np.float64), sum(found["counts"])
    if found.get("scale") == "log":
        grid = np.geomspace(edges[0], edges[-1], points + 1)
        per_bin = points / (edges.size - 1)
        middles = np.sqrt(grid[1:] * grid[:-1])
    else:
        grid = np.linspace(edges[0], edges[-1], points + 1)
        per_bin = points / (edges.size - 1)
        middles = (grid[1:] + grid[:-1]) / 2
    if asked.whole:
        # Density has no meaning between whole numbers: the line joins what each bin should hold.
        grid, per_bin, middles = edges, 1.0, (edges[1:] + edges[:-1]) / 2
    heights = np.diff(asked.cdf(grid)) * n * per_bin
    return list(zip(middles.tolist(), heights.tolist(), strict=True))


class _scale:  # noqa: N801  (reads as the function that it stands for)
    """A map of low..high to pixels."""

    def __init__(self, low: float, high: float, start: float, end: float, logarithmic: bool = False) -> None:
        self._of = math.log if logarithmic else float
        self._low, self._high = self._of(low), self._of(high)
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        width = (self._high - self._low) or 1.0
        return self._start + (self._of(value) - self._low) / width * (self._end - self._start)


def _ticks(low: float, high: float, logarithmic: bool = False, most: int = 6) -> list[float]:
    """Round numbers in low..high: 1, 2 or 5 times a power of ten apart, or such numbers themselves."""
    if logarithmic:
        tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        steps = (1, 2, 5) if math.log10(high / low) < 1.8 else (1,)
        ticks = [
            k * 10.0**ten for ten in tens for k in steps if low <= k * 10.0**ten * 1.000001 and k * 10.0**ten <= high
        ]
        return ticks[:: -(-len(ticks) // most)]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)
    return [round(k * step, 12) for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _y_axis(highest: float, y_of: _scale) -> str:
    parts = []
    for value in _ticks(0.0, highest, most=3):
        y = _pixels(y_of(value))
        parts.append(f'<path class="rule" d="M{_LEFT} {y}H{WIDTH - _RIGHT}"/>')
        parts.append(_text(_LEFT - 4, y_of(value) + 3.5, _number(value), "end"))
    return "".join(parts)


def at(path: str, place: int) -> str:
    """What a click on a parameter's bar of that place filters by; nothing without a path."""
    return urlencode({"at": f"{path}:{place}"}) if path else ""


def _told(drawn: str, note: str, go: str = "") -> str:
    """Something that tells its numbers when it is pointed at, and filters the page's frames when it is clicked."""
    click = f' data-go="{escape(go)}"' if go else ""
    return f"<g{click}><title>{escape(note)}</title>{drawn}</g>"


def _ground(left: float, top: float, right: float, bottom: float) -> str:
    """Where a bar is pointed at, however low it is."""
    return (
        f'<path class="hit" d="M{_pixels(left)} {_pixels(top)}H{_pixels(right)}V{_pixels(bottom)}H{_pixels(left)}z"/>'
    )


def _bar(x: float, y: float, width: float, ground: float) -> str:
    return (
        f'<rect class="bar" x="{_pixels(x)}" y="{_pixels(y)}" width="{_pixels(width)}" height="{_pixels(ground - y)}"/>'
    )


def _range(low: float, high: float) -> str:
    """Between which values; the one whole number between halves."""
    if high - low == 1 and (low + 0.5).is_integer():
        return _number(low + 0.5)
    return f"{_number(low)} to {_number(high)}"


def _line(points: Sequence[Point], kind: str) -> str:
    return f'<path class="{kind}" d="M{"L".join(f"{_pixels(x)} {_pixels(y)}" for x, y in points)}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "value") -> str:
    return f'<text class="{kind}" text-anchor="{anchor}" x="{_pixels(x)}" y="{_pixels(y)}">{escape(text)}</text>'


def _pixels(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _number(value: float) -> str:
    """Short, and the same everywhere: 12,000, 3.25, 1e-05."""
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:.3g}"


def _svg(width: float, height: float, parts: Sequence[str], *, natural: bool = False) -> Markup:
    """A drawing as wide as its place, or of its `natural` size in CSS pixels."""
    fixed = f' class="natural" style="--natural:{_pixels(width)}px"' if natural else ""
    return Markup(f'<svg viewBox="0 0 {width} {height}" role="img"{fixed}>{"".join(parts)}</svg>')
