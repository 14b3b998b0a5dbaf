"""How sentences are translated: which sizes come out right, where the attention lies, what a beam kept."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rrn import measures
from rrn.data import phrases
from rrn.events import Captured, Event, Listed
from rrn.figures import variants
from rrn.figures.chart import Chart, Curves, Line, Runs, Words
from rrn.figures.style import COLOUR, STONE, frame
from rrn.figures.variants import by_seed

ROW = 22  # pixels of one word in a matrix
NAMED = 0.3  # of the figure's width, that a name inside it takes
STEP = 38  # pixels of one step of a tree
HEAD = 128  # pixels of a matrix besides its rows: title above, words that were read below
PALE, FULL = "rgba(132,80,149,0)", COLOUR["attention"]


@Curves
def exact_by_size(runs: Runs, t: Words) -> Chart:
    """The share of held-out sentences of every size that is right; a dotted line parts what was never learned from."""
    lines: list[Line] = []
    finding = t("fig_by_size_title")
    names = {getattr(spec, "pairs", "") for spec in runs}
    known = next(iter(names)) if len(names) == 1 else ""
    for spec, seeds in by_seed(runs).items():
        found = measures.captured(seeds[0], "exact_by_size")
        if not found:
            continue
        drawn, called = variants.look(spec, list(runs)), variants.name(spec, list(runs), t)
        shares = found[-1][1]
        sizes = [int(n) for n in np.flatnonzero(np.isfinite(shares))]
        y = [float(shares[n]) for n in sizes]
        lines.append(Line(called, [float(n) for n in sizes], y, drawn.colour, dash=drawn.dash, marker=drawn.marker))
        finding = t("fig_by_size_alt", first=sizes[0], last=sizes[-1], low=y[0], high=y[-1])
    last = max((line.x[-1] for line in lines), default=10.0)
    first = min((line.x[0] for line in lines), default=0.0)
    edge = phrases.known_to(known)
    if lines and edge is not None:
        height = _free(lines, edge + 0.5, last)
        lines.append(Line(t("fig_by_size_new"), [edge + 0.5] * 3, [0.0, 1.0, height], STONE, dash="dot"))
    if lines:
        guessed = [rival for rival in measures.exact.rivals(next(iter(runs.values()))) if rival.name == "chance"]
        lines += [Line(t("rival_chance"), [first, last], [r.value] * 2, STONE, dash="dash", width=1.5) for r in guessed]
    return Chart(
        title=t("fig_by_size_title"),
        x_title=t("fig_by_size_turns" if known == "dialogue" else "fig_by_size_words"),
        y_title=t("measure_exact_unit"),
        x_range=(first, last),
        y_range=(-0.02, 1.02),
        lines=lines,
        height=260,
        gutter=104,
        finding=finding,
    )


def _free(lines: Sequence[Line], start: float, end: float) -> float:
    """A height at which a name that begins at `start` is farthest from the curves beside it: half way up, or lower."""
    beside = np.linspace(start, start + NAMED * (end - start), 9)
    heights = [y for line in lines for y in np.interp(beside, line.x, line.y)]
    return max((0.5, 0.25, 0.75), key=lambda height: min(round(abs(height - y), 1) for y in heights))


def attention_matrix(runs: Runs, t: Words) -> go.Figure:
    """The newest attention of the first run on its first held-out sentence."""
    events = next(iter(runs.values()), [])
    found = measures.captured(events, "attention")
    weights = found[-1][1] if found else np.zeros((1, 1), np.float32)
    words = (measures.listed(events, "read"), measures.listed(events, "written")) if found else (("",), ("",))
    epoch = found[-1][0] if found else None
    title = t("fig_attention_title") if epoch is None else t("fig_attention_epoch", epoch=epoch)
    return matrix(weights, *words, title, t)


attention_matrix.grows = True  # type: ignore[attr-defined]  # it is drawn anew whenever a new one is captured
attention_matrix.quotes = True  # type: ignore[attr-defined]  # from what its owner handed in: nobody else sees it


def matrix(weights: np.ndarray, read: Sequence[str], written: Sequence[str], title: str, t: Words) -> go.Figure:
    """Weights of the attention, a row for every written word, a column for every word that was read.

    Args:
        weights: (written, read).
    """
    rows, columns = [_shown(word) for word in written], [_shown(word) for word in read]
    heat = dict(
        type="heatmap",
        z=weights.astype(np.float32),
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        zmin=0,
        zmax=1,
        colorscale=[[0, PALE], [1, FULL]],
        customdata=[[f"{row} ← {column}" for column in columns] for row in rows],
        hovertemplate="%{customdata}: %{z:.2f}<extra></extra>",
        colorbar=dict(thickness=8, nticks=3, outlinewidth=0, ypad=0),
        xgap=1,
        ygap=1,
    )
    x = dict(title=t("fig_read_words"), tickvals=list(range(len(columns))), ticktext=columns, tickangle=-60,
             automargin=True)  # fmt: skip
    y = dict(title=t("fig_written_words"), tickvals=list(range(len(rows))), ticktext=rows, autorange="reversed",
             showgrid=False, nticks=len(rows) + 1, automargin=True)  # fmt: skip
    return go.Figure(heat, frame(HEAD + ROW * max(6, len(rows)), title, x, y, hovermode="closest"))


class Node(NamedTuple):
    """A beginning that a beam kept: its last word, where it stands, whom it goes on from, its log-probability."""

    step: int
    place: int
    parent: int  # among all nodes; −1 for the first word
    word: str
    score: float

    def beginning(self, nodes: "Sequence[Node]") -> list[str]:
        """All words from the first to this one."""
        before = nodes[self.parent].beginning(nodes) if self.parent >= 0 else []
        return [*before, self.word]


def tree(events: list[Event]) -> list[Node]:
    """What a beam kept, step after step, best first within each."""
    words = {e.step: e.words for e in events if isinstance(e, Listed) and e.name == "word"}
    arrays = {(e.name, e.step): e.values for e in events if isinstance(e, Captured)}
    nodes: list[Node] = []
    above: list[int] = []
    for step in sorted(words):
        row = []
        for place, word in enumerate(words[step]):
            parent = int(arrays["parent", step][place])
            # Every place stands for what was there the step before; at the first step all go on from nothing.
            nodes.append(Node(int(step), place, above[parent] if above else -1, word,
                              float(arrays["score", step][place])))  # fmt: skip
            row.append(len(nodes) - 1)
        above = row
    return nodes


def beam_tree(events: list[Event], t: Words) -> go.Figure:
    """All beginnings that the beam kept, one step under the other; the one that won is drawn in full."""
    nodes = tree(events)
    given = int(measures.last(events, "begun") or 0)
    won = _won(nodes, list(measures.listed(events, "written"))[given:])
    edges_x: list[float | None] = []
    edges_y: list[float | None] = []
    for node in nodes:
        if node.parent >= 0:
            above = nodes[node.parent]
            edges_x += [above.place, node.place, None]
            edges_y += [above.step + 1, node.step + 1, None]
    lines = dict(type="scatter", x=edges_x, y=edges_y, mode="lines", hoverinfo="skip",
                 line=dict(color=STONE, width=1))  # fmt: skip
    path = [nodes[n] for n in won]
    best = dict(type="scatter", x=[n.place for n in path], y=[n.step + 1 for n in path], mode="lines",
                hoverinfo="skip", line=dict(color=FULL, width=3))  # fmt: skip
    dots = dict(
        type="scatter",
        x=[node.place for node in nodes],
        y=[node.step + 1 for node in nodes],
        mode="markers+text",
        text=[_shown(node.word) for node in nodes],
        textposition="top right",
        textfont=dict(size=12),
        customdata=[f"{' '.join(map(_shown, n.beginning(nodes)))}<br>log p = {n.score:.2f}" for n in nodes],
        hovertemplate="%{customdata}<extra></extra>",
        marker=dict(size=7, color=[FULL if n in won else STONE for n in range(len(nodes))]),
    )
    steps = max((node.step for node in nodes), default=0) + 1
    places = max((node.place for node in nodes), default=0)
    x = dict(title=t("fig_tree_places"), range=[-0.3, places + 0.9], tickvals=list(range(places + 1)),
             ticktext=[str(n + 1) for n in range(places + 1)], side="bottom")  # fmt: skip
    y = dict(
        title=t("fig_tree_steps"), range=[steps + 0.5, 0.5], tickformat="d", nticks=min(steps + 1, 12), showgrid=False
    )
    layout = frame(90 + STEP * max(steps, 3), t("fig_tree_title"), x, y, hovermode="closest")
    return go.Figure([lines, best, dots], layout)


def _won(nodes: list[Node], written: list[str]) -> set[int]:
    """The nodes on the way to the translation that won."""
    for n, node in enumerate(nodes):
        if node.step + 1 == len(written) and node.beginning(nodes) == written:
            way = {n}
            while nodes[n].parent >= 0:
                n = nodes[n].parent
                way.add(n)
            return way
    return set()


def _shown(word: str) -> str:
    """A piece as it is shown: no markup, and without the mark of a word's beginning."""
    plain = word.replace("&", "&amp;").replace("<", "&lt;")
    return plain.removeprefix("▁") or "␣"
