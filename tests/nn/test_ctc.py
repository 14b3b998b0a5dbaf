"""The model that hears, and what it costs: against CTC by hand, and however far clips are filled up."""

from dataclasses import replace

import numpy as np
import pytest

from rrn.data.frames import BLANK, SILENCE, padded, steps
from rrn.scratch import ctc
from rrn.tasks.speech import Speech

pytestmark = pytest.mark.keras

SPEC = Speech(bands=8, filters=8, units=4, cell="rnn")
WANTED = [(), (1,), (2, 1), (3, 3), (1, 2, 1), (2, 2, 2), (3, 1, 2, 1)]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def matrix(wanted, most=None):
    found = np.full((len(wanted), most or max(map(len, wanted))), BLANK, np.int32)
    for row, one in zip(found, wanted, strict=True):
        row[: len(one)] = one
    return found


def by_hand(logits, labels):
    return -ctc.log_likelihood(ctc.log_softmax(np.asarray(logits, float)), labels)


def costs(wanted, logits):
    from rrn.nn.ctc import Alignments

    return np.asarray(Alignments().call(wanted, logits))


def ear(spec=SPEC, outputs=4, phones=0):
    import keras

    from rrn.nn.ctc import Ear

    keras.utils.set_random_seed(3)
    return Ear(spec, outputs, phones)


@pytest.mark.parametrize("count", [6, 7, 20])
def test_the_loss_is_that_of_ctc_by_hand(count, rng):
    logits = rng.normal(0, 3, (len(WANTED), count, 4)).astype(np.float32)
    wanted = [by_hand(one, labels) for one, labels in zip(logits, WANTED, strict=True)]
    np.testing.assert_allclose(costs(matrix(WANTED), logits), wanted, rtol=1e-5)
    np.testing.assert_allclose(costs(matrix(WANTED, 9), logits), wanted, rtol=1e-5)


def test_so_is_its_gradient(rng):
    import keras
    import tensorflow as tf

    from rrn.nn.ctc import Alignments

    logits = rng.normal(0, 2, (len(WANTED), 9, 4)).astype(np.float32)
    x = keras.Variable(logits)
    with tf.GradientTape() as tape:
        whole = keras.ops.sum(Alignments().call(matrix(WANTED), x))
    found = np.asarray(tape.gradient(whole, x.value))
    for one, labels, slopes in zip(logits, WANTED, found, strict=True):
        np.testing.assert_allclose(slopes, ctc.gradient(one, labels), atol=1e-4)


def test_symbols_and_phones_are_learned_at_once_and_unknown_phones_cost_nothing(rng):
    from rrn.nn.ctc import UNKNOWN, Spelled

    logits = rng.normal(0, 3, (3, 12, 4 + 6)).astype(np.float32)
    said, phones = [(1, 2), (3,), ()], [(5, 1, 1), (UNKNOWN,), ()]
    wanted = np.concatenate([matrix(said, 3), matrix(phones, 5)], axis=1)
    found = np.asarray(Spelled(4, 3, 0.25).call(wanted, logits))
    first = [by_hand(one[:, :4], labels) for one, labels in zip(logits, said, strict=True)]
    second = [by_hand(one[:, 4:], labels) if labels != (UNKNOWN,) else 0
              for one, labels in zip(logits, phones, strict=True)]  # fmt: skip
    np.testing.assert_allclose(found, np.array(first) + 0.25 * np.array(second), rtol=1e-4)


def test_phones_are_told_by_the_first_layer_and_symbols_by_the_last(rng):
    from rrn.nn import weights as named

    found = ear(replace(SPEC, layers=2), phones=5)
    model = found.model(40)
    lasts = np.array([[7], [16]], np.int32)
    heard = rng.normal(size=(2, 40, 8)).astype(np.float32)
    logits = np.asarray(model([heard, lasts]))
    assert logits.shape == (2, steps(40, 2), 4 + 6)
    for part in (logits[0, 7:, :4], logits[0, 7:, 4:]):  # behind a clip's end both are blank
        assert (np.exp(ctc.log_softmax(part))[:, BLANK] == 1).all()
    for name, symbols_move, phones_move in (("cell_2", True, False), ("cell_1", True, True), ("phones", False, True)):
        before = named.take(model)
        changed = {name_: w + (name_.startswith(f"{name}/")) for name_, w in before.items()}
        named.put(model, changed)
        moved = np.asarray(model([heard, lasts]))[:, :7]
        named.put(model, before)
        assert not np.allclose(moved[..., :4], logits[:, :7, :4], atol=1e-4) == symbols_move, name
        assert not np.allclose(moved[..., 4:], logits[:, :7, 4:], atol=1e-4) == phones_move, name


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_what_a_clip_costs_does_not_depend_on_how_far_it_is_filled_up(cell, stride, rng):
    found = ear(replace(SPEC, cell=cell, stride=stride))
    clips = [rng.normal(size=(n, 8)).astype(np.float32) for n in (33, 41, 50)]
    lasts = np.array([[steps(len(clip), stride)] for clip in clips], np.int32)
    wanted = matrix([(1, 2), (3,), ()], 5)
    loss = {}
    for frames in (50, 51, 80):
        logits = np.asarray(found.model(frames)([padded(clips, frames), lasts]))
        assert logits.shape == (3, steps(frames, stride), 4)
        loss[frames] = costs(wanted, logits)
    for frames in (51, 80):
        np.testing.assert_allclose(loss[frames], loss[50], rtol=1e-5, atol=1e-5)
    for n, clip in enumerate(clips):  # and is what it costs alone
        alone = np.asarray(found.model(len(clip))([clip[None], lasts[n : n + 1]]))
        assert loss[80][n] == pytest.approx(float(costs(wanted[n : n + 1], alone)[0]), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("reading", ["both", "forward"])
def test_behind_the_end_of_a_clip_there_is_a_blank_for_certain(reading, rng):
    found = ear(replace(SPEC, reading=reading, layers=2))
    heard = rng.normal(size=(2, 60, 8)).astype(np.float32)  # noise behind the end too: it is not listened to
    logits = np.asarray(found.model(60)([heard, np.array([[9], [26]], np.int32)]))
    p = np.exp(ctc.log_softmax(logits))
    assert (p[0, 9:, BLANK] == 1).all() and (p[0, 9:, 1:] == 0).all()
    assert (p[0, :9, BLANK] < 0.999).all() and (p[1, :26, BLANK] < 0.999).all()
    other = heard.copy()
    other[0, 29:] = SILENCE  # the frames that nine steps do not reach
    again = np.asarray(found.model(60)([other, np.array([[9], [26]], np.int32)]))
    np.testing.assert_allclose(again[0, :9], logits[0, :9], atol=1e-5)


def test_read_forward_alone_no_step_knows_what_comes_later(rng):
    one = rng.normal(size=(1, 50, 8)).astype(np.float32)
    two = one.copy()
    two[:, 40:] += 1
    lasts = np.array([[steps(50, 2)]], np.int32)
    for reading, same in (("forward", True), ("both", False)):
        model = ear(replace(SPEC, reading=reading)).model(50)
        a, b = (np.asarray(model([heard, lasts]))[0] for heard in (one, two))
        assert np.allclose(a[:14], b[:14], atol=1e-6) == same
        assert not np.allclose(a[-3:], b[-3:], atol=1e-3)


def test_models_of_all_lengths_share_their_layers():
    found = ear()
    assert found.model(40) is found.model(40) is not found.model(60)
    assert [id(w) for w in found.model(40).weights] == [id(w) for w in found.model(60).weights]


def test_weights_are_named_by_layer():
    from rrn.nn import weights as named

    names = {name.split("/")[0] for name in named.take(ear(replace(SPEC, layers=2)).model(40))}
    assert names == {"conv_1", "conv_2", "cell_1", "cell_1_back", "cell_2", "cell_2_back", "out"}
    names = {name.split("/")[0] for name in named.take(ear(replace(SPEC, reading="forward")).model(40))}
    assert names == {"conv_1", "conv_2", "cell_1", "out"}


def test_dropout_is_there_only_while_training(rng):
    model = ear(replace(SPEC, dropout=0.5)).model(40)
    x = [rng.normal(size=(2, 40, 8)).astype(np.float32), np.array([[16], [16]], np.int32)]
    still = [np.asarray(model(x, training=False)) for _ in range(2)]
    assert np.array_equal(*still) and not np.allclose(np.asarray(model(x, training=True)), still[0], atol=1e-3)
