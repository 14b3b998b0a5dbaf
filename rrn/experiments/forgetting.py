"""An LSTM before it learns: how far the gradient reaches along its cell, by the bias of its forget gate.

Weights begin as in Keras: Glorot for what is read, orthogonal for the state. Source: Gers et al. 2000; Jozefowicz et
al. 2015.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np

from rrn.scratch import lstm
from rrn.scratch.initializers import glorot, orthogonal
from rrn.spec import Between, Settings


@dataclass(frozen=True, kw_only=True)
class Forgetting(Settings):
    forget_bias: Annotated[float, Between(-2.0, 5.0, step=0.25)] = 1.0
    steps: Annotated[int, Between(10, 100, step=10)] = 50
    units: Annotated[int, Between(4, 64, step=4)] = 32


class Seen(NamedTuple):
    """forget (steps, units) the gate; cell (steps,) and hidden (steps,) the lengths of ∂L/∂c and ∂L/∂h."""

    forget: np.ndarray
    cell: np.ndarray
    hidden: np.ndarray

    @property
    def ratio(self) -> float:
        """The gradient on c at the first step over that at the last."""
        return float(self.cell[0] / self.cell[-1])


@lru_cache(maxsize=32)  # a page asks for the settings that it opens with each time one of them moves
def run(settings: Forgetting) -> Seen:
    """Inputs are normal; the gradient that arrives at the last h points anywhere."""
    rng = np.random.default_rng(settings.seed)
    n, steps = settings.units, settings.steps
    bias = np.zeros(4 * n)
    bias[n : 2 * n] = settings.forget_bias
    weights = {"Wx": glorot(rng, (n, 4 * n)), "Wh": orthogonal(rng, (n, 4 * n)), "b": bias}
    trace = lstm.forward(rng.normal(size=(1, steps, n)), weights)
    arrives = np.zeros((1, steps, n))
    arrives[0, -1] = rng.normal(size=n)
    local = lstm.backward(trace, arrives).local
    return Seen(trace.kept["f"][0], *(np.linalg.norm(local[name][0], axis=-1) for name in ("c", "h")))
