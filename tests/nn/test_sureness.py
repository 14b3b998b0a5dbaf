"""Probabilities out of log-odds."""

import numpy as np
import pytest

from rrn.nn.sureness import Calibration, calibrated, from_bytes, to_bytes
from rrn.scratch.activations import sigmoid


def test_a_slope_and_a_shift_make_probabilities_of_log_odds():
    odds = np.array([-np.inf, -2.0, 0.0, 3.0, np.inf])
    found = Calibration(0.5, -1.0).probability(odds)
    assert found[1:4] == pytest.approx(sigmoid(0.5 * odds[1:4] - 1)) and 0 <= found[0] < found[1]
    assert found[4] > found[3] and np.isfinite(found).all()


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (0.4, -1.0), (2.5, 0.7)])
def test_calibration_finds_the_slope_and_the_shift_that_are_there(slope, shift):
    rng = np.random.default_rng(0)
    odds = rng.normal(1, 3, 20_000)
    found = calibrated(odds, rng.random(len(odds)) < sigmoid(slope * odds + shift))
    assert found.slope == pytest.approx(slope, rel=0.08) and found.shift == pytest.approx(shift, abs=0.12)
    assert found.least == 0


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("count", [1, 3, 400])
def test_words_that_are_all_right_or_all_wrong_make_nothing_certain(right, count):
    odds = np.random.default_rng(1).normal(2, 1, count)
    found = calibrated(odds, np.full(count, right))
    p = found.probability(odds)
    assert np.isfinite([found.slope, found.shift]).all() and (p > 0).all() and (p < 1).all()
    assert p.mean() == pytest.approx((count + 1) / (count + 2) if right else 1 / (count + 2), abs=0.02)


def test_odds_that_are_infinite_are_calibrated_too():
    odds = np.array([np.inf, 5.0, -np.inf, -3.0] * 20)
    found = calibrated(odds, odds > 0)
    assert found.slope > 0 and found.probability(np.inf) > 0.9 > 0.1 > found.probability(-np.inf)


def test_a_calibration_comes_back_from_its_bytes():
    for found in (Calibration(0.3, -1.25, 0.5, 0.7, 1.1, 0.9), Calibration()):
        assert from_bytes(to_bytes(found)) == found
    assert from_bytes(b"[1.5, 0.25]") == Calibration(1.5, 0.25)
    assert from_bytes(b"[1.5, 0.25, 0.3, 0.7]") == Calibration(1.5, 0.25, 0.3), "a probability, of another rule"
