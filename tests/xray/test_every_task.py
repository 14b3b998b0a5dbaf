"""Every task and every cell under the X-ray: what is shown is what Keras computes, what the formulas say, and what a
nudge does. None of the three comes from rrn.scratch.
"""

import importlib
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import tasks
from rrn.events import Kept
from rrn.scratch.network import opened_from
from rrn.spec import CELLS
from rrn.xray.look import STATES, look_with
from rrn.xray.specimen import example, typed, written
from tests.recipes.smallest import smallest
from tests.scratch.slopes import NUDGE, same
from tests.xray.formulas import STEP, gates_of

pytestmark = pytest.mark.keras

TEXT = "the gate that opens lets a thing go by; the gate that is shut keeps what was there before it. " * 3
FAST = 0.05  # the rate: so that no bias stays near 0, where one could stand for another
FEW = 8  # examples that are learned from
CLOSE = 1e-5  # float32 beside float64
EXACT = 1e-9
SLOPE, FLOOR = 1e-4, 1e-9  # of a slope by nudging: its own share, and what rounding leaves


def cases():
    """(task, cell, further settings): of every task the cell it opens with, of one all of them; the rest is slow."""
    for name in tasks.names():
        spec = tasks.module(name).SPEC
        if {"pairs", "texts"} & vars(spec()).keys():  # sentences and texts are looked into elsewhere
            continue
        if {"sounds", "recordings"} & vars(spec()).keys():  # a network that hears is not opened by the X-ray
            continue
        for cell in CELLS:
            rare = [] if cell == spec().cell or name == "adding" else [pytest.mark.slow]
            yield pytest.param((name, cell, {}), marks=rare)
            if hasattr(spec(), "layers"):
                yield pytest.param((name, cell, {"layers": 2}), marks=rare)
        if hasattr(spec(), "initial"):
            yield pytest.param((name, "rnn", {"initial": "identity"}))  # the only way to ReLU


def called(case):
    return " ".join(map(str, (*case[:2], *case[2].values())))


@pytest.fixture(scope="module", params=cases(), ids=called)
def opened(request):
    """A run that was trained, and what the X-ray shows of one of its sequences."""
    import keras

    from rrn.nn import sequences
    from rrn.nn.weights import take
    from rrn.recipes import language_model

    name, cell, fields = request.param
    task, recipe = tasks.module(name), importlib.import_module(f"rrn.recipes.{name}")
    spec = replace(smallest(task.SPEC), cell=cell, rate=FAST, **fields)
    if hasattr(spec, "text"):
        spec = replace(spec, symbols=len(set(TEXT)), characters=len(TEXT))
    told: list = []
    given = SimpleNamespace(weights=None, compiling=0.0, began=lambda model: None, bytes=lambda name: TEXT.encode())
    keras.utils.set_random_seed(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequences, "UNSEEN", FEW)
        patch.setattr(task, "EXAMPLES", FEW, raising=False)
        patch.setattr(language_model, "SAMPLE", 1)
        # For so few batches, tracing a graph takes longer than it saves.
        patch.setattr(keras.Model, "run_eagerly", property(lambda model: True, lambda model, value: None))
        weights = take(recipe.run(spec, told.append, given))
    kept = {event.name: event.data for event in told if isinstance(event, Kept)}
    run = SimpleNamespace(spec=spec, weights=lambda: weights, kept=kept.__getitem__)
    assert all(w.any() for w in weights.values())

    specimen, activation = example(run, 1, TEXT), getattr(spec, "activation", "tanh")
    network = opened_from(run.weights(), cell, activation)
    return SimpleNamespace(
        recipe=recipe,
        run=run,
        cell=cell,
        activation=activation,
        weights={name: w.astype(float) for name, w in weights.items()},
        network=network,
        specimen=specimen,
        look=look_with(network, specimen),
    )


def read(case, specimen):
    """(1, steps, features): rows of the table, one-hot vectors, or the numbers themselves."""
    if specimen.x.ndim == 3:
        return specimen.x.astype(float)
    table = case.weights.get("embed/embeddings")
    return (np.eye(len(case.weights["cell_1/kernel"])) if table is None else table)[specimen.x]


def plainly(case, x, nudged=-1, nudges=None, state="h"):
    """(all that happens in every layer, what is said), by the formulas, one step after the other.

    Args:
        x: (batch, steps, features).
        nudged: a layer.
        nudges: (batch, steps, units) what is added to its state before anybody reads it.
        state: h, or an LSTM's c, which its h follows.
    """
    found, step = [], STEP[case.cell]
    while f"cell_{len(found) + 1}/kernel" in case.weights:
        gates = gates_of(case.weights, f"cell_{len(found) + 1}", case.cell)
        h = c = np.zeros((len(x), case.network.units))
        happened: list[dict] = []
        for t in range(x.shape[1]):
            now = step(gates, x[:, t], h, c, case.activation)
            if nudged == len(found):
                now[state] = now[state] + nudges[:, t]
                if state == "c":
                    now["h"] = now["o"] * np.tanh(now["c"])
            h, c = now["h"], now.get("c")
            happened.append(now)
        found.append({letter: np.stack([now[letter] for now in happened], axis=1) for letter in happened[0]})
        x = found[-1]["h"]
    return found, x @ case.weights["out/kernel"] + case.weights["out/bias"]


def loss(case, specimen, said):
    """(batch,) of the followed answer; where nobody knows what is right, of the one that was given."""
    said, wanted = said[:, specimen.at], specimen.y[0, specimen.at]
    own = plainly(case, read(case, specimen))[1][0, specimen.at]
    if specimen.numbers:
        return (said[:, 0] - (own[0] + 1 if np.isnan(wanted[0]) else wanted[0])) ** 2
    wanted = own.argmax() if wanted == -1 else wanted
    return np.log(np.exp(said).sum(axis=-1)) - said[:, wanted]


def every_nudge(steps, many):
    """(2·steps·many, steps, many): one number at one step, up and down."""
    one = NUDGE * np.eye(steps * many).reshape(-1, steps, many)
    return np.concatenate([one, -one])


def lengths(values, steps):
    """(steps,) of the gradient at every step, from the values after every nudge."""
    up, down = np.split(values, 2)
    return np.linalg.norm((up - down).reshape(steps, -1) / (2 * NUDGE), axis=-1)


def near(shown, nudged):
    assert shown == pytest.approx(nudged, rel=SLOPE, abs=FLOOR)


def test_the_states_and_answers_shown_are_those_of_the_trained_model(opened):
    import keras

    from rrn.nn.sequences import shown
    from rrn.nn.weights import put

    look, specimen, spec = opened.look, opened.specimen, opened.run.spec
    if hasattr(spec, "text"):
        model, x = opened.recipe.build(replace(spec, batch=1, length=specimen.steps)), specimen.x
    else:
        model = opened.recipe.build(spec, specimen.steps)
        x = shown(specimen.x, tasks.of(spec).INPUTS)
    put(model, opened.run.weights())
    layers = [model.get_layer(f"cell_{n + 1}").output for n in range(look.layers)]
    *states, said = (np.asarray(each) for each in keras.Model(model.input, [*layers, model.output])(x, training=False))
    for n, state in enumerate(states):
        same(look.kept(n, "h"), state[0], CLOSE)
    everywhere = np.asarray(model.get_layer("out")(states[-1]))[0]  # also where only the last step is asked for
    same(look.passed.said[0], everywhere, CLOSE)
    same(look.passed.said[0, -said.shape[1] :], said[0], CLOSE)
    if specimen.numbers:
        same(look.said, everywhere, CLOSE)
        assert look.answer == pytest.approx(everywhere[specimen.at, 0], abs=CLOSE)
    else:
        same(look.said, np.asarray(keras.ops.softmax(everywhere)), CLOSE)
        assert look.answer == everywhere[specimen.at].argmax()


def test_every_gate_and_state_shown_is_what_its_formula_gives(opened):
    found, said = plainly(opened, read(opened, opened.specimen))
    assert len(found) == opened.look.layers == getattr(opened.run.spec, "layers", 1)
    for n, happened in enumerate(found):
        for letter, values in happened.items():
            same(opened.look.kept(n, letter), values[0], EXACT)
    same(opened.look.passed.said, said, EXACT)


def test_the_gradient_shown_is_what_nudging_a_state_does_to_the_loss(opened):
    """Of one of the task's sequences, and of the same one typed: then mostly nobody knows what is right."""
    for specimen in (opened.specimen, typed(opened.run, written(opened.run, opened.specimen))):
        nudges = every_nudge(specimen.steps, opened.network.units)
        x = np.repeat(read(opened, specimen), len(nudges), axis=0)
        look = look_with(opened.network, specimen)
        for layer, state in product(range(look.layers), STATES[opened.cell]):
            shown = look.gradient_on(state, layer)
            said = plainly(opened, x, layer, nudges, state)[1]
            near(shown, lengths(loss(opened, specimen, said), specimen.steps))
            assert shown[specimen.at] > FLOOR and not shown[specimen.at + 1 :].any()


def test_saliency_is_what_nudging_an_input_does_to_an_output(opened):
    specimen, x = opened.specimen, read(opened, opened.specimen)
    said = plainly(opened, x + every_nudge(*x.shape[1:]))[1]
    for at in (specimen.at, specimen.at // 2):
        output = int(opened.look.said[at].argmin())
        shown = opened.look.saliency(at, output)
        near(shown, lengths(said[:, at, output], specimen.steps))
        assert shown.any() and not shown[at + 1 :].any()
