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

LOOKED_AT = 32  # sequences


def reach(model: keras.Model, cell: str, x: np.ndarray, y: np.ndarray, at: np.ndarray, step: float) -> Captured:
    """The event "gradient": the length of ∂L/∂h by steps before the answer, as a mean over a few sequences.

    Args:
        x: (batch, time) symbols, or (batch, time, features).
        y: (batch, time) classes or (batch, time, 1) numbers.
        at: (batch,) where each sequence is asked.
    """
    few = slice(LOOKED_AT)
    found = gradient_back(opened_from(named.take(model), cell), x[few], y[few], at[few])
    return Captured(step, "gradient", ("back",), found.astype(np.float64))
