"""The number that a run came to, between those of its rivals, and what it says of the visitor's prediction."""

import math
from collections.abc import Callable
from html import escape

import streamlit as st

from rrn import measures
from rrn.data import course
from rrn.events import Began, Event
from rrn.figures.style import COLOUR, STONE
from rrn.ui.lesson import Choice
from rrn.ui.words import n, t

PROSE = 580  # pixels
HEIGHT = 86


def draw(run, events: list[Event], measure: Callable[[list[Event]], float | None], guess: Choice | None) -> None:
    """Value, ruler, rivals; then the verdict on the prediction and, where it is so, that nothing was gained."""
    name = measure.__name__
    value = measure(events)
    uniform, ngrams = measures.uniform(events), measures.ngrams(events)
    best = min(ngrams, key=ngrams.__getitem__, default=None)
    if value is not None and run.created is not None:
        _verdict(value, guess)
    with st.container(border=True):
        number, ruler = st.columns([3, 7], gap="medium", vertical_alignment="center")
        with number:
            shown = t("measure_none") if value is None else n(value)
            st.metric(t(f"measure_{name}"), shown, help=t(f"measure_{name}_help"))
        with ruler:
            if value is not None and uniform is not None:
                rival = None if best is None else ngrams[best]
                _ruler(value, uniform, rival, guess, COLOUR.get(run.spec.cell, STONE), name)
        rivals = [] if uniform is None else [t("measure_uniform", bits=uniform)]
        if best is not None:
            rivals.append(t("measure_ngram", n=best, bits=ngrams[best]))
        if rivals:
            st.caption(" · ".join(rivals))
        if value is not None and best is not None:
            gain = ngrams[best] - value
            st.markdown(t("measure_better", bits=gain) if gain > 0 else t("measure_not_better", n=best))
        st.caption(_how(run, events))


def _verdict(value: float, guess: Choice | None) -> None:
    """A wrong guess is news, not an error."""
    if guess is None:
        return
    if guess.holds(value):
        st.success(t("measure_right", said=guess.text, value=value), icon=":material/check_circle:", width=PROSE)
    else:
        st.info(t("measure_wrong", said=guess.text, value=value), icon=":material/straighten:", width=PROSE)


def _how(run, events: list[Event]) -> str:
    """Under which circumstances the number came about."""
    began = next((e for e in events if isinstance(e, Began)), None)
    spent = measures.seconds(events)
    parts = [t(f"field_cell_{run.spec.cell}"), t("measure_seed", seed=run.spec.seed)]
    if began:
        one = began.threads == 1
        parts += [t("lab_thread" if one else "lab_threads", device=began.device, threads=began.threads)]
        parts += [t("lab_parameters", parameters=began.parameters)]
    if (name := getattr(run.spec, "text", "")) in course.NAMES:
        parts.insert(1, t(f"measure_{name.replace('-', '_')}"))
    if spent and spent[0]:
        parts.append(t("measure_seconds", training=n(spent[0], 3), compiling=n(spent[1], 2)))
    return " · ".join(parts)


def _ruler(value: float, uniform: float, rival: float | None, guess: Choice | None, colour: str, name: str) -> None:
    """From 0 bits to blind guessing: dashed ticks are rivals, the band is the prediction, the dot what was measured."""
    most = max(uniform, value) * 1.02

    def at(bits: float) -> str:
        return f"{100 * min(max(bits / most, 0.0), 1.0):.2f}%"

    parts = [_span(f"left:0;right:0;top:42px;border-top:1.5px solid {STONE}")]
    if guess:
        low, high = max(guess.low, 0.0), min(guess.high, most)
        band = f"left:{at(low)};width:calc({at(high)} - {at(low)});top:34px;height:17px;background:{STONE};opacity:.35"
        parts += [_span(band), _name((low + high) / 2 / most, "top:8px", t("measure_guess"))]
    for bits, label in ((uniform, t("measure_tick_uniform")), (rival, t("measure_tick_ngram"))):
        if bits is not None and math.isfinite(bits):
            parts.append(_span(f"left:{at(bits)};top:32px;height:21px;border-left:2px dashed currentColor;opacity:.75"))
            parts.append(_name(bits / most, "top:56px", f"{label} {n(bits)}"))
    dot = f"left:calc({at(value)} - 8px);top:34px;width:16px;height:16px;border-radius:50%;background:{colour}"
    parts.append(_span(dot))
    said = escape(t("measure_ruler", value=value, uniform=uniform, what=t(f"measure_{name}")))
    box = f"position:relative;height:{HEIGHT}px;font-size:13px;line-height:18px"
    st.html(f'<div role="img" aria-label="{said}" style="{box}">{"".join(parts)}</div>')


def _span(style: str) -> str:
    return f'<span style="position:absolute;{style}"></span>'


def _name(where: float, style: str, words: str) -> str:
    """Words under or over a place, kept inside the line's ends."""
    where = min(max(where, 0.0), 1.0)
    return (
        f'<span style="position:absolute;{style};left:{100 * where:.2f}%;white-space:nowrap;'
        f'transform:translateX(-{100 * where:.0f}%)">{words}</span>'
    )
