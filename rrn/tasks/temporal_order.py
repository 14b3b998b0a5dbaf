"""Temporal order: X or Y is shown twice among noise, far apart; which pair was it, and in which order?

Source: Hochreiter & Schmidhuber 1997, experiment 6a.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cost, Spec
from rrn.tasks import _cost

X, Y, NOISE, START, END = 0, 1, 2, 6, 7  # noise is 2..5
INPUTS, OUTPUTS, EACH = 8, 4, False  # XX, XY, YX, YY at the last step; chance is 1 / OUTPUTS
NAMES = "XYabcdBE"  # how the symbols are written, in their order
ANSWERS = ("XX", "XY", "YX", "YY")
EXAMPLES = 1600  # drawn anew for every epoch
PROBLEM = ("steps",)  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class TemporalOrder(Spec):
    units: Annotated[int, Between(4, 64, step=4)] = 16
    steps: Annotated[int, Between(20, 100, step=10)] = 50
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 10


def steps(spec: TemporalOrder) -> int:
    """Of a sequence."""
    return spec.steps


def examples(spec: TemporalOrder, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences: the first of the two stands in the second tenth, the other in the sixth.

    Returns:
        x: (count, steps) symbols, START first and END last.
        y: (count, 1) classes, 2 * first + second.
    """
    x = NOISE + rng.integers(4, size=(count, spec.steps))
    x[:, 0], x[:, -1] = START, END
    tenth, every = spec.steps // 10, np.arange(count)
    first, second = rng.integers(2, size=(2, count))
    x[every, tenth + rng.integers(tenth, size=count)] = first
    x[every, 5 * tenth + rng.integers(tenth, size=count)] = second
    return x, (2 * first + second)[:, None]


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"accuracy": fraction in [0, 1]}; chance is 1 / OUTPUTS.

    Args:
        said: (count, 1, OUTPUTS) logits.
    """
    return {"accuracy": float((said.argmax(axis=-1) == y).mean())}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps): rule_NAME is its word."""
    x_seen, y_seen = (x == X).cumsum(axis=1), (x == Y).cumsum(axis=1)
    first = np.sign((x <= Y) * (x_seen + y_seen == 1) * (1 - 2 * x)).cumsum(axis=1)
    return {"order_first": first.astype(float), "order_count": (x_seen + y_seen).astype(float)}


def rivals(spec: TemporalOrder) -> dict[str, float]:
    """Whom a run must beat, as MEASURE/RIVAL."""
    return {"accuracy/chance": 1 / OUTPUTS}


SPEC = TemporalOrder
QUESTIONS = ()


def cost(spec: TemporalOrder) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
