"""A simple RNN with a second way back in time: h also reads the h of `delay` steps ago.

    h = tanh(x·Wx + h₋₁·Wh + h₋ₛ·Ws + b)

The gradient needs one factor for `delay` steps instead of `delay` of them. Not to be confused with a residual
connection, which skips layers, not steps. Source: Lin et al. 1996.
"""

import numpy as np

from rrn.scratch.trace import Weights, over_time, project, project_back


def forward(x: np.ndarray, weights: Weights, delay: int) -> np.ndarray:
    """(batch, time, units) states, from zeros before the first step.

    Args:
        x: (batch, time, features).
        weights: Wx (features, units), Wh and Ws (units, units), b (units,).
        delay: steps that the second way goes back, at least 2.
    """
    z = project(x, weights["Wx"], weights["b"])
    h = np.zeros((len(z) + delay, *z.shape[1:]), z.dtype)  # as many steps of silence before the first
    for t in range(len(z)):
        h[t + delay] = np.tanh(z[t] + h[t + delay - 1] @ weights["Wh"] + h[t] @ weights["Ws"])
    return np.swapaxes(h[delay:], 0, 1)


def backward(
    x: np.ndarray, weights: Weights, delay: int, h: np.ndarray, dh: np.ndarray
) -> tuple[Weights, np.ndarray, np.ndarray]:
    """(gradients on the weights, on x, and on every h with all that comes later)."""
    hs, outside = np.swapaxes(h, 0, 1), np.swapaxes(dh, 0, 1)
    dhs, dz = np.array(outside), np.empty_like(hs)
    for t in reversed(range(len(hs))):
        dz[t] = dhs[t] * (1 - hs[t] ** 2)
        if t >= 1:
            dhs[t - 1] += dz[t] @ weights["Wh"].T
        if t >= delay:
            dhs[t - delay] += dz[t] @ weights["Ws"].T
    dWx, dx = project_back(x, dz, weights["Wx"])
    gradients = {"Wx": dWx, "Wh": over_time(hs[:-1], dz[1:]), "b": dz.sum(axis=(0, 1))}
    gradients["Ws"] = over_time(hs[:-delay], dz[delay:])
    return gradients, dx, np.swapaxes(dhs, 0, 1)
