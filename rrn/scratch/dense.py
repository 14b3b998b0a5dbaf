"""Dense layers, one after the other: a multilayer perceptron."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rrn.scratch.activations import ACTIVATIONS

Weights = dict[str, np.ndarray]


class Trace(NamedTuple):
    """What a layer saw and did: its input x, z = x·W + b and a = activation(z)."""

    weights: Weights
    activation: str
    x: np.ndarray
    z: np.ndarray
    a: np.ndarray


class Back(NamedTuple):
    """The gradient on the weights, on the input, and on z."""

    weights: Weights
    x: np.ndarray
    z: np.ndarray


def forward(x: np.ndarray, weights: Weights, activation: str = "linear") -> Trace:
    """A layer over the last axis.

    Args:
        x: (..., features).
        weights: W (features, units), b (units,).
        activation: a name in ACTIVATIONS.
    """
    z = x @ weights["W"] + weights["b"]
    return Trace(weights, activation, x, z, ACTIVATIONS[activation].of(z))


def backward(trace: Trace, da: np.ndarray) -> Back:
    """From the gradient on a to those on weights and input."""
    dz = da * ACTIVATIONS[trace.activation].slope(trace.z)
    x, flat = trace.x.reshape(-1, trace.x.shape[-1]), dz.reshape(-1, dz.shape[-1])
    return Back({"W": x.T @ flat, "b": flat.sum(axis=0)}, dz @ trace.weights["W"].T, dz)


def mlp_forward(x: np.ndarray, layers: Sequence[tuple[Weights, str]]) -> list[Trace]:
    """One trace per (weights, activation); the output is `traces[-1].a`."""
    traces: list[Trace] = []
    for weights, activation in layers:
        traces.append(forward(traces[-1].a if traces else x, weights, activation))
    return traces


def mlp_backward(traces: Sequence[Trace], da: np.ndarray) -> list[Back]:
    """One step back per trace, in the order of the layers."""
    steps: list[Back] = []
    for trace in reversed(traces):
        steps.append(backward(trace, steps[-1].x if steps else da))
    return steps[::-1]
