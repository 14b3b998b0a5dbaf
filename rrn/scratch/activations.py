"""Activations and their slopes."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Activation(NamedTuple):
    """`of(z)`, and its derivative `slope(z)` at the same places."""

    of: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e⁻ᶻ), written with tanh: no overflow, whatever z is."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def softmax(z: np.ndarray) -> np.ndarray:
    """Positive numbers that add up to 1 along the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_back(p: np.ndarray, dp: np.ndarray) -> np.ndarray:
    """The gradient on z from that on p = softmax(z): every output moves with every input.

    Args:
        p, dp: (..., classes).
    """
    return p * (dp - (p * dp).sum(axis=-1, keepdims=True))


def _phi(z):
    """The standard normal density."""
    return np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)


_erf = np.vectorize(math.erf, otypes=[float])  # NumPy has none


def _normal(z):
    """The standard normal distribution function."""
    return (0.5 * (1 + _erf(z / np.sqrt(2)))).astype(z.dtype)


LEAK = 0.01  # slope of the leaky ReLU below zero

ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(lambda z: z, np.ones_like),
    # The slope of a step is 0 wherever it exists: nothing can be learned through it.
    "step": Activation(lambda z: (z >= 0).astype(z.dtype), np.zeros_like),
    "sigmoid": Activation(sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": Activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": Activation(lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "leaky_relu": Activation(
        lambda z: np.where(z > 0, z, LEAK * z), lambda z: np.where(z > 0, 1, LEAK).astype(z.dtype)
    ),
    # Source: Hendrycks & Gimpel 2016, the exact form z·Φ(z).
    "gelu": Activation(lambda z: z * _normal(z), lambda z: _normal(z) + z * _phi(z)),
    # Source: Ramachandran et al. 2017, with β = 1; also called SiLU.
    "swish": Activation(lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
}
