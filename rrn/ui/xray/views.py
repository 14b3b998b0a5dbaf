"""Ways to look into an opened network: its cell at one step, gates, states, gradients, units."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rrn import tasks
from rrn.figures import drawing, inside
from rrn.figures.style import COLOUR, STONE
from rrn.scratch import network as net
from rrn.ui import controls, screen
from rrn.ui.words import n, plain, t
from rrn.ui.xray.marks import seen
from rrn.ui.xray.patient import Opened, Patient
from rrn.xray import cells, pace, plane, units
from rrn.xray import look as looks
from rrn.xray.look import Look
from rrn.xray.specimen import Specimen, reads_text

OUTPUTS = 10  # answers to choose from
NARROW = 30  # steps whose marks can be read in half the width


@dataclass(frozen=True)
class Sight:
    """What a view is drawn of; `shown` is the network after surgery, where there was any."""

    key: str
    opened: Opened
    untouched: Look
    operated: Look | None
    layer: int

    @property
    def shown(self) -> Look:
        return self.operated or self.untouched

    @property
    def specimen(self) -> Specimen:
        return self.untouched.specimen

    @property
    def colour(self) -> str:
        return COLOUR[self.opened.cell]

    def kept(self, name: str) -> np.ndarray:
        """(steps, units) a gate or state of the layer."""
        return self.shown.kept(self.layer, name)

    def plot(self, make: Callable[[], go.Figure], alt: str, *of: Hashable, name: str = "") -> None:
        """Draw a figure, made anew when one of the looks or what else it is made `of` has changed."""
        made_of = (self.untouched, self.operated, self.layer, *of)
        screen.plot(make, key=f"{self.key}{name}", alt=alt, of=made_of)

    @property
    def memory(self) -> str:
        """The state that lasts: an LSTM's c, else h."""
        return looks.STATES[self.opened.cell][0]


def choose(key: str, patient: Patient) -> str:
    """Which view. A simple cell has no gates, and a single layer none to be compared with."""
    left_out = set() if looks.GATES[patient.cell] else {"gates", "saturation"}
    left_out |= {"pace"} if len(patient.network.layers) < 2 or patient.data is None else set()
    names = {view: t(f"xray_view_{view}") for view in VIEWS if view not in left_out}
    controls.say_again(f"{key}.view")
    return st.radio(t("xray_view"), tuple(names), format_func=names.__getitem__, key=f"{key}.view")


def draw(key: str, view: str, opened: Opened, untouched: Look, operated: Look | None, layer: int) -> None:
    VIEWS[view](Sight(key, opened, untouched, operated, layer))


def _cell(sight: Sight) -> None:
    specimen, cell = sight.specimen, sight.opened.cell
    left, right = st.columns(2, gap="medium")
    step = 0
    with left:
        if specimen.steps > 1:
            key = f"{sight.key}.step.{specimen.steps}"
            step = st.slider(t("xray_cell_step"), 1, specimen.steps, min(2, specimen.steps), key=key) - 1
    unit, units = 0, sight.opened.network.units
    with right:
        if units > 1:
            unit = st.slider(t("xray_unit"), 1, units, 1, key=f"{sight.key}.unit") - 1
    values = cells.values(sight.shown, sight.layer, step, unit)
    read = seen(specimen.marks[step])
    title = t("xray_cell_title", cell=t(f"field_cell_{cell}"), unit=unit + 1, step=step + 1, mark=read)
    alt = " ".join([title + ".", *(f"{name} = {n(value)}." for name, value in values.items())])
    activation = sight.opened.network.activation
    sight.plot(lambda: drawing.cell(cell, values, read, title, t, activation), alt, step, unit)
    words = "xray_cell_rnn_relu" if cell == "rnn" and activation == "relu" else f"xray_cell_{cell}"
    st.markdown(t(words, **{name: _operand(name, value) for name, value in values.items()}))
    if looks.GATES[cell]:
        st.caption(t("xray_cell_arrows"))
    marks = [seen(mark) for mark in specimen.marks]
    gradient, title = sight.shown.gradient_on(sight.memory, sight.layer), t("xray_unrolled_title", unit=unit + 1)
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
    columns = st.columns(2 if sight.specimen.steps <= NARROW else 1, gap="medium")
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
    marks, at = sight.specimen.marks, sight.specimen.at
    sight.plot(lambda: inside.heat(sight.kept(what), marks, name, t, share=share, at=at), alt, name=f".{what}")


def _gradient(sight: Sight) -> None:
    """On every state, after surgery; on the one that lasts, also before it."""
    specimen, memory = sight.specimen, sight.memory
    curves = {}
    if sight.operated:
        curves[t("xray_as_is")] = sight.untouched.gradient_on(memory, sight.layer), STONE, "dash"
    for state, dash in zip(looks.STATES[sight.opened.cell], ("solid", "dot"), strict=False):
        curves[t("xray_gradient_on", state=state)] = sight.shown.gradient_on(state, sight.layer), sight.colour, dash
    now = sight.shown.gradient_on(memory, sight.layer)
    first, last = float(now[0]), float(now[specimen.at])
    alt = t("xray_gradient_alt", state=memory, first=first, last=last, ratio=first / last if last else float("nan"))
    words = t("xray_gradient_title"), t("fig_gradient")
    sight.plot(lambda: inside.lines(curves, specimen.marks, *words, t, log=True, at=specimen.at), alt)
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
    names = {each: f"{t('quoted', text=seen(answers[each]))} {n(float(said[each]), 2)}" for each in likeliest}
    return st.selectbox(
        t("xray_output"), likeliest, format_func=names.__getitem__, key=f"{sight.key}.output.{at}.{likeliest[0]}"
    )


def _units(sight: Sight) -> None:
    specimen = sight.specimen
    moving = {name: rule for name, rule in _rules(sight).items() if np.ptp(rule) > 0}
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
    states, wanted = sight.untouched.kept(sight.layer, state), moving[rule]
    unit, r = units.best(states, wanted)
    curves = {
        t("xray_unit_line", n=unit + 1): (sight.kept(state)[:, unit], sight.colour, "solid"),
        names[rule]: (units.beside(states[:, unit], wanted, r), STONE, "dash"),
    }
    alt = t("xray_units_alt", n=unit + 1, rule=names[rule], r=r)
    words = t("xray_units_title"), t(f"xray_state_{state}")
    sight.plot(lambda: inside.lines(curves, specimen.marks, *words, t), alt, rule)
    st.caption(alt)
    sight.plot(lambda: inside.heat(states, specimen.marks, words[1], t, share=False), alt, name=".map")


def _rules(sight: Sight) -> dict[str, np.ndarray]:
    assert isinstance(sight.opened, Patient)
    spec = sight.opened.run.spec
    if reads_text(spec):
        return units.text_rules("".join(sight.specimen.marks))
    task = tasks.of(spec)
    return {name: rule[0] for name, rule in task.remembers(sight.specimen.x).items()}


def _path(sight: Sight) -> None:
    state, specimen = sight.memory, sight.specimen
    places, held = plane.path(sight.kept(state))
    alt = t("xray_path_alt", state=t(f"xray_state_{state}"), share=round(100 * held), n=specimen.steps)
    sight.plot(lambda: inside.plane(places, specimen.marks, t("xray_path_title"), sight.opened.cell, t), alt)
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
    assert isinstance(sight.opened, Patient) and sight.opened.data is not None
    x = sight.opened.data[0][: pace.FEW]
    passed = net.forward(sight.opened.network, x, sight.operated.surgery if sight.operated else None)
    times = pace.of_layers(passed)
    names = [f"{layer + 1}" for layer in range(len(times))]
    listed = ", ".join(t("xray_pace_of", n=layer + 1, steps=time) for layer, time in enumerate(times))
    alt = t("xray_pace_alt", listed=listed)

    def figure() -> go.Figure:
        fig = inside.bars(np.array(times), names, t("xray_pace_title"), t("xray_pace_steps"), sight.colour, t)
        fig.layout.xaxis.title.text = t("xray_layer")
        return fig

    sight.plot(figure, alt)
    st.caption(alt)


VIEWS = {
    "cell": _cell,
    "gates": _gates,
    "states": _states,
    "gradient": _gradient,
    "inputs": _inputs,
    "units": _units,
    "path": _path,
    "saturation": _saturation,
    "pace": _pace,
}
