"""Labellings weighed against each other: against all paths one by one, and cases that are known beforehand."""

import tracemalloc

import numpy as np
import pytest

from rrn.scratch import ctc, rescoring
from tests.scratch.paths import drawn, labellings


@pytest.fixture
def log_p():
    return drawn(np.random.default_rng(7), 5, 3)


def test_from_a_list_the_most_probable_by_all_paths(log_p):
    every = labellings(log_p)
    found = rescoring.best_of(log_p, [*every, (1, 1, 1, 1)])
    assert [labels for _, labels in found[:-1]] == sorted(every, key=lambda labels: -every[labels])
    assert [p for p, _ in found[:-1]] == pytest.approx([np.log(every[labels]) for _, labels in found[:-1]])
    assert found[-1] == (-np.inf, (1, 1, 1, 1))
    assert rescoring.best_of(log_p, []) == []


def test_a_lexicon_may_leave_out_what_says_a_symbol_twice(log_p):
    entries = [(1, 2), (2, 1, 2), (3,), (1, 1)]
    assert rescoring.in_lexicon(log_p, entries) == rescoring.best_of(log_p, entries)
    assert rescoring.in_lexicon(log_p, entries, repeats=False) == rescoring.best_of(log_p, [(1, 2), (3,)])


@pytest.mark.parametrize("labels", [(2,), (1, 3), (1, 1), (3, 1, 3)])
def test_a_label_is_sure_by_its_odds_against_all_that_could_stand_there(log_p, labels):
    every = labellings(log_p)
    found, there = rescoring.confidences(log_p, labels)
    for n, odds in enumerate(found):
        others = [(*labels[:n], *middle, *labels[n + 1 :]) for middle in [(), (1,), (2,), (3,)]]
        others.remove(labels)
        assert odds == pytest.approx(np.log(every[labels] / sum(every[other] for other in others)))
        assert there[n] == pytest.approx(np.log(every[labels] / every[(*labels[:n], *labels[n + 1 :])]))
    assert found.shape == (len(labels),)


def test_what_is_said_clearly_is_surer_than_what_is_mumbled():
    p = np.full((6, 4), 0.02)
    p[range(6), [0, 1, 0, 2, 0, 3]] = 0.94
    p[3] = [0.1, 0.05, 0.45, 0.4]  # 2, or 3
    sure, there = rescoring.confidences(np.log(p), (1, 2, 3))
    assert there[1] > sure[1] + 1  # surely something
    assert sure.argmin() == 1 and sure[1] < 1 < sure[[0, 2]].min()


def test_of_the_impossible_nothing_is_sure_and_of_the_only_possible_all_is(log_p):
    assert (np.array(rescoring.confidences(log_p, (1, 1, 1, 1))) == -np.inf).all()
    only = np.full((3, 3), -np.inf)
    only[[0, 1, 2], [1, 0, 2]] = 0
    assert (np.array(rescoring.confidences(only, (1, 2))) == np.inf).all()
    assert np.shape(rescoring.confidences(log_p, ())) == (2, 0)
    assert rescoring.confidences(log_p[:1], (1,))[0] == pytest.approx(log_p[0, 1] - np.log1p(-np.exp(log_p[0, 1])))


@pytest.mark.parametrize("labels", [(1, 1, 2, 3, 1, 1, 1), (3, 2, 3, 2), (2, 2)])
def test_it_is_what_every_labelling_counted_on_its_own_gives(labels):
    log_p = drawn(np.random.default_rng(3), 14, 3)
    whole = ctc.log_likelihood(log_p, labels)
    for n, odds in enumerate(rescoring.confidences(log_p, labels)[0]):
        middles = [(), *((symbol,) for symbol in (1, 2, 3) if symbol != labels[n])]
        against = [ctc.log_likelihood(log_p, (*labels[:n], *middle, *labels[n + 1 :])) for middle in middles]
        assert odds == pytest.approx(whole - np.logaddexp.reduce(against))


def test_a_minute_with_hundreds_of_labels_takes_little_room():
    rng = np.random.default_rng(0)
    log_p, labels = ctc.log_softmax(4 * rng.standard_normal((1500, 11))), rng.integers(1, 11, size=300)
    tracemalloc.start()
    try:
        assert np.isfinite(rescoring.confidences(log_p, labels)).all()
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
