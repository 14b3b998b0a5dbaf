"""A simple RNN of random weights: how far its gradient reaches, by the gain of its recurrent matrix.

Source: Pascanu et al. 2013.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np

from rrn.scratch import simple
from rrn.scratch.initializers import orthogonal
from rrn.spec import Between, Settings


@dataclass(frozen=True, kw_only=True)
class Gain(Settings):
    gain: Annotated[float, Between(0.5, 2.5, step=0.05)] = 1.0
    scale: Annotated[float, Between(0.0, 2.0, step=0.05)] = 1.0
    steps: Annotated[int, Between(10, 100, step=10)] = 50
    units: Annotated[int, Between(2, 64, step=2)] = 32


class Seen(NamedTuple):
    """states (steps, units); eigenvalues (units,) complex, of Wh; gradient (steps,) the length of ∂L/∂h; slope, the
    mean of 1 − h², by which saturation shortens the gradient at every step.
    """

    states: np.ndarray
    eigenvalues: np.ndarray
    gradient: np.ndarray
    slope: float
    x: np.ndarray
    weights: dict[str, np.ndarray]

    @property
    def ratio(self) -> float:
        """The gradient at the first step over that at the last."""
        return float(self.gradient[0] / self.gradient[-1])


@lru_cache(maxsize=32)  # a page asks for the settings that it opens with each time one of them moves
def run(settings: Gain) -> Seen:
    """Every unit has its own input, normal with deviation `scale`; the state begins near 0; Wh is orthogonal times
    `gain`; the gradient that arrives at the last step points anywhere.
    """
    rng = np.random.default_rng(settings.seed)
    n, steps = settings.units, settings.steps
    weights = {"Wx": np.eye(n), "Wh": orthogonal(rng, (n, n), settings.gain), "b": np.zeros(n)}
    arrives = np.zeros((1, steps, n))
    arrives[0, -1] = rng.normal(size=n)
    start = rng.uniform(-0.1, 0.1, (1, n))
    x = settings.scale * rng.normal(size=(1, steps, n))
    trace = simple.forward(x, weights, (start,))
    states = trace.kept["h"][0]
    gradient = np.linalg.norm(simple.backward(trace, arrives).local["h"][0], axis=-1)
    return Seen(states, np.linalg.eigvals(weights["Wh"]), gradient, float((1 - states**2).mean()), x[0], weights)
