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


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_recurrent_weights_are_dropped_while_training_and_only_then(cell):
    import keras

    from rrn.nn.cells import CELLS

    keras.utils.set_random_seed(3)
    x = keras.random.normal((5, 11, 7))
    plain, dropped = (CELLS[cell](6, return_sequences=True, weight_drop=share) for share in (0.0, 0.5))
    for layer in (plain, dropped):
        layer.build(x.shape)
    dropped.set_weights(plain.get_weights())
    calm, *rough = (np.asarray(dropped(x, training=training)) for training in (False, True, True))
    assert np.array_equal(calm, np.asarray(plain(x, training=True)))
    # The first step starts from a state of zeros, so its recurrent weights do not count yet.
    assert all(np.allclose(each[:, 0], calm[:, 0]) and not np.allclose(each[:, 1:], calm[:, 1:]) for each in rough)
    assert not np.allclose(*rough)  # drawn anew for every batch
