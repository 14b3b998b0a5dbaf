"""The fast loops compute what Keras' own layers do: outputs, states and gradients."""

import numpy as np
import pytest

pytestmark = pytest.mark.keras


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_fast_loop_equals_keras(cell):
    import keras
    import tensorflow as tf

    from rrn.nn.cells import CELLS

    keras.utils.set_random_seed(3)
    x = keras.random.normal((5, 11, 7))
    wanted = keras.random.normal((5, 11, 6))
    ours = CELLS[cell](6, return_sequences=True, return_state=True)
    theirs = getattr(keras.layers, CELLS[cell].__name__)(6, return_sequences=True, return_state=True)
    start = [keras.random.normal((5, 6)) for _ in (("h", "c") if cell == "lstm" else ("h",))]
    found = []
    for layer in (ours, theirs):
        layer.build(x.shape)
        layer.set_weights([0.5 * np.cos(np.arange(w.size)).reshape(w.shape) for w in layer.get_weights()])
        with tf.GradientTape() as tape:
            tape.watch([x, *start])
            outputs, *states = layer(x, initial_state=start)
            loss = keras.ops.sum(outputs * wanted) + sum(keras.ops.sum(s * s) for s in states)
        gradients = tape.gradient(loss, [x, *start, *[w.value for w in layer.trainable_weights]])
        found.append([np.asarray(v) for v in (outputs, *states, *gradients)])
    for mine, other in zip(*found, strict=True):
        assert np.abs(mine - other).max() <= 1e-5 * np.abs(other).max()
