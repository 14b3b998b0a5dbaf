"""Every task and every cell under the X-ray: what is shown is what Keras computes, what the formulas say, and what a
nudge does. Nothing here but what is tested comes from rrn.scratch.
"""

import importlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rrn import tasks
from rrn.events import Kept
from rrn.scratch.network import opened_from
from rrn.spec import CELLS
from rrn.xray.look import look_with
from rrn.xray.specimen import example, typed, written
from tests.recipes.smallest import smallest
from tests.scratch.slopes import NUDGE, same

pytestmark = pytest.mark.keras

TEXT = "the gate that opens lets a thing go by; the gate that is shut keeps what was there before. " * 4
FAST = 0.05  # the rate: so that no bias stays near 0, where one could stand for another
FEW = 8  # examples that are learned from
CLOSE = 1e-5  # float32 beside float64
EXACT = 1e-9
SLOPE, FLOOR = 1e-4, 1e-9  # of a slope by nudging: its own share, and what rounding leaves


def cases():
    for name in tasks.names():
        kind = tasks.module(name).SPEC
        for cell in CELLS:
            yield name, cell, {}
            if hasattr(kind(), "layers"):
                yield name, cell, {"layers": 2}
            if cell == "rnn" and hasattr(kind(), "initial"):
                yield name, cell, {"initial": "identity"}  # the only way to ReLU


def spec_of(name, cell, fields):
    kind = tasks.module(name).SPEC
    spec = replace(smallest(kind), cell=cell, rate=FAST, epochs=1, **fields)
    return replace(spec, symbols=len(set(TEXT)), characters=len(TEXT)) if hasattr(spec, "text") else spec


@pytest.fixture(scope="module", params=cases(), ids=lambda case: " ".join(map(str, [*case[:2], *case[2].values()])))
def opened(request):
    """A run that was trained, and what the X-ray shows of one of its sequences."""
    import keras

    from rrn.nn import sequences
    from rrn.nn.weights import take

    name, cell, fields = request.param
    task, spec = tasks.module(name), spec_of(name, cell, fields)
    recipe = importlib.import_module(f"rrn.recipes.{name}")
    told: list = []
    given = SimpleNamespace(weights=None, compiling=0.0, began=lambda model: None, bytes=lambda name: TEXT.encode())
    keras.utils.set_random_seed(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequences, "UNSEEN", FEW)
        patch.setattr(task, "EXAMPLES", FEW, raising=False)
        # For so few batches, tracing a graph takes longer than it saves.
        patch.setattr(keras.Model, "run_eagerly", property(lambda model: True, lambda model, value: None))
        trained = take(recipe.run(spec, told.append, given))
    kept = {event.name: event.data for event in told if isinstance(event, Kept)}
    run = SimpleNamespace(spec=spec, weights=lambda: trained, kept=kept.__getitem__)
    assert all(w.any() for w in trained.values())

    specimen = example(run, 1, TEXT)
    activation = getattr(spec, "activation", "tanh")
    network = opened_from(run.weights(), spec.cell, activation)
    return SimpleNamespace(
        recipe=recipe,
        run=run,
        cell=cell,
        activation=activation,
        weights={name: w.astype(float) for name, w in trained.items()},
        specimen=specimen,
        network=network,
        look=look_with(network, specimen),
    )


# The formulas, one gate at a time


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(x, state, W, U, b, activation):
    h, c = state
    Wi, Wf, Wg, Wo = np.split(W, 4, axis=1)  # in Keras' words: i, f, c, o
    Ui, Uf, Ug, Uo = np.split(U, 4, axis=1)
    bi, bf, bg, bo = np.split(b, 4)
    i = sigmoid(x @ Wi + h @ Ui + bi)
    f = sigmoid(x @ Wf + h @ Uf + bf)
    g = np.tanh(x @ Wg + h @ Ug + bg)
    o = sigmoid(x @ Wo + h @ Uo + bo)
    c = f * c + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * np.tanh(c)}


def gru(x, state, W, U, b, activation):
    h = state[0]
    Wz, Wr, Wg = np.split(W, 3, axis=1)  # in Keras' words: z, r, h
    Uz, Ur, Ug = np.split(U, 3, axis=1)
    bz, br, bg = np.split(b[0], 3)
    vz, vr, vg = np.split(b[1], 3)
    z = sigmoid(x @ Wz + bz + h @ Uz + vz)
    r = sigmoid(x @ Wr + br + h @ Ur + vr)
    g = np.tanh(x @ Wg + bg + r * (h @ Ug + vg))
    return {"z": z, "r": r, "g": g, "h": z * h + (1 - z) * g}


def rnn(x, state, W, U, b, activation):
    bent = {"tanh": np.tanh, "relu": lambda z: z * (z > 0)}[activation]
    return {"h": bent(x @ W + state[0] @ U + b)}


def read(case, specimen):
    """(1, steps, features): rows of the table, one-hot vectors, or the numbers themselves."""
    if specimen.x.ndim == 3:
        return specimen.x.astype(float)
    table = case.weights.get("embed/embeddings")
    return (np.eye(len(case.weights["cell_1/kernel"])) if table is None else table)[specimen.x]


def plainly(case, x, nudges=None):
    """(all that happens in every layer, what is said), by the formulas, one step after the other.

    Args:
        x: (batch, steps, features).
        nudges: by (layer, step), what is added to h there before anybody reads it.
    """
    steps, found, n = x.shape[1], [], 0
    while (name := f"cell_{n + 1}") + "/kernel" in case.weights:
        W, U, b = (case.weights[f"{name}/{word}"] for word in ("kernel", "recurrent_kernel", "bias"))
        state = (np.zeros((len(x), len(U))),) * 2
        happened: list[dict] = []
        for t in range(steps):
            now = {"rnn": rnn, "gru": gru, "lstm": lstm}[case.cell](x[:, t], state, W, U, b, case.activation)
            now["h"] = now["h"] + (nudges or {}).get((n, t), 0)
            state = now["h"], now.get("c")
            happened.append(now)
        found.append({letter: np.stack([now[letter] for now in happened], axis=1) for letter in happened[0]})
        x, n = found[-1]["h"], n + 1
    return found, x @ case.weights["out/kernel"] + case.weights["out/bias"]


def surprise(case, specimen, said):
    """(batch,) the loss of the followed answer; where nobody knows what is right, of the one that was given."""
    said, wanted = said[:, specimen.at], specimen.y[0, specimen.at]
    own = plainly(case, read(case, specimen))[1][0, specimen.at]
    if specimen.numbers:
        return (said[:, 0] - (own[0] + 1 if np.isnan(wanted[0]) else wanted[0])) ** 2
    wanted = int(own.argmax()) if wanted == -1 else int(wanted)
    return np.log(np.exp(said).sum(axis=-1)) - said[:, wanted]


def both_ways(many):
    """(2·many, many): every direction there and back, by a nudge."""
    return NUDGE * np.concatenate([np.eye(many), -np.eye(many)])


def slopes(values):
    """The gradient, from values above and below."""
    above, below = np.split(values, 2)
    return (above - below) / (2 * NUDGE)


def near(shown, nudged):
    assert shown == pytest.approx(nudged, rel=SLOPE, abs=FLOOR)


def test_the_states_and_the_answers_shown_are_those_of_the_trained_model(opened):
    import keras

    from rrn.nn.sequences import shown
    from rrn.nn.weights import put

    case, x, spec = opened, opened.specimen.x, opened.run.spec
    if hasattr(spec, "text"):
        model = case.recipe.build(replace(spec, batch=1, length=case.specimen.steps))
    else:
        model = case.recipe.build(spec, case.specimen.steps)
        x = shown(x, tasks.of(spec).INPUTS)
    put(model, case.run.weights())
    layers = [model.get_layer(f"cell_{n + 1}") for n in range(case.look.layers)]
    *states, said = keras.Model(model.input, [*(layer.output for layer in layers), model.output])(x, training=False)
    for n, state in enumerate(states):
        same(case.look.kept(n, "h"), np.asarray(state)[0], CLOSE)
    everywhere = np.asarray(model.get_layer("out")(states[-1]))[0]
    same(case.look.passed.said[0], everywhere, CLOSE)
    same(case.look.passed.said[0, -said.shape[1] :], np.asarray(said)[0], CLOSE)
    if case.specimen.numbers:
        same(case.look.said, everywhere, CLOSE)
        assert case.look.answer == pytest.approx(everywhere[case.specimen.at, 0], rel=CLOSE, abs=CLOSE)
    else:
        same(case.look.said, np.asarray(keras.ops.softmax(everywhere)), CLOSE)
        assert case.look.answer == everywhere[case.specimen.at].argmax()


def test_every_gate_and_state_shown_is_what_its_formula_gives(opened):
    found, said = plainly(opened, read(opened, opened.specimen))
    for n, happened in enumerate(found):
        for letter, values in happened.items():
            same(opened.look.kept(n, letter), values[0], EXACT)
    same(opened.look.passed.said, said, EXACT)
    assert opened.look.layers == len(found)


def test_the_gradient_shown_is_what_nudging_a_state_does_to_the_loss(opened):
    """Of one of the task's sequences, and of the same one typed: then nobody knows what follows."""
    case, units = opened, opened.network.units
    for specimen in (case.specimen, typed(case.run, written(case.run, case.specimen))):
        x = np.repeat(read(case, specimen), 2 * units, axis=0)
        look = look_with(case.network, specimen)
        for layer, lengths in enumerate(look.gradient):
            found = [
                np.linalg.norm(slopes(surprise(case, specimen, plainly(case, x, {(layer, t): both_ways(units)})[1])))
                for t in range(specimen.steps)
            ]
            near(lengths, found)
            assert lengths[specimen.at] > FLOOR and not lengths[specimen.at + 1 :].any()


def test_saliency_is_what_nudging_an_input_does_to_an_output(opened):
    case, x = opened, read(opened, opened.specimen)
    steps, features = x.shape[1:]
    for at in {case.specimen.at, case.specimen.at // 2}:
        output = int(case.look.said[at].argmin())
        found = []
        for t in range(steps):
            nudged = np.repeat(x, 2 * features, axis=0)
            nudged[:, t] += both_ways(features)
            found.append(np.linalg.norm(slopes(plainly(case, nudged)[1][:, at, output])))
        shown = case.look.saliency(at, output)
        near(shown, found)
        assert shown.any() and not shown[at + 1 :].any()
