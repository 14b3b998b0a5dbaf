"""By hand and by Keras, with the same weights: the same outputs and gradients."""

import numpy as np
import pytest

from rrn.scratch import dense, losses, optimizers, simple, wiring
from rrn.scratch.activations import ACTIVATIONS
from tests.scratch.slopes import same

pytestmark = pytest.mark.keras

BATCH, STEPS, FEATURES, UNITS = 3, 9, 5, 6
CLOSE = 1e-5
LAYERS = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def with_weights(layer, rng):
    """A built Keras layer with weights drawn by us, and the same by our letters."""
    layer.set_weights([rng.normal(0, 0.5, w.shape).astype("float32") for w in layer.weights])
    return dict(zip(("Wx", "Wh", "b"), layer.get_weights(), strict=True))


def gradients(layer, x, pull):
    """(output, gradient on the input, on the weights) of Keras."""
    import tensorflow as tf

    given = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(given)
        output = layer(given)
        loss = tf.reduce_sum(output * pull)
    dx, *dw = tape.gradient(loss, [given, *[w.value for w in layer.trainable_weights]])
    return np.asarray(output), np.asarray(dx), [np.asarray(each) for each in dw]


@pytest.mark.parametrize(
    ("cell", "settings"), [("rnn", {}), ("gru", {}), ("gru", {"reset_after": False}), ("lstm", {})], ids=str
)
def test_a_cell_is_that_of_keras(cell, settings, rng):
    import keras

    layer = getattr(keras.layers, LAYERS[cell])(UNITS, return_sequences=True, **settings)
    layer.build((BATCH, STEPS, FEATURES))
    weights = with_weights(layer, rng)
    x, pull = (rng.normal(size=(BATCH, STEPS, n)).astype("float32") for n in (FEATURES, UNITS))
    output, dx, dw = gradients(layer, x, pull)
    trace = wiring.CELLS[cell].forward(x, weights)
    back = wiring.CELLS[cell].backward(trace, pull)
    same(trace.kept["h"], output, CLOSE)
    same(back.x, dx, CLOSE)
    for name, other in zip(("Wx", "Wh", "b"), dw, strict=True):
        same(back.weights[name], other, CLOSE)


@pytest.mark.parametrize("cell", LAYERS)
def test_layers_over_each_other_are_those_of_keras(cell, rng):
    import keras

    layers = [getattr(keras.layers, LAYERS[cell])(UNITS, return_sequences=True) for _ in range(2)]
    model = keras.Sequential([keras.Input((STEPS, FEATURES)), *layers])
    weights = [with_weights(layer, rng) for layer in layers]
    x, pull = (rng.normal(size=(BATCH, STEPS, n)).astype("float32") for n in (FEATURES, UNITS))
    output, dx, dw = gradients(model, x, pull)
    traces = wiring.stack_forward(x, cell, weights)
    steps = wiring.stack_backward(cell, traces, pull)
    same(traces[-1].kept["h"], output, CLOSE)
    same(steps[0].x, dx, CLOSE)
    for mine, other in zip([b.weights[n] for b in steps for n in ("Wx", "Wh", "b")], dw, strict=True):
        same(mine, other, CLOSE)


@pytest.mark.parametrize("cell", LAYERS)
def test_both_directions_are_those_of_keras(cell, rng):
    import keras

    layer = keras.layers.Bidirectional(getattr(keras.layers, LAYERS[cell])(UNITS, return_sequences=True))
    layer.build((BATCH, STEPS, FEATURES))
    there, back = with_weights(layer.forward_layer, rng), with_weights(layer.backward_layer, rng)
    x, pull = (rng.normal(size=(BATCH, STEPS, n)).astype("float32") for n in (FEATURES, 2 * UNITS))
    output, dx, dw = gradients(layer, x, pull)
    traces = wiring.both_ways_forward(x, cell, there, back)
    one, two, mine = wiring.both_ways_backward(cell, traces, pull)
    same(traces.h, output, CLOSE)
    same(mine, dx, CLOSE)
    for ours, other in zip([b.weights[n] for b in (one, two) for n in ("Wx", "Wh", "b")], dw, strict=True):
        same(ours, other, CLOSE)


KERAS = {"linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "gelu": "gelu", "swish": "silu"}


@pytest.mark.parametrize("name", KERAS)
def test_a_dense_layer_is_that_of_keras(name, rng):
    import keras

    layer = keras.layers.Dense(UNITS, activation=KERAS[name])
    layer.build((BATCH, FEATURES))
    layer.set_weights([rng.normal(size=w.shape).astype("float32") for w in layer.weights])
    weights = dict(zip(("W", "b"), layer.get_weights(), strict=True))
    x, pull = (rng.normal(size=(BATCH, n)).astype("float32") for n in (FEATURES, UNITS))
    output, dx, dw = gradients(layer, x, pull)
    trace = dense.forward(x, weights, name)
    back = dense.backward(trace, pull)
    for mine, other in ((trace.a, output), (back.x, dx), *zip(back.weights.values(), dw, strict=True)):
        same(mine, other, CLOSE)


def test_every_activation_has_a_twin_in_keras_or_is_checked_by_nudging_alone():
    assert set(ACTIVATIONS) - set(KERAS) == {"step", "leaky_relu"}


def test_losses_are_those_of_keras(rng):
    import keras

    logits, classes = rng.normal(size=(7, 4)).astype("float32"), rng.integers(0, 4, 7)
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(classes, logits)
    assert losses.cross_entropy(logits, classes)[0] == pytest.approx(float(theirs), rel=CLOSE)
    yes = rng.integers(0, 2, (7, 1)).astype("float32")
    theirs = keras.losses.BinaryCrossentropy(from_logits=True)(yes, logits[:, :1])
    assert losses.binary_cross_entropy(logits[:, :1], yes)[0] == pytest.approx(float(theirs), rel=CLOSE)
    assert losses.squared_error(logits, 0 * logits)[0] == pytest.approx(float(np.mean(logits**2)), rel=CLOSE)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_ten_steps_of_an_optimizer_are_those_of_keras(name, rng):
    import keras

    weights = {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
    variables = [keras.Variable(w, dtype="float64") for w in weights.values()]
    theirs = {
        "sgd": lambda: keras.optimizers.SGD(0.1, global_clipnorm=1.0),
        "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=1.0),
        "adam": lambda: keras.optimizers.Adam(0.1, global_clipnorm=1.0),
    }[name]()
    memory = None
    for _ in range(10):
        drawn = {key: rng.normal(size=w.shape) for key, w in weights.items()}
        theirs.apply_gradients(zip(map(keras.ops.convert_to_tensor, drawn.values()), variables, strict=True))
        clipped, _ = optimizers.clip_norm(drawn, 1.0)
        if name == "sgd":
            weights = optimizers.sgd(weights, clipped, 0.1)
        else:
            weights, memory = getattr(optimizers, name)(weights, clipped, memory, 0.1)
    for mine, other in zip(weights.values(), variables, strict=True):
        same(mine, np.asarray(other), CLOSE)


def test_a_simple_rnn_with_relu_is_that_of_keras(rng):
    import keras

    layer = keras.layers.SimpleRNN(UNITS, activation="relu", return_sequences=True)
    layer.build((BATCH, STEPS, FEATURES))
    weights = with_weights(layer, rng)
    x, pull = (rng.normal(size=(BATCH, STEPS, n)).astype("float32") for n in (FEATURES, UNITS))
    output, dx, _ = gradients(layer, x, pull)
    trace = simple.forward(x, weights, activation="relu")
    same(trace.kept["h"], output, CLOSE)
    same(simple.backward(trace, pull, activation="relu").x, dx, CLOSE)
