"""How an answer came about: spikes under the sound, the lattice of paths, the reading of one, and two searches."""

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from rrn.data.frames import BLANK
from rrn.figures.hearing import Heard, peaks, spikes
from rrn.figures.lattice import Part, lattice, part
from rrn.scratch import ctc, decoding, rescoring
from rrn.tasks.speech import Transcribe
from rrn.ui import controls, screen, spreadsheet
from rrn.ui.hearing import source
from rrn.ui.models import Model
from rrn.ui.words import n, plain, probability, t

if TYPE_CHECKING:
    from rrn.ui.listening import Answer

SHOWN = 5  # labels of a lattice at once
KEPT = 6  # beginnings of a beam that are listed
ENTRIES, LONGEST = 20, 20  # of a lexicon, and symbols of an entry


def draw(key: str, hearer: Model, sound: source.Taken, answer: "Answer") -> None:
    """All of it, below what was heard."""
    st.markdown(f"**{t('hearing_spikes')}**")
    st.caption(t("hearing_spikes_lead"))
    _spikes(key, hearer, sound, answer)
    left, right = st.columns(2, gap="large")
    shown = _part(answer)
    with left:
        if answer.words:
            shown = _lattice(key, answer)
    with right if answer.words else left:
        _collapse(key, answer, shown)
    left, right = st.columns(2, gap="large")
    with left:
        _beam(key, answer)
    with right:
        _lexicon(key, answer)


def _spikes(key: str, hearer: Model, sound: source.Taken, answer: "Answer") -> None:
    spec, heard = hearer.spec, answer.heard
    blank = float(np.mean(heard.log_p.argmax(axis=1) == BLANK))
    at = ", ".join(f"{heard.name(symbol)} ({n(heard.second(step), 2)} s)" for step, symbol in peaks(heard.log_p)[:12])
    screen.plot(
        lambda: spikes(sound.samples, spec.window, spec.hop, spec.bands, heard, spec.cell, t),
        key=f"{key}.spikes", of=answer.of,
        alt=t("fig_spikes_alt", spikes=at or "∅", blank=blank, steps=len(heard.log_p)),
    )  # fmt: skip
    st.download_button(
        t("hearing_save"), table(heard), t("hearing_save_name"), "text/csv", key=f"{key}.save",
        icon=":material/download:", type="tertiary", on_click="ignore",
    )  # fmt: skip


def table(heard: Heard) -> bytes:
    """The probability of every symbol at each step, for a spreadsheet; the steps by their second."""
    seconds = [f"{second:.3f}" for second in heard.second(np.arange(len(heard.log_p)))]
    return spreadsheet.table([t("fig_seconds"), t("fig_blank"), *heard.symbols], seconds, np.exp(heard.log_p))


def _path(answer: "Answer") -> np.ndarray:
    """The place in the lattice at every step, of the most probable path that gives what was heard."""
    return screen.remembered("hearing.path", answer.of, lambda: ctc.best_path(answer.heard.log_p, answer.labels))


def _part(answer: "Answer", label: int = 0) -> Part:
    return part(_path(answer), len(answer.labels), label, SHOWN)


def _lattice(key: str, answer: "Answer") -> Part:
    """The lattice of some of the words; which ones is chosen where there are many."""
    st.markdown(f"**{t('hearing_lattice')}**")
    st.caption(t("hearing_lattice_lead"))
    count, label = len(answer.labels), 0
    if count > SHOWN:
        label = st.slider(t("hearing_from_word"), 1, count - SHOWN + 1, key=f"{key}.from.{count}") - 1
    shown = _part(answer, label)
    heard, labels, path = answer.heard, answer.labels, _path(answer)
    words = " ".join(answer.words[shown.label : shown.label + shown.labels])
    whole = screen.remembered(f"{key}.whole", answer.of, lambda: ctc.log_likelihood(heard.log_p, labels))
    screen.plot(
        lambda: lattice(heard, labels, path, shown, t),
        key=f"{key}.lattice", of=(answer.of, shown),
        alt=t("fig_lattice_alt", words=words, first=shown.start, last=shown.stop - 1,
              places=2 * shown.labels + 1, log_p=whole),
    )  # fmt: skip
    return shown


def _collapse(key: str, answer: "Answer", shown: Part) -> None:
    """The most probable symbol of every step, and what is written of them up to a step."""
    st.markdown(f"**{t('hearing_collapse')}**")
    st.caption(t("hearing_collapse_lead"))
    heard = answer.heard
    steps = decoding.read(heard.log_p.argmax(axis=1))
    first, last = shown.start, shown.stop - 1
    upto = last
    if last > first:
        place = f"{key}.upto.{hash((answer.of, shown)) & 0xFFFFFF}"
        upto = st.slider(t("hearing_upto"), first, last, last, key=place)
    cells = "".join(_cell(heard, step, step.step <= upto) for step in steps[first : last + 1])
    kept = [heard.name(step.symbol) for step in steps[first : upto + 1] if step.what == "kept"]
    alt = t(
        "hearing_collapse_alt",
        first=first,
        step=upto,
        path=" ".join(heard.name(s.symbol) for s in steps[first : upto + 1]),
    )
    st.html(f'<div role="img" aria-label="{escape(alt)}" style="display:flex;flex-wrap:wrap;gap:3px">{cells}</div>')
    at = steps[upto]
    st.markdown(t(f"hearing_{at.what}", step=upto, symbol=plain(heard.name(at.symbol)),
                  p=probability(float(np.exp(heard.log_p[upto, at.symbol])))))  # fmt: skip
    st.markdown(t("hearing_written", symbols=plain(" ".join(kept)) or "∅"))


def _cell(heard: Heard, step: decoding.Read, is_read: bool) -> str:
    """One step: bold in a frame where it is written, struck out where it repeats, a faint dash where it is blank."""
    looks = {
        "kept": "border:1.5px solid currentColor;font-weight:600",
        "repeated": "border:1px dotted currentColor;text-decoration:line-through;opacity:.7",
        "blank": "border:1px solid transparent;opacity:.55",
    }
    look = looks[step.what] if is_read else "border:1px solid transparent;opacity:.3"
    return (
        f'<span style="display:inline-block;min-width:20px;padding:1px 3px;text-align:center;font-size:13px;'
        f'border-radius:4px;{look}">{escape(heard.name(step.symbol))}</span>'
    )


def _one_language(answer: "Answer") -> np.ndarray:
    """The log-probabilities with the symbols of other languages forbidden."""
    heard, start = answer.heard, f"{answer.language}:"
    if not answer.language:
        return heard.log_p
    return decoding.masked(heard.log_p, [k for k, s in enumerate(heard.symbols, 1) if s.startswith(start)])


def _beam(key: str, answer: "Answer") -> None:
    """The beginnings that a beam ends with, beside the reading of the one best path."""
    st.markdown(f"**{t('hearing_beam')}**")
    st.caption(t("hearing_beam_lead"))
    width = controls.control(Transcribe, "width", f"{key}.width", Transcribe().width)
    heard, of = answer.heard, (answer.of, width)
    best, greedy, exact = screen.remembered(f"{key}.beam", of, lambda: _searched(_one_language(answer), width))
    lines = [f"| {t('hearing_rank')} | {t('hearing_labels')} | {t('hearing_in_beam')} | {t('hearing_all_paths')} |",
             "| --: | --- | --: | --: |"]  # fmt: skip
    for rank, one in enumerate(best, 1):
        mark = f" · {t('hearing_greedy')}" if one.labels == greedy else ""
        lines.append(f"| {rank} | {_names(heard, one.labels)}{mark} | {n(one.log_p, 4)} | {n(exact[one.labels], 4)} |")
    if greedy not in [one.labels for one in best]:
        lines.append(f"| – | {_names(heard, greedy)} · {t('hearing_greedy')} | – | {n(exact[greedy], 4)} |")
    st.markdown("\n".join(lines))
    top = best[0].labels if best else ()
    st.caption(t("hearing_agree") if top == greedy else t("hearing_disagree"))


def _searched(log_p: np.ndarray, width: int):
    """The beginnings that a beam ends with, the greedy reading, and of all of them ln p of all their paths."""
    best = decoding.prefix_beam(log_p, width, most=decoding.MOST).best[:KEPT]
    greedy = decoding.greedy(log_p)[: decoding.MOST]
    exact = {labels: p for p, labels in rescoring.best_of(log_p, {*(one.labels for one in best), greedy})}
    return best, greedy, exact


def _names(heard: Heard, labels: tuple[int, ...]) -> str:
    return plain(" ".join(heard.symbols[label - 1].rpartition(":")[2] for label in labels)) or "∅"


def _lexicon(key: str, answer: "Answer") -> None:
    """Only what stands in a small list may have been said: how probable each entry is, all its paths together."""
    st.markdown(f"**{t('hearing_lexicon')}**")
    s, heard = st.session_state, answer.heard
    numbers = {symbol.rpartition(":")[2]: k for k, symbol in enumerate(heard.symbols, 1)
               if symbol.startswith(f"{answer.language}:") or not answer.language}  # fmt: skip
    place = f"{key}.lexicon.{''.join(numbers)[:12]}"
    s.setdefault(place, begin(tuple(numbers)))
    text = st.text_area(t("hearing_lexicon_entries"), key=place, height=124, max_chars=1000, persist_state="session",
                        help=t("hearing_lexicon_help"))  # fmt: skip
    entries, foreign = parsed(text, numbers)
    if foreign:
        st.caption(t("hearing_lexicon_foreign", symbols=plain(" ".join(foreign))))
    if not entries:
        st.caption(t("hearing_lexicon_none"))
        return
    of = (answer.of, tuple(entries))
    ranked = screen.remembered(f"{key}.ranked", of, lambda: rescoring.in_lexicon(_one_language(answer), entries))
    whole = np.logaddexp.reduce([p for p, _ in ranked])
    lines = [f"| {t('hearing_entry')} | {t('hearing_all_paths')} | {t('hearing_among')} |", "| --- | --: | --: |"]
    for p, labels in ranked:
        share = n(float(np.exp(p - whole)), 3) if np.isfinite(p) else n(0.0, 1)
        lines.append(f"| {_names(heard, labels)} | {n(p, 4) if np.isfinite(p) else '−∞'} | {share} |")
    st.markdown("\n".join(lines))
    st.caption(t("hearing_lexicon_says"))


def begin(symbols: tuple[str, ...]) -> str:
    """A small lexicon to begin with: what the made-up voice says at first, and entries that are like it; where it says
    none of these symbols, each by itself is a command.
    """
    first = next((tuple(text) for text in source.BEGIN.values() if set(text) <= set(symbols)), ())
    if not first:
        return "\n".join(symbols[:ENTRIES])
    alike = ((*first[:-2], *first[:-3:-1]), (first[0], *first[2:]), first[1:])
    return "\n".join(" ".join(entry) for entry in dict.fromkeys((first, *alike)))


def parsed(text: str, numbers: dict[str, int]) -> tuple[list[tuple[int, ...]], list[str]]:
    """Entries of a lexicon, one a line, each once, and what in them is no symbol of the network's.

    Symbols stand apart, or one after the other where each is one character.
    """
    entries: dict[tuple[int, ...], None] = {}
    foreign: dict[str, None] = {}
    for line in text.splitlines()[:ENTRIES]:
        parts = [part for word in line.split()
                 for part in (word if word not in numbers and set(word) & set(numbers) else [word])]  # fmt: skip
        strange = [part for part in parts if part not in numbers]
        foreign |= dict.fromkeys(strange)
        if parts and not strange:
            entries[tuple(numbers[part] for part in parts[:LONGEST])] = None
    return list(entries), list(foreign)
