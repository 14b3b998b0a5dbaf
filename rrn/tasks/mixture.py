"""A mixture of two waves, a slow one and a fast one, with noise: what comes next?

Source: after Hermans & Schrauwen 2013, who ask whether the layers of a stack work at different paces.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cell, Cost, Spec
from rrn.tasks import _cost

INPUTS, OUTPUTS, EACH = 1, 1, True  # EACH: answer at every step
NUMBERS = True  # a number is wanted, not a class
SLOW, FAST = (24.0, 48.0), (4.0, 7.0)  # steps of one period
NOISE = 0.1  # deviation
EXAMPLES = 800  # drawn anew for every epoch
DRAWN = 2000  # sequences that the rival is measured on
PROBLEM = ("steps",)  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class Mixture(Spec):
    cell: Cell = "gru"
    units: Annotated[int, Between(4, 128)] = 32
    layers: Annotated[int, Between(1, 4)] = 1
    steps: Annotated[int, Between(20, 120, step=10)] = 40
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 15
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2


def steps(spec: Mixture) -> int:
    """Of a sequence."""
    return spec.steps


def examples(spec: Mixture, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences, each with waves of its own.

    Returns:
        x: (count, steps, 1) values.
        y: (count, steps, 1) the value that follows each.
    """
    time = np.arange(spec.steps + 1)
    signal = rng.normal(0, NOISE, (count, spec.steps + 1))
    for low, high in (SLOW, FAST):
        period, phase = rng.uniform(low, high, (count, 1)), rng.uniform(0, 2 * np.pi, (count, 1))
        signal += 0.5 * np.sin(2 * np.pi * time / period + phase)
    values = signal.astype(np.float32)[..., None]
    return values[:, :-1], values[:, 1:]


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"error": mean squared error of the second half of each sequence, when both waves have been seen}.

    Args:
        said: (count, steps, 1) values.
    """
    half = y.shape[1] // 2
    return {"error": float(((said - y)[:, half:] ** 2).mean())}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps, 1): rule_NAME is its word."""
    kernel = np.ones(8) / 8
    slow = np.stack([np.convolve(row, kernel)[: len(row)] for row in x[..., 0]])
    return {"slow": slow, "fast": x[..., 0] - slow}


def rivals(spec: Mixture) -> dict[str, float]:
    """Whom a run must beat, as MEASURE/RIVAL: the noise that nobody can foresee, and whoever repeats the last value."""
    x, y = examples(spec, DRAWN, np.random.default_rng(0))
    return {"error/noise": NOISE**2, "error/last": score(x, x, y)["error"]}


SPEC = Mixture
QUESTIONS = ()


def cost(spec: Mixture) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
