"""How a layer begins is what the spec says, on the model that Keras builds."""

import numpy as np
import pytest

from rrn.tasks.adding import Adding

pytestmark = pytest.mark.keras

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
CASES = [(cell, initial) for cell in GATES for initial in ("zeros", "normal", "glorot", "orthogonal", "identity")]


def built(**fields):
    from rrn.nn.weights import take
    from rrn.recipes import adding as recipe

    spec = Adding(units=16, steps=50, **fields)
    return spec, take(recipe.build(spec))


@pytest.mark.parametrize(("cell", "initial"), CASES)
def test_the_recurrent_matrix_begins_as_it_is_called(cell, initial):
    spec, weights = built(cell=cell, initial=initial)
    W = weights["cell_1/recurrent_kernel"]
    assert W.shape == (16, 16 * GATES[cell])
    match initial:
        case "zeros":
            assert not W.any()
        case "identity":
            assert all(np.array_equal(block, np.eye(16)) for block in np.split(W, GATES[cell], axis=1))
        case "orthogonal":
            assert np.allclose(W @ W.T, np.eye(16), atol=1e-5)
        case "normal":
            assert W.std() == pytest.approx(0.05, rel=0.25) and abs(W.mean()) < 0.02
        case "glorot":
            assert np.abs(W).max() <= np.sqrt(6 / sum(W.shape)) and W.std() > 0.05
    assert spec.activation == ("relu" if (cell, initial) == ("rnn", "identity") else "tanh")


@pytest.mark.parametrize("bias", [-2.0, 0.0, 1.0, 3.0])
def test_the_forget_gate_of_an_lstm_begins_where_it_is_told_to(bias):
    _, weights = built(cell="lstm", forget_bias=bias)
    i, f, g, o = np.split(weights["cell_1/bias"], 4)
    assert (f == bias).all() and not np.concatenate([i, g, o]).any()


def test_chrono_spreads_memories_from_one_step_to_the_whole_sequence():
    """Forget bias log U(1, T − 1), input bias its opposite; of a GRU, the update gate (Tallec & Ollivier 2018)."""
    spec, lstm = built(cell="lstm", initial="chrono")
    i, f, g, o = np.split(lstm["cell_1/bias"], 4)
    assert np.allclose(i, -f) and not np.concatenate([g, o]).any()
    assert f.min() >= 0 and f.max() <= np.log(spec.steps - 1) and f.std() > 0.3
    _, gru = built(cell="gru", initial="chrono")
    (z, r, g), second = np.split(gru["cell_1/bias"][0], 3), gru["cell_1/bias"][1]
    assert np.allclose(z, f) and not np.concatenate([r, g, second]).any()


def test_one_seed_begins_alike_and_another_differently():
    (_, a), (_, b), (_, c) = built(cell="rnn", seed=1), built(cell="rnn", seed=1), built(cell="rnn", seed=2)
    name = "cell_1/recurrent_kernel"
    assert np.array_equal(a[name], b[name]) and not np.allclose(a[name], c[name])
