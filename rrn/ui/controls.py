"""One control per field of a spec, made from the range that the field declares."""

import math
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from rrn.intake import spec as gate
from rrn.spec import Between, choices, number_type
from rrn.ui import address
from rrn.ui.refusal import known
from rrn.ui.words import n, t

MANY = 1000  # values; beyond them a number is typed, not slid to
MANTISSAS = (1, 1.5, 2, 3, 4, 5, 6, 8)  # of a logarithmic slider
DUST = 10  # decimals; what adding up tenths leaves behind is cut here


def control(kind: type, field: str, key: str, default: Any, param: str | None = None) -> Any:
    """The control of a field; its value.

    Args:
        kind: the spec's or question's class.
        key: of the widget.
        param: its name in the address; None keeps it out.
    """
    if param is None:
        said = key in st.session_state
        say_again(key)
        return _draw(kind, field, key, st.session_state[key] if said else default, said=said)
    start = address.begin(key, param, default, partial(gate.read, kind, field))
    said = start is None or key in st.session_state.get(SET, ())
    value = _draw(kind, field, key, st.session_state[key] if said else start, said=said)
    address.keep(key, param, default)
    return value


def say_again(key: str) -> None:
    """Before a widget with options that the address does not know: a new language must not undo what was chosen."""
    if address.translated() and key in st.session_state:
        st.session_state[key] = st.session_state[key]


SET = "_set_by_us"  # the keys of widgets whose value the last callback put into session_state


def put(values: dict[str, Any]) -> None:
    """Move widgets from a callback. Their start value is then not handed to them as well: Streamlit warns of both."""
    st.session_state.update(values)
    st.session_state[SET] = set(values)


def settled() -> None:
    """After the last control: from the next run on, widgets take their start values again."""
    st.session_state.pop(SET, None)


def _draw(kind, field, key, start, *, said):
    """The widget. `said`: session_state holds its value already."""
    task = kind.__module__.rpartition(".")[2]
    help = known(f"field_{field}_help_{task}", t(f"field_{field}_help"))
    label = known(f"field_{field}_{task}", t(f"field_{field}"))
    look = {"label": label, "help": help, "key": key}
    match choices(kind)[field]:
        case Between() as allowed:
            whole = number_type(kind, field) is int
            if whole and allowed.step is None and allowed.high - allowed.low > MANY:
                low, high = int(allowed.low), int(allowed.high)
                return st.number_input(**look, min_value=low, max_value=high, **_value(said, start), step=1)
            if whole:
                low, high, step = int(allowed.low), int(allowed.high), int(allowed.step or 1)
                return st.slider(**look, min_value=low, max_value=high, **_value(said, start), step=step)
            stops = {stop: n(stop) for stop in _options(allowed, key, start)}
            return st.select_slider(**look, options=list(stops), **_value(said, start), format_func=stops.__getitem__)
        case words:
            index = {} if said else {"index": words.index(start)}
            named = {word: t(f"field_{field}_{word}") for word in words}
            return st.radio(**look, options=words, **index, format_func=named.__getitem__, horizontal=True)


def _value(said, start):
    return {} if said else {"value": start}


def _options(allowed: Between, key: str, start: float) -> list[float]:
    """What a slider of fractions stops at, the start of this visit among it: a link may name any number in between."""
    extra = st.session_state.setdefault(f"{key}.stops", set())
    extra.add(start)
    return sorted(_stops(allowed) | extra)


@lru_cache
def _stops(allowed: Between) -> frozenset[float]:
    if allowed.log:
        powers = range(math.floor(math.log10(allowed.low)), math.ceil(math.log10(allowed.high)) + 1)
        stops = {round(m * 10.0**p, DUST) for p in powers for m in MANTISSAS}
    else:
        step = allowed.step or (allowed.high - allowed.low) / 20
        count = round((allowed.high - allowed.low) / step)
        stops = {round(allowed.low + i * step, DUST) for i in range(count + 1)}
    return frozenset(stop for stop in stops if allowed.low <= stop <= allowed.high)
