"""Where a sound comes from: said by the voice that is made here, out of a file, or from a microphone."""

import hashlib
import unicodedata
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st

from rrn.data import takes, voice
from rrn.data.sound import RATE
from rrn.data.voice import Kind
from rrn.intake import decoder
from rrn.intake.audio import MOST
from rrn.spec import Refused
from rrn.ui import controls, screen
from rrn.ui.refusal import known, said
from rrn.ui.words import n, t

SOURCES = ("made", "file", "microphone")
FILES = ("wav", "flac", "ogg", "oga", "opus", "mp3")
TYPED = 12  # symbols that are said at once
NEW = 74  # a seed apart from the one of the example's takes
BEGIN: dict[Kind, str] = {"tones": "ABCD", "vowels": "aeiou", "digits": "314"}


@dataclass(frozen=True, eq=False)
class Taken:
    """A sound to be heard.

    Args:
        samples: (samples,) at RATE.
        of: the same for the same sound.
        about: gives a line on where it comes from, in the language of the page.
        said: what is said in it, where that is known.
        notes: codes of what was mended.
    """

    samples: np.ndarray
    of: Hashable
    about: Callable[[], str]
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choose(key: str, kind: Kind | Literal["takes", ""]) -> Taken | None:
    """The sound to hear; None where there is none yet.

    What came out of a file or from a microphone stays with the session, whatever else is chosen meanwhile.

    Args:
        kind: what the voice that is made here says; "takes": a word of the example's takes; "": nothing.
    """
    sources = SOURCES if kind else SOURCES[:0:-1]
    if st.session_state.get(f"{key}.source", "") not in sources:
        st.session_state.pop(f"{key}.source", None)
    controls.say_again(f"{key}.source")
    names = {source: t(f"listening_source_{source}") for source in sources}
    source = st.radio(t("listening_source"), sources, format_func=names.__getitem__, key=f"{key}.source",
                      horizontal=True)  # fmt: skip
    if source == "made" and kind:
        return _take(key) if kind == "takes" else _made(key, kind)
    decoder.prepare()
    if source == "file":
        file = st.file_uploader(t("listening_file", megabytes=MOST // 10**6), type=list(FILES), key=f"{key}.file",
                                max_upload_size=MOST // 10**6)  # fmt: skip
    else:
        file = st.audio_input(t("listening_microphone"), key=f"{key}.microphone", help=t("listening_microphone_help"))
    return _handed_in(f"{key}.{source}", file)


def _made(key: str, kind: Kind) -> Taken | None:
    """Symbols that are typed or pressed, said by anyone."""
    s, place, seed = st.session_state, f"{key}.typed.{kind}", f"{key}.seed"
    s.setdefault(place, BEGIN[kind])
    text = st.text_input(t(f"listening_typed_{kind}"), key=place, max_chars=60, persist_state="session",
                         help=t("listening_typed_help", most=TYPED))  # fmt: skip

    def press(symbol: str) -> None:
        s[place] = "".join((*typed(s[place], kind), symbol)[-TYPED:])

    def another() -> None:
        s[seed] = s.get(seed, 0) + 1

    with st.container(horizontal=True, gap="small"):
        for symbol in voice.SYMBOLS[kind]:
            st.button(symbol, key=f"{key}.{kind}.{symbol}", on_click=press, args=(symbol,))
    st.button(t("listening_other_voice"), key=f"{key}.another", icon=":material/record_voice_over:", on_click=another)
    symbols = typed(text, kind)
    if not symbols:
        st.caption(t("listening_nothing_typed", symbols=" ".join(voice.SYMBOLS[kind])))
        return None
    if left := passed_over(text, kind):
        st.caption(t("listening_passed_over", left=left, most=TYPED, symbols=" ".join(voice.SYMBOLS[kind])))
    of = (kind, symbols, s.get(seed, 0))
    samples = screen.remembered(f"{key}.made", of, lambda: voice.speak(kind, symbols, np.random.default_rng(of[2])))
    return Taken(samples, of, lambda: _made_here(samples), symbols)


def _take(key: str) -> Taken:
    """One more take of a word of the example: it was neither learned from nor measured on."""
    s, seed = st.session_state, f"{key}.take_seed"
    controls.say_again(f"{key}.take")
    word = st.radio(t("listening_word"), tuple(takes.EXAMPLE), key=f"{key}.take", horizontal=True)

    def again() -> None:
        s[seed] = s.get(seed, 0) + 1

    st.button(t("listening_again"), key=f"{key}.again", icon=":material/replay:", on_click=again)
    of = ("takes", word, s.get(seed, 0))
    samples = screen.remembered(f"{key}.made", of, lambda: takes.said(word, np.random.default_rng([NEW, of[2]])))
    return Taken(samples, of, lambda: _made_here(samples), (word,))


def _made_here(samples: np.ndarray) -> str:
    return t("listening_made_here", seconds=n(len(samples) / RATE, 2))


def typed(text: str, kind: Kind) -> tuple[str, ...]:
    """The symbols in what was typed, as many as are said at once; accents and all else are passed over."""
    return tuple(letter for letter in _letters(text, kind) if letter in voice.SYMBOLS[kind])[:TYPED]


def passed_over(text: str, kind: Kind) -> str:
    """Letters and digits of what was typed that are not said, in their order."""
    said_so_far, left = 0, ""
    for letter in _letters(text, kind):
        if letter in voice.SYMBOLS[kind] and said_so_far < TYPED:
            said_so_far += 1
        elif letter.isalnum():
            left += letter
    return left


def _letters(text: str, kind: Kind) -> str:
    bare = unicodedata.normalize("NFD", text)  # an accent becomes a sign of its own
    return bare.upper() if kind == "tones" else bare.lower()


def _handed_in(place: str, file) -> Taken | None:
    """What came in last, through the gate; it stays until the next one comes that is a sound."""
    s = st.session_state
    if file is None:
        s.pop(f"{place}.refused", None)
    elif s.get(f"{place}.read") != file.file_id:
        s[f"{place}.read"] = file.file_id
        s.pop(f"{place}.refused", None)
        try:
            s[f"{place}.taken"] = taken(file.getvalue())
        except Refused as refused:
            s[f"{place}.refused"] = refused
    found: Taken | None = s.get(f"{place}.taken")
    if why := s.get(f"{place}.refused"):
        st.error(said(why), icon=":material/error:")
        if found:
            st.caption(t("listening_earlier"))
    elif found is None:
        st.caption(t("listening_waits"))
    return found


def taken(data: bytes) -> Taken:
    """A recording as it is heard here, or Refused."""
    sound = decoder.decode(data)
    of = hashlib.sha256(sound.samples.tobytes()).hexdigest()
    words = "listening_about" if sound.channels > 1 else "listening_about_one"

    def about() -> str:
        rate, seconds = n(sound.rate, 5), n(sound.seconds, 3)
        return t(words, format=sound.format, rate=rate, channels=sound.channels, seconds=seconds)

    return Taken(sound.samples, of, about, notes=tuple(sound.notes))


def notes(codes: Sequence[str]) -> None:
    """What the gate mended, each as a sentence."""
    for code in codes:
        st.caption(known(f"note_{code}", code))
