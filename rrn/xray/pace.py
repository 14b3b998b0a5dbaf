"""How fast the states of a layer change: the time over which they resemble themselves."""

import numpy as np

from rrn.scratch import network as net

FEW = 50  # sequences that it is read from


def of_layers(passed: net.Pass) -> list[float]:
    """The autocorrelation time of every layer, the lowest first."""
    return [autocorrelation_time(trace.kept["h"]) for trace in passed.traces]


def top_over_bottom(network: net.Network, x: np.ndarray) -> float:
    """How many times as long the states of the top layer resemble themselves as those of the bottom one."""
    times = of_layers(net.forward(network, x))
    return times[-1] / times[0] if times[0] else float("nan")


def autocorrelation_time(states: np.ndarray) -> float:
    """Steps until the autocorrelation of a unit falls under 1/e, as a mean over units; units that never move are left
    out, and what does not fall that far counts as all the steps there are.

    Args:
        states: (batch, steps, units).
    """
    centred = states - states.mean(axis=1, keepdims=True)
    steps = states.shape[1]
    variance = (centred**2).mean(axis=(0, 1))
    moving = variance > 1e-12
    if not moving.any():
        return 0.0
    times = np.full(states.shape[2], float(steps))
    before = np.ones(states.shape[2])
    for lag in range(1, steps // 2):
        now = (centred[:, lag:] * centred[:, :-lag]).mean(axis=(0, 1)) / np.where(moving, variance, 1)
        falls = (times == steps) & (now < 1 / np.e)
        # Where the line between two lags crosses 1/e.
        times[falls] = lag - 1 + (before[falls] - 1 / np.e) / (before[falls] - now[falls])
        before = now
    return float(times[moving].mean())
