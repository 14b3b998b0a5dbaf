"""What a recurrent layer leaves behind on its way forward and back."""

from typing import NamedTuple

import numpy as np

from rrn.scratch.surgery import Surgery

Weights = dict[str, np.ndarray]
State = tuple[np.ndarray, ...]  # each (batch, units); h first


class Trace(NamedTuple):
    """A way forward: `kept["h"]` and all gates by their letter, (batch, time, units) each.

    `start` is the state before the first step, `state` the one after the last.
    """

    weights: Weights
    surgery: Surgery
    x: np.ndarray
    start: State
    state: State
    kept: dict[str, np.ndarray]


class Back(NamedTuple):
    """A way back: gradients on weights, input and first state.

    `local` holds, (batch, time, units) each, the gradient on every state ("h", "c") with all that comes later, and on
    every gate before its activation, by its letter.
    """

    weights: Weights
    x: np.ndarray
    start: State
    local: dict[str, np.ndarray]


def project(x: np.ndarray, Wx: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(time, batch, wide): what the input adds at every step, all steps in one product.

    Args:
        x: (batch, time, features), or (batch, time) whole numbers for one-hot symbols, whose product is a look-up.
    """
    return np.swapaxes(Wx[x] if x.ndim == 2 else x @ Wx, 0, 1) + b


def project_back(x: np.ndarray, dz: np.ndarray, Wx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(gradient on Wx, gradient on x) from dz (time, batch, wide); symbols take no gradient and get zeros."""
    dz = np.swapaxes(dz, 0, 1)
    if x.ndim == 2:
        dWx = np.zeros_like(Wx)
        np.add.at(dWx, x.ravel(), dz.reshape(-1, dz.shape[-1]))
        return dWx, np.zeros(x.shape, Wx.dtype)
    return x.reshape(-1, x.shape[-1]).T @ dz.reshape(-1, dz.shape[-1]), dz @ Wx.T


def over_time(before: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """The gradient on recurrent weights, all steps in one product.

    Args:
        before: (time, batch, units) what the weights read at each step.
        dz: (time, batch, wide).
    """
    return before.reshape(-1, before.shape[-1]).T @ dz.reshape(-1, dz.shape[-1])


def still(batch: int, units: int, kind: np.dtype, count: int = 1) -> State:
    """The state of a network that has read nothing."""
    return tuple(np.zeros((batch, units), kind) for _ in range(count))


def public(kept: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """(time, batch, units) to (batch, time, units)."""
    return {name: np.swapaxes(values, 0, 1) for name, values in kept.items()}
