"""Attention: a state of the decoder asks, every state of the encoder gives a score, and what comes back is their mean.

    e = s·m                      dot: Luong et al. 2015
    e = s·W·m                    general: Luong et al. 2015
    e = v·tanh(s·W + m·U)        additive: Bahdanau et al. 2015
    a = softmax(e)               the weights, over all that was read
    context = Σ a·m

The memory m takes part twice: it is compared with, and it is what the mean is made of.
"""

from typing import NamedTuple

import numpy as np

from rrn.scratch.activations import softmax, softmax_back
from rrn.scratch.trace import Weights

SCORES = ("dot", "general", "additive")


class Trace(NamedTuple):
    """What was asked, s (batch, written, units); the memory m, (batch, read, wide); the weights a, (batch, written,
    read); the context, (batch, written, wide); and of additive scores their tanh, (batch, written, read, wide).
    """

    weights: Weights
    score: str
    s: np.ndarray
    m: np.ndarray
    a: np.ndarray
    context: np.ndarray
    bent: np.ndarray | None


class Back(NamedTuple):
    """The gradient on the weights, on what asked, on the memory, on every a and on every score e before the softmax."""

    weights: Weights
    s: np.ndarray
    m: np.ndarray
    a: np.ndarray
    e: np.ndarray


def forward(s: np.ndarray, m: np.ndarray, weights: Weights, score: str) -> Trace:
    """Look back over the whole memory, once for every state that asks.

    Args:
        s: (batch, written, units).
        m: (batch, read, wide); dot needs wide = units.
        weights: of "general" W (units, wide); of "additive" W (units, wide), U (wide, wide), v (wide,).
        score: one of SCORES.

    Raises:
        ValueError: another score.
    """
    bent = None
    match score:
        case "dot":
            e = s @ _turned(m)
        case "general":
            e = s @ weights["W"] @ _turned(m)
        case "additive":
            bent = np.tanh((s @ weights["W"])[:, :, None] + (m @ weights["U"])[:, None])
            e = bent @ weights["v"]
        case _:
            raise ValueError(f"score is {score!r}, and must be one of {', '.join(SCORES)}")
    a = softmax(e)
    return Trace(weights, score, s, m, a, a @ m, bent)


def backward(trace: Trace, dcontext: np.ndarray) -> Back:
    """From the gradient on the context, (batch, written, wide)."""
    s, m, weights = trace.s, trace.m, trace.weights
    da = dcontext @ _turned(m)
    de = softmax_back(trace.a, da)
    of_mean = _turned(trace.a) @ dcontext  # on m, as a part of the mean
    match trace.score:
        case "dot":
            return Back({}, de @ m, of_mean + _turned(de) @ s, da, de)
        case "general":
            W = weights["W"]
            asked = _turned(de) @ s  # (batch, read, units)
            return Back({"W": _over(asked, m)}, de @ m @ W.T, of_mean + asked @ W, da, de)
        case _:
            assert trace.bent is not None
            dz = de[..., None] * weights["v"] * (1 - trace.bent**2)
            ds, dm = dz.sum(axis=2), dz.sum(axis=1)
            gradients = {"W": _over(s, ds), "U": _over(m, dm), "v": (de[..., None] * trace.bent).sum(axis=(0, 1, 2))}
            return Back(gradients, ds @ weights["W"].T, of_mean + dm @ weights["U"].T, da, de)


def _turned(values):
    """Every matrix of the batch, transposed."""
    return np.swapaxes(values, 1, 2)


def _over(x, dz):
    """The gradient on weights that read x at every step: all steps in one product."""
    return x.reshape(-1, x.shape[-1]).T @ dz.reshape(-1, dz.shape[-1])
