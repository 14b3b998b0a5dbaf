"""From a gradient to new weights. A step takes weights, gradients and its memory, and gives new weights and memory."""

from typing import NamedTuple

import numpy as np

Weights = dict[str, np.ndarray]


def clip_norm(gradients: Weights, most: float) -> tuple[Weights, float]:
    """Gradients made shorter together, to a length of at most `most`; and the length that they had.

    Source: Pascanu et al. 2013.
    """
    length = float(np.sqrt(sum(np.sum(g**2) for g in gradients.values())))
    scale = min(1.0, most / length) if length else 1.0
    return {name: g * scale for name, g in gradients.items()}, length


def clip_value(gradients: Weights, most: float) -> Weights:
    """Every number of the gradients kept between −most and most; this may turn their direction."""
    return {name: np.clip(g, -most, most) for name, g in gradients.items()}


def sgd(weights: Weights, gradients: Weights, rate: float) -> Weights:
    """w − rate·g."""
    return {name: w - rate * gradients[name] for name, w in weights.items()}


def momentum(
    weights: Weights, gradients: Weights, speed: Weights | None, rate: float, keep: float = 0.9
) -> tuple[Weights, Weights]:
    """v = keep·v − rate·g and w + v: a step goes on in the direction of those before. Source: Polyak 1964."""
    before = speed or {name: np.zeros_like(w) for name, w in weights.items()}
    speed = {name: keep * before[name] - rate * g for name, g in gradients.items()}
    return {name: w + speed[name] for name, w in weights.items()}, speed


class Moments(NamedTuple):
    """Running means of the gradient and of its square, and how many steps they have seen."""

    mean: Weights
    square: Weights
    steps: int


def adam(
    weights: Weights,
    gradients: Weights,
    moments: Moments | None,
    rate: float,
    *,
    slow: float = 0.9,
    slower: float = 0.999,
    tiny: float = 1e-7,
) -> tuple[Weights, Moments]:
    """w − rate·m/(√v + tiny), each weight by its own scale.

    The means begin at 0 and are too small at first; the correction goes into the rate, as in Keras and at the end of
    section 2 of the paper. Source: Kingma & Ba 2015.
    """
    if moments is None:
        nothing = {name: np.zeros_like(w) for name, w in weights.items()}
        moments = Moments(nothing, nothing, 0)
    steps = moments.steps + 1
    mean = {name: slow * moments.mean[name] + (1 - slow) * g for name, g in gradients.items()}
    square = {name: slower * moments.square[name] + (1 - slower) * g**2 for name, g in gradients.items()}
    rate = rate * np.sqrt(1 - slower**steps) / (1 - slow**steps)
    new = {name: w - rate * mean[name] / (np.sqrt(square[name]) + tiny) for name, w in weights.items()}
    return new, Moments(mean, square, steps)
