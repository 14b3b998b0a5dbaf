"""Benchmark B1 for the LSTM, in float64. Source: Gers et al. 2000; Jozefowicz et al. 2015."""

import numpy as np
import pytest

from rrn.experiments.forgetting import Forgetting, run
from rrn.experiments.gain import Gain
from rrn.experiments.gain import run as simple
from rrn.spec import check
from tests.experiments.corners import corners, equal

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_a_forget_bias_of_3_a_gradient_comes_back_over_50_steps(seed):
    assert run(Forgetting(forget_bias=3.0, seed=seed)).ratio > 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_larger_the_bias_the_more_comes_back(seed):
    """With weights drawn otherwise, a bias of 5 may do a little less than one of 4.5: the gate is open before that."""
    ratios = np.array([run(Forgetting(forget_bias=bias, seed=seed)).ratio for bias in np.arange(-2, 5.01, 0.5)])
    growth = ratios[1:] / ratios[:-1]
    assert (growth[:-4] > 1).all() and (growth[-4:] > (1 if seed == 0 else 0.9)).all()


def test_with_a_bias_of_nought_it_vanishes_faster_than_in_a_simple_cell_of_gain_1():
    """The gate stands at a half: 49 halvings."""
    seen = run(Forgetting(forget_bias=0.0))
    assert seen.forget.mean() == pytest.approx(0.5, abs=0.02)
    assert seen.ratio < 1e-8 < simple(Gain(gain=1.0, scale=0.0)).ratio


def test_a_larger_bias_opens_the_gate():
    gates = [run(Forgetting(forget_bias=bias)).forget.mean() for bias in (-2.0, 0.0, 1.0, 5.0)]
    assert gates == sorted(gates) and gates[0] < 0.2 and gates[-1] > 0.98


def test_the_gradient_arrives_at_the_last_hidden_state_and_none_before_it_from_outside():
    """Along the hidden state alone it would be gone: what there is of it came along the cell."""
    seen = run(Forgetting(forget_bias=3.0))
    assert seen.hidden[-1] > 10 * seen.hidden[:-1].max() and seen.cell[-1] < seen.hidden[-1]


def test_the_same_settings_give_the_same_and_another_seed_gives_another():
    assert equal(run(Forgetting(seed=3)), run(Forgetting(seed=3)))
    assert run(Forgetting(seed=3)).ratio != run(Forgetting(seed=4)).ratio


@pytest.mark.parametrize("settings", corners(Forgetting), ids=str)
def test_at_the_ends_of_all_ranges_the_numbers_stay_finite(settings):
    check(settings)
    seen = run(settings)
    for values in (*seen, seen.ratio):
        assert np.isfinite(values).all()
    assert seen.forget.shape == (settings.steps, settings.units) and seen.cell.shape == (settings.steps,)
    assert seen.ratio > 0 and (0 < seen.forget).all() and (seen.forget < 1).all()
