"""What a model had in mind while it wrote: how sure it was, and what else it might have written."""

import math
from html import escape

import numpy as np
import plotly.graph_objects as go

from rrn import measures
from rrn.events import Event
from rrn.figures.chart import Words
from rrn.figures.style import frame

WIDE = 40  # characters in a row of the map
HEADLINE, ROW = 48, 24  # pixels


def shown(character: str, t: Words) -> str:
    """A character that can be seen."""
    names = {" ": t("writing_space"), "\n": t("writing_newline"), "\t": t("writing_tab")}
    if character in names:
        return names[character]
    return character if character.isprintable() else f"U+{ord(character):04X}"


def certainty(events: list[Event], t: Words) -> go.Figure:
    """A map of the written text: the darker a character, the more probable it was when it was drawn.

    Args:
        events: what WriteOn was answered with.
    """
    text = measures.written(events)
    sure = [float(p) for p in measures.rows(events, "chosen")][: len(text)]
    rows = max(1, -(-len(sure) // WIDE))
    z = np.full((rows, WIDE), np.nan)
    z.flat[: len(sure)] = sure
    letters = np.full((rows, WIDE), "", dtype=object)
    letters.flat[: len(sure)] = [{"\n": "↵", " ": "·"}.get(c, escape(shown(c, t))) for c in text[: len(sure)]]
    places = np.arange(rows * WIDE).reshape(rows, WIDE) + 1
    height = HEADLINE + ROW * rows
    hidden = dict(visible=False, fixedrange=True)
    return go.Figure(
        dict(
            type="heatmap",
            z=z,
            text=letters,
            texttemplate="%{text}",
            customdata=places,
            hovertemplate="%{customdata} · «%{text}» · %{z:.2f}<extra></extra>",
            hoverongaps=False,
            zmin=0,
            zmax=1,
            xgap=1,
            ygap=1,
            colorbar=dict(thickness=8, tickvals=[0, 0.5, 1], outlinewidth=0, ypad=0),
        ),
        frame(
            height,
            t("fig_certainty_title"),
            hidden,
            hidden | dict(autorange="reversed"),
            hovermode="closest",
            margin=dict(l=0, r=0, t=HEADLINE - 8, b=8),
        ),
    )


def candidates(events: list[Event], at: int) -> list[tuple[str, float]]:
    """(character, probability) of those that were most likely at one place, and of the one that was drawn there.

    No figure: bars in spans follow a slider in half the time.

    Args:
        at: which written character, counted from 0.
    """
    names, chances = measures.rows(events, "candidate"), measures.rows(events, "probability")
    letters = [chr(int(point)) if point else "\N{REPLACEMENT CHARACTER}" for point in names[at]]
    found = [(c, float(p)) for c, p in zip(letters, chances[at], strict=True) if p > 0]
    drawn = measures.written(events)[at]
    if drawn not in letters:  # against the odds
        found.append((drawn, float(measures.rows(events, "chosen")[at])))
    return found


def surprise(chance: float) -> float:
    """Bits that a character of this probability costs."""
    return -math.log2(max(chance, 1e-12))
