"""What belongs to the screen rather than to a figure or a lesson: ink, separators, and a word when something breaks."""

import json
import logging
import secrets
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from html import escape
from typing import TypeVar

import plotly.graph_objects as go
import streamlit as st
from streamlit.elements.widgets import text_widgets

from rrn.figures.chart import Chart
from rrn.figures.picture import plain_html, svg
from rrn.spec import Refused
from rrn.ui import address, refusal
from rrn.ui.words import lang, n, t

Made = TypeVar("Made")
log = logging.getLogger(__name__)

PAINT = 0.025  # seconds; the browser gathers what comes within 10 ms
INK = {"light": "#55585f", "dark": "#b9b6ae"}  # 6.9:1 and 9.0:1; Streamlit's own grey on axes is 3.6:1 on paper
# What turns the `live="0.1s"` of a text input into a number imports pandas for it in Streamlit 1.67, 43 MB.
text_widgets.time_to_seconds = lambda pause: float(pause.removesuffix("s"))  # type: ignore[assignment]
SEPARATORS = {"es": ",\u202f", "en": ".,"}  # decimal mark, thousands


def paint() -> None:
    """On arrival at a page, let the browser draw its head before the rest comes.

    What arrives together is drawn together, and the whole of a lesson takes the browser three times as long as a title.
    """
    if address.arrived():
        time.sleep(PAINT)


def remembered(key: str, of: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gave for the same `of` before, in this visit of the page: a rerun makes anew only what changed.

    Nothing outlives the visit, so a session keeps one page's worth.
    """
    s, page = st.session_state, st.session_state.get("_page")
    if s.get("_remembered_page") != page:
        s["_remembered_page"], s["_remembered"] = page, {}
    kept = s["_remembered"].get(key)
    if kept is None or kept[0] != of:
        kept = s["_remembered"][key] = (of, make())
    return kept[1]


def forget() -> None:
    """Keep nothing of what was remembered: it may belong to what its owner has just deleted."""
    st.session_state.pop("_remembered_page", None)


def ink() -> str:
    """The colour of words in a figure, in the visitor's theme."""
    return INK[st.context.theme.type or "light"]


def plot(fig: go.Figure | Callable[[], go.Figure], *, key: str, alt: str, of: Hashable = None) -> None:
    """Draw a figure with the visitor's ink, separators and toolbar.

    Args:
        fig: the figure, or how to make it, where `of` says what it is made of: it is then made once.
        alt: what the figure shows, as a sentence with its numbers.
    """
    if callable(fig):
        make = fig
        # As a text: a figure is made of thousands of objects, and each of them would be looked at after every run.
        text = remembered(f"{key}.drawn", (of, lang(), ink()), lambda: _inked(make()).to_json())
        inked = go.Figure(json.loads(text), _validate=False)
    else:
        inked = _inked(fig)
    st.plotly_chart(inked, key=key, alt=alt, config=_toolbar())


def chart(drawn: Chart, said: str = "") -> None:
    """Draw a chart at once: for what grows, or follows a slider.

    Args:
        said: what it shows, in words below it; its title then names it to whoever does not see it. In one element with
            the chart, or the browser would look at three times as many after a slider.
    """
    below = f'<p style="{BELOW}">{plain_html(said)}</p>' if said else ""
    st.markdown(svg(drawn, ink(), n, drawn.finding or drawn.title) + below, unsafe_allow_html=True)


BELOW = "margin:0 0 1rem;font-size:0.875rem;opacity:0.6"  # as Streamlit's captions
TABLE = "border-collapse:collapse;font-size:14px"
CELL = "border:1px solid rgba(128,128,128,.35);padding:6px 10px"
NAME = f"{CELL};text-align:left;min-width:130px;overflow-wrap:anywhere"
NUMBER = f"{CELL};text-align:right;white-space:nowrap"


def table(columns: Mapping[str, Sequence[str]]) -> None:
    """A small table, whose first column names its rows. On a phone it scrolls, and not the page.

    Not `st.table`, which imports pandas: 43 MB for a few lines.
    """
    head = "".join(f'<th scope="col" style="{style};font-weight:600">{escape(name)}</th>'
                   for name, style in zip(columns, _styles(columns), strict=True))  # fmt: skip
    rows = [
        "".join(f'<td style="{style}">{escape(cell)}</td>' for cell, style in zip(row, _styles(columns), strict=True))
        for row in zip(*columns.values(), strict=True)
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    st.html(f'<div tabindex="0" style="overflow-x:auto;padding-bottom:8px"><table style="{TABLE}">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip


def _styles(columns):
    return [NAME, *[NUMBER] * (len(columns) - 1)]


def _inked(fig: go.Figure) -> go.Figure:
    drawn = fig.to_dict()
    layout, words = drawn["layout"], {"color": ink()}
    layout |= {"font": words, "separators": SEPARATORS[lang()], "dragmode": False}
    for name in layout.get("annotations", ()):
        name["font"] = name.get("font", {}) | words
    for axis in (layout[key] for key in layout if key.startswith(("xaxis", "yaxis"))):
        axis["tickfont"] = axis.get("tickfont", {}) | words
        axis["title"] = axis.get("title", {}) | {"font": axis.get("title", {}).get("font", {}) | words}
    for trace in drawn["data"]:
        if trace.pop("autocolorscale", False):  # Plotly would take another scale where only one sign occurs
            trace["colorscale"] = _diverging()
    # Checked when it was made: checking it once more for its ink would take as long again.
    return go.Figure(drawn["data"], layout, _validate=False)


def _diverging() -> list[list]:
    """The theme's scale from negative over 0 to positive."""
    colours = st.get_option(f"theme.{st.context.theme.type or 'light'}.chartDivergingColors")
    return [[n / (len(colours) - 1), colour] for n, colour in enumerate(colours)]


def _toolbar() -> dict:
    """Download, zoom and reset, on hover; a phone scrolls past a figure rather than into it."""
    toolbar = {
        "displaylogo": False,
        "scrollZoom": False,
        "modeBarButtons": [["toImage", "zoom2d", "resetScale2d"]],
    }
    if lang() == "en":
        return toolbar
    words = {
        "Download plot as a PNG": t("figure_download"),
        "Download plot": t("figure_download"),
        "Zoom": t("figure_zoom"),
        "Reset axes": t("figure_reset"),
        "Taking snapshot - this may take a few seconds": t("figure_taking"),
        "Snapshot succeeded": t("figure_taken"),
        "Double-click to zoom back out": t("figure_back"),
    }
    return toolbar | {"locale": lang(), "locales": {lang(): {"dictionary": words}}}


def broke(error: Exception) -> bool:
    """Say in one sentence that something failed; what exactly is in the log, under the same id.

    Returns:
        True: nothing else is to be shown.
    """
    if isinstance(error, Refused):
        with suppress(KeyError):  # a code without a sentence is a mistake of ours: below
            st.warning(refusal.said(error), width=580)
            return True
    id = secrets.token_hex(4)
    log.error("error %s", id, exc_info=error)
    st.error(t("broke", id=id), icon=":material/error:", width=580)
    return True
