"""How far back a gradient reaches: its length at every step, from where the answer was asked for down to the first."""

import numpy as np

from rrn.scratch.network import NOBODY, Network, backward, blame, forward
from rrn.scratch.surgery import Surgery


def targets(y: np.ndarray, steps: int) -> np.ndarray:
    """(batch, steps) or (batch, steps, 1): targets at every step, NOBODY where only the last one is asked for.

    Args:
        y: (batch, steps) or (batch, 1) classes, or the same with a last axis of 1 for numbers.
    """
    if y.shape[1] == steps:
        return y
    whole = np.full((len(y), steps, *y.shape[2:]), NOBODY, y.dtype)
    whole[:, -1] = y[:, 0]
    return whole


def last_asked(y: np.ndarray) -> np.ndarray:
    """(batch,) the last step at which anything was asked, by targets at every step."""
    if y.ndim == 3:  # numbers are asked for at the end
        return np.full(len(y), y.shape[1] - 1)
    return y.shape[1] - 1 - (y != NOBODY)[:, ::-1].argmax(axis=1)


def norms_back(dh: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(time,) mean length of the gradient on h, by how many steps before the answer; 0 is the answer's own step.

    Args:
        dh: (batch, time, units).
        at: (batch,) where each sequence was asked: shorter ones take no part in what lies before their beginning.
    """
    lengths = np.linalg.norm(dh, axis=-1)
    back = at[:, None] - np.arange(at.max() + 1)[None]
    found = np.take_along_axis(lengths, np.maximum(back, 0), axis=1)
    return np.nanmean(np.where(back >= 0, found, np.nan), axis=0)


def gradient_back(
    network: Network, x: np.ndarray, y: np.ndarray, at: np.ndarray, surgery: dict[int, Surgery] | None = None
) -> np.ndarray:
    """(time,) how long ∂L/∂h is, so many steps before the answer, in the uppermost layer. Source: Pascanu et al. 2013.

    Args:
        y: (batch, time) classes or (batch, time, 1) numbers.
        at: (batch,) the step whose loss L is.
    """
    passed = forward(network, x, surgery)
    back = backward(network, passed, blame(passed.said, y, at))
    return norms_back(back.layers[-1].local["h"], at)
