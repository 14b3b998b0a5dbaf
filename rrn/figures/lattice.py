"""How labels come out of the steps of a network with a blank: the lattice of all paths that give them."""

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rrn.figures.chart import Words
from rrn.figures.hearing import Heard
from rrn.figures.style import COLOUR, escaped, frame
from rrn.scratch import ctc

ROW = 24  # pixels of a place
HEAD = 90
BESIDE = 6  # steps before the first label and behind the last that are shown
STEPS = 120  # that can be told apart
PATH = COLOUR["attention"]


class Part(NamedTuple):
    """The part of a lattice that is looked at: so many labels from one on, and the steps in which they are said."""

    label: int
    labels: int
    start: int
    stop: int

    @property
    def places(self) -> slice:
        """Their places, with a blank before, between and behind."""
        return slice(2 * self.label, 2 * (self.label + self.labels) + 1)


def part(path: np.ndarray, labels: int, label: int, most: int) -> Part:
    """Of a lattice of so many labels the ones from `label` on, `most` of them at most, within STEPS steps.

    Args:
        path: the place at every step.
    """
    if not labels:
        return Part(0, 0, 0, min(len(path), STEPS))
    spans = ctc.spans(path)
    label = min(label, labels - 1)
    shown = [n for n in range(label, min(labels, label + most)) if spans[n][1] - spans[label][0] + 2 * BESIDE <= STEPS]
    last = shown[-1] if shown else label
    start = max(0, spans[label][0] - BESIDE)
    return Part(label, last - label + 1, start, min(len(path), max(spans[last][1] + BESIDE, start + 1), start + STEPS))


def lattice(heard: Heard, labels: tuple[int, ...], path: np.ndarray, shown: Part, t: Words) -> go.Figure:
    """How probable each place is at each step among all paths that give the labels, and the best of these as a line.

    Args:
        path: the place at every step, of the best one.
    """
    at = ctc.occupancy(heard.log_p, labels)[shown.start : shown.stop, shown.places]
    names = [escaped(heard.name(int(symbol))) for symbol in ctc.extended(labels)[shown.places]]
    steps = np.arange(shown.start, shown.stop)
    heat = dict(
        type="heatmap",
        z=at.T.astype(np.float32),
        x=steps,
        y=list(range(len(names))),
        zmin=0,
        zmax=1,
        customdata=[[name] * len(steps) for name in names],
        hovertemplate=f"{t('fig_steps')} %{{x}}, %{{customdata}}: %{{z:.2f}}<extra></extra>",
        colorbar=dict(thickness=8, nticks=3, outlinewidth=0, ypad=0),
    )
    inside = path[shown.start : shown.stop] - shown.places.start
    # A path that has not come here yet, or has left, is not drawn.
    here = [float(place) if 0 <= place < len(names) else None for place in inside]
    line = dict(type="scatter", x=steps, y=here, mode="lines+markers", line=dict(color=PATH, width=2),
                marker=dict(size=5), hoverinfo="skip")  # fmt: skip
    x = dict(title=t("fig_steps"), range=(shown.start - 0.5, shown.stop - 0.5), tickformat="d", nticks=8)
    y = dict(title=t("fig_places"), tickvals=list(range(len(names))), ticktext=names, autorange="reversed",
             showgrid=False, nticks=len(names) + 1, automargin=True)  # fmt: skip
    height = HEAD + ROW * max(6, len(names))
    return go.Figure([heat, line], frame(height, t("fig_lattice_title"), x, y, right=48, hovermode="closest"))
