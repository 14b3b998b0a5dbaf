"""The running mean of a network's weights: against means taken by hand, and through a training."""

from types import SimpleNamespace

import numpy as np
import pytest

from rrn.events import Stopped
from rrn.tasks.sentiment import Sentiment

pytestmark = pytest.mark.keras

SPEC = Sentiment(epochs=3, rate=0.1)


def one_weight():
    import keras

    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")])


def passed(mean, values):
    model = one_weight()
    for value in values:
        model.set_weights([np.array([[value]], np.float32)])
        mean.step(model)
    return model


def test_the_mean_of_all_that_was_passed():
    from rrn.nn.running_mean import RunningMean

    mean = RunningMean(10)
    model = passed(mean, [1.0, 2.0, 6.0])
    with mean.shown():
        assert model.get_weights()[0] == pytest.approx(3.0)
    assert model.get_weights()[0] == 6.0, "the training goes on from where it was"
    mean.keep()
    assert model.get_weights()[0] == pytest.approx(3.0)


def test_what_lies_further_back_than_the_window_fades():
    """Of a window of two: half of the newest, a quarter of the one before it."""
    from rrn.nn.running_mean import RunningMean

    mean = RunningMean(2)
    model = passed(mean, [8.0, 4.0, 2.0])
    mean.keep()
    assert model.get_weights()[0] == pytest.approx((8 + 4) / 2 / 2 + 2 / 2)


def test_a_long_window_is_looked_at_now_and_then():
    """Ten batches apart at most, twenty times in it at least: of 0, 1 … 24, the mean of 0, 10 and 20."""
    from rrn.nn.running_mean import RunningMean

    mean = RunningMean(1000)
    model = passed(mean, range(25))
    mean.keep()
    assert model.get_weights()[0] == pytest.approx(10.0)
    assert RunningMean(60).every == 3 and RunningMean(5).every == 1


def test_without_a_window_nothing_is_touched():
    from rrn.nn.running_mean import RunningMean

    mean = RunningMean(0)
    model = passed(mean, [1.0, 5.0])
    model.set_weights([np.array([[7.0]], np.float32)])
    with mean.shown():
        assert model.get_weights()[0] == 7.0
    mean.keep()
    assert model.get_weights()[0] == 7.0


def trained(emit, average, each_epoch=None, batches=4):
    """A line is fitted; gives its slope."""
    import keras

    from rrn.nn.fit import fit

    class Points(keras.utils.PyDataset):
        def __len__(self):
            return batches

        def __getitem__(self, n):
            return np.ones((2, 1)), np.full((2, 1), 10.0)  # far away: the slope grows all the time

    model = one_weight()
    given = SimpleNamespace(compiling=0.0)
    try:
        fit(model, Points(), keras.losses.MeanSquaredError(), SPEC, emit, given, average=average, each_epoch=each_epoch)
    except Stopped:
        pass
    return float(model.get_weights()[0][0, 0])


def test_the_mean_is_looked_at_and_kept_and_the_rate_stays():
    """Adam takes steps of the rate's size as long as the gradient points one way: 0.1, 0.2 … 1.2, of mean 0.65."""
    looked = []
    slope = trained(lambda event: None, 3, lambda model, epoch: looked.append(float(model.get_weights()[0][0, 0])))
    assert looked == pytest.approx([0.0, 0.25, 0.45, 0.65], abs=0.02)
    assert slope == looked[-1]


def test_the_first_look_is_before_the_first_batch_and_at_a_compiled_model():
    """One that is compiled after it has predicted is traced once more."""
    told, looked = [], []
    trained(told.append, 0, lambda model, epoch: looked.append((epoch, model.compiled, len(told))))
    assert looked[0] == (0, True, 0) and [epoch for epoch, *_ in looked] == [0, 1, 2, 3]


def test_a_run_that_is_stopped_keeps_it_too(monkeypatch):
    from rrn.nn import fit

    monkeypatch.setattr(fit, "EVERY", 0.0)

    def emit(event):
        if event.step == 1.5:  # two batches into the second epoch
            raise Stopped

    assert trained(emit, 3) == pytest.approx(np.mean([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), abs=0.02)
