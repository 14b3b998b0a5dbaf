"""Attention by hand: finite differences, and what is known of it beforehand."""

import numpy as np
import pytest

from rrn.scratch import attention
from tests.scratch.slopes import by_nudging, same

BATCH, WRITTEN, READ, UNITS = 2, 3, 5, 4


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def weights_of(score, rng):
    square = (UNITS, UNITS)
    shapes = {"dot": {}, "general": {"W": square}, "additive": {"W": square, "U": square, "v": (UNITS,)}}
    return {name: rng.normal(size=shape) for name, shape in shapes[score].items()}


def asked(score, rng):
    s, m = rng.normal(size=(BATCH, WRITTEN, UNITS)), rng.normal(size=(BATCH, READ, UNITS))
    return s, m, weights_of(score, rng)


@pytest.mark.parametrize("score", attention.SCORES)
def test_gradients_are_what_nudging_gives(score, rng):
    s, m, weights = asked(score, rng)
    pull = rng.normal(size=(BATCH, WRITTEN, UNITS))

    def loss():
        return float((attention.forward(s, m, weights, score).context * pull).sum())

    back = attention.backward(attention.forward(s, m, weights, score), pull)
    same(back.s, by_nudging(loss, s))
    same(back.m, by_nudging(loss, m))
    for name, values in weights.items():
        same(back.weights[name], by_nudging(loss, values))


@pytest.mark.parametrize("score", attention.SCORES)
def test_every_weight_is_the_softmax_of_its_formula(score, rng):
    s, m, w = asked(score, rng)
    a = attention.forward(s, m, w, score).a
    for b, i in np.ndindex(BATCH, WRITTEN):
        match score:
            case "dot":
                e = [s[b, i] @ m[b, j] for j in range(READ)]
            case "general":
                e = [s[b, i] @ w["W"] @ m[b, j] for j in range(READ)]
            case _:
                e = [w["v"] @ np.tanh(w["W"].T @ s[b, i] + w["U"].T @ m[b, j]) for j in range(READ)]
        same(a[b, i], np.exp(e) / np.exp(e).sum(), 1e-12)


@pytest.mark.parametrize("score", attention.SCORES)
def test_over_equal_memories_the_weights_are_even_and_no_gradient_reaches_who_asks(score, rng):
    s, m, weights = asked(score, rng)
    m[:] = m[:, :1]
    trace = attention.forward(s, m, weights, score)
    assert trace.a == pytest.approx(1 / READ)
    same(trace.context, np.broadcast_to(m[:, :1], trace.context.shape), 1e-12)
    assert np.abs(attention.backward(trace, rng.normal(size=trace.context.shape)).s).max() < 1e-12


@pytest.mark.parametrize("score", ["dot", "general"])
def test_who_asks_nothing_gets_the_mean(score, rng):
    s, m, weights = asked(score, rng)
    trace = attention.forward(0 * s, m, weights, score)
    same(trace.context, np.repeat(m.mean(axis=1, keepdims=True), WRITTEN, axis=1), 1e-12)


def test_general_with_the_identity_is_dot(rng):
    s, m, _ = asked("dot", rng)
    one, other = attention.forward(s, m, {}, "dot"), attention.forward(s, m, {"W": np.eye(UNITS)}, "general")
    same(one.a, other.a, 1e-12)


def test_a_memory_that_resembles_the_question_far_more_than_the_others_is_the_context(rng):
    s, m, _ = asked("dot", rng)
    m[:, 2] = 100 * s[:, 0]
    trace = attention.forward(s, m, {}, "dot")
    same(trace.context[:, 0], m[:, 2], 1e-9)


@pytest.mark.parametrize("score", attention.SCORES)
def test_in_another_order_the_same_is_found(score, rng):
    s, m, weights = asked(score, rng)
    order = rng.permutation(READ)
    one, other = attention.forward(s, m, weights, score), attention.forward(s, m[:, order], weights, score)
    same(one.a[..., order], other.a, 1e-12)
    same(one.context, other.context, 1e-12)


def test_another_score_is_refused(rng):
    with pytest.raises(ValueError, match="dot, general, additive"):
        attention.forward(*asked("dot", rng), "cosine")
