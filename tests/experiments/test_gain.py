"""Benchmark B1 for the simple cell, in float64. Source: Pascanu et al. 2013."""

import numpy as np
import pytest

from rrn.experiments.gain import Gain, run
from rrn.spec import check
from tests.experiments.corners import corners, equal
from tests.scratch.slopes import NUDGE, same

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_a_gain_of_a_half_no_gradient_comes_back_over_50_steps(seed):
    assert run(Gain(gain=0.5, seed=seed)).ratio < 1e-8


@pytest.mark.parametrize("seed", SEEDS)
def test_with_a_gain_of_two_and_a_half_it_explodes(seed):
    assert run(Gain(gain=2.5, seed=seed)).ratio > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_without_inputs_and_with_a_gain_of_1_almost_all_of_it_comes_back(seed):
    """The state begins a little off rest, and its slopes a little under 1."""
    assert 0.75 < run(Gain(gain=1.0, scale=0.0, seed=seed)).ratio < 1


@pytest.mark.parametrize("gain", [0.5, 0.8])
def test_a_gain_below_1_bounds_what_comes_back(gain):
    """Every step multiplies by Wh, whose singular values are the gain, and by slopes that are at most 1."""
    for scale in (0.0, 0.5, 2.0):
        seen = run(Gain(gain=gain, scale=scale))
        assert (seen.gradient[:-1] <= gain * seen.gradient[1:] * (1 + 1e-12)).all()


def test_near_rest_the_gradient_shrinks_by_the_gain_at_every_step():
    seen = run(Gain(gain=0.6, scale=0.0, steps=30))
    assert seen.gradient[5:-1] / seen.gradient[6:] == pytest.approx(0.6, rel=0.01)  # the slopes are near 1 by then
    assert np.abs(seen.states[-1]).max() < 1e-6


def test_stronger_inputs_saturate_the_states_and_shorten_the_gradient():
    weak, strong = run(Gain(scale=0.2)), run(Gain(scale=2.0))
    assert strong.slope < weak.slope < 1 and strong.ratio < weak.ratio


def test_all_eigenvalues_lie_on_the_circle_of_the_gain():
    assert np.abs(run(Gain(gain=1.7)).eigenvalues) == pytest.approx(1.7)


def test_the_states_are_those_of_the_formula():
    seen = run(Gain(gain=1.2, steps=10, units=4))
    for t in range(1, 10):
        same(seen.states[t], np.tanh(seen.x[t] + seen.states[t - 1] @ seen.weights["Wh"]), 1e-12)
    assert seen.slope == pytest.approx((1 - seen.states**2).mean())


def test_the_ratio_is_what_nudging_the_first_state_does_to_the_last_one():
    """The gradient that arrives points anywhere: the ratio lies between the smallest and the largest stretch."""
    seen = run(Gain(gain=1.5, steps=10, units=6))

    def last(h):
        for t in range(1, 10):
            h = np.tanh(seen.x[t] + h @ seen.weights["Wh"])
        return h

    every = NUDGE * np.eye(6)
    stretches = np.linalg.svd((last(seen.states[0] + every) - last(seen.states[0] - every)) / (2 * NUDGE))[1]
    assert stretches[-1] * 0.999 < seen.ratio < stretches[0] * 1.001


def test_the_same_settings_give_the_same_and_another_seed_gives_another():
    assert equal(run(Gain(seed=3)), run(Gain(seed=3))) and run(Gain(seed=3)).ratio != run(Gain(seed=4)).ratio


@pytest.mark.parametrize("settings", corners(Gain), ids=str)
def test_at_the_ends_of_all_ranges_the_numbers_stay_finite(settings):
    check(settings)
    seen = run(settings)
    for values in (seen.states, seen.eigenvalues, seen.gradient, seen.slope, seen.ratio):
        assert np.isfinite(values).all()
    assert seen.states.shape == (settings.steps, settings.units) and seen.gradient.shape == (settings.steps,)
    assert seen.ratio > 0
