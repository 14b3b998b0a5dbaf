"""Lines over epochs, drawn in two ways that look alike: as a picture while a run grows, by Plotly when it has ended."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from rrn.events import Event
from rrn.figures.style import BOTTOM, GUTTER, TOP, escaped, frame
from rrn.spec import Spec

Runs = dict[Spec, list[Event]]
Words = Callable[..., str]  # t(key, **values): the visitor's language

POINTS = 300  # of one line; more cannot be seen
NAMES = 28  # that fit under an axis
LABEL = 15  # pixels that a name at a line's end needs, or one beside an axis
TURNED = 5  # pixels of height that a letter takes which stands on end


@dataclass(frozen=True)
class Line:
    """A line with its name at its end, if it has one. Of names that collide, the lower `rank` leaves, and its line."""

    name: str
    x: list[float]
    y: list[float]
    colour: str
    dash: str = "solid"
    width: float = 2.0
    opacity: float = 1.0
    marker: str | None = None
    rank: float = math.inf  # whoever has this one never leaves


@dataclass(frozen=True)
class Chart:
    title: str
    x_title: str
    y_title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    lines: list[Line] = field(default_factory=list)
    log: bool = False
    height: int = 280
    gutter: int = GUTTER
    finding: str = ""  # what the figure shows, for whoever does not see it
    x_names: tuple[str, ...] = ()  # what stands under x = 1, 2, 3 … in the place of the numbers

    def at(self, y: float) -> float:
        """y as it lies on the axis; on a logarithmic one, what it cannot show lies at its lower end."""
        return math.log10(max(y, self.y_range[0])) if self.log else y

    @property
    def ticks(self) -> list[float] | None:
        """1, 2, 5 of every power on a logarithmic axis that spans few of them, else the powers alone, or of many every
        second one or third."""
        if not self.log:
            return None
        low, high = (math.log10(y) for y in self.y_range)
        steps = (1, 2, 5) if high - low < 3 else (1,)
        apart = math.ceil(LABEL * self.pixel)
        found = [m * 10.0**p for p in range(round(low), round(high) + 1) if p % apart == 0 for m in steps]
        return [float(f"{y:.1g}") for y in found if self.y_range[0] <= y <= self.y_range[1] * 1.001]

    @property
    def x_ticks(self) -> list[int]:
        """Where the names stand: under every x, or where they are many under every second or third one."""
        return list(range(1, len(self.x_names) + 1, -(-len(self.x_names) // NAMES) or 1))

    @property
    def room(self) -> int:
        """Pixels below the plot for the names, which stand on end there."""
        return TURNED * max(map(len, self.x_names), default=0)

    @property
    def pixel(self) -> float:
        """One pixel of height, in units of the axis."""
        return (self.at(self.y_range[1]) - self.at(self.y_range[0])) / (self.height - TOP - BOTTOM)


def thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most POINTS of them, the last one among them."""
    step = -(-len(points) // POINTS)
    return points if step <= 1 else points[::-1][::step][::-1]


def named(chart: Chart) -> list[tuple[Line, float]]:
    """The lines that are drawn, each with the height of its name on the axis: no two names collide."""
    edge = chart.x_range[0] + 0.97 * (chart.x_range[1] - chart.x_range[0])
    drawn = [line for line in chart.lines if line.x and line.name]
    need = LABEL * chart.pixel
    placed: list[tuple[Line, float]] = []
    # A curve that has not come to the end yet has its name beside its last point, where the rivals have none.
    for there in (True, False):
        group = [line for line in drawn if line.rank == math.inf and (line.x[-1] >= edge) == there]
        placed += zip(
            group, spread([chart.at(line.y[-1]) for line in group], need, *map(chart.at, chart.y_range)), strict=True
        )
    for line in sorted((line for line in drawn if line.rank < math.inf), key=lambda line: -line.rank):
        y = chart.at(line.y[-1])
        if all(abs(y - other) >= need for kept, other in placed if kept.x[-1] >= edge):
            placed.append((line, y))
    return [(line, chart.at(line.y[-1])) for line in chart.lines if line.x and not line.name] + placed


def spread(places: list[float], need: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """The same places between low and high, moved apart by as little as leaves `need` between any two."""

    def inside(middle: float, members: int) -> float:
        half = (members - 1) / 2 * need
        return max(low + half, min(high - half, middle))

    order = sorted(range(len(places)), key=places.__getitem__)
    groups: list[tuple[float, int]] = []  # (middle, members) from below
    for n in order:
        middle, members = inside(places[n], 1), 1
        while groups and middle - groups[-1][0] < need * (members + groups[-1][1]) / 2:
            other, others = groups.pop()
            middle = inside((middle * members + other * others) / (members + others), members + others)
            members += others
        groups.append((middle, members))
    moved = [middle + (k - (members - 1) / 2) * need for middle, members in groups for k in range(members)]
    return [y for _, y in sorted(zip(order, moved, strict=True))]


def plotly(chart: Chart) -> go.Figure:
    lines: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for line, height in reversed(named(chart)):
        lines.append(
            dict(
                type="scatter",
                x=line.x,
                y=line.y,
                name=line.name,
                mode="lines+markers" if line.marker else "lines",
                line=dict(color=line.colour, dash=line.dash, width=line.width),
                marker=dict(symbol=line.marker or "circle", size=6, color=line.colour),
                opacity=line.opacity,
                hovertemplate="%{y:.3g}",
                cliponaxis=False,
            )
        )
        name = dict(x=line.x[-1], y=height, text=line.name, xanchor="left", xshift=6, showarrow=False, font_size=12)
        names += [name] if line.name else []
    whole = chart.x_range[1] - chart.x_range[0] <= 12
    x: dict[str, Any] = dict(title=chart.x_title, range=chart.x_range)
    x |= dict(dtick=1 if whole else None, nticks=0 if whole else 8)
    if chart.x_names:
        names_at = [escaped(chart.x_names[n - 1]) for n in chart.x_ticks]
        x |= dict(tickvals=chart.x_ticks, ticktext=names_at, tickangle=-50, dtick=None, automargin=True)
    y: dict[str, Any] = dict(title=chart.y_title, range=[chart.at(y) for y in chart.y_range])
    if chart.log:
        y |= dict(type="log", tickvals=chart.ticks, tickformat="~g")
    return go.Figure(lines, frame(chart.height, chart.title, x, y, right=chart.gutter, annotations=names))


class Curves:
    """A figure of lines: called, it gives the Plotly figure; `chart` is what a live view draws."""

    def __init__(self, chart: Callable[[Runs, Words], Chart]):
        self.chart = chart
        self.__doc__ = chart.__doc__
        self.__name__ = chart.__name__

    def __call__(self, runs: Runs, t: Words) -> go.Figure:
        return plotly(self.chart(runs, t))
