"""The table of words in Keras: sums of rows, and what is hidden of them while training."""

import numpy as np
import pytest

from rrn.data.wording import PAD, vectors

pytestmark = pytest.mark.keras

ROWS, WIDTH, PARTS = 30, 4, 6


def table(hidden=0.0):
    import keras

    from rrn.nn.word_table import WordTable

    keras.utils.set_random_seed(0)
    return WordTable(ROWS, WIDTH, hidden)


def numbers(texts=5, steps=7, seed=0):
    """Words of one to all parts, and padding behind the texts."""
    rng = np.random.default_rng(seed)
    found = rng.integers(1, ROWS, size=(texts, steps, PARTS))
    many = rng.integers(1, PARTS + 1, size=(texts, steps, 1))
    found = np.where(np.arange(PARTS) < many, found, PAD)
    found[0, 4:] = PAD
    return found.astype("int32")


def test_a_word_is_the_sum_of_its_rows_over_the_root_of_their_count():
    layer, read = table(), numbers()
    said = np.asarray(layer(read))
    rows = np.asarray(layer.embeddings)
    for text, row in zip(read, said, strict=True):
        for word, vector in zip(text, row, strict=True):
            met = [rows[n] for n in word if n != PAD]
            wanted = np.sum(met, axis=0) / np.sqrt(len(met)) if met else np.zeros(WIDTH)
            assert vector == pytest.approx(wanted, abs=1e-5)
    assert vectors(read, rows) == pytest.approx(said, abs=1e-5)
    assert np.std(rows) == pytest.approx(0.3, rel=0.3)


def test_what_pads_a_word_takes_no_gradient():
    import keras
    import tensorflow as tf

    layer, read = table(), numbers()
    layer(read)
    with tf.GradientTape() as tape:
        loss = keras.ops.sum(layer(read))
    gradient = np.asarray(tf.convert_to_tensor(tape.gradient(loss, layer.embeddings.value)))
    assert not gradient[PAD].any() and gradient[np.unique(read[read != PAD])].any(axis=1).all()


@pytest.mark.parametrize("hidden", [0.1, 0.5])
def test_so_large_a_share_of_the_numbers_is_hidden_while_training_and_none_after(hidden):
    layer = table(hidden)
    read = np.arange(1, ROWS)[None, :, None].repeat(200, axis=0).astype("int32")
    whole = np.asarray(layer(read))
    assert np.array_equal(np.asarray(layer(read, training=False)), whole) and whole.any(axis=2).all()
    one, other = (np.asarray(layer(read, training=True)).any(axis=2) for _ in range(2))
    assert one.mean() == pytest.approx(1 - hidden, abs=0.03) and not np.array_equal(one, other)


def test_of_what_is_left_the_sum_is_over_the_root_of_its_own_count():
    import keras

    layer = table(0.5)
    layer(numbers())
    layer.embeddings.assign(keras.ops.ones((ROWS, WIDTH)))
    read = numbers(60, 20)
    said = np.asarray(layer(read, training=True))[..., 0] ** 2  # rows of ones: the root of the count
    count = said.round()
    assert said == pytest.approx(count, abs=1e-4) and (count <= (read != PAD).sum(axis=2)).all()
    assert count.sum() / (read != PAD).sum() == pytest.approx(0.5, abs=0.05)
