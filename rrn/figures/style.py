"""One colour, dash and marker per thing, the same on every page and in both themes."""

from typing import Any, Final

COLOUR: Final = {"rnn": "#bc7d10", "gru": "#27714d", "lstm": "#6485f0", "attention": "#845095"}
DASH: Final = {"rnn": "dot", "gru": "dashdot", "lstm": "solid", "attention": "longdash"}
MARKER: Final = {"rnn": "square", "gru": "diamond", "lstm": "circle", "attention": "triangle-up"}
STONE: Final = "#86837d"  # baselines, chance, floors and ceilings

GUTTER = 112  # pixels right of the last epoch, for the names of the lines
LEFT, TOP, BOTTOM = 64, 40, 44


def frame(height: int, title: str, x: dict[str, Any], y: dict[str, Any], *, right: int = 16, **more: Any) -> dict:
    """The layout of the calm frame that all figures share; what belongs to the screen (ink, separators) is added there.

    A layout is one dict, handed to the figure at once: plotly checks a figure in 4 ms when it is made whole and in 20
    when it is changed bit by bit.

    Args:
        x, y: what the axes have of their own.
        right: pixels beside the plot.
        more: further properties of the layout.
    """
    return (
        dict(
            height=height,
            margin=dict(l=LEFT, r=right, t=TOP, b=BOTTOM),
            showlegend=False,
            hovermode="x unified",
            title=dict(text=title, font_size=14, x=0, xref="container", y=0.97, yanchor="top"),
            xaxis=_axis(x, showgrid=False),
            yaxis=_axis(y, nticks=5),
        )
        | more
    )


def escaped(words: str) -> str:
    """Words in a figure as they are: Plotly reads a few tags in them, and what was read, or a class, may be called like
    one.
    """
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _axis(own: dict[str, Any], **usual: Any) -> dict[str, Any]:
    title = dict(text=own.get("title", ""), font_size=12, standoff=8)
    return dict(zeroline=False, tickfont_size=12) | usual | own | dict(title=title)
