"""The number that a run came to, between those of its rivals, and what it says of the visitor's prediction."""

from html import escape
from math import isclose

import streamlit as st

from rrn import measures
from rrn.data import course
from rrn.events import Began, Event
from rrn.figures.style import COLOUR, STONE
from rrn.measures import Measure, Rival
from rrn.ui.lesson import Choice
from rrn.ui.words import n, t

PROSE = 580  # pixels
HEIGHT, NAME_ROW = 86, 18  # pixels of the ruler, and of each further row of names below it
NARROW, LETTER = 300, 6  # pixels of the ruler on a phone, and of a letter of a name


def draw(run, events: list[Event], measure: Measure, guess: Choice | None) -> None:
    """Value, ruler, rivals; then the verdict on the prediction and, where it is so, that nothing was gained."""
    value = measure(events)
    rivals = [rival for rival in measure.rivals(events) if rival.rank >= 1]
    if value is not None and run.created is not None:
        verdict(value, guess)
    with st.container(border=True):
        number, ruler = st.columns([3, 7], gap="medium", vertical_alignment="center")
        with number:
            shown = t("measure_none") if value is None else n(value)
            st.metric(t(f"measure_{measure.name}"), shown, help=t(f"measure_{measure.name}_help"))
        with ruler:
            if value is not None:
                _ruler(value, rivals, guess, COLOUR.get(run.spec.cell, STONE), measure)
        if value is not None and rivals:
            st.markdown(against(value, rivals[-1], measure))
        st.caption(_how(run, events))


def against(value: float, best: Rival, measure: Measure) -> str:
    """Ahead of the best rival, level with it or behind it, in one sentence."""
    gain, rival = measure.gain(value, best.value), t(f"rivals_{best.name}", **best.values)
    if isclose(value, best.value, rel_tol=1e-6, abs_tol=1e-9):
        return t("measure_tie", rival=rival)
    return t("measure_better", rival=rival, gain=gain) if gain > 0 else t("measure_not_better", rival=rival)


def verdict(value: float, guess: Choice | None) -> None:
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


def _ruler(value: float, rivals: list[Rival], guess: Choice | None, colour: str, measure: Measure) -> None:
    """From one end of the measure to the other: dashed ticks are rivals, the band is the prediction, the dot what was
    measured.
    """
    low, end = measure.span
    high = end if end is not None else max([value, *(rival.value for rival in rivals)]) * 1.02 or 1.0

    def at(number: float) -> float:
        return min(max((number - low) / (high - low), 0.0), 1.0)

    parts = [_span(f"left:0;right:0;top:42px;border-top:1.5px solid {STONE}")]
    if guess:
        first, last = at(guess.low), at(guess.high)
        band = f"left:{100 * first:.2f}%;width:{100 * (last - first):.2f}%;top:34px;height:17px"
        parts.append(_span(f"{band};background:{STONE};opacity:.35"))
        parts.append(_name((first + last) / 2, "top:8px", t("measure_guess")))
    named = [(at(rival.value), f"{t(f'rival_{rival.name}', **rival.values)}: {n(rival.value)}") for rival in rivals]
    rows = apart(named)
    for (place, words), row in zip(named, rows, strict=True):
        tick = "top:32px;height:21px;border-left:2px dashed currentColor;opacity:.75"
        parts.append(_span(f"left:{100 * place:.2f}%;{tick}"))
        parts.append(_name(place, f"top:{56 + NAME_ROW * row}px", words))
    dot = f"left:calc({100 * at(value):.2f}% - 8px);top:34px;width:16px;height:16px;border-radius:50%"
    parts.append(_span(f"{dot};background:{colour}"))
    said = escape(t("measure_ruler", value=value, low=low, high=high, what=t(f"measure_{measure.name}")))
    box = f"position:relative;height:{HEIGHT + NAME_ROW * max(rows, default=0)}px;font-size:13px;line-height:18px"
    st.html(f'<div role="img" aria-label="{said}" style="{box}">{"".join(parts)}</div>')


def apart(named: list[tuple[float, str]]) -> list[int]:
    """The row of each name below the ruler, from 0: names at near places do not cover each other, also on a phone.

    Args:
        named: (place between 0 and 1, name).
    """
    rows = [0] * len(named)
    ends: list[float] = []  # where the last name of each row ends
    places = [min(max(place, 0.0), 1.0) for place, _ in named]
    for at in sorted(range(len(named)), key=places.__getitem__):
        place, words = places[at], named[at][1]
        wide = LETTER * len(words) / NARROW
        start = place * (1 - wide)  # as `_name` lays it
        row = next((row for row, end in enumerate(ends) if end <= start), len(ends))
        ends[row:] = [start + wide, *ends[row + 1 :]]
        rows[at] = row
    return rows


def _span(style: str) -> str:
    return f'<span style="position:absolute;{style}"></span>'


def _name(where: float, style: str, words: str) -> str:
    """Words under or over a place, kept inside the line's ends."""
    where = min(max(where, 0.0), 1.0)
    return (
        f'<span style="position:absolute;{style};left:{100 * where:.2f}%;white-space:nowrap;'
        f'transform:translateX(-{100 * where:.0f}%)">{words}</span>'
    )
