"""What a translator learns by: its own words in the place of the right ones, and the loss."""

import numpy as np
import pytest

pytestmark = pytest.mark.keras

WRITTEN = np.array([[1, 5, 6, 7, 0, 0], [1, 8, 4, 5, 6, 9]], np.int32)
SAID = np.array([[7, 7, 4, 5, 9, 9], [4, 4, 9, 9, 4, 4]], np.int32)  # by the model, of what comes next
OWN = np.array([[1, 7, 7, 4, 0, 0], [1, 4, 4, 9, 9, 4]], np.int32)


def mixed(teacher, training, times=1):
    import keras

    from rrn.nn.seq2seq import OwnWords

    keras.utils.set_random_seed(0)
    written, logits = np.tile(WRITTEN, (times, 1)), np.tile(np.eye(10, dtype="float32")[SAID], (times, 1, 1))
    return np.asarray(OwnWords(teacher)(written, logits, training=training))


def test_a_teacher_who_gives_all_words_changes_none():
    assert np.array_equal(mixed(1.0, True), WRITTEN)


def test_without_a_teacher_all_but_the_first_and_padding_are_its_own():
    assert np.array_equal(mixed(0.0, True), OWN)


def test_outside_of_training_nothing_is_replaced():
    assert np.array_equal(mixed(0.0, False), WRITTEN)


def test_between_the_two_words_are_mixed_in_the_share_that_was_asked_for():
    found = mixed(0.7, True, 100).reshape(100, *WRITTEN.shape)
    assert ((found == WRITTEN) | (found == OWN)).all()
    differ = WRITTEN != OWN
    assert (found == WRITTEN)[:, differ].mean() == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_loss_is_the_mean_surprise_of_what_is_no_padding(smoothing):
    from rrn.nn.seq2seq import Surprise

    logits = np.random.default_rng(0).normal(0, 2, (2, 4, 6)).astype("float32")
    wanted = np.array([[3, 5, 2, 0], [2, 0, 0, 0]])
    p = np.exp(logits.astype(float))
    p /= p.sum(axis=-1, keepdims=True)
    costs = []
    for row, step in ((0, 0), (0, 1), (0, 2), (1, 0)):
        target = np.full(6, smoothing / 6)
        target[wanted[row, step]] += 1 - smoothing
        costs.append(-(target * np.log(p[row, step])).sum())
    assert float(Surprise(smoothing)(wanted, logits)) == pytest.approx(np.mean(costs), rel=1e-5)


def test_models_of_all_lengths_are_one_network():
    """A longer model says of a padded sentence what a shorter one says of it."""
    from rrn.nn.seq2seq import Shape, Translator
    from rrn.tasks.translation import Translation

    translator = Translator(Translation(units=8, embedding=4, reading="both", attention="general"), 9, 10)
    read, written = np.array([[4, 5, 6, 2]]), np.array([[1, 5, 6]])
    short = translator.model(Shape(4, 3)).predict_on_batch([read, written])
    longer = [np.pad(side, ((0, 0), (0, 3))) for side in (read, written)]
    long = translator.model(Shape(7, 6)).predict_on_batch(longer)
    assert long[:, :3] == pytest.approx(short, abs=1e-5)
    assert translator.model(Shape(4, 3)) is translator.model(Shape(4, 3))
