"""What a lab learns from, where that can be the visitor's own: chosen, pasted or uploaded, and how it goes away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from rrn import store
from rrn.intake import spec as specs
from rrn.spec import Refused
from rrn.ui import address
from rrn.ui.owner import holds, owner
from rrn.ui.refusal import known, said
from rrn.ui.words import t

OWN = "own"
LIMIT = 2  # megabytes that the uploader takes
PASTE = 140  # pixels


@dataclass(frozen=True)
class Data:
    """What was chosen, by the name that a spec has for it, and the numbers that a spec must know of it.

    Args:
        name: of something that the course has, or in the store.
        opening: how a visitor's own begins.
        notes: what the gate mended.
    """

    name: str
    counts: Mapping[str, int]
    opening: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of data that a field of the spec names.

    Args:
        field: of the spec.
        words: what its words begin with.
        names: what the course has, each with its word.
        standard: the name that stands in where another cannot be used.
        made: what the lab holds of something that the course has.
        about: a line on it.
        files: endings that the uploader takes; with none, nothing is pasted or uploaded, and `beside` brings it.
        own: the name in the store, what `opened` gives and the notes to what the lab holds of it.
        strange: the notice where a link names what is somebody else's.
        read: bytes of a visitor's own to (text, notes), or Refused; None with no files.
        beside: draws under the visitor's own what else can be had.
        opened: bytes in the store to what `own` takes, a text unless said otherwise; ValueError for another kind's.
    """

    field: str
    words: str
    names: Mapping[str, str]
    standard: Callable[[], str]
    made: Callable[[str], Data]
    about: Callable[[Data], str]
    files: tuple[str, ...]
    own: Callable[[str, Any, tuple[str, ...]], Data]
    strange: str
    read: Callable[[bytes], tuple[str, tuple[str, ...]]] | None = None
    beside: Callable[[str], None] | None = None
    opened: Callable[[bytes], Any] = bytes.decode


def choose(
    key: str, kind: Kind, spec: type, default: str, param: str, *, follow: bool = False, linked: bool = False
) -> Data | None:
    """What was chosen; None while the visitor's own is still to come.

    Args:
        follow: what the course has changes with the language. It stays while a run that learned from it is shown.
    """
    s = st.session_state
    source = f"{key}.source"
    _arrive(key, kind, spec, default, param, follow, linked)
    named = {name: t(word) for name, word in kind.names.items()} | {OWN: t(f"{kind.words}_own")}
    chosen = st.radio(
        t(f"field_{kind.field}"),
        tuple(named),
        format_func=named.__getitem__,
        key=source,
        help=t(f"field_{kind.field}_help"),
        horizontal=True,
    )
    if chosen == OWN:
        found = _hand_in(key, kind)
        if kind.beside:
            kind.beside(key)
    else:
        found = kind.made(chosen)
        st.caption(kind.about(found))
    s[f"{key}.{kind.field}"] = found.name if found else default
    address.keep(f"{key}.{kind.field}", param, default)
    return found


def _arrive(key, kind, spec, default, param, follow, linked):
    """Before the choice is drawn: what the address or this session says, and what a new language changes."""
    s = st.session_state
    source, visit = f"{key}.source", f"{key}.visit"
    start = address.begin(f"{key}.{kind.field}", param, default, partial(specs.read, spec, kind.field))
    if source not in s or start is not None and s.get(visit) != start:
        take(key, kind, default if start is None else start, linked=linked)
        s[visit] = start
    elif address.translated():
        # What follows the language is chosen anew; any other choice is said again, or its new label would undo it.
        s[source] = kind.standard() if follow and s[source] in kind.names else s[source]


def take(key: str, kind: Kind, name: str, *, linked: bool = False) -> None:
    """Choose the data of that name, before its control is drawn or in a callback.

    What a visitor handed in is its owner's alone: whoever only knows its hash gets what the course has, and a sentence;
    without the sentence where it is `linked`, the data of a run that is shown: the lab says whose that is.
    """
    s = st.session_state
    if name in kind.names:
        s[f"{key}.source"] = name
    elif len(name) == 64 and store.holds(name, owner()) and _opened(key, kind, name):
        s[f"{key}.source"] = OWN
    else:
        s[f"{key}.source"] = kind.standard()
        if len(name) == 64 and not linked:
            address.notice(kind.strange)


def _opened(key: str, kind: Kind, name: str) -> bool:
    """Have what the owner put under a name as the visitor's own; False where it is of another kind."""
    s, own = st.session_state, f"{key}.own"
    if name == getattr(s.get(own), "name", None):
        return True
    try:
        found = kind.own(name, kind.opened(store.take(name, owner())), ())
    except ValueError:  # a link may name what was handed in on another page
        return False
    if 0 in found.counts.values():  # likewise
        return False
    s[own] = found
    return True


def _hand_in(key: str, kind: Kind) -> Data | None:
    """What was handed in; paste or upload; under it what is kept, where, and how it goes away."""
    s, own = st.session_state, f"{key}.own"
    if own in s and not store.holds(s[own].name, owner()):
        del s[own]  # it went with the last run that used it
    found: Data | None = s.get(own)
    if found:
        st.caption(t(f"{kind.words}_yours", **found.counts))
        st.code(found.opening, language=None, wrap_lines=True)
        for note in found.notes:
            st.caption(known(f"corpus_note_{note}", known(f"note_{note}", note)), width="content")
        if kind.files:
            with st.expander(t(f"{kind.words}_change"), icon=":material/swap_horiz:"):
                _paste_or_upload(key, kind)
    elif kind.files:
        _paste_or_upload(key, kind)
    st.caption(t(f"{kind.words}_kept_{holds()}"))
    return found


def _paste_or_upload(key, kind):
    s = st.session_state
    paste, upload = st.tabs([t("corpus_paste"), t("corpus_upload")])
    with paste:
        pasted = st.text_area(t(f"{kind.words}_paste_here"), key=f"{key}.paste", height=PASTE, persist_state="session")
        if st.button(t(f"{kind.words}_use"), key=f"{key}.use", icon=":material/check:"):
            accept(key, kind, pasted.encode("utf-8", "surrogatepass"))
    with upload:
        # A new key after every file that was accepted: the web process keeps no bytes that the store has.
        place = f"{key}.file.{s.get(f'{key}.files', 0)}"
        file = st.file_uploader(t(f"{kind.words}_file"), type=list(kind.files), key=place, max_upload_size=LIMIT)
        if file is None:
            s.pop(f"{key}.file_read", None)
        elif s.get(f"{key}.file_read") != file.file_id:
            s[f"{key}.file_read"] = file.file_id
            accept(key, kind, file.getvalue())
    if f"{key}.text_refused" in s:
        st.error(said(s[f"{key}.text_refused"]), icon=":material/error:")


def accept(key: str, kind: Kind, data: bytes) -> None:
    """Through the gate and into the store; then from the top, for it is shown above."""
    s = st.session_state
    assert kind.read
    try:
        text, notes = kind.read(data)
        keep(key, kind, text.encode(), notes)
    except Refused as why:
        s[f"{key}.text_refused"] = why
        return
    s.pop(f"{key}.text_refused", None)
    s[f"{key}.files"] = s.get(f"{key}.files", 0) + 1
    st.rerun()


def keep(key: str, kind: Kind, data: bytes, notes: tuple[str, ...] = ()) -> None:
    """Into the store, and from now on what the lab learns from."""
    st.session_state[f"{key}.own"] = kind.own(store.put(data, owner()), kind.opened(data), notes)
