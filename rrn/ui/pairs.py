"""Which pairs to learn from: made by rules, a table of the visitor's own with two columns, or Tatoeba's."""

import streamlit as st

from rrn import store
from rrn.data import fetch, phrases
from rrn.data import pairs as table
from rrn.intake import pairs as gate
from rrn.spec import Refused
from rrn.ui import handed
from rrn.ui.handed import Data, Kind
from rrn.ui.refusal import said
from rrn.ui.words import t

OPENING = 3  # pairs of a visitor's table that are shown again
MOST = 8000  # pairs that are taken from a large table
SHORT = 8  # words of their sentences
OFFERED = tuple(name for name in phrases.NAMES if name != "dialogue")  # that has a lab of its own


def of_visitor(sha: str, text: str, notes: tuple[str, ...] = ()) -> Data:
    found = table.rows(text)
    return Data(sha, {"lines": len(found)}, "\n".join(" → ".join(pair) for pair in found[:OPENING]), notes)


def _read(data: bytes) -> tuple[str, tuple[str, ...]]:
    checked = gate.read(data)
    return checked.text, checked.notes


def _on_demand(key: str) -> None:
    """Real sentences from Tatoeba, at a click: their size and their licence are said before."""
    known = fetch.SETS["tatoeba"]
    with st.expander(t("pairs_fetch"), icon=":material/download:"):
        megabytes = round(known.size / 1e6, 1)
        st.caption(t("pairs_fetch_about", lines=MOST, megabytes=megabytes, licence=known.licence, source=known.source))
        if not st.button(t("pairs_fetch_go"), key=f"{key}.fetch"):
            return
        bar = st.progress(0.0)

        def tell(here: int, whole: int) -> None:
            bar.progress(min(1.0, here / (whole or known.size)))

        try:
            text = fetch.tatoeba(store.folder(), tell)
        except Refused as why:
            st.error(said(why), icon=":material/error:")
            return
    handed.accept(key, TABLE, some(text).encode())
    st.rerun()  # it was refused, which is said above


def some(text: str) -> str:
    """As many short pairs of a large table as a visitor's run may have, from its beginning to its end."""
    short = [pair for pair in table.rows(text) if max(len(side.split()) for side in pair) <= SHORT]
    step = max(1, -(-len(short) // MOST))
    return "\n".join("\t".join(pair) for pair in short[::step])


TABLE = Kind(
    field="pairs",
    words="pairs",
    names={name: f"field_pairs_{name}" for name in OFFERED},
    standard=lambda: OFFERED[0],
    made=lambda name: Data(name, {"lines": 1}),
    about=lambda data: t(f"pairs_about_{data.name}"),
    files=("tsv", "csv", "txt"),
    read=_read,
    own=of_visitor,
    strange="pairs_not_yours",
    beside=_on_demand,
)
