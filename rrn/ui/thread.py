"""The thread: a row of small squares on a line, the unrolled network. It shows how far someone has come."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from rrn.ui.words import t

State = Literal["done", "here", "todo"]

# Spans in the colour of the text: st.html takes no drawing, and the theme may change under it.
BOX = "display:inline-flex;align-items:center;justify-content:center;box-sizing:border-box;"
BOX += "width:22px;height:22px;border-radius:5px;border:1.5px solid currentColor;"
DOT = '<span style="width:8px;height:8px;border-radius:50%;background:currentColor"></span>'
CELLS = {
    "done": f'<span style="{BOX}background:currentColor;opacity:.8"></span>',
    "here": f'<span style="{BOX}border-width:2.5px">{DOT}</span>',
    "todo": f'<span style="{BOX}opacity:.55"></span>',
}
LINE = '<span style="width:20px;border-top:1.5px solid currentColor;opacity:.55"></span>'


def draw(states: Sequence[State], done: int | None = None) -> None:
    """Draw the squares, with a sentence for whoever does not see them.

    Args:
        done: how many are done, where "here" hides it.
    """
    label = t("done_of", done=states.count("done") if done is None else done, of=len(states))
    cells = LINE.join(CELLS[state] for state in states)
    st.html(f'<div role="img" aria-label="{label}" style="display:flex;align-items:center">{cells}</div>')
