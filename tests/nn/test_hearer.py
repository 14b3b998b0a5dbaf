"""The network that hears in NumPy is the one in Keras."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from rrn.data.frames import padded, steps
from rrn.nn.hearer import Hearer
from rrn.scratch.ctc import log_softmax
from rrn.tasks.speech import Speech

SPEC = Speech(bands=8, filters=8, units=8)
LENGTHS = (37, 21, 64, 50, 64)


def clips():
    rng = np.random.default_rng(1)
    return [rng.normal(size=(n, 8)).astype(np.float32) for n in LENGTHS]


def drawn(spec, outputs=5, seed=0, phones=0):
    """A model whose weights are drawn anew, biases too, and the same in NumPy."""
    from rrn.nn import weights as named
    from rrn.nn.ctc import Ear

    rng, ear = np.random.default_rng(seed), Ear(spec, outputs, phones)
    model = ear.model(max(LENGTHS))
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.4, weight.shape))
    return model, Hearer(spec, named.take(model))


def in_keras(model, spec, some):
    lasts = np.array([[steps(len(clip), spec.stride)] for clip in some], np.int32)
    logits = np.asarray(model([padded(some, max(LENGTHS)), lasts], training=False))
    return [one[:last] for one, (last,) in zip(logits, lasts, strict=True)]


@pytest.mark.keras
@pytest.mark.parametrize(
    ("cell", "reading", "stride", "layers"),
    [*product(("rnn", "gru", "lstm"), ("both", "forward"), (1, 2, 3, 4), (1, 2))],
)
def test_in_numpy_it_hears_what_it_does_in_keras(cell, reading, stride, layers):
    spec = replace(SPEC, cell=cell, reading=reading, stride=stride, layers=layers)
    model, hearer = drawn(spec)
    for found, wanted in zip(hearer.log_p(clips()), in_keras(model, spec, clips()), strict=True):
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, log_softmax(wanted), atol=1e-5)


@pytest.mark.keras
@pytest.mark.parametrize("layers", [1, 2])
def test_of_a_network_that_tells_phones_it_hears_both(layers):
    spec = replace(SPEC, layers=layers)
    model, hearer = drawn(spec, phones=7)
    for a, b, wanted in zip(hearer.log_p(clips()), hearer.phones(clips()), in_keras(model, spec, clips()), strict=True):
        assert (a.shape[1], b.shape[1]) == (5, 8)
        np.testing.assert_allclose(a, log_softmax(wanted[:, :5]), atol=1e-5)
        np.testing.assert_allclose(b, log_softmax(wanted[:, 5:]), atol=1e-5)


@pytest.mark.keras
def test_a_clip_is_heard_the_same_alone_and_among_longer_ones():
    _, hearer = drawn(replace(SPEC, layers=2))
    for clip, found in zip(clips(), hearer.log_p(clips()), strict=True):
        np.testing.assert_allclose(found, hearer.log_p([clip])[0], atol=1e-5)


@pytest.mark.keras
@pytest.mark.parametrize("layers", [0, 1, 2])
def test_heard_up_to_any_layer_and_read_on_from_there_it_is_the_same(layers):
    _, hearer = drawn(replace(SPEC, layers=2, cell="lstm"))
    heard = hearer.heard(clips(), layers)
    assert {one.shape[1] for one in heard} == {16 if layers else 8}
    assert [len(one) for one in heard] == [steps(n, 2) for n in LENGTHS]
    for found, wanted in zip(hearer.said(heard, layers), hearer.log_p(clips()), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.keras
def test_every_step_adds_up_to_one_however_large_the_weights():
    _, hearer = drawn(SPEC)
    hearer.w["out/kernel"] = 1000 * hearer.w["out/kernel"]
    for one in hearer.log_p(clips()):
        assert np.isfinite(one).all() and one.dtype == np.float32
        np.testing.assert_allclose(np.exp(one).sum(axis=1), 1, atol=1e-5)
