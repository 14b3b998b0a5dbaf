"""A sound through a trained network: what it hears, and where in the sound; below, how the answer came about."""

import json
from collections.abc import Sequence
from functools import cached_property
from html import escape
from typing import Literal

import numpy as np
import streamlit as st

from rrn import jobs, measures, tasks
from rrn.data import clips
from rrn.data.sound import RATE
from rrn.data.voice import Kind
from rrn.figures.hearing import Heard, triangles, wave
from rrn.spec import Refused
from rrn.tasks.keywords import Keywords
from rrn.tasks.speech import Speech, edits, generated, speeds
from rrn.ui import controls, screen
from rrn.ui.asked import Asked
from rrn.ui.hearing import inside, source
from rrn.ui.hearing.source import Taken
from rrn.ui.models import Model
from rrn.ui.refusal import said
from rrn.ui.words import lang, plain, probability, t

LARGE = 24  # words up to which they are written large
PHONES = 100  # that are shown of what is heard
LOOKED_AT = ("window", "hop", "bands")


class Answer(Asked):
    """What a network heard in a sound."""

    @property
    def words(self) -> tuple[str, ...]:
        return measures.listed(self.events, "said")

    @property
    def unsure(self) -> tuple[str, ...]:
        """Words that it found too, and does not tell."""
        return measures.listed(self.events, "unsure")

    @property
    def language(self) -> str:
        return next(iter(measures.listed(self.events, "language")), "")

    @cached_property
    def heard(self) -> Heard:
        """What it was read from, step by step."""
        return Heard(
            self.array("log_p").astype(float),
            measures.listed(self.events, "symbol"),
            self.value("first"),
            self.value("each"),
            self.language,
        )

    @property
    def labels(self) -> tuple[int, ...]:
        """The words as numbers of the network's symbols."""
        full = [f"{self.language}:{word}" if self.language else word for word in self.words]
        return tuple(self.heard.symbols.index(symbol) + 1 for symbol in full)


def draw(key: str, hearers: dict[str, Model]) -> None:
    """The section below a lab where a sound is heard."""
    st.header(t("listening_title"), anchor="listening")
    if not hearers:
        st.caption(t("listening_no_model"))
        return

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            hearer = _model(key, hearers)
            sound = source.choose(key, says(hearer.spec))
        if sound is None:
            return
        with right:
            answer = ask(key, hearer, sound)
            if answer is not None:
                _told(hearer, sound, answer)
            if sound.samples.any():  # Streamlit divides by the peak
                st.audio(sound.samples, sample_rate=RATE, alt=t("listening_player"))
            st.caption(sound.about())
            source.notes(sound.notes)
        _look(key, hearer.spec, sound)
        if answer is not None:
            inside.draw(f"{key}.inside", hearer, sound, answer)

    st.fragment(part)()


def _model(key: str, hearers: dict[str, Model]) -> Model:
    s, names = st.session_state, {id: hearer.name for id, hearer in hearers.items()}
    if s.get(f"{key}.model") not in names:
        s[f"{key}.model"] = next(iter(names))
    controls.say_again(f"{key}.model")
    return hearers[st.radio(t("listening_model"), tuple(names), format_func=names.__getitem__, key=f"{key}.model")]


def says(spec: Speech | Keywords) -> Kind | Literal["takes", ""]:
    """What the voice that is made here says to a network; to one that learned from recordings, digits. It has no words
    of a visitor's own.
    """
    if isinstance(spec, Keywords):
        return "takes" if spec.recordings == "example" else ""
    return spec.sounds if generated(spec) else "digits"  # type: ignore[return-value]


def ask(key: str, hearer: Model, sound: Taken) -> Answer | None:
    """What the network hears, asked anew where the sound or the network is another one."""
    of = (hearer.id, sound.of)
    kept = st.session_state.get(f"{key}.answer")
    if kept is None or kept.of != of or kept.why:
        kept = st.session_state[f"{key}.answer"] = Answer(of)
        try:
            kept.events = list(
                jobs.ask(tasks.of(hearer.spec).Listen(), run=hearer.id, data=clips.packed([sound.samples]))
            )
        except Refused as why:
            kept.why = why
    if kept.why:
        st.error(said(kept.why), icon=":material/error:")
        return None
    return kept


def _told(hearer: Model, sound: Taken, answer: Answer) -> None:
    """What was heard, large, with how sure each word is; and how that compares with what is known to be said."""
    words, sure = answer.words, answer.array("confidence")
    st.markdown(f"**{t('listening_heard')}**")
    if not words:
        st.markdown(t("listening_no_words", symbols=_vocabulary(hearer)))
    else:
        size = 44 if len(words) <= LARGE else 26
        spans = "".join(_span(word, float(p), size) for word, p in zip(words, sure, strict=True))
        least = int(sure.argmin())
        alt = t(
            "listening_heard_alt", words=" ".join(words), least=words[least], chance=probability(float(sure[least]))
        )
        st.html(f'<div role="img" aria-label="{escape(alt)}" style="display:flex;flex-wrap:wrap;gap:6px 22px">'
                f"{spans}</div>")  # fmt: skip
        st.caption(t("listening_sure_in", language=t(f"field_language_{answer.language}"))
                   if answer.language else t("listening_sure"))  # fmt: skip
        if isinstance(hearer.spec, Keywords):  # which has met few others
            st.caption(t("listening_knows_only"))
    if len(speeds(hearer.spec, len(sound.samples))) > 1:
        st.caption(t("listening_thrice"))
    _spelled(answer)
    if answer.unsure:
        st.caption(t("listening_unsure", words=" ".join(answer.unsure)))
    if sound.said:
        wrong = sum(edits(words, sound.said))
        was = " ".join(sound.said)
        if wrong == 0:
            st.caption(t("listening_was_right", said=was))
        else:
            st.caption(t("listening_was_wrong", said=was, n=wrong) if wrong > 1 else t("listening_was_one", said=was))


def _spelled(answer: Answer) -> None:
    """The phones that the network hears, where it tells any, beside those of the words that it writes."""
    heard, pronounced = (measures.listed(answer.events, name) for name in ("phones", "pronounced"))
    if heard:
        st.caption(t("listening_phones", phones=plain(_first(heard, " ", PHONES))))
    if pronounced:
        st.caption(t("listening_pronounced", phones=plain(_first(pronounced, " · ", LARGE))))


def _first(parts: Sequence[str], between: str, most: int) -> str:
    return between.join(parts[:most]) + (" …" if len(parts) > most else "")


def _span(word: str, chance: float, size: int) -> str:
    return (
        f'<span style="display:inline-block;text-align:center;line-height:1.15">'
        f'<span style="font-size:{size}px;font-weight:600">{escape(word)}</span>'
        f'<br><span style="font-size:12px;opacity:.8">{probability(chance)}</span></span>'
    )


def _vocabulary(hearer: Model) -> str:
    """All that a network can hear, each once whatever the language."""
    symbols = json.loads(hearer.run.kept("symbols"))
    return " ".join(dict.fromkeys(symbol.rpartition(":")[2] for symbol in symbols))


def _look(key: str, spec: Speech, sound: Taken) -> None:
    """The wave and how loud every band is, with other windows than the network's: only to look at."""
    st.markdown(f"**{t('listening_look')}**")
    left, right = st.columns([4, 9], gap="large")
    with left:
        st.caption(t("listening_look_lead"))
        values = {f: controls.control(Speech, f, f"{key}.look.{f}", getattr(spec, f)) for f in LOOKED_AT}
        with st.expander(t("listening_triangles")):
            screen.plot(
                lambda: triangles(values["window"], values["bands"], t),
                key=f"{key}.triangles", alt=t("fig_triangles_alt", bands=values["bands"]),
                of=(values["window"], values["bands"]),
            )  # fmt: skip
    loud = float(np.abs(sound.samples).max(initial=0.0))
    with right:
        screen.plot(
            lambda: wave(sound.samples, **values, t=t),
            key=f"{key}.wave", of=(sound.of, *values.values(), lang()),
            alt=t("fig_wave_alt", seconds=len(sound.samples) / RATE, loud=loud, **values),
        )  # fmt: skip
