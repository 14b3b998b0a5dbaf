"""How far back a gradient reaches, against nudging the state."""

import numpy as np
import pytest

from rrn.scratch import network as net
from rrn.scratch import reach
from rrn.scratch.losses import cross_entropy
from tests.scratch.slopes import NUDGE

UNITS, STEPS, OUTPUTS = 3, 6, 4


def tiny(rng):
    layer = {"Wx": rng.normal(size=(2, UNITS)), "Wh": rng.normal(size=(UNITS, UNITS)), "b": rng.normal(size=UNITS)}
    out = {"W": rng.normal(size=(UNITS, OUTPUTS)), "b": np.zeros(OUTPUTS)}
    return net.Network("rnn", None, [layer], out)


def loss_after(network, x, y, at, step, change):
    """The loss at one step, by the formula, when the state after `step` is changed."""
    layer, h = network.layers[0], np.zeros(UNITS)
    for t in range(at + 1):
        h = np.tanh(x[t] @ layer["Wx"] + h @ layer["Wh"] + layer["b"])
        if t == step:
            h = h + change
    return cross_entropy((h @ network.out["W"])[None], np.array([y[at]]))[0]


def test_the_reach_is_what_nudging_a_state_does_the_answer_first():
    rng = np.random.default_rng(0)
    network, x = tiny(rng), rng.normal(size=(3, STEPS, 2))
    y, at = rng.integers(OUTPUTS, size=(3, STEPS)), np.array([5, 3, 5])
    found = reach.gradient_back(network, x, y, at)
    for back in range(STEPS):
        lengths = []
        for n in range(3):
            step = at[n] - back
            if step < 0:
                continue  # what lies before the beginning of a shorter one
            slopes = [
                (loss_after(network, x[n], y[n], at[n], step, d) - loss_after(network, x[n], y[n], at[n], step, -d))
                / (2 * NUDGE)
                for d in NUDGE * np.eye(UNITS)
            ]
            lengths.append(np.linalg.norm(slopes))
        assert found[back] == pytest.approx(np.mean(lengths), rel=1e-5)


def test_where_only_the_last_step_is_asked_for_nobody_knows_the_others():
    y = np.array([[2], [1]])
    assert reach.targets(y, 4).tolist() == [[-1, -1, -1, 2], [-1, -1, -1, 1]]
    whole = np.array([[0, 1, -1], [2, -1, -1]])
    assert reach.targets(whole, 3) is whole and reach.last_asked(whole).tolist() == [1, 0]


def test_numbers_are_asked_for_at_the_end():
    assert reach.last_asked(reach.targets(np.ones((2, 1, 1)), 5)).tolist() == [4, 4]
