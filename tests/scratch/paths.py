"""The second road to whatever is said of paths: go through all of them. For a few steps and symbols."""

from itertools import groupby, product

import numpy as np

from rrn.scratch.ctc import log_softmax


def drawn(rng, steps, symbols, sharp=1.5):
    """(steps, 1 + symbols) log-probabilities."""
    return log_softmax(sharp * rng.normal(size=(steps, 1 + symbols)))


def all_paths(log_p):
    """(path, probability, labels) of every path."""
    steps, symbols = log_p.shape
    for path in product(range(symbols), repeat=steps):
        labels = tuple(symbol for symbol, _ in groupby(path) if symbol)
        yield path, float(np.exp(log_p[range(steps), path].sum())), labels


def labellings(log_p):
    """The probability of every labelling that some path gives."""
    found: dict[tuple[int, ...], float] = {}
    for _, p, labels in all_paths(log_p):
        found[labels] = found.get(labels, 0) + p
    return found


def places(path):
    """Where a path of symbols is in the lattice of its labels, step by step: 0 before the first label, 1 at it."""
    at = []
    for step, symbol in enumerate(path):
        begun = sum(1 for label, _ in groupby(path[: step + 1]) if label)
        at.append(2 * begun - (symbol != 0))
    return at
