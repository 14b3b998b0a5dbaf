"""From log-probabilities to labels: against all paths one by one, and cases that are known beforehand."""

import numpy as np
import pytest

from rrn.scratch import ctc, decoding
from tests.scratch.paths import all_paths, drawn, labellings

ALL = 10_000  # a beam that nothing drops out of


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def log_p(rng):
    return drawn(rng, 5, 3)


def test_what_repeats_is_one_and_a_blank_parts_two():
    assert decoding.collapse([1, 1, 0, 1, 2, 2, 0]) == (1, 1, 2)
    assert decoding.collapse([0, 0]) == decoding.collapse([]) == ()


def test_step_by_step_every_symbol_is_kept_repeated_or_blank():
    steps = decoding.read(np.array([0, 3, 3, 0, 0, 3, 1]))
    assert [step.step for step in steps] == list(range(7))
    assert [step.symbol for step in steps] == [0, 3, 3, 0, 0, 3, 1]
    assert [step.what for step in steps] == ["blank", "kept", "repeated", "blank", "blank", "kept", "kept"]


def test_all_paths_collapse_to_their_labels(log_p):
    assert all(decoding.collapse(path) == labels for path, _, labels in all_paths(log_p))


def test_greedy_takes_the_most_probable_path(log_p):
    assert decoding.greedy(log_p) == max(all_paths(log_p), key=lambda each: each[1])[2]


def test_many_improbable_paths_may_outweigh_the_most_probable():
    log_p = np.log([[0.6, 0.4], [0.6, 0.4]])  # _ _ 0.36; 1 1, 1 _ and _ 1 together 0.64
    assert decoding.greedy(log_p) == ()
    best, second = decoding.prefix_beam(log_p, 2).best
    assert best.labels == (1,) and best.log_p == pytest.approx(np.log(0.64))
    assert second.labels == () and second.log_p == pytest.approx(np.log(0.36))


@pytest.mark.parametrize("seed", range(20))
def test_a_beam_that_keeps_all_finds_every_labelling_with_its_probability(seed):
    rng = np.random.default_rng(seed)
    steps, symbols = rng.integers(1, 6), rng.integers(1, 4)
    log_p = drawn(rng, steps, symbols)
    wanted = sorted(labellings(log_p).items(), key=lambda each: -each[1])
    found = decoding.prefix_beam(log_p, ALL).best
    assert [prefix.labels for prefix in found] == [labels for labels, _ in wanted]
    assert [prefix.log_p for prefix in found] == pytest.approx([np.log(p) for _, p in wanted])


def test_a_beginning_knows_its_paths_that_end_with_a_blank_and_with_a_label(log_p):
    for prefix in decoding.prefix_beam(log_p, ALL).best:
        mine = [(path, p) for path, p, labels in all_paths(log_p) if labels == prefix.labels]
        assert np.exp(prefix.blank) == pytest.approx(sum(p for path, p in mine if path[-1] == 0))
        assert np.exp(prefix.label) == pytest.approx(sum(p for path, p in mine if path[-1] != 0))


def test_every_beginning_grew_from_one_that_was_kept_before(rng):
    beam = decoding.prefix_beam(drawn(rng, 30, 6), 4)
    assert len(beam.steps) == 30 and beam.steps[-1] == beam.best
    before = {()}
    for kept in beam.steps:
        assert len(kept) <= 4
        assert [prefix.log_p for prefix in kept] == sorted((prefix.log_p for prefix in kept), reverse=True)
        labels = {prefix.labels for prefix in kept}
        assert len(labels) == len(kept)
        assert all(each in before or each[:-1] in before for each in labels)
        before = labels


def test_a_narrow_beam_counts_no_path_twice(rng):
    log_p = drawn(rng, 30, 6)
    for prefix in decoding.prefix_beam(log_p, 4).best:
        assert prefix.log_p <= ctc.log_likelihood(log_p, prefix.labels) + 1e-9


def test_no_more_labels_than_allowed(log_p):
    wanted = {labels: p for labels, p in labellings(log_p).items() if len(labels) <= 2}
    found = decoding.prefix_beam(log_p, ALL, most=2).best
    assert {prefix.labels: np.exp(prefix.log_p) for prefix in found} == pytest.approx(wanted)
    assert [prefix.labels for prefix in decoding.prefix_beam(log_p, 8, most=0).best] == [()]


def test_a_beam_keeps_nothing_impossible():
    log_p = np.array([[-np.inf, 0, -np.inf], [-np.inf, -np.inf, 0]])
    assert [prefix.labels for prefix in decoding.prefix_beam(log_p, 8).best] == [(1, 2)]
    nothing = decoding.prefix_beam(np.full((2, 3), -np.inf), 8)
    assert nothing.best == [] and nothing.steps == [[], []]


def test_without_steps_nothing_is_heard():
    assert decoding.greedy(np.zeros((0, 3))) == ()
    assert [prefix.labels for prefix in decoding.prefix_beam(np.zeros((0, 3)), 8).best] == [()]


def test_what_is_forbidden_leaves_its_probability_to_the_others(log_p):
    only = decoding.masked(log_p, {1, 3})
    assert np.exp(only).sum(axis=1) == pytest.approx(1)
    assert (only[:, 2] == -np.inf).all()
    assert only[:, 3] - only[:, 0] == pytest.approx(log_p[:, 3] - log_p[:, 0])
    log_p[1, [0, 1]] = -np.inf
    assert (decoding.masked(log_p, [1])[1] == -np.inf).all()  # and no warning
