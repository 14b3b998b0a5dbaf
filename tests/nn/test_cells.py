"""The fast loops compute what Keras' own layers do: outputs, states and gradients."""

import numpy as np
import pytest

pytestmark = pytest.mark.keras


def both(cell, keep=None, spread=1.0, counted=None):
    """Outputs, last states and all gradients of our layer and of Keras' own, with the same weights and the same mask.

    Args:
        spread: of the state before the first step.
        counted: steps whose outputs the loss looks at, (batch, steps); None: all.
    """
    import keras
    import tensorflow as tf

    from rrn.nn.cells import CELLS

    keras.utils.set_random_seed(3)
    x = keras.random.normal((5, 11, 7))
    wanted = keras.random.normal((5, 11, 6)) * (1.0 if counted is None else counted[..., None].astype("float32"))
    ours = CELLS[cell](6, return_sequences=True, return_state=True)
    theirs = getattr(keras.layers, CELLS[cell].__name__)(6, return_sequences=True, return_state=True)
    start = [spread * keras.random.normal((5, 6)) for _ in (("h", "c") if cell == "lstm" else ("h",))]
    found = []
    for layer in (ours, theirs):
        layer.build(x.shape)
        layer.set_weights([0.5 * np.cos(np.arange(w.size)).reshape(w.shape) for w in layer.get_weights()])
        with tf.GradientTape() as tape:
            tape.watch([x, *start])
            outputs, *states = layer(x, initial_state=start, mask=None if keep is None else tf.constant(keep))
            loss = keras.ops.sum(outputs * wanted) + sum(keras.ops.sum(s * s) for s in states)
        gradients = tape.gradient(loss, [x, *start, *[w.value for w in layer.trainable_weights]])
        found.append([np.asarray(v) for v in (outputs, *states, *gradients)])
    assert ours.covered(x)
    return found


def assert_equal(found):
    for mine, other in zip(*found, strict=True):
        assert np.abs(mine - other).max() <= 1e-5 * np.abs(other).max()


RIGHT = np.arange(11) < np.array([11, 7, 1, 4, 10])[:, None]
HOLES = np.random.default_rng(0).random((5, 11)) < 0.6
HOLES[:, 0] = True


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_fast_loop_equals_keras(cell):
    assert_equal(both(cell))


@pytest.mark.parametrize("keep", [RIGHT, HOLES], ids=["behind", "between"])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_padding_is_passed_over_as_keras_does(cell, keep):
    found = both(cell, keep)
    assert_equal(found)
    outputs, last = found[0][:2]
    for row, length in zip(outputs, RIGHT.sum(axis=1), strict=True):
        assert keep is HOLES or (row[length:] == row[length - 1]).all()
    assert (outputs[:, -1] == last).all()
    assert not found[0][2 + (cell == "lstm")][~keep].any()  # nothing of the loss comes back to what is padding


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_padding_before_a_sequence_too(cell):
    """Of a state that is zeros; and where the loss does not look at what is put out before the sequence."""
    assert_equal(both(cell, RIGHT[:, ::-1], spread=0.0, counted=RIGHT[:, ::-1]))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_before_a_sequence_the_state_stays_where_keras_puts_out_zeros(cell):
    keep = RIGHT[:, ::-1]
    mine, other = both(cell, keep, counted=keep)
    assert np.abs(mine[0] - other[0])[~keep].max() > 0.1 and not other[0][~keep].any()
    assert_equal([[np.where(keep[..., None], found[0], 0), *found[1:]] for found in (mine, other)])


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
