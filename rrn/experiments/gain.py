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
    turn, eigenvalues, start, arrives, x = _drawn(settings.seed, settings.units, settings.steps)
    n, x = settings.units, settings.scale * x
    weights = {"Wx": np.eye(n), "Wh": settings.gain * turn, "b": np.zeros(n)}
    trace = simple.forward(x, weights, (start,))
    states = trace.kept["h"][0]
    gradient = np.linalg.norm(simple.backward(trace, arrives).local["h"][0], axis=-1)
    return Seen(states, settings.gain * eigenvalues, gradient, float((1 - states**2).mean()), x[0], weights)


@lru_cache(maxsize=4)  # the same while the gain or the scale is moved
def _drawn(seed: int, units: int, steps: int):
    """What chance decides: a rotation, its eigenvalues, the first state, the gradient at the last step, the input."""
    rng = np.random.default_rng(seed)
    turn = orthogonal(rng, (units, units))
    arrives = np.zeros((1, steps, units))
    arrives[0, -1] = rng.normal(size=units)
    start = rng.uniform(-0.1, 0.1, (1, units))
    return turn, np.linalg.eigvals(turn), start, arrives, rng.normal(size=(1, steps, units))
