"""Probabilities as a few bars. Plain spans, redrawn in a few milliseconds, so that they keep up with a slider."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

from rrn.figures.style import STONE
from rrn.ui.words import probability_among

ROW = 30  # pixels
NAMES = 84  # pixels of a name


class Bar(NamedTuple):
    name: str
    chance: float
    marked: bool


def draw(title: str, bars: Sequence[Bar], colour: str, *, rows: int, alt: str, names: int = NAMES) -> None:
    """Bars from 0 to 1, each with its name before it and its number behind it.

    Args:
        colour: of the marked bars; the others are stone.
        rows: room for so many, however many there are, so that nothing below moves.
        names: pixels for a name.
        alt: what the bars show, as a sentence with its numbers.
    """
    head = f'<div style="font-size:14px;font-weight:600;margin-bottom:8px">{escape(title)}</div>'
    lines = "".join(_line(bar, colour, names) for bar in bars)
    box = f"min-height:{ROW * (rows + 1)}px"
    st.html(f'<div role="img" aria-label="{escape(alt)}" style="{box}">{head}{lines}</div>')


def _line(bar: Bar, colour: str, names: int) -> str:
    weight = 600 if bar.marked else 400
    name = f"flex:none;width:{names}px;padding-right:10px;text-align:right;font-weight:{weight}"
    long = f"flex:none;height:18px;width:calc({bar.chance:.4f} * (100% - {names + 66}px));border-radius:2px"
    fill = f"background:{colour if bar.marked else STONE};opacity:.9"
    return (
        f'<div style="display:flex;align-items:center;height:{ROW}px;font-size:14px;line-height:{ROW}px">'
        f'<span style="{name}">{escape(bar.name)}</span><span style="{long};{fill}"></span>'
        f'<span style="padding-left:8px;font-size:12px">{probability_among(bar.chance)}</span></div>'
    )
