"""Losses: a mean over all places, and its gradient on what the network said."""

import numpy as np

from rrn.scratch.activations import sigmoid, softmax


def squared_error(said: np.ndarray, wanted: np.ndarray) -> tuple[float, np.ndarray]:
    """(said − wanted)², and its gradient on `said`."""
    apart = said - wanted
    return float(np.mean(apart**2)), 2 * apart / apart.size


def cross_entropy(logits: np.ndarray, wanted: np.ndarray) -> tuple[float, np.ndarray]:
    """−ln softmax(logits) of the wanted class in nats, and its gradient on the logits: p − 1 there, p elsewhere.

    Args:
        logits: (..., classes).
        wanted: (...) whole numbers.
    """
    top = logits.max(axis=-1, keepdims=True)
    norm = np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]
    at = wanted[..., None]
    surprise = norm - np.take_along_axis(logits, at, axis=-1)[..., 0]
    gradient = softmax(logits)
    np.put_along_axis(gradient, at, np.take_along_axis(gradient, at, axis=-1) - 1, axis=-1)
    return float(surprise.mean()), gradient / wanted.size


def binary_cross_entropy(logits: np.ndarray, wanted: np.ndarray) -> tuple[float, np.ndarray]:
    """−ln of the probability of 0 or 1 in nats, with p = σ(logit), and its gradient on the logits.

    Written so that no logarithm of 0 is taken, however sure the network is.
    """
    loss = np.maximum(logits, 0) - logits * wanted + np.log1p(np.exp(-np.abs(logits)))
    return float(loss.mean()), (sigmoid(logits) - wanted) / wanted.size
