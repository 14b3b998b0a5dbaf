"""Training on batches of several shapes: one network and one optimizer behind them all."""

import time
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.events import Measured, Stopped
from rrn.tasks.translation import Translation

pytestmark = pytest.mark.keras

SPEC = Translation(units=8, embedding=4, cell="rnn", attention="none", reading="forward", epochs=3, batch=8, rate=0.01)


class Batches(list):
    """(shape, x, y) of an epoch; two shapes in turn."""

    def __init__(self, lengths=(3, 5, 3, 5)):
        from rrn.nn.seq2seq import Shape

        rng = np.random.default_rng(0)
        for steps in lengths:
            wanted = rng.integers(4, 9, (8, steps))
            begun = np.concatenate([np.ones((8, 1), int), wanted[:, :-1]], axis=1)
            self.append((Shape(steps, steps), [wanted, begun], wanted))


def fitted(emit, batches=None, spec=SPEC, **how):
    import keras

    from rrn.nn.fit import fit_shapes
    from rrn.nn.seq2seq import Surprise, Translator

    keras.utils.set_random_seed(0)
    translator = Translator(spec, 9, 9)
    given = SimpleNamespace(compiling=0.0)
    fit_shapes(translator.model, Batches() if batches is None else batches, Surprise(), spec, emit, given, **how)
    return translator, given


@pytest.fixture(scope="module")
def run():
    told, epochs = [], []
    translator, given = fitted(told.append, clip=0.05, each_epoch=lambda model, epoch: epochs.append(epoch))
    return translator, given, told, epochs


def test_two_shapes_share_weights_and_an_optimizer(run):
    translator, given, _, epochs = run
    one, two = translator.models.values()
    assert one.optimizer is two.optimizer and int(one.optimizer.iterations) == SPEC.epochs * 4
    assert {id(w) for w in one.trainable_weights} == {id(w) for w in two.trainable_weights}
    assert epochs == [1, 2, 3] and given.compiling > 0


def test_the_rate_falls_to_zero_along_a_cosine(run):
    """At the end of all epochs, not of those of one shape."""
    optimizer = next(iter(run[0].models.values())).optimizer
    assert float(optimizer.learning_rate) == pytest.approx(0, abs=1e-6)


def test_norms_and_clipped_steps_are_those_of_all_shapes(run):
    """Every step is clipped at 0.05: so the share is 1, not the half that one of two shapes has."""
    _, _, told, _ = run
    last = [event for event in told if "clipped" in event.values]
    assert [event.step for event in last] == [1, 2, 3]
    assert [event.values["clipped"] for event in last] == [1, 1, 1]
    assert all(event.values["gradient_norm"] > 0.05 for event in told)


def test_the_loss_falls(run):
    losses = [event.values["loss"] for event in run[2] if isinstance(event, Measured)]
    assert losses[-1] < losses[0]


def test_the_norm_is_of_the_last_batch_also_when_another_shape_came_before():
    """Against the gradient of that batch at the same weights, which a rate of 1e-5 hardly moves."""
    import keras
    import tensorflow as tf

    from rrn.nn.seq2seq import Surprise, Translator

    told = []
    one = Translation(**{**vars(SPEC), "epochs": 1, "rate": 1e-5})
    fitted(told.append, Batches((3, 5, 3)), one)
    keras.utils.set_random_seed(0)
    translator = Translator(one, 9, 9)
    shape, x, y = Batches((3, 5, 3))[-1]
    model = translator.model(shape)
    with tf.GradientTape() as tape:
        loss = Surprise()(y, model(x))
    squares = [
        float(tf.reduce_sum(tf.square(tf.convert_to_tensor(g))))
        for g in tape.gradient(loss, [w.value for w in model.trainable_weights])
    ]
    assert told[-1].values["gradient_norm"] == pytest.approx(np.sqrt(sum(squares)), rel=0.01)


def test_a_stop_is_heard_within_an_epoch(monkeypatch):
    from rrn.nn import fit

    monkeypatch.setattr(fit, "EVERY", 0.0)
    heard = []

    def emit(event):
        heard.append(event)
        if len(heard) == 3:
            raise Stopped

    began = time.monotonic()
    with pytest.raises(Stopped):
        fitted(emit, spec=Translation(**{**vars(SPEC), "epochs": 10_000}))
    assert len(heard) == 3 and heard[-1].step == 0.75 and time.monotonic() - began < 60
