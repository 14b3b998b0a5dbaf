"""Which text to learn from: the course's own, or one that the visitor pastes or uploads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import streamlit as st

from rrn import store
from rrn.data import course
from rrn.data.alphabet import Alphabet
from rrn.intake import spec as specs
from rrn.intake import text as text_gate
from rrn.spec import Refused
from rrn.ui import address
from rrn.ui.owner import holds, owner
from rrn.ui.refusal import known, said
from rrn.ui.words import lang, t

OWN = "own"
LIMIT = 2  # megabytes that the uploader takes
OPENING = 140  # characters of a visitor's text that are shown again
PASTE = 140  # pixels


@dataclass(frozen=True)
class Corpus:
    """A text by its name in the store, and what a spec must know of it."""

    name: str
    symbols: int
    characters: int
    opening: str = ""
    notes: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str | int]:
        """What it is in a spec."""
        return {"text": self.name} | self.counts

    @property
    def counts(self) -> dict[str, int]:
        return {"symbols": self.symbols, "characters": self.characters}


@dataclass(frozen=True)
class Gate:
    """How something of the visitor's own is handed in.

    Args:
        words: what its words begin with.
        files: endings that the uploader takes.
        read: bytes to (text, notes), or Refused.
        of: the name in the store, the text and the notes to what the lab holds of it.
    """

    words: str
    files: tuple[str, ...]
    read: Callable[[bytes], tuple[str, tuple[str, ...]]]
    of: Callable


def _read(data: bytes) -> tuple[str, tuple[str, ...]]:
    checked = text_gate.read(data)
    return checked.text, checked.notes


@cache
def of_course(name: str) -> Corpus:
    text = course.read(course.NAMES[name])
    return Corpus(name, len(Alphabet.of(text)), len(text))


def of_visitor(sha: str, text: str, notes: tuple[str, ...] = ()) -> Corpus:
    return Corpus(sha, len(Alphabet.of(text)), len(text), " ".join(text[:OPENING].split()), notes)


TEXT = Gate("corpus", ("txt",), _read, of_visitor)


def choose(
    key: str, kind: type, default: str, param: str, *, follow: bool = True, linked: bool = False
) -> Corpus | None:
    """The text that was chosen; None while the visitor's own is still to come.

    `follow`: the course's text changes with the language. It stays while a run that learned from it is shown.
    """
    s = st.session_state
    source = f"{key}.source"
    _arrive(key, kind, default, param, follow, linked)
    named = {name: t(f"corpus_{name.replace('-', '_')}") for name in (*course.NAMES, OWN)}
    chosen = st.radio(
        t("field_text"),
        tuple(named),
        format_func=named.__getitem__,
        key=source,
        help=t("field_text_help"),
        horizontal=True,
    )
    if chosen == OWN:
        corpus = hand_in(key, TEXT)
    else:
        corpus = of_course(chosen)
        st.caption(t("corpus_size", characters=corpus.characters, symbols=corpus.symbols))
    s[f"{key}.text"] = corpus.name if corpus else default
    address.keep(f"{key}.text", param, default)
    return corpus


def _arrive(key, kind, default, param, follow, linked):
    """Before the choice is drawn: what the address or this session says, and what a new language changes."""
    s = st.session_state
    source, visit = f"{key}.source", f"{key}.visit"
    start = address.begin(f"{key}.text", param, default, partial(specs.read, kind, "text"))
    if source not in s or start is not None and s.get(visit) != start:
        take(key, default if start is None else start, linked=linked)
        s[visit] = start
    elif address.translated():
        # The course's text follows the language; any other choice is said again, or its new label would undo it.
        s[source] = f"course-{lang()}" if follow and s[source] in course.NAMES else s[source]


def take(key: str, name: str, *, linked: bool = False) -> None:
    """Choose the text of that name, before its control is drawn or in a callback.

    A visitor's text is its owner's alone: whoever only knows its hash gets the course's text, and a sentence; without
    the sentence where it is `linked`, the text of a run that is shown: the lab says whose that is.
    """
    s = st.session_state
    if name in course.NAMES:
        s[f"{key}.source"] = name
    elif len(name) == 64 and store.holds(name, owner()):
        if name != getattr(s.get(f"{key}.own"), "name", None):
            s[f"{key}.own"] = of_visitor(name, store.take(name, owner()).decode())
        s[f"{key}.source"] = OWN
    else:
        s[f"{key}.source"] = f"course-{lang()}"
        if len(name) == 64 and not linked:
            address.notice("text_not_yours")


def hand_in(key: str, gate: Gate):
    """What was handed in; paste or upload; under it what is kept, where, and how it goes away."""
    s, own = st.session_state, f"{key}.own"
    if own in s and not store.holds(s[own].name, owner()):
        del s[own]  # it went with the last run that used it
    found = s.get(own)
    if found:
        st.caption(t(f"{gate.words}_yours", **found.counts))
        st.code(found.opening, language=None, wrap_lines=True)
        for note in found.notes:
            st.caption(known(f"corpus_note_{note}", known(f"note_{note}", note)), width="content")
        with st.expander(t(f"{gate.words}_change"), icon=":material/swap_horiz:"):
            _paste_or_upload(key, gate)
    else:
        _paste_or_upload(key, gate)
    st.caption(t(f"{gate.words}_kept_{holds()}"))
    return found


def _paste_or_upload(key, gate):
    s = st.session_state
    paste, upload = st.tabs([t("corpus_paste"), t("corpus_upload")])
    with paste:
        pasted = st.text_area(t(f"{gate.words}_paste_here"), key=f"{key}.paste", height=PASTE, persist_state="session")
        if st.button(t(f"{gate.words}_use"), key=f"{key}.use", icon=":material/check:"):
            accept(key, gate, pasted.encode("utf-8", "surrogatepass"))
    with upload:
        # A new key after every file that was accepted: the web process keeps no bytes that the store has.
        place = f"{key}.file.{s.get(f'{key}.files', 0)}"
        file = st.file_uploader(t(f"{gate.words}_file"), type=list(gate.files), key=place, max_upload_size=LIMIT)
        if file is None:
            s.pop(f"{key}.file_read", None)
        elif s.get(f"{key}.file_read") != file.file_id:
            s[f"{key}.file_read"] = file.file_id
            accept(key, gate, file.getvalue())
    if f"{key}.text_refused" in s:
        st.error(said(s[f"{key}.text_refused"]), icon=":material/error:")


def accept(key: str, gate: Gate, data: bytes) -> None:
    """Through the gate and into the store; then from the top, for this text is shown above."""
    s = st.session_state
    try:
        text, notes = gate.read(data)
        sha = store.put(text.encode(), owner())
    except Refused as why:
        s[f"{key}.text_refused"] = why
        return
    s.pop(f"{key}.text_refused", None)
    s[f"{key}.files"] = s.get(f"{key}.files", 0) + 1
    s[f"{key}.own"] = gate.of(sha, text, notes)
    st.rerun()
