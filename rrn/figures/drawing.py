"""Drawings that carry numbers: one cell at one step, and the network unrolled over steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rrn.figures.chart import Words
from rrn.figures.style import COLOUR, STONE

WIDE, HIGH = 0.42, 0.3  # half a box, in columns and rows
ROW = 74  # pixels
THICK = 5.0  # pixels of a line whose gate is wide open
NAMES = {"relu": "ReLU"}  # of activations that are not written as they are called
STEPS = 7  # squares of the unrolled network


@dataclass(frozen=True)
class Node:
    """A box with a name and a number, or a round knot with a sign alone."""

    x: float
    y: float
    name: str
    value: str = ""
    knot: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Edge:
    """A line from one node to another; `open` is how much of what runs along it gets through, from 0 to 1."""

    start: str
    end: str
    open: float | None = None


def _draw(nodes: dict[str, Node], edges: Sequence[Edge], title: str, colour: str) -> go.Figure:
    shapes: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for edge in edges:
        a, b = nodes[edge.start], nodes[edge.end]
        names.append(_arrow(a, b, colour if edge.open is not None else STONE, edge.open))
    for node in nodes.values():
        shapes.append(_box(node, colour))
        text = node.name if node.knot or not node.value else f"{node.name}<br><b>{node.value}</b>"
        size = 15 if node.knot else 12
        names.append(dict(x=node.x, y=node.y, text=text, showarrow=False, font=dict(size=size), align="center"))
    xs, ys = [node.x for node in nodes.values()], [node.y for node in nodes.values()]
    x, y = [min(xs) - 0.6, max(xs) + 0.6], [min(ys) - 0.5, max(ys) + 0.5]
    hidden = dict(visible=False, fixedrange=True)
    layout = dict(
        height=int(50 + ROW * (y[1] - y[0])),
        margin=dict(l=0, r=0, t=40, b=0),
        title=dict(text=title, font_size=14, x=0, xref="container", y=0.98, yanchor="top"),
        xaxis=hidden | dict(range=x),
        yaxis=hidden | dict(range=y),
        shapes=shapes,
        annotations=names,
        showlegend=False,
    )
    return go.Figure(
        [dict(type="scatter", x=xs, y=ys, mode="markers", marker=dict(opacity=0), hoverinfo="skip")], layout
    )


def _box(node, colour):
    wide, high = (0.15, 0.19) if node.knot else (WIDE, HIGH)
    line = dict(color=colour if node.marked else STONE, width=2.5 if node.marked else 1.2)
    kind = "circle" if node.knot else "rect"
    return dict(type=kind, x0=node.x - wide, x1=node.x + wide, y0=node.y - high, y1=node.y + high, line=line,
                layer="below")  # fmt: skip


def _arrow(a, b, colour, open):
    """From the edge of one box to the edge of the other."""
    (x0, y0), (x1, y1) = _edge(a, b), _edge(b, a)
    width = 1.2 if open is None else 0.8 + THICK * min(max(open, 0.0), 1.0)
    return dict(x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", text="", showarrow=True,
                arrowhead=2, arrowsize=max(0.5, 1.2 / width), arrowwidth=width, arrowcolor=colour)  # fmt: skip


def _edge(node, towards):
    """Where the line between two nodes leaves the first one's box."""
    dx, dy = towards.x - node.x, towards.y - node.y
    wide, high = (0.15, 0.19) if node.knot else (WIDE, HIGH)
    reach = min(wide / abs(dx) if dx else np.inf, high / abs(dy) if dy else np.inf)
    return node.x + dx * reach, node.y + dy * reach


def cell(kind: str, values: dict[str, float], read: str, title: str, t: Words, activation: str = "tanh") -> go.Figure:
    """One unit of a cell at one step, every line with its number.

    Args:
        kind: "rnn", "gru" or "lstm".
        values: of the unit, by letter: before ("h0", "c0"), after ("h", "c"), gates, and the sums "Wx" and "Wh" that
            enter the simple cell.
        read: what is read at this step.
        activation: of the simple cell.
    """
    match kind:
        case "rnn":
            nodes, edges = _simple(values, read, t, activation)
        case "gru":
            nodes, edges = _gru(values, read, t)
        case _:
            nodes, edges = _lstm(values, read, t)
    return _draw(nodes, edges, title, COLOUR[kind])


def _number(value, t):
    return t("fig_number", value=round(float(value), 3))


def _simple(v, read, t, activation):
    nodes = {
        "h0": Node(0, 1, "h₋₁", _number(v["h0"], t)),
        "x": Node(1, 0, "x", read),
        "wh": Node(1, 1, "W_h·h₋₁", _number(v["Wh"], t)),
        "wx": Node(2, 0, "W_x·x + b", _number(v["Wx"], t)),
        "sum": Node(2, 1, "+", knot=True),
        "z": Node(3, 1, "z", _number(v["Wx"] + v["Wh"], t)),
        "h": Node(4, 1, f"h = {NAMES.get(activation, activation)} z", _number(v["h"], t), marked=True),
    }
    edges = [Edge("h0", "wh"), Edge("wh", "sum"), Edge("x", "wx"), Edge("wx", "sum"), Edge("sum", "z"), Edge("z", "h")]
    return nodes, edges


def _gru(v, read, t):
    nodes = {
        "h0": Node(0, 3, "h₋₁", _number(v["h0"], t)),
        "times": Node(1, 3, "×", knot=True),
        "plus": Node(3, 3, "+", knot=True),
        "h": Node(4, 3, "h", _number(v["h"], t), marked=True),
        "mix": Node(3, 2, "(1 − z)·g", _number((1 - v["z"]) * v["g"], t)),
        "z": Node(1, 1, "z", _number(v["z"], t)),
        "r": Node(2, 1, "r", _number(v["r"], t)),
        "g": Node(3, 1, "g", _number(v["g"], t)),
        **_readers(1.5, 2.5, read),
    }
    edges = [
        Edge("h0", "times", v["z"]), Edge("z", "times"), Edge("times", "plus", v["z"]), Edge("mix", "plus", 1 - v["z"]),
        Edge("plus", "h"), Edge("g", "mix", 1 - v["z"]), Edge("r", "g", v["r"]),
        *(Edge(start, gate) for gate in ("z", "r", "g") for start in ("all", "x")),
    ]  # fmt: skip
    return nodes, edges


def _lstm(v, read, t):
    nodes = {
        "c0": Node(0, 3, "c₋₁", _number(v["c0"], t)),
        "times": Node(1, 3, "×", knot=True),
        "plus": Node(2.5, 3, "+", knot=True),
        "c": Node(4, 3, "c", _number(v["c"], t), marked=True),
        "ig": Node(2.5, 2, "i·g", _number(v["i"] * v["g"], t)),
        "out": Node(4, 2, "×", knot=True),
        "h": Node(5, 2, "h", _number(v["h"], t), marked=True),
        "f": Node(1, 1, "f", _number(v["f"], t)),
        "i": Node(2, 1, "i", _number(v["i"], t)),
        "g": Node(3, 1, "g", _number(v["g"], t)),
        "o": Node(4, 1, "o", _number(v["o"], t)),
        **_readers(2, 3, read),
    }
    edges = [
        Edge("c0", "times", v["f"]), Edge("f", "times"), Edge("times", "plus", v["f"]), Edge("ig", "plus", v["i"]),
        Edge("plus", "c"), Edge("i", "ig"), Edge("g", "ig", v["i"]), Edge("c", "out", v["o"]), Edge("o", "out"),
        Edge("out", "h", v["o"]),
        *(Edge(start, gate) for gate in ("f", "i", "g", "o") for start in ("all", "x")),
    ]  # fmt: skip
    return nodes, edges


def _readers(left, right, read):
    """What every gate reads: all of the state before, and the input."""
    return {"all": Node(left, 0, "h₋₁", "…"), "x": Node(right, 0, "x", read)}


def unrolled(
    states: np.ndarray, gradient: np.ndarray, marks: Sequence[str], at: int, kind: str, title: str, t: Words
) -> go.Figure:
    """The network once per step, a few steps around one of them: the same cell, with the number that it hands on.

    Args:
        states: (steps,) of one unit.
        gradient: (steps,) the length of the gradient on the state that lasts, c of an LSTM, else h: the thicker the
            line, the more of it comes back along it.
        at: the step in the middle, counted from 0.
    """
    first = max(0, min(at - STEPS // 2, len(states) - STEPS))
    shown = range(first, min(len(states), first + STEPS))
    logs = np.log10(np.maximum(gradient, 1e-18))
    low, high = logs.min(), logs.max()
    nodes, edges = {}, []
    for place, step in enumerate(shown):
        nodes[f"h{step}"] = Node(place, 1, f"h {step + 1}", _number(states[step], t), marked=step == at)
        nodes[f"x{step}"] = Node(place, 0, marks[step])
        edges.append(Edge(f"x{step}", f"h{step}"))
        if place:
            share = float((logs[step - 1] - low) / (high - low)) if high > low else 1.0
            edges.append(Edge(f"h{step - 1}", f"h{step}", share))
    return _draw(nodes, edges, title, COLOUR[kind])
