"""Activations, dense layers, wiring, losses, optimizers and initializers, against nudging and known limits."""

import numpy as np
import pytest

from rrn.scratch import dense, initializers, losses, optimizers, skip, wiring
from rrn.scratch.activations import ACTIVATIONS, LEAK, sigmoid, softmax, softmax_back
from tests.scratch.slopes import NUDGE, by_nudging, same


@pytest.fixture
def rng():
    return np.random.default_rng(21)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_slope_is_what_nudging_gives(name):
    z = np.array([-30.0, -3, -0.7, -0.1, 0.2, 1.1, 4, 30])
    of, slope = ACTIVATIONS[name]
    same(slope(z), (of(z + NUDGE) - of(z - NUDGE)) / (2 * NUDGE))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("step", 0, 1), ("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, 800), ("leaky_relu", -800 * LEAK, 800),
     ("gelu", 0, 800), ("swish", 0, 800)],
)  # fmt: skip
def test_far_from_zero_an_activation_is_at_its_limit_and_never_overflows(name, low, high):
    with np.errstate(over="raise", invalid="raise"):
        assert ACTIVATIONS[name].of(np.array([-800.0, 800.0])) == pytest.approx([low, high])


def test_softmax_adds_up_to_one_and_leads_back(rng):
    z, pull = rng.normal(size=(3, 5)), rng.normal(size=(3, 5))
    assert softmax(z).sum(axis=-1) == pytest.approx(1) and softmax(z + 1e4) == pytest.approx(softmax(z))
    same(softmax_back(softmax(z), pull), by_nudging(lambda: float((softmax(z) * pull).sum()), z))


def test_a_perceptron_s_gradients_are_what_nudging_gives(rng):
    layers = [
        ({"W": rng.normal(size=(3, 5)), "b": rng.normal(size=5)}, "tanh"),
        ({"W": rng.normal(size=(5, 4)), "b": rng.normal(size=4)}, "swish"),
        ({"W": rng.normal(size=(4, 2)), "b": rng.normal(size=2)}, "linear"),
    ]
    x, wanted = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))

    def loss():
        return losses.squared_error(dense.mlp_forward(x, layers)[-1].a, wanted)[0]

    traces = dense.mlp_forward(x, layers)
    steps = dense.mlp_backward(traces, losses.squared_error(traces[-1].a, wanted)[1])
    same(steps[0].x, by_nudging(loss, x))
    for step, (weights, _) in zip(steps, layers, strict=True):
        for name, values in weights.items():
            same(step.weights[name], by_nudging(loss, values))


def test_a_perceptron_of_linear_layers_is_one_linear_layer(rng):
    layers = [({"W": rng.normal(size=(3, 3)), "b": np.zeros(3)}, "linear") for _ in range(4)]
    x = rng.normal(size=(2, 3))
    product = np.linalg.multi_dot([weights["W"] for weights, _ in layers])
    same(dense.mlp_forward(x, layers)[-1].a, x @ product, 1e-12)


@pytest.mark.parametrize("name", ["squared_error", "cross_entropy", "binary_cross_entropy"])
def test_the_gradient_of_a_loss_is_what_nudging_gives(name, rng):
    said = rng.normal(size=(4, 3))
    wanted = {"squared_error": rng.normal(size=(4, 3)), "cross_entropy": rng.integers(0, 3, 4)}.get(
        name, rng.integers(0, 2, (4, 3))
    )
    loss = getattr(losses, name)
    same(loss(said, wanted)[1], by_nudging(lambda: loss(said, wanted)[0], said))


def test_a_loss_knows_chance_and_stays_finite_when_the_network_is_sure_and_wrong():
    assert losses.cross_entropy(np.zeros((5, 8)), np.arange(5))[0] == pytest.approx(np.log(8))
    assert losses.cross_entropy(np.array([[1e4, 0.0]]), np.array([1]))[0] == pytest.approx(1e4)
    assert losses.binary_cross_entropy(np.array([1e4]), np.array([0]))[0] == pytest.approx(1e4)


def test_clipping_by_norm_keeps_the_direction_and_by_value_does_not():
    gradients = {"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}
    clipped, length = optimizers.clip_norm(gradients, 1.0)
    assert length == 5 and clipped["W"][0, 0] == pytest.approx(0.6) and clipped["b"][0] == pytest.approx(0.8)
    assert optimizers.clip_norm(gradients, 9.0)[0]["b"][0] == 4.0
    assert optimizers.clip_value(gradients, 1.0)["W"][0, 0] == optimizers.clip_value(gradients, 1.0)["b"][0] == 1.0


def test_every_optimizer_comes_down_to_the_bottom_of_a_valley():
    def slope(w):
        return {"w": w["w"] * np.array([1.0, 25.0])}

    start = {"w": np.array([2.0, 2.0])}
    plain, fast, adam = dict(start), dict(start), dict(start)
    speed = moments = None
    for _ in range(300):
        plain = optimizers.sgd(plain, slope(plain), 0.03)
        fast, speed = optimizers.momentum(fast, slope(fast), speed, 0.03)
        adam, moments = optimizers.adam(adam, slope(adam), moments, 0.1)
    for found in (plain, fast, adam):
        assert np.abs(found["w"]).max() < 1e-2


def test_adam_s_first_step_is_the_rate_whatever_the_gradient():
    for size in (1e-3, 1.0, 1e3):
        weights, _ = optimizers.adam({"w": np.zeros(1)}, {"w": np.array([size])}, None, 0.1)
        assert weights["w"][0] == pytest.approx(-0.1, rel=1e-2)


def test_initializers_have_the_spread_they_promise(rng):
    shape = (400, 300)
    assert not initializers.zeros(shape).any()
    assert initializers.normal(rng, shape, 0.05).std() == pytest.approx(0.05, rel=0.02)
    assert initializers.glorot(rng, shape).var() == pytest.approx(2 / 700, rel=0.02)
    assert initializers.he(rng, shape).var() == pytest.approx(2 / 400, rel=0.02)


@pytest.mark.parametrize("shape", [(6, 6), (7, 4), (4, 7)])
def test_an_orthogonal_matrix_keeps_lengths_and_an_identity_everything(rng, shape):
    assert np.linalg.svd(initializers.orthogonal(rng, shape, 1.3))[1] == pytest.approx(1.3)
    assert np.array_equal(initializers.identity(5, 0.5) @ np.arange(5.0), 0.5 * np.arange(5.0))


def test_chrono_biases_spread_the_time_scales_evenly_up_to_the_longest(rng):
    i, f = initializers.chrono(rng, 20_000, 100.0)
    scales = 1 / (1 - sigmoid(f))
    assert np.array_equal(i, -f)
    assert scales.min() > 1.99 and scales.max() < 100.01
    assert np.quantile(scales, [0.25, 0.5, 0.75]) == pytest.approx([26.5, 51, 75.5], rel=0.03)


def skipping(rng, units=4, features=3):
    weights = {"Wx": rng.normal(size=(features, units)), "b": rng.normal(size=units)}
    return weights | {name: rng.normal(size=(units, units)) / 2 for name in ("Wh", "Ws")}


def test_gradients_through_a_skip_are_what_nudging_gives(rng):
    weights, x, pull = skipping(rng), rng.normal(size=(2, 7, 3)), rng.normal(size=(2, 7, 4))

    def loss():
        return float((skip.forward(x, weights, 3) * pull).sum())

    gradients, dx, _ = skip.backward(x, weights, 3, skip.forward(x, weights, 3), pull)
    same(dx, by_nudging(loss, x))
    for name, values in weights.items():
        same(gradients[name], by_nudging(loss, values))


def test_without_the_second_way_a_skip_is_a_simple_rnn(rng):
    weights, x = skipping(rng), rng.normal(size=(2, 7, 3))
    plain = wiring.CELLS["rnn"].forward(x, weights).kept["h"]
    same(skip.forward(x, weights | {"Ws": np.zeros((4, 4))}, 3), plain, 1e-12)
