"""A chart as SVG within the page: where a slider moves it, or a run grows, nothing is drawn sooner.

Words have pixels of their own and all that lies on the axes has percents, so it is as wide as its place.
"""

import math
import re
from collections.abc import Callable
from html import escape

from rrn.figures.chart import Chart, named
from rrn.figures.style import BOTTOM, LEFT, TOP

WIDE = 1000  # units across the lines' own picture, which is stretched
TITLE = 'font-size="14" font-family="Source Serif, serif" font-weight="700" fill="currentColor"'
DASHES = {"dot": "3 3", "dash": "9 9", "dashdot": "9 3 3 3", "longdash": "15 15"}
DOT = 6  # pixels across
BREAKS = re.compile(r"[ \t\r\n]+")  # not the spaces within a number, at which no line ends
SHAPES = {
    "square": "M-3-3H3V3H-3Z",
    "diamond": "M0-4L4 0L0 4L-4 0Z",
    "triangle-up": "M0-4L4 3L-4 3Z",
}


def svg(chart: Chart, ink: str, number: Callable[[float], str], alt: str) -> str:
    """HTML in one line, in which no word is read as markup or as Markdown.

    Args:
        ink: the colour of words.
        number: how a number is written.
        alt: what the chart shows, for whoever does not see it.
    """
    tall = chart.height - TOP - BOTTOM
    low, high = (chart.at(y) for y in chart.y_range)

    def across(x: float) -> float:
        return (x - chart.x_range[0]) / ((chart.x_range[1] - chart.x_range[0]) or 1.0)

    def down(at: float) -> float:
        return round(tall * (high - min(max(at, low), high)) / ((high - low) or 1.0), 2)

    def place(x: float, y: float) -> tuple[float, float]:
        return across(x), down(chart.at(y))

    parts = [
        _word(chart.title, f'x="{4 - LEFT}" y="{18 - TOP}" {TITLE}'),
        _word(chart.x_title, f'x="50%" y="{tall + BOTTOM + chart.room - 6}" text-anchor="middle"'),
        _word(chart.y_title, f'transform="translate({14 - LEFT} {tall / 2:g}) rotate(-90)" text-anchor="middle"'),
    ]
    rows = [(down(chart.at(y)), number(y)) for y in chart.ticks or steps(chart.y_range[0], chart.y_range[1], 5)]
    parts.append(_stretched(tall, f'<path d="{"".join(f"M0 {at}h{WIDE}" for at, _ in rows)}" stroke="{ink}" '
                                  'stroke-opacity="0.18" vector-effect="non-scaling-stroke"/>'))  # fmt: skip
    parts += [_word(name, f'x="-8" y="{at + 4}" text-anchor="end"') for at, name in rows]
    for x, name in _along(chart, number):
        if chart.x_names:
            parts.append(_at(across(x), tall + 16, _word(name, 'transform="rotate(-50)" text-anchor="end"')))
        else:
            parts.append(_word(name, f'x="{100 * across(x):.2f}%" y="{tall + 16}" text-anchor="middle"'))
    drawn = named(chart)
    for line, _ in reversed(drawn):
        points = [place(x, y) for x, y in zip(line.x, line.y, strict=True) if math.isfinite(x) and math.isfinite(y)]
        if line.width and points:
            d = "L".join(f"{WIDE * x:.1f} {y}" for x, y in points)
            dash = f' stroke-dasharray="{DASHES[line.dash]}"' if line.dash in DASHES else ""
            parts.append(_stroke(f"M{d}", tall, line, f'stroke-width="{line.width}" stroke-linejoin="round"{dash}'))
        if line.marker == "circle" and points:  # strokes without length: one element for dozens of dots
            d = "".join(f"M{WIDE * x:.1f} {y}h0" for x, y in points)
            parts.append(_stroke(d, tall, line, f'stroke-width="{DOT}" stroke-linecap="round"'))
        elif line.marker:
            dot = f'<path d="{SHAPES[line.marker]}" fill="{line.colour}" opacity="{line.opacity}"/>'
            parts += [_at(x, y, dot) for x, y in points]
    parts += [_at(across(line.x[-1]), down(height) + 4, _word(line.name, 'x="6"')) for line, height in drawn]
    # Streamlit takes a rem off below whatever it reads as Markdown.
    return (f'<div role="img" aria-label="{plain_html(alt)}" class="rrn-chart" '
            f'style="height:{chart.height + chart.room}px;margin-bottom:1rem">'
            f'<div style="padding:{TOP}px {chart.gutter}px 0 {LEFT}px"><svg aria-hidden="true" width="100%" '
            f'height="{tall}" overflow="visible" style="overflow:visible;display:block" fill="{ink}" font-size="12">'
            f'{"".join(parts)}</svg></div></div>')  # fmt: skip


def steps(low: float, high: float, count: int, least: float = 0.0) -> list[float]:
    """About so many round numbers from low to high: 1, 2 or 5 times a power of ten apart."""
    rough = max((high - low) / count, least)
    if rough < 1e-300:
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next((times for times in (1, 2, 5) if rough / power <= times * math.sqrt(2)), 10)
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def plain_html(words: str) -> str:
    """Words that are neither HTML nor what Streamlit reads in Markdown: `:material/home:`, or an empty line."""
    return escape(BREAKS.sub(" ", words)).replace(":", "&#58;")


def _along(chart, number):
    """(x, what stands under it): of numbers, whole ones."""
    if chart.x_names:
        return [(x, chart.x_names[x - 1]) for x in chart.x_ticks]
    return [(x, number(x)) for x in steps(chart.x_range[0], chart.x_range[1], 8, 1.0)]


def _stroke(d, tall, line, how):
    """A path that is stretched with its place, as thick as it was."""
    return _stretched(tall, f'<path d="{d}" fill="none" stroke="{line.colour}" opacity="{line.opacity}" {how} '
                            'vector-effect="non-scaling-stroke"/>')  # fmt: skip


def _stretched(tall, what):
    """What counts WIDE units across, as wide as its place."""
    return (f'<svg width="100%" height="{tall}" viewBox="0 0 {WIDE} {tall}" preserveAspectRatio="none" '
            f'overflow="visible">{what}</svg>')  # fmt: skip


def _at(across, down, what):
    return f'<svg x="{100 * across:.2f}%" y="{down}" overflow="visible" style="overflow:visible">{what}</svg>'


def _word(words, where):
    return f"<text {where}>{plain_html(words)}</text>"
