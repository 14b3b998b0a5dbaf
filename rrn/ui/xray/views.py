"""Ways to look into an opened network: its cell at one step, gates, states, gradients, units."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rrn.figures import drawing, inside
from rrn.figures.style import STONE
from rrn.figures.translating import matrix
from rrn.ui import controls, screen
from rrn.ui.words import n, plain, probability_among, t
from rrn.ui.xray.marks import seen
from rrn.ui.xray.patient import Patient
from rrn.ui.xray.sight import Sight
from rrn.xray import cells, plane, units
from rrn.xray import look as looks
from rrn.xray.pair import Pair

OUTPUTS = 10  # answers to choose from
NARROW = 30  # steps whose marks can be read in half the width


def choose(key: str, patient: Patient) -> str:
    """Which view. A simple cell has no gates, and a single layer none to be compared with."""
    left_out = set() if looks.GATES[patient.cell] else {"gates", "saturation"}
    left_out |= patient.left_out
    names = {view: t(f"xray_view_{view}") for view in VIEWS if view not in left_out}
    controls.say_again(f"{key}.view")
    return st.radio(t("xray_view"), tuple(names), format_func=names.__getitem__, key=f"{key}.view")


def draw(view: str, sight: Sight) -> None:
    VIEWS[view](sight)


def _running(sight: Sight) -> None:
    """What would be answered if the text ended here, before and after surgery."""
    specimen, answer = sight.specimen, len(sight.specimen.answers) - 1
    curves = {}
    if sight.operated:
        curves[t("xray_as_is")] = sight.untouched.said[:, answer], STONE, "dash"
    said, name = sight.shown.said[:, answer], t("quoted", text=seen(specimen.answers[answer]))
    curves[name] = said, sight.colour, "solid"
    before = np.concatenate([[0.5], said[:-1]])
    top = int(np.abs(said - before).argmax())
    found = {"before": float(before[top]), "after": float(said[top]), "last": float(said[-1])}
    alt = t("xray_running_alt", answer=name, mark=seen(specimen.marks[top]), n=top + 1, **found)
    words = t("xray_running_title", answer=name), t("xray_running_axis")
    sight.plot(lambda: inside.shares(curves, specimen.marks, *words, t), alt)
    st.caption(plain(alt))


def _cell(sight: Sight) -> None:
    cell, steps = sight.opened.cell, len(sight.marks)
    left, right = st.columns(2, gap="medium")
    step = 0
    with left:
        if steps > 1:
            step = st.slider(t("xray_cell_step"), 1, steps, min(2, steps), key=f"{sight.key}.step.{steps}") - 1
    unit, units = 0, sight.opened.network.units
    with right:
        if units > 1:
            unit = st.slider(t("xray_unit"), 1, units, 1, key=f"{sight.key}.unit") - 1
    values = cells.values(sight.shown, sight.part, step, unit)
    read = seen(sight.marks[step])
    title = t("xray_cell_title", cell=t(f"field_cell_{cell}"), unit=unit + 1, step=step + 1, mark=read)
    alt = " ".join([title + ".", *(f"{name} = {n(value)}." for name, value in values.items())])
    activation = sight.opened.network.activation
    sight.plot(lambda: drawing.cell(cell, values, read, title, t, activation), alt, step, unit)
    words = "xray_cell_rnn_relu" if cell == "rnn" and activation == "relu" else f"xray_cell_{cell}"
    st.markdown(t(words, **{name: _operand(name, value) for name, value in values.items()}))
    if looks.GATES[cell]:
        st.caption(t("xray_cell_arrows"))
    marks = [seen(mark) for mark in sight.marks]
    gradient, title = sight.shown.gradient_on(sight.memory, sight.part), t("xray_unrolled_title", unit=unit + 1)
    alt = t("xray_unrolled_alt", unit=unit + 1, step=step + 1)
    sight.plot(
        lambda: drawing.unrolled(sight.kept("h")[:, unit], gradient, marks, step, cell, title, t),
        alt,
        step,
        unit,
        name=".unrolled",
    )


def _operand(name: str, value: float) -> str:
    """A number inside a formula; a negative one behind a sign stands in brackets."""
    return f"({n(value)})" if value < 0 and name in ("h0", "c0", "g", "Wh") else n(value)


def _gates(sight: Sight) -> None:
    columns = st.columns(2 if len(sight.marks) <= NARROW else 1, gap="medium")
    for place, gate in enumerate(looks.GATES[sight.opened.cell]):
        values, name = sight.kept(gate), t(f"xray_gate_{gate}")
        alt = t("xray_gates_alt", gate=name, mean=float(values.mean()), low=float(values.min()),
                high=float(values.max()))  # fmt: skip
        with columns[place % len(columns)]:
            _heat(sight, gate, name, alt, share=gate in looks.SHARES)


def _states(sight: Sight) -> None:
    for state in looks.STATES[sight.opened.cell]:
        values, name = sight.kept(state), t(f"xray_state_{state}")
        size = np.abs(values).max(axis=0)
        alt = t("xray_states_alt", state=name, unit=int(size.argmax()) + 1, size=float(size.max()))
        _heat(sight, state, name, alt, share=False)


def _heat(sight: Sight, what: str, name: str, alt: str, *, share: bool) -> None:
    marks, at = sight.marks, sight.at
    sight.plot(lambda: inside.heat(sight.kept(what), marks, name, t, share=share, at=at), alt, name=f".{what}")


def _gradient(sight: Sight) -> None:
    """On every state, after surgery; on the one that lasts, also before it."""
    marks, memory, at = sight.marks, sight.memory, sight.at
    curves = {}
    if sight.operated:
        curves[t("xray_as_is")] = sight.untouched.gradient_on(memory, sight.part), STONE, "dash"
    for state, dash in zip(looks.STATES[sight.opened.cell], ("solid", "dot"), strict=False):
        curves[t("xray_gradient_on", state=state)] = sight.shown.gradient_on(state, sight.part), sight.colour, dash
    now = sight.shown.gradient_on(memory, sight.part)
    first, last = float(now[0]), float(now[-1 if at is None else at])
    key = "xray_gradient_read_alt" if at is None else "xray_gradient_alt"
    alt = t(key, state=memory, first=first, last=last, ratio=first / last if last else float("nan"))
    words = t("xray_gradient_title"), t("fig_gradient")
    sight.plot(lambda: inside.lines(curves, marks, *words, t, log=True, at=at), alt)
    st.caption(alt)


def _inputs(sight: Sight) -> None:
    specimen, at = sight.specimen, sight.specimen.at
    if specimen.steps > 1:
        key = f"{sight.key}.at.{specimen.steps}"
        at = st.slider(t("xray_step"), 1, specimen.steps, specimen.at + 1, key=key) - 1
    output = 0 if specimen.numbers else _output(sight, at)
    of = (sight.shown, at, output)
    values = screen.remembered(f"{sight.key}.values", of, lambda: sight.shown.saliency(at, output))
    name = t("xray_number") if specimen.numbers else t("quoted", text=seen(specimen.answers[output]))
    title = t("xray_inputs_title", answer=name, n=at + 1)
    top = int(values.argmax())
    alt = t("xray_inputs_alt", answer=name, n=at + 1, top=top + 1, mark=seen(specimen.marks[top]))
    sight.plot(lambda: inside.bars(values, specimen.marks, title, t("fig_saliency"), sight.colour, t), alt, at, output)
    st.caption(plain(f"{alt} {t('xray_inputs_note')}"))


def _output(sight: Sight, at: int) -> int:
    """Which answer is asked about: the likeliest at that step, or another one."""
    said = sight.shown.said[at]
    likeliest = [int(place) for place in np.argsort(-said)[:OUTPUTS]]
    answers = sight.specimen.answers
    names = {
        each: f"{t('quoted', text=seen(answers[each]))} {probability_among(float(said[each]))}" for each in likeliest
    }
    return st.selectbox(
        t("xray_output"), likeliest, format_func=names.__getitem__, key=f"{sight.key}.output.{at}.{likeliest[0]}"
    )


def _units(sight: Sight) -> None:
    rules = sight.patient.rules(sight.untouched, sight.part)
    moving = {name: rule for name, rule in rules.items() if np.ptp(rule) > 0}
    if not moving:
        st.caption(t("xray_units_none"))
        return
    names = {name: t(f"rule_{name}") for name in moving}
    controls.say_again(f"{sight.key}.rule")
    if st.session_state.get(f"{sight.key}.rule") not in names:
        st.session_state.pop(f"{sight.key}.rule", None)
    rule = st.radio(
        t("xray_rule"), tuple(names), format_func=names.__getitem__, key=f"{sight.key}.rule", horizontal=True
    )
    state = sight.memory
    states, wanted = sight.untouched.kept(sight.part, state), moving[rule]
    unit, r = units.best(states, wanted)
    curves = {
        t("xray_unit_line", n=unit + 1): (sight.kept(state)[:, unit], sight.colour, "solid"),
        names[rule]: (units.beside(states[:, unit], wanted, r), STONE, "dash"),
    }
    alt = t("xray_units_alt", n=unit + 1, rule=names[rule], r=r)
    words = t("xray_units_title"), t(f"xray_state_{state}")
    sight.plot(lambda: inside.lines(curves, sight.marks, *words, t), alt, rule)
    st.caption(alt)
    sight.plot(lambda: inside.heat(states, sight.marks, words[1], t, share=False), alt, name=".map")


def _path(sight: Sight) -> None:
    state, marks = sight.memory, sight.marks
    places, held = plane.path(sight.kept(state))
    alt = t("xray_path_alt", state=t(f"xray_state_{state}"), share=round(100 * held), n=len(marks))
    sight.plot(lambda: inside.plane(places, marks, t("xray_path_title"), sight.opened.cell, t), alt)
    st.caption(alt)


def _saturation(sight: Sight) -> None:
    gates = [gate for gate in looks.GATES[sight.opened.cell] if gate in looks.SHARES]
    named = {t(f"xray_gate_{gate}"): sight.kept(gate) for gate in gates}
    parts = []
    for name, values in named.items():
        low, high = inside.saturated(values)
        parts.append(t("xray_saturation_of", gate=name, low=round(100 * low), high=round(100 * high)))
    alt = " ".join(parts)
    sight.plot(lambda: inside.histogram(named, t("xray_saturation_title"), sight.opened.cell, t), alt)
    st.caption(alt)


def _pace(sight: Sight) -> None:
    patient = sight.patient
    times = patient.paces(sight.part, sight.operation)
    names = [patient.named(part) for part in patient.network.parts]
    listed = "; ".join(t("xray_pace_of", layer=name, steps=time) for name, time in zip(names, times, strict=True))
    alt = t("xray_pace_alt", listed=listed)

    def figure() -> go.Figure:
        fig = inside.bars(np.array(times), names, t("xray_pace_title"), t("xray_pace_steps"), sight.colour, t)
        fig.layout.xaxis.title.text = t("xray_layer")
        return fig

    sight.plot(figure, alt)
    st.caption(alt)


def _attention(sight: Sight) -> None:
    specimen, weights = sight.specimen, sight.shown.attention
    assert weights is not None and isinstance(specimen, Pair)
    words, top = specimen.words, int(weights[specimen.at].argmax())
    alt = t(
        "xray_attention_alt",
        word=seen(words[specimen.at]),
        mark=seen(specimen.marks[top]),
        weight=float(weights[specimen.at, top]),
    )
    sight.plot(lambda: matrix(weights, specimen.marks, words, t("xray_attention_title"), t), alt)
    st.caption(plain(alt))


VIEWS = {
    "running": _running,
    "cell": _cell,
    "gates": _gates,
    "states": _states,
    "gradient": _gradient,
    "inputs": _inputs,
    "units": _units,
    "path": _path,
    "saturation": _saturation,
    "pace": _pace,
    "attention": _attention,
}
