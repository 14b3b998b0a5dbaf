"""A recurrent network as a moving thing: its states, its eigenvalues, its gradient."""

import numpy as np
import plotly.graph_objects as go

from rrn.figures.chart import Words
from rrn.figures.style import COLOUR, STONE, frame

SHOWN = 4  # units
OPACITY = (1.0, 0.75, 0.5, 0.3)
SHORTEST = 1e-30


def states(values: np.ndarray, cell: str, t: Words) -> go.Figure:
    """A few units over time.

    Args:
        values: (steps, units) between −1 and 1.
    """
    steps = list(range(1, len(values) + 1))
    lines = [
        dict(type="scatter", x=steps, y=values[:, n], mode="lines", opacity=OPACITY[n], name=f"{n + 1}",
             line=dict(color=COLOUR[cell], width=1.6), hovertemplate="%{y:.2f}")
        for n in range(min(SHOWN, values.shape[1]))
    ]  # fmt: skip
    y = dict(title=t("fig_states"), range=[-1.05, 1.05])
    return go.Figure(lines, frame(250, t("fig_states_title"), dict(title=t("fig_step")), y))


def moves(values: np.ndarray) -> float:
    """How far the state goes in one step, in its last half: 0 at a fixed point.

    Args:
        values: (steps, units).
    """
    half = values[len(values) // 2 :]
    return float(np.abs(np.diff(half, axis=0)).mean()) if len(half) > 1 else 0.0


def eigenvalues(values: np.ndarray, cell: str, t: Words) -> go.Figure:
    """Where they lie, with the circle on which lengths are kept.

    Args:
        values: (units,) complex.
    """
    turn = np.linspace(0, 2 * np.pi, 73)
    size = max(1.2, 1.1 * float(np.abs(values).max()))
    circle = dict(type="scatter", x=np.cos(turn), y=np.sin(turn), mode="lines", hoverinfo="skip",
                  line=dict(color=STONE, dash="dot", width=1.5))  # fmt: skip
    dots = dict(type="scatter", x=values.real, y=values.imag, mode="markers", marker=dict(size=7, color=COLOUR[cell]),
                hovertemplate="%{x:.2f} + %{y:.2f} i<extra></extra>")  # fmt: skip
    x = dict(title=t("fig_real"), range=[-size, size], nticks=5)
    y = dict(title=t("fig_imaginary"), range=[-size, size], scaleanchor="x")
    name = dict(x=0, y=1, text=t("fig_circle"), showarrow=False, yshift=10, font_size=12)
    title = t("fig_eigen_title")
    return go.Figure([circle, dots], frame(250, title, x, y, hovermode="closest", annotations=[name]))


def several(
    curves: dict[str, np.ndarray], title: str, x_title: str, y_title: str, t: Words, *, log: bool = False
) -> go.Figure:
    """Ways to begin, side by side: no cell, so no colour of one; each has a dash and its name on top.

    Args:
        curves: by name, (places,) numbers; the first place is 1, or 0 on a logarithmic axis.
    """
    looks = [(STONE, "dot"), (STONE, "dash"), (STONE, "solid"), (COLOUR["attention"], "solid"),
             (COLOUR["attention"], "dot")]  # fmt: skip
    lines = [
        dict(type="scatter", x=list(range(0 if log else 1, len(values) + (0 if log else 1))), y=values, mode="lines",
             name=name, line=dict(color=colour, dash=dash, width=2), hovertemplate="%{y:.3g}")
        for (name, values), (colour, dash) in zip(curves.items(), looks, strict=True)
    ]  # fmt: skip
    y = dict(title=y_title) | (dict(type="log", exponentformat="power", nticks=6) if log else {})
    legend = dict(orientation="h", x=0, y=1.02, yanchor="bottom")
    margin = dict(l=64, r=16, t=84, b=44)
    return go.Figure(
        lines, frame(300, title, dict(title=x_title), y, margin=margin, legend=legend) | {"showlegend": True}
    )


def gradient(curves: dict[str, tuple[np.ndarray, str, str]], t: Words) -> go.Figure:
    """Length of the gradient at every step, on a logarithmic axis.

    Args:
        curves: by name, ((steps,) lengths, colour, dash).
    """
    lines = [
        dict(type="scatter", x=list(range(1, len(values) + 1)), y=np.maximum(values, SHORTEST), mode="lines", name=name,
             line=dict(color=colour, dash=dash, width=2), hovertemplate="%{y:.2e}")
        for name, (values, colour, dash) in curves.items()
    ]  # fmt: skip
    values = np.concatenate([np.maximum(v, SHORTEST) for v, _, _ in curves.values()])
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    high = max(high, low + 1)
    y = dict(title=t("fig_gradient"), type="log", range=[low, high], exponentformat="power", nticks=6)
    legend = dict(orientation="h", x=0, y=1.02, yanchor="bottom")
    several = len(curves) > 1
    margin = dict(l=64, r=16, t=64 if several else 40, b=44)
    layout = frame(260, t("fig_path_title"), dict(title=t("fig_step")), y, margin=margin, legend=legend)
    return go.Figure(lines, layout | dict(showlegend=several))
