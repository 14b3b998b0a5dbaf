"""What goes on inside a network while it reads: gates, states, gradients and what mattered, step by step."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rrn.figures.chart import Words
from rrn.figures.style import COLOUR, DASH, STONE, escaped, frame

FEW = 48  # steps whose marks can still be read under a figure
UNIT, ROOM, MOST = 12, 110, 330  # pixels: of one unit's row, and of the whole map
EDGE = 0.1  # a gate nearer than this to 0 or 1 is saturated. Source: Karpathy et al. 2015
BINS = 20


def heat(
    values: np.ndarray, marks: Sequence[str], title: str, t: Words, *, share: bool, at: int | None = None
) -> go.Figure:
    """Units over steps: the page's colour is 0.

    Args:
        values: (steps, units).
        share: the values are gates from 0 to 1, else anything around 0.
        at: a step to mark with a dotted line.
    """
    steps, units = values.shape
    size = float(np.abs(values).max()) or 1.0
    scale = dict(zmin=0, zmax=1) if share else dict(zmin=-size, zmax=size, zmid=0, autocolorscale=True)
    heatmap = dict(
        type="heatmap",
        x=list(range(1, steps + 1)),
        y=list(range(1, units + 1)),
        z=values.T.astype(np.float32),
        hovertemplate=t("fig_inside_hover"),
        colorbar=dict(thickness=8, nticks=3, outlinewidth=0, ypad=0),
        **scale,
    )
    height = min(ROOM + max(UNIT * units, 80), MOST)
    y = dict(title=t("fig_unit"), nticks=5, tickformat="d", showgrid=False)
    return go.Figure(heatmap, frame(height, title, _steps(marks, t), y, hovermode="closest", shapes=_marker(at)))


def lines(
    curves: dict[str, tuple[np.ndarray, str, str]],
    marks: Sequence[str],
    title: str,
    y_title: str,
    t: Words,
    *,
    log: bool = False,
    at: int | None = None,
) -> go.Figure:
    """A few lines over steps, each with its name in the legend on top.

    Args:
        curves: by name, ((steps,) values, colour, dash).
    """
    drawn = [
        dict(
            type="scatter",
            x=list(range(1, len(values) + 1)),
            y=np.maximum(values, 1e-18) if log else values,
            name=escaped(name),
            mode="lines",
            line=dict(color=colour, dash=dash, width=2),
            hovertemplate="%{y:.3g}",
        )
        for name, (values, colour, dash) in curves.items()
    ]
    y = dict(title=y_title) | (dict(type="log", exponentformat="power", nticks=6) if log else {})
    several = len(curves) > 1
    legend = dict(orientation="h", x=0, y=1.02, yanchor="bottom")
    margin = dict(l=64, r=16, t=64 if several else 40, b=44)
    layout = frame(260, escaped(title), _steps(marks, t), y, shapes=_marker(at), margin=margin, legend=legend)
    return go.Figure(drawn, layout | dict(showlegend=several))


def shares(
    curves: dict[str, tuple[np.ndarray, str, str]], marks: Sequence[str], title: str, y_title: str, t: Words
) -> go.Figure:
    """The same from 0 to 1, with a dotted line at a half."""
    fig = lines(curves, marks, title, y_title, t)
    fig.layout.yaxis.range = (0, 1)
    half = dict(type="line", x0=0, x1=1, xref="paper", y0=0.5, y1=0.5, line=dict(color=STONE, dash="dot", width=1.5))
    fig.layout.shapes = [half]
    return fig


def bars(values: np.ndarray, marks: Sequence[str], title: str, y_title: str, colour: str, t: Words) -> go.Figure:
    """One bar per step."""
    bar = dict(
        type="bar",
        x=list(range(1, len(values) + 1)),
        y=values,
        marker=dict(color=colour),
        customdata=list(marks),
        hovertemplate="«%{customdata}» · %{y:.3g}<extra></extra>",
    )
    layout = frame(260, escaped(title), _steps(marks, t), dict(title=y_title), hovermode="closest", bargap=0.15)
    return go.Figure(bar, layout)


def plane(places: np.ndarray, marks: Sequence[str], title: str, cell: str, t: Words) -> go.Figure:
    """The way of the state through a plane; the input is under the pointer.

    Args:
        places: (steps, 2).
    """
    few = len(marks) <= FEW
    way = dict(
        type="scatter",
        x=places[:, 0],
        y=places[:, 1],
        mode="lines+markers+text" if few else "lines+markers",
        text=list(marks) if few else None,
        textposition="top center",
        textfont=dict(size=11),
        customdata=[f"{n + 1} · «{mark}»" for n, mark in enumerate(marks)],
        hovertemplate="%{customdata}<extra></extra>",
        line=dict(color=COLOUR[cell], width=1),
        marker=dict(size=7, color=list(range(len(places))), cmin=0, cmax=max(1, len(places) - 1),
                    colorbar=dict(thickness=8, nticks=3, outlinewidth=0, title=dict(text=t("fig_step"), side="right"))),
    )  # fmt: skip
    ends = dict(
        type="scatter", x=places[-1:, 0], y=places[-1:, 1], mode="markers", hoverinfo="skip",
        marker=dict(size=14, symbol="circle-open", color=STONE, line=dict(width=2)),
    )  # fmt: skip
    x, y = dict(title=t("fig_component", n=1)), dict(title=t("fig_component", n=2))
    return go.Figure([way, ends], frame(340, title, x, y, hovermode="closest"))


def histogram(gates: dict[str, np.ndarray], title: str, cell: str, t: Words) -> go.Figure:
    """How often each gate was how far open; dotted lines part what is saturated.

    Args:
        gates: by name, (steps, units) values from 0 to 1.
    """
    edges = np.linspace(0, 1, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    dashes = list(dict.fromkeys([DASH[cell], "solid", "dot", "dash"]))
    drawn = [
        dict(
            type="scatter",
            x=middles,
            y=np.histogram(values, edges)[0] / values.size,
            name=name,
            mode="lines",
            line=dict(color=COLOUR[cell], dash=dash, width=2, shape="hvh"),
            hovertemplate="%{y:.0%}",
        )
        for (name, values), dash in zip(gates.items(), dashes, strict=False)
    ]
    sides = [dict(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line=dict(color=STONE, dash="dot", width=1.5))
             for x in (EDGE, 1 - EDGE)]  # fmt: skip
    legend = dict(orientation="h", x=0, y=1.02, yanchor="bottom")
    x, y = dict(title=t("fig_gate_value"), range=[0, 1]), dict(title=t("fig_share"), tickformat=".0%")
    layout = frame(260, title, x, y, shapes=sides, legend=legend, margin=dict(l=64, r=16, t=64, b=44))
    return go.Figure(drawn, layout | dict(showlegend=True))


def saturated(values: np.ndarray) -> tuple[float, float]:
    """(share near 0, share near 1) of a gate's values."""
    return float((values < EDGE).mean()), float((values > 1 - EDGE).mean())


def _steps(marks, t):
    """The axis of steps, what was read written under each where there is room."""
    axis = dict(title=t("fig_read"))
    if len(marks) > FEW:
        return axis | dict(title=t("fig_step"))
    shown = [{" ": "␣", "\n": "↵"}.get(mark, mark) for mark in marks]
    long = max(map(len, shown), default=1) > 1
    every = max(1, -(-len(shown) // 16)) if long else 1
    ticks = list(range(0, len(shown), every))
    return axis | dict(
        tickvals=[n + 1 for n in ticks], ticktext=[escaped(shown[n]) for n in ticks], tickangle=-90 if long else 0
    )


def _marker(at):
    if at is None:
        return []
    line = dict(color=STONE, dash="dot", width=1.5)
    return [dict(type="line", x0=at + 1, x1=at + 1, y0=0, y1=1, yref="paper", line=line)]
