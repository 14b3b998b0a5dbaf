"""CTC by hand: against all paths one by one, finite differences and Keras."""

import tracemalloc

import numpy as np
import pytest

from rrn.scratch import ctc
from rrn.scratch.ctc import log_softmax
from tests.scratch.paths import all_paths, drawn, labellings, places
from tests.scratch.slopes import by_nudging, same

STEPS, SYMBOLS = 5, 3
SOME = [(), (2,), (1, 2), (1, 1), (3, 1, 3), (2, 2, 2), (1, 2, 3, 1), (1, 2, 1, 2, 1)]
NEVER = [(1, 1, 1, 1), (1, 2, 3, 1, 1), (1, 2, 1, 2, 1, 2)]  # in five steps


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture
def log_p(rng):
    return drawn(rng, STEPS, SYMBOLS)


def test_how_probable_labels_are_takes_little_memory_however_long_the_sound(rng):
    long, labels = drawn(rng, 2000, SYMBOLS), rng.integers(1, SYMBOLS + 1, size=300)
    tracemalloc.start()
    found = ctc.log_likelihood(long, labels)
    assert tracemalloc.get_traced_memory()[1] < 1e6  # the whole lattice has 10 MB
    tracemalloc.stop()
    assert found == np.logaddexp.reduce(ctc.forward(long, labels)[-1, -2:])


def test_blanks_stand_before_between_and_behind():
    assert ctc.extended((4, 4, 2)).tolist() == [0, 4, 0, 4, 0, 2, 0]
    assert ctc.extended(()).tolist() == [0]
    assert ctc.extended([[1, 2], [3, 3]]).tolist() == [[0, 1, 0, 2, 0], [0, 3, 0, 3, 0]]


@pytest.mark.parametrize("steps", range(1, STEPS + 1))
def test_every_labelling_is_as_probable_as_all_its_paths(rng, steps):
    log_p = drawn(rng, steps, SYMBOLS)
    found = labellings(log_p)
    assert sum(found.values()) == pytest.approx(1)
    for labels, p in found.items():
        assert ctc.log_likelihood(log_p, labels) == pytest.approx(np.log(p), abs=1e-12)


def test_the_steps_that_labels_need_are_those_of_the_paths_that_there_are(log_p):
    found = labellings(log_p)
    for labels in SOME + NEVER:
        assert ctc.fits(STEPS, labels) == (labels in found)
    assert all(ctc.fits(STEPS, labels) for labels in found)


def test_many_labellings_at_once_are_the_same_one_by_one(log_p, rng):
    many = rng.integers(1, 1 + SYMBOLS, size=(4, 6, 3))
    found = ctc.log_likelihoods(log_p, many)
    for at in np.ndindex(4, 6):
        assert found[at] == ctc.log_likelihood(log_p, many[at])
        assert (ctc.forward(log_p, many)[:, *at] == ctc.forward(log_p, many[at])).all()
        assert (ctc.backward(log_p, many)[:, *at] == ctc.backward(log_p, many[at])).all()


def test_from_the_end_it_is_as_probable_as_from_the_beginning(log_p):
    for labels in SOME:
        through = ctc.forward(log_p, labels) + ctc.backward(log_p, labels)
        same(np.logaddexp.reduce(through, axis=1), np.full(STEPS, ctc.log_likelihood(log_p, labels)), 1e-12)


@pytest.mark.parametrize("labels", SOME)
def test_a_place_is_as_much_in_use_as_the_paths_that_are_there(log_p, labels):
    wanted = np.zeros((STEPS, 2 * len(labels) + 1))
    for path, p, given in all_paths(log_p):
        if given == labels:
            wanted[range(STEPS), places(path)] += p
    found = ctc.occupancy(log_p, labels)
    assert found.sum(axis=1) == pytest.approx(1)
    same(found, wanted / wanted[0].sum(), 1e-12)


@pytest.mark.parametrize("labels", SOME)
def test_the_gradient_is_what_nudging_gives(rng, labels):
    logits = 2 * rng.normal(size=(STEPS, 1 + SYMBOLS))
    found = ctc.gradient(logits, labels)
    same(found, by_nudging(lambda: -ctc.log_likelihood(log_softmax(logits), labels), logits))
    same(found, ctc.gradient(log_softmax(logits), labels), 1e-12)


@pytest.mark.parametrize("labels", SOME)
def test_the_best_path_is_the_most_probable_of_those_that_give_the_labels(log_p, labels):
    path, *_ = max((each for each in all_paths(log_p) if each[2] == labels), key=lambda each: each[1])
    assert ctc.best_path(log_p, labels).tolist() == places(path)


def test_a_label_lasts_from_its_first_step_to_behind_its_last():
    assert ctc.spans(np.array([0, 1, 1, 2, 3, 5, 6])) == [(1, 3), (4, 5), (5, 6)]
    assert ctc.spans(np.array([1, 1])) == [(0, 2)]
    assert ctc.spans(np.array([0, 0])) == []


@pytest.mark.parametrize("labels", NEVER)
def test_what_no_path_gives_is_impossible_and_teaches_nothing(log_p, labels):
    assert ctc.log_likelihood(log_p, labels) == -np.inf
    assert not ctc.occupancy(log_p, labels).any()
    assert not ctc.gradient(log_p, labels).any()
    with pytest.raises(ValueError, match="no path of 5 steps"):
        ctc.best_path(log_p, labels)


def test_a_symbol_that_is_never_said_makes_its_labels_impossible_and_no_others(log_p):
    log_p[:, 3] = -np.inf
    assert ctc.log_likelihood(log_p, (1, 3)) == -np.inf
    assert not ctc.gradient(log_p, (1, 3)).any()
    with pytest.raises(ValueError):
        ctc.best_path(log_p, (1, 3))
    assert np.isfinite(ctc.log_likelihood(log_p, (1, 2)))
    assert np.isfinite(ctc.gradient(log_p, (1, 2))).all()


def test_one_step_and_one_symbol():
    log_p = np.log([[0.3, 0.7]])
    assert ctc.log_likelihoods(log_p, [[1]]) == pytest.approx(np.log(0.7))
    assert ctc.log_likelihood(log_p, ()) == pytest.approx(np.log(0.3))
    assert ctc.best_path(log_p, (1,)).tolist() == [1] and ctc.best_path(log_p, ()).tolist() == [0]
    assert ctc.gradient(log_p, (1,)) == pytest.approx(np.array([[0.3, -0.3]]))


def test_over_a_thousand_steps_nothing_is_lost(rng):
    log_p = drawn(rng, 1000, SYMBOLS, sharp=8)
    assert ctc.log_likelihood(log_p, (1, 2, 2)) < -745  # what e to the power of it would be 0
    assert ctc.occupancy(log_p, (1, 2, 2)).sum(axis=1) == pytest.approx(1)


@pytest.mark.keras
@pytest.mark.parametrize("steps", [STEPS, 40])
def test_keras_counts_the_same(rng, steps):
    from keras import ops

    labels = [labels for labels in SOME if ctc.fits(steps, labels)]
    logits = 2 * rng.normal(size=(len(labels), steps, 1 + SYMBOLS)).astype("float32")
    padded = np.zeros((len(labels), max(map(len, labels))), "int32")
    for row, each in zip(padded, labels, strict=True):
        row[: len(each)] = each
    lengths = np.array([len(each) for each in labels])
    keras = ops.ctc_loss(padded, logits, lengths, np.full(len(labels), steps), mask_index=ctc.BLANK)
    mine = [-ctc.log_likelihood(log_softmax(x.astype(float)), each) for x, each in zip(logits, labels, strict=True)]
    same(np.array(mine), ops.convert_to_numpy(keras), 1e-5)
