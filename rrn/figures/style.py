"""One colour, dash and marker per thing, the same on every page and in both themes."""

from typing import Final

import plotly.graph_objects as go

COLOUR: Final = {"rnn": "#bc7d10", "gru": "#27714d", "lstm": "#6485f0", "attention": "#845095"}
DASH: Final = {"rnn": "dot", "gru": "dashdot", "lstm": "solid", "attention": "longdash"}
MARKER: Final = {"rnn": "square", "gru": "diamond", "lstm": "circle", "attention": "triangle-up"}
STONE: Final = "#86837d"  # baselines, chance, floors and ceilings

GUTTER = 112  # pixels right of the last epoch, for the names of the lines
LEFT, TOP, BOTTOM = 64, 40, 44


def style(fig: go.Figure, height: int, title: str, x: str, y: str, *, gutter: int = 16) -> go.Figure:
    """The calm frame that all figures share; what belongs to the screen (ink, separators) is added there."""
    fig.update_layout(
        height=height,
        margin=dict(l=LEFT, r=gutter, t=TOP, b=BOTTOM),
        showlegend=False,
        hovermode="x unified",
        title=dict(text=title, font_size=14, x=0, xref="container", y=0.97, yanchor="top"),
    )
    fig.update_xaxes(title_text=x, showgrid=False, zeroline=False, tickfont_size=12)
    fig.update_yaxes(title_text=y, nticks=5, zeroline=False, tickfont_size=12)
    fig.for_each_xaxis(lambda axis: axis.title.update(font_size=12, standoff=8))
    fig.for_each_yaxis(lambda axis: axis.title.update(font_size=12, standoff=8))
    return fig
