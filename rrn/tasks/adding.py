"""The adding problem: many numbers are read, two of them are marked, and their sum is wanted at the end.

Source: Hochreiter & Schmidhuber 1997, experiment 4.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cell, Cost, Initial, Spec
from rrn.tasks import _cost

INPUTS, OUTPUTS, EACH = 2, 1, False  # a number and its mark; EACH: answer at every step
NUMBERS = True  # a number is wanted, not a class
BASELINE = 1 / 6  # squared error of whoever always says 1: the variance of the sum of two numbers from 0 to 1
EXAMPLES = 3200  # drawn anew for every epoch
PROBLEM = ("steps",)  # fields of the spec that make it another problem: runs that differ in them are no rivals


@dataclass(frozen=True, kw_only=True)
class Adding(Spec):
    cell: Cell = "gru"
    steps: Annotated[int, Between(10, 200, step=10)] = 50
    initial: Initial = "orthogonal"
    forget_bias: Annotated[float, Between(-2.0, 5.0, step=0.25)] = 1.0  # of an LSTM
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 20
    batch: Annotated[int, Between(4, 128, step=4, most=1024)] = 64

    @property
    def activation(self) -> str:
        """Of a simple cell: an identity matrix goes with ReLU. Source: Le et al. 2015."""
        return "relu" if self.initial == "identity" and self.cell == "rnn" else "tanh"


def steps(spec: Adding) -> int:
    """Of a sequence."""
    return spec.steps


def examples(spec: Adding, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences: one mark falls into the first half, the other into the second.

    Returns:
        x: (count, steps, 2) a number from 0 to 1, and 1 where it is marked.
        y: (count, 1, 1) the sum of the two that are marked.
    """
    numbers = rng.random((count, spec.steps))
    marks = np.zeros_like(numbers)
    half, every = spec.steps // 2, np.arange(count)
    marks[every, rng.integers(half, size=count)] = 1
    marks[every, half + rng.integers(spec.steps - half, size=count)] = 1
    return np.stack([numbers, marks], axis=-1).astype(np.float32), (numbers * marks).sum(axis=1)[:, None, None]


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"error": mean squared error, "right": fraction in [0, 1] within 0.04}; always saying 1 has BASELINE.

    Args:
        said: (count, 1, 1) sums.
    """
    apart = said - y
    return {"error": float((apart**2).mean()), "right": float((np.abs(apart) < 0.04).mean())}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps, 2): rule_NAME is its word."""
    return {"sum": (x[..., 0] * x[..., 1]).cumsum(axis=1), "marks": x[..., 1].cumsum(axis=1)}


def rivals(spec: Adding) -> dict[str, float]:
    """Whom a run must beat, as MEASURE/RIVAL."""
    return {"error/always_one": BASELINE}


SPEC = Adding
QUESTIONS = ()


def cost(spec: Adding) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
