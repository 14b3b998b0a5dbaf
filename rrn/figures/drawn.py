"""A figure and the sentence that says what it shows."""

from typing import NamedTuple

import plotly.graph_objects as go


class Drawn(NamedTuple):
    name: str
    fig: go.Figure
    alt: str
