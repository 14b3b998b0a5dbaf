"""A unit whose weights the learner types: every number of it at every step, at once."""

from typing import TYPE_CHECKING

import streamlit as st

from rrn.intake import sequence
from rrn.spec import Refused
from rrn.ui import screen
from rrn.ui.refusal import said
from rrn.ui.words import lang, t
from rrn.ui.xray import views
from rrn.ui.xray.marks import in_words
from rrn.ui.xray.patient import Opened
from rrn.ui.xray.sight import Sight
from rrn.xray import look as looks
from rrn.xray import one_unit

if TYPE_CHECKING:
    from rrn.ui.page import Page

TEXT = 580  # pixels


def draw(page: "Page", name: str, unit: one_unit.Unit) -> None:
    """Heading and lead of the section of that name; weights and sequence on the left, the cell and its gradient on the
    right. What cannot be read is told, and the last good figures stay.
    """
    section = page.lesson.sections[name]
    st.header(section.heading, anchor=name.replace("_", "-"))
    with st.container(width=TEXT):
        st.markdown(section.body)
    key = f"{page.id}.{name}"

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            found = _typed(key, unit)
        if found is None:
            return
        opened, look = found
        with right:
            for view in ("cell", "gradient"):
                views.draw(view, Sight(f"{key}.{view}", opened, look, None, 0))

    st.fragment(part)()


def _typed(key: str, unit: one_unit.Unit) -> tuple[Opened, looks.Look] | None:
    """What the boxes say, opened; what they said before where they cannot be read."""
    marks = unit.inputs > 1
    typed = {row: _box(f"{key}.{row}", t(f"by_hand_{unit.cell}_{row}"), _words(values))
             for row, values in unit.rows.items()}  # fmt: skip
    st.caption(t(f"by_hand_columns_{unit.inputs}"))
    reads = _box(f"{key}.reads", t("by_hand_reads"), _local(unit.reads), t("by_hand_marks") if marks else None)
    st.button(t("by_hand_reset"), key=f"{key}.reset", icon=":material/restart_alt:", type="tertiary",
              on_click=_reset, args=(key, unit))  # fmt: skip
    try:
        rows = {row: sequence.weights(text, unit.inputs + 2) for row, text in typed.items()}
        x = sequence.marked_numbers(reads) if marks else sequence.numbers(reads)
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        return st.session_state.get(f"{key}.good")
    of = (tuple(rows.items()), reads, lang())
    good = st.session_state[f"{key}.good"] = screen.remembered(key, of, lambda: _opened(unit.cell, rows, x))
    return good


def _opened(cell, rows, x) -> tuple[Opened, looks.Look]:
    network = one_unit.network(cell, rows)
    specimen = in_words(one_unit.specimen(x))
    return Opened(network), looks.look_with(network, specimen)


def _box(key: str, label: str, start: str, help: str | None = None) -> str:
    st.session_state.setdefault(key, start)
    return st.text_input(label, key=key, max_chars=sequence.MOST * 8, help=help)


def _words(values: tuple[float, ...]) -> str:
    return _local(" ".join(f"{value:g}" for value in values))


def _local(text: str) -> str:
    """With the decimal mark of the visitor's language; both are read."""
    return text.replace(".", screen.SEPARATORS[lang()][0])


def _reset(key: str, unit: one_unit.Unit) -> None:
    st.session_state[f"{key}.reads"] = _local(unit.reads)
    for row, values in unit.rows.items():
        st.session_state[f"{key}.{row}"] = _words(values)
