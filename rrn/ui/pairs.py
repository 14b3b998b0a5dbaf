"""Which pairs to learn from: made by rules, or a table of the visitor's own with two columns."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from rrn import store
from rrn.data import fetch, phrases
from rrn.data import pairs as table
from rrn.intake import pairs as pairs_gate
from rrn.intake import spec as specs
from rrn.spec import Refused
from rrn.ui import address, corpus
from rrn.ui.corpus import OWN, Gate
from rrn.ui.owner import owner
from rrn.ui.refusal import said
from rrn.ui.words import t

OPENING = 3  # pairs of a visitor's table that are shown again
MOST = 8000  # pairs that are taken from a large table
SHORT = 8  # words of their sentences
OFFERED = tuple(name for name in phrases.NAMES if name != "dialogue")  # that has a lab of its own


@dataclass(frozen=True)
class Pairs:
    """Pairs by their name: a set that is made by rules, or a table in the store."""

    name: str
    lines: int = 1
    opening: str = ""
    notes: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str | int]:
        """What they are in a spec."""
        return {"pairs": self.name} | self.counts

    @property
    def counts(self) -> dict[str, int]:
        return {"lines": self.lines}


def of_visitor(sha: str, text: str, notes: tuple[str, ...] = ()) -> Pairs:
    found = table.rows(text)
    return Pairs(sha, len(found), "\n".join(" → ".join(pair) for pair in found[:OPENING]), notes)


def _read(data: bytes) -> tuple[str, tuple[str, ...]]:
    checked = pairs_gate.read(data)
    return checked.text, checked.notes


TABLE = Gate("pairs", ("tsv", "csv", "txt"), _read, of_visitor)


def choose(key: str, kind: type, default: str, param: str, *, linked: bool = False) -> Pairs | None:
    """The pairs that were chosen; None while the visitor's own are still to come."""
    s = st.session_state
    source, visit = f"{key}.source", f"{key}.visit"
    start = address.begin(f"{key}.pairs", param, default, partial(specs.read, kind, "pairs"))
    if source not in s or start is not None and s.get(visit) != start:
        take(key, default if start is None else start, linked=linked)
        s[visit] = start
    elif address.translated():
        s[source] = s[source]
    named = {name: t(f"field_pairs_{name}") for name in OFFERED} | {OWN: t("pairs_own")}
    chosen = st.radio(t("field_pairs"), tuple(named), format_func=named.__getitem__, key=source,
                      help=t("field_pairs_help"), horizontal=True)  # fmt: skip
    found = corpus.hand_in(key, TABLE) if chosen == OWN else Pairs(chosen)
    if chosen == OWN:
        _on_demand(key)
    if chosen != OWN:
        st.caption(t(f"pairs_about_{chosen}"))
    s[f"{key}.pairs"] = found.name if found else default
    address.keep(f"{key}.pairs", param, default)
    return found


def _on_demand(key: str) -> None:
    """Real sentences from Tatoeba, at a click: its size and its licence are said before."""
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
    corpus.accept(key, TABLE, some(text).encode())


def some(text: str) -> str:
    """As many short pairs of a large table as a visitor's run may have, from its beginning to its end."""
    short = [pair for pair in table.rows(text) if max(len(side.split()) for side in pair) <= SHORT]
    step = max(1, -(-len(short) // MOST))
    return "\n".join("\t".join(pair) for pair in short[::step])


def take(key: str, name: str, *, linked: bool = False) -> None:
    """Choose the pairs of that name, before their control is drawn or in a callback; a table is its owner's alone."""
    s = st.session_state
    if name in OFFERED:
        s[f"{key}.source"] = name
    elif len(name) == 64 and store.holds(name, owner()):
        if name != getattr(s.get(f"{key}.own"), "name", None):
            s[f"{key}.own"] = of_visitor(name, store.take(name, owner()).decode())
        s[f"{key}.source"] = OWN
    else:
        s[f"{key}.source"] = OFFERED[0]
        if len(name) == 64 and not linked:
            address.notice("pairs_not_yours")
