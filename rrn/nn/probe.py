"""What is looked at while a network trains: how far back its gradient reaches.

Read with NumPy from the weights as they are: Keras hands out no gradient on a state inside a layer, and a tap would
have to be written for every backend. A test holds both ways of computing against each other.
"""

import keras
import numpy as np

from rrn.events import Captured
from rrn.nn import weights as named
from rrn.scratch.network import opened_from
from rrn.scratch.reach import gradient_back

LOOKED_AT = 32  # sequences, fewer of a large network
FEWEST, NUMBERS = 4, 500_000  # of states that are read for one look
LOOKS = 10  # at a run, besides the one before it


def due(epoch: int, epochs: int) -> bool:
    """Whether to look after this epoch: a long run is looked at LOOKS times, its last epoch among them."""
    every = -(-epochs // LOOKS)
    return (epochs - epoch) % every == 0


def reach(model: keras.Model, spec, x: np.ndarray, y: np.ndarray, at: np.ndarray, step: float) -> Captured:
    """The event "gradient": the length of ∂L/∂h by steps before the answer, as a mean over a few sequences.

    Args:
        spec: with the cell of the recurrent layers and, perhaps, its activation.
        x: (batch, time) symbols, or (batch, time, features).
        y: (batch, time) classes or (batch, time, 1) numbers.
        at: (batch,) where each sequence is asked.
    """
    return reached(named.take(model), spec, x, y, at, step)


def reached(
    weights: dict[str, np.ndarray], spec, x: np.ndarray, y: np.ndarray, at: np.ndarray, step: float
) -> Captured:
    """The same from weights by LAYER/WEIGHT."""
    network = opened_from(weights, spec.cell, getattr(spec, "activation", "tanh"))
    few = max(FEWEST, NUMBERS // (x.shape[1] * network.units * len(network.layers)))
    found = gradient_back(network, x[:few], y[:few], at[:few])
    return Captured(step, "gradient", ("back",), found.astype(np.float64))
