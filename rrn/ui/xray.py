"""The X-ray of a trained run: what it reads, what goes on inside, and what changes under surgery. One for all labs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import streamlit as st

from rrn import tasks
from rrn.data import course
from rrn.figures import drawing, inside
from rrn.figures.style import COLOUR, STONE
from rrn.jobs import Run
from rrn.measures import Measure
from rrn.scratch import network as net
from rrn.scratch.surgery import Surgery
from rrn.shipped import Shipped
from rrn.spec import Refused
from rrn.ui import controls, screen
from rrn.ui.owner import owner
from rrn.ui.refusal import said
from rrn.ui.words import lang, n, t
from rrn.xray import cells, pace, plane, units
from rrn.xray import look as looks
from rrn.xray import score as scores
from rrn.xray.specimen import Specimen, example, reads_text, typed, written

TYPED = 4000  # characters that can be typed at all
EXAMPLES = 20  # of the task's own sequences
VIEWS = ("cell", "gates", "states", "gradient", "inputs", "units", "path", "saturation", "pace")
FREE = "free"
FEW = 50  # sequences that the pace of a layer is read from
NARROW = 30  # steps whose marks can be read in half the width
STOPS = 21  # values that a gate can be forced to


@dataclass(frozen=True)
class Patient:
    """An opened run: its network, and what it is measured on."""

    run: Run | Shipped
    network: net.Network
    data: tuple[np.ndarray, np.ndarray] | None
    score: dict[str, float]
    text: str

    @property
    def cell(self) -> str:
        return self.network.cell


def draw(key: str, run, measure: Measure) -> None:
    """The section below a lab where the shown run is opened."""
    if run is None or run.alive or not run.weights_saved:
        st.caption(t("xray_none"))
        return
    patient = _patient(key, run)

    def part():
        left, right = st.columns([4, 9], gap="large")
        with left:
            specimen = _specimen(key, patient)
            layer = _layer(key, patient)
            view = _choice(f"{key}.view", "xray_view", _views(patient))
            table = right.container()
        if specimen is None:
            return
        with left:
            cut = _surgery(key, patient, specimen)
        untouched = looks.look_with(patient.network, specimen)
        operated = looks.look_with(patient.network, specimen, {layer: cut(specimen.steps)}) if cut else None
        with table:
            _answers(patient, specimen, measure, untouched, operated, layer, cut)
            VIEW[view](f"{key}.{view}", patient, specimen, untouched, operated, layer)

    st.fragment(part)()


def value(key: str, run, read: Callable[[net.Network, np.ndarray], float]) -> float | None:
    """What `read` finds in an opened run on a few sequences that it did not learn from; None where there are none."""
    patient = _patient(key, run)
    return None if patient.data is None else read(patient.network, patient.data[0][:FEW])


def _patient(key: str, run: Run | Shipped) -> Patient:
    """The run, opened once per visit: what belongs to a visitor stays with their session, and goes with the run."""
    if isinstance(run, Shipped):
        return _shipped(run, lang())
    kept = st.session_state.get(f"{key}.patient")
    if kept is None or kept.run.id != run.id:
        kept = st.session_state[f"{key}.patient"] = _opened(run, lang())
    return kept


@lru_cache(maxsize=8)
def _shipped(run: Shipped, language: str) -> Patient:
    """A shipped model is another object when its files have changed."""
    return _opened(run, language)


def _opened(run, language) -> Patient:
    network = net.opened_from(run.weights(), run.spec.cell, getattr(run.spec, "activation", "tanh"))
    text = _text(run, language)
    data = scores.unseen(run, text)
    return Patient(run, network, data, scores.score(run, network, data) if data else {}, text)


def _text(run, language) -> str:
    """What a language model learned from, where whoever looks may read it."""
    if not reads_text(run.spec):
        return ""
    name = run.spec.text
    if name in course.NAMES or name == "course":
        return course.read(course.NAMES.get(name, language))
    return run.bytes(name).decode() if run.owned_by(owner()) else ""


def _views(patient: Patient) -> tuple[str, ...]:
    """A simple cell has no gates, and a single layer none to be compared with."""
    gates = bool(looks.GATES[patient.cell])
    left_out = {"gates", "saturation"} if not gates else set()
    left_out |= {"pace"} if len(patient.network.layers) < 2 or patient.data is None else set()
    return tuple(view for view in VIEWS if view not in left_out)


def _choice(key: str, words: str, options: tuple[str, ...], *, horizontal: bool = False) -> str:
    controls.say_again(key)
    names = {option: t(f"{words}_{option}") for option in options}
    return st.radio(t(words), options, format_func=names.__getitem__, key=key, horizontal=horizontal)


# What it reads


def _specimen(key: str, patient: Patient) -> Specimen | None:
    """The sequence to read. What cannot be read is told, and the last good one stays."""
    st.markdown(f"**{t('xray_reads')}**")
    has_examples = not reads_text(patient.run.spec) or bool(patient.text)
    source = "typed"
    if has_examples:
        source = _choice(f"{key}.source", "xray_source", ("example", "typed"), horizontal=True)
    else:
        st.caption(t("xray_only_typed"))
    if source == "example":
        number = st.slider(t("xray_example"), 1, EXAMPLES, 1, key=f"{key}.example")
        found = _in_words(example(patient.run, number - 1, patient.text))
        st.session_state[f"{key}.good"] = (patient.run.id, found)
        return found
    start = _in_words(example(patient.run, 0, patient.text)) if has_examples else None
    st.session_state.setdefault(f"{key}.typed", written(patient.run, start) if start else t("writing_prompt_default"))
    text = st.text_area(
        t("xray_typed"), key=f"{key}.typed", height=84, max_chars=TYPED, help=t(f"xray_typed_{_how(patient.run)}")
    )
    try:
        found = _in_words(typed(patient.run, text))
    except Refused as why:
        st.error(said(why), icon=":material/error:")
        whose, good = st.session_state.get(f"{key}.good", ("", None))
        return good if whose == patient.run.id else None
    st.session_state[f"{key}.good"] = (patient.run.id, found)
    return found


def _in_words(specimen: Specimen) -> Specimen:
    """Numbers with the decimal mark of the visitor's language."""
    if not specimen.numbers:
        return specimen
    return replace(specimen, marks=tuple(mark.replace(".", screen.SEPARATORS[lang()][0]) for mark in specimen.marks))


def _how(run) -> str:
    if reads_text(run.spec):
        return "text"
    return "numbers" if getattr(tasks.of(run.spec), "NUMBERS", False) else "symbols"


def _layer(key: str, patient: Patient) -> int:
    count = len(patient.network.layers)
    return st.slider(t("xray_layer"), 1, count, count, key=f"{key}.layer") - 1 if count > 1 else 0


# Surgery


def _surgery(key: str, patient: Patient, specimen: Specimen):
    """What the learner does to the network: a function from a number of steps to the surgery, None for nothing."""
    gates = looks.GATES[patient.cell]
    force: dict[str, float] = {}
    first, last = 1, specimen.steps
    with st.expander(t("xray_surgery"), icon=":material/content_cut:"):
        for gate in gates:
            low = 0.0 if gate in looks.SHARES else -1.0
            stops = {FREE: t("xray_free")} | {v: n(v) for v in np.linspace(low, 1, STOPS).round(2).tolist()}
            value = st.select_slider(
                t(f"xray_gate_{gate}"), list(stops), FREE, key=f"{key}.force.{gate}", format_func=stops.__getitem__
            )
            if value != FREE:
                force[gate] = float(value)
        if force and specimen.steps > 1:
            first, last = st.slider(
                t("xray_where"), 1, specimen.steps, (1, specimen.steps), key=f"{key}.where.{specimen.steps}"
            )
        unit = st.slider(t("xray_silence"), 0, patient.network.units, 0, key=f"{key}.silence", help=t("xray_none_at_0"))
        cut = 0
        if specimen.steps > 1:
            most = specimen.steps - 1
            cut = st.slider(t("xray_cut"), 0, most, 0, key=f"{key}.cut.{specimen.steps}", help=t("xray_none_at_0"))
    if not (force or unit or cut):
        return None
    whole = last == specimen.steps

    def surgery(steps: int) -> Surgery:
        def row(value):
            values = np.full((steps, 1), np.nan)
            values[first - 1 : steps if whole else last] = value
            return values

        return Surgery(
            {gate: row(value) for gate, value in force.items()}, (unit - 1,) if unit else (), (cut,) if cut else ()
        )

    return surgery


# What came of it


def _answers(patient, specimen, measure, untouched, operated, layer, cut) -> None:
    """The followed answer and the measure, beside those after surgery."""
    rows = [(t("xray_answer"), _answer(specimen, untouched), _answer(specimen, operated) if operated else None)]
    if patient.data is not None:
        score: float = patient.score[measure.key]
        operated_score: float | None = None
        if cut:
            steps = patient.data[0].shape[1]
            found = scores.score(patient.run, patient.network, patient.data, {layer: cut(steps)})
            operated_score = found[measure.key]
        # A text is cut into pieces here, each read from an empty state: not the number that the lab measured.
        title = t("xray_bits") if reads_text(patient.run.spec) else t(f"measure_{measure.name}")
        rows.append((title, n(score), n(operated_score) if operated_score is not None else None))
    notes = [_right(specimen), t("xray_untouched")]
    for column, (title, before, after), note in zip(st.columns(len(rows)), rows, notes, strict=False):
        with column:
            st.metric(title, before if after is None else after, help=t("xray_metric_help"))
            st.caption(_plain(note if after is None else t("xray_was", before=before)))


def _answer(specimen: Specimen, look) -> str:
    if specimen.numbers:
        return n(look.answer)
    chance = float(look.said[specimen.at, look.answer])
    return f"{t('quoted', text=_seen(specimen.answers[look.answer]))} {n(chance, 2)}"


def _right(specimen: Specimen) -> str:
    wanted = specimen.y[0, specimen.at]
    if np.isnan(wanted).all() if specimen.numbers else wanted == net.NOBODY:
        return t("xray_right_unknown")
    if specimen.numbers:
        return t("xray_right", right=n(float(wanted[0])))
    return t("xray_right", right=t("quoted", text=_seen(specimen.answers[int(wanted)])))


def _plain(words: str) -> str:
    """For a caption: what was typed is no Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+!$~|<>:-])", r"\\\1", words)


def _seen(mark: str) -> str:
    return {" ": "␣", "\n": "↵"}.get(mark, mark)


def _both(patient, untouched, operated, read):
    """{name: line} before and after surgery."""
    colour = COLOUR[patient.cell]
    if operated is None:
        return {t("xray_as_is"): (read(untouched), colour, "solid")}
    return {t("xray_as_is"): (read(untouched), STONE, "dash"), t("xray_after"): (read(operated), colour, "solid")}


def _cell(key, patient, specimen, untouched, operated, layer) -> None:
    shown = operated or untouched
    left, right = st.columns(2, gap="medium")
    step = 0
    with left:
        if specimen.steps > 1:
            start = min(2, specimen.steps)
            step = st.slider(t("xray_cell_step"), 1, specimen.steps, start, key=f"{key}.step.{specimen.steps}") - 1
    with right:
        unit = st.slider(t("xray_unit"), 1, patient.network.units, 1, key=f"{key}.unit") - 1
    values = cells.values(shown, layer, step, unit)
    read = _seen(specimen.marks[step])
    title = t("xray_cell_title", cell=t(f"field_cell_{patient.cell}"), unit=unit + 1, step=step + 1, mark=read)
    alt = " ".join([title + ".", *(f"{name} = {n(value)}." for name, value in values.items())])
    screen.plot(drawing.cell(patient.cell, values, read, title, t), key=key, alt=alt)
    st.markdown(t(f"xray_cell_{patient.cell}", **{name: _operand(name, value) for name, value in values.items()}))
    if looks.GATES[patient.cell]:
        st.caption(t("xray_cell_arrows"))
    title = t("xray_unrolled_title", unit=unit + 1)
    fig = drawing.unrolled(
        shown.kept(layer, "h")[:, unit], shown.gradient[layer], [_seen(mark) for mark in specimen.marks], step,
        patient.cell, title, t,
    )  # fmt: skip
    screen.plot(fig, key=f"{key}.unrolled", alt=t("xray_unrolled_alt", unit=unit + 1, step=step + 1))


def _operand(name: str, value: float) -> str:
    """A number inside a formula; a negative one behind a sign stands in brackets."""
    return f"({n(value)})" if value < 0 and name in ("h0", "c0", "g", "Wh") else n(value)


def _gates(key, patient, specimen, untouched, operated, layer) -> None:
    shown = operated or untouched
    columns = st.columns(2 if specimen.steps <= NARROW else 1, gap="medium")
    for place, gate in enumerate(looks.GATES[patient.cell]):
        values = shown.kept(layer, gate)
        fig = inside.heat(values, specimen.marks, t(f"xray_gate_{gate}"), t, share=gate in looks.SHARES, at=specimen.at)
        alt = t("xray_gates_alt", gate=t(f"xray_gate_{gate}"), mean=float(values.mean()), low=float(values.min()),
                high=float(values.max()))  # fmt: skip
        with columns[place % len(columns)]:
            screen.plot(fig, key=f"{key}.{gate}", alt=alt)


def _states(key, patient, specimen, untouched, operated, layer) -> None:
    shown = operated or untouched
    for state in looks.STATES[patient.cell]:
        values = shown.kept(layer, state)
        size = np.abs(values).max(axis=0)
        alt = t("xray_states_alt", state=t(f"xray_state_{state}"), unit=int(size.argmax()) + 1, size=float(size.max()))
        fig = inside.heat(values, specimen.marks, t(f"xray_state_{state}"), t, share=False, at=specimen.at)
        screen.plot(fig, key=f"{key}.{state}", alt=alt)


def _gradient(key, patient, specimen, untouched, operated, layer) -> None:
    curves = _both(patient, untouched, operated, lambda look: look.gradient[layer])
    fig = inside.lines(curves, specimen.marks, t("xray_gradient_title"), t("fig_gradient"), t, log=True, at=specimen.at)
    now = (operated or untouched).gradient[layer]
    first, last = float(now[0]), float(now[specimen.at])
    alt = t("xray_gradient_alt", first=first, last=last, ratio=first / last if last else float("nan"))
    screen.plot(fig, key=key, alt=alt)
    st.caption(alt)


def _inputs(key, patient, specimen, untouched, operated, layer) -> None:
    at = specimen.at
    if specimen.steps > 1:
        at = st.slider(t("xray_step"), 1, specimen.steps, specimen.at + 1, key=f"{key}.at.{specimen.steps}") - 1
    shown = operated or untouched
    output = 0 if specimen.numbers else int(shown.said[at].argmax())
    values = shown.saliency(at, output)
    name = t("xray_number") if specimen.numbers else t("quoted", text=_seen(specimen.answers[output]))
    title = t("xray_inputs_title", answer=name, n=at + 1)
    fig = inside.bars(values, specimen.marks, title, t("fig_saliency"), COLOUR[patient.cell], t)
    top = int(values.argmax())
    alt = t("xray_inputs_alt", answer=name, n=at + 1, top=top + 1, mark=_seen(specimen.marks[top]))
    screen.plot(fig, key=key, alt=alt)
    st.caption(_plain(f"{alt} {t('xray_inputs_note')}"))


def _units(key, patient, specimen, untouched, operated, layer) -> None:
    rules = _rules(patient, specimen)
    moving = {name: rule for name, rule in rules.items() if np.ptp(rule) > 0}
    if not moving:
        st.caption(t("xray_units_none"))
        return
    names = {name: t(f"rule_{name}") for name in moving}
    controls.say_again(f"{key}.rule")
    if st.session_state.get(f"{key}.rule") not in names:
        st.session_state.pop(f"{key}.rule", None)
    rule = st.radio(t("xray_rule"), tuple(names), format_func=names.__getitem__, key=f"{key}.rule", horizontal=True)
    state = looks.STATES[patient.cell][0]
    states, rule_values = untouched.kept(layer, state), moving[rule]
    unit, r = units.best(states, rule_values)
    now = (operated or untouched).kept(layer, state)[:, unit]
    curves = {
        t("xray_unit_line", n=unit + 1): (now, COLOUR[patient.cell], "solid"),
        names[rule]: (units.beside(states[:, unit], rule_values, r), STONE, "dash"),
    }
    alt = t("xray_units_alt", n=unit + 1, rule=names[rule], r=r)
    fig = inside.lines(curves, specimen.marks, t("xray_units_title"), t(f"xray_state_{state}"), t)
    screen.plot(fig, key=key, alt=alt)
    st.caption(alt)
    fig = inside.heat(states, specimen.marks, t(f"xray_state_{state}"), t, share=False)
    screen.plot(fig, key=f"{key}.map", alt=alt)


def _rules(patient: Patient, specimen: Specimen) -> dict[str, np.ndarray]:
    if reads_text(patient.run.spec):
        return units.text_rules("".join(specimen.marks))
    return {name: rule[0] for name, rule in tasks.of(patient.run.spec).remembers(specimen.x).items()}


def _path(key, patient, specimen, untouched, operated, layer) -> None:
    state = looks.STATES[patient.cell][0]
    places, held = plane.path((operated or untouched).kept(layer, state))
    alt = t("xray_path_alt", state=t(f"xray_state_{state}"), share=round(100 * held), n=specimen.steps)
    screen.plot(inside.plane(places, specimen.marks, t("xray_path_title"), patient.cell, t), key=key, alt=alt)
    st.caption(alt)


def _saturation(key, patient, specimen, untouched, operated, layer) -> None:
    shown = operated or untouched
    gates = {gate: shown.kept(layer, gate) for gate in looks.GATES[patient.cell] if gate in looks.SHARES}
    named = {t(f"xray_gate_{gate}"): values for gate, values in gates.items()}
    parts = []
    for name, values in named.items():
        low, high = inside.saturated(values)
        parts.append(t("xray_saturation_of", gate=name, low=round(100 * low), high=round(100 * high)))
    fig = inside.histogram(named, t("xray_saturation_title"), patient.cell, t)
    screen.plot(fig, key=key, alt=" ".join(parts))
    st.caption(" ".join(parts))


def _pace(key, patient, specimen, untouched, operated, layer) -> None:
    x, _ = patient.data
    passed = net.forward(patient.network, x[:FEW], operated.surgery if operated else None)
    times = pace.of_layers(passed)
    names = [f"{n + 1}" for n in range(len(times))]
    alt = t("xray_pace_alt", listed=", ".join(t("xray_pace_of", n=k + 1, steps=time) for k, time in enumerate(times)))
    fig = inside.bars(np.array(times), names, t("xray_pace_title"), t("xray_pace_steps"), COLOUR[patient.cell], t)
    fig.layout.xaxis.title.text = t("xray_layer")
    screen.plot(fig, key=key, alt=alt)
    st.caption(alt)


VIEW = {
    "pace": _pace,
    "cell": _cell,
    "gates": _gates,
    "states": _states,
    "gradient": _gradient,
    "inputs": _inputs,
    "units": _units,
    "path": _path,
    "saturation": _saturation,
}
