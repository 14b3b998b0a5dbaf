"""A figure and the sentence that says what it shows."""

from typing import NamedTuple

import plotly.graph_objects as go

from rrn.figures.chart import Chart


class Drawn(NamedTuple):
    """`fig` is a chart where it has to follow a slider."""

    name: str
    fig: go.Figure | Chart
    alt: str
