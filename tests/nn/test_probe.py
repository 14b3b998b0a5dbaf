"""What is told of the gradient while a network trains."""

import numpy as np
import pytest

from rrn.tasks import recall

pytestmark = pytest.mark.keras


@pytest.mark.parametrize(("epochs", "looks"), [(1, 1), (7, 7), (10, 10), (25, 9), (60, 10)])
def test_a_long_run_is_looked_at_a_few_times_its_end_among_them(epochs, looks):
    from rrn.nn.probe import LOOKS, due

    seen = [epoch for epoch in range(1, epochs + 1) if due(epoch, epochs)]
    assert len(seen) == looks <= LOOKS and seen[-1] == epochs


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_gradient_told_is_the_one_that_tensorflow_finds(cell):
    """A tap of zeros is added to every state; the gradient on it is the one on the state."""
    import keras
    import tensorflow as tf

    from rrn.nn import probe
    from rrn.nn.sequences import shown
    from rrn.recipes import recall as recipe
    from rrn.scratch.reach import last_asked, targets

    spec = recall.Recall(cell=cell, units=8, gap=6)
    keras.utils.set_random_seed(0)
    model = recipe.build(spec)
    x, y = recall.examples(spec, 5, np.random.default_rng(0))
    wanted = targets(y, x.shape[1])
    told = probe.reach(model, spec, x, wanted, last_asked(wanted), 0).values

    layer, out = model.get_layer("cell_1"), model.get_layer("out")
    inputs = tf.constant(shown(x, recall.INPUTS))
    cell_layer = getattr(keras.layers, {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}[cell] + "Cell")(8)
    cell_layer.build((None, recall.INPUTS))
    cell_layer.set_weights(layer.get_weights())
    taps = [tf.Variable(tf.zeros((5, 8))) for _ in range(x.shape[1])]
    with tf.GradientTape() as tape:
        state = [tf.zeros((5, 8))] * (2 if cell == "lstm" else 1)
        for t, tap in enumerate(taps):
            _, state = cell_layer(inputs[:, t], state)
            state = [state[0] + tap, *state[1:]]
        said = out(state[0])
        loss = tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(y[:, 0], said, from_logits=True))
    lengths = [np.linalg.norm(np.asarray(g), axis=-1).mean() for g in tape.gradient(loss, taps)]
    assert told == pytest.approx(lengths[::-1], rel=1e-4, abs=1e-9)
