"""What a model had in mind while it wrote: how sure it was, and what else it might have written."""

import math
from html import escape

import numpy as np
import plotly.graph_objects as go

from rrn import measures
from rrn.events import Event
from rrn.figures.chart import Words
from rrn.figures.style import STONE, style

WIDE = 40  # characters in a row of the map
ROW = 24  # pixels


def shown(character: str, t: Words) -> str:
    """A character that can be seen and that Plotly does not take for markup."""
    names = {" ": t("writing_space"), "\n": t("writing_newline"), "\t": t("writing_tab")}
    if character in names:
        return names[character]
    return escape(character) if character.isprintable() else f"U+{ord(character):04X}"


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
    letters.flat[: len(sure)] = [{"\n": "↵", " ": "·"}.get(c, shown(c, t)) for c in text[: len(sure)]]
    places = np.arange(rows * WIDE).reshape(rows, WIDE) + 1
    fig = go.Figure(
        go.Heatmap(
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
        )
    )
    style(fig, TITLE + ROW * rows, t("fig_certainty_title"), "", "")
    fig.update_layout(hovermode="closest", margin=dict(l=0, r=0, t=TITLE - 8, b=8))
    fig.update_xaxes(visible=False, fixedrange=True)
    fig.update_yaxes(visible=False, autorange="reversed", fixedrange=True)
    return fig


TITLE = 48


def candidates(events: list[Event], t: Words, at: int, colour: str = STONE) -> go.Figure:
    """The most probable characters at one place of the written text; the one that was drawn is filled.

    Args:
        at: which written character, counted from 0.
        colour: of the model's cell.
    """
    text = measures.written(events)
    names, chances = measures.rows(events, "candidate"), measures.rows(events, "probability")
    fig = go.Figure()
    if at < len(names):
        letters = [chr(int(point)) if point else "\N{REPLACEMENT CHARACTER}" for point in names[at]]
        pairs = [(c, float(p)) for c, p in zip(letters, chances[at], strict=True) if p > 0]
        if text[at] not in letters:  # it was drawn against the odds
            pairs.append((text[at], float(measures.rows(events, "chosen")[at])))
        fig.add_bar(
            y=[f"{n}" for n in range(len(pairs))],
            x=[p for _, p in pairs],
            orientation="h",
            marker=dict(color=[colour if c == text[at] else STONE for c, _ in pairs]),
            opacity=0.9,
            texttemplate="%{x:.2g}",
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
        labels = [f"<b>{shown(c, t)}</b>" if c == text[at] else shown(c, t) for c, _ in pairs]
        fig.update_yaxes(tickvals=[f"{n}" for n in range(len(pairs))], ticktext=labels)
    style(fig, 230, t("fig_candidates_title", n=at + 1), t("fig_probability"), "")
    fig.update_xaxes(range=[0, 1.08], tickvals=[0, 0.25, 0.5, 0.75, 1], fixedrange=True)
    fig.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False, tickfont_size=14)
    fig.update_layout(bargap=0.35, margin_l=84)
    return fig


def surprise(chance: float) -> float:
    """Bits that a character of this probability costs."""
    return -math.log2(max(chance, 1e-12))
