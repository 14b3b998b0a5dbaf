"""Copy memory: read a few symbols, wait, write them back.

Source: Hochreiter & Schmidhuber 1997; this form, Arjovsky et al. 2016.
"""

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cell, Cost, Spec
from rrn.tasks import _cost

SYMBOLS, BLANK, GO = 8, 8, 9  # symbols are 0..7; GO stands on the last blank
INPUTS, OUTPUTS, EACH = GO + 1, SYMBOLS + 1, True  # EACH: answer at every step
NAMES = "01234567·?"  # how the symbols are written, in their order
ANSWERS = NAMES[:OUTPUTS]
EXAMPLES = 3200  # drawn anew for every epoch
PROBLEM = ("items", "delay")  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class CopyMemory(Spec):
    cell: Cell = "gru"
    units: Annotated[int, Between(8, 128, step=8)] = 64
    items: Annotated[int, Between(1, 10)] = 5
    delay: Annotated[int, Between(5, 100, step=5)] = 20
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 24
    batch: Annotated[int, Between(4, 128, step=4, most=1024)] = 64
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2


def steps(spec: CopyMemory) -> int:
    """Of a sequence."""
    return 2 * spec.items + spec.delay


def examples(spec: CopyMemory, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences to read and what to write back.

    Returns:
        x: (count, steps) symbols seen, with steps = 2 * items + delay.
        y: (count, steps) symbols expected; BLANK until the GO mark has passed.
    """
    told = rng.integers(SYMBOLS, size=(count, spec.items))
    x = np.full((count, steps(spec)), BLANK)
    y = np.full((count, steps(spec)), BLANK)
    x[:, : spec.items] = told
    x[:, spec.items + spec.delay - 1] = GO
    y[:, -spec.items :] = told
    return x, y


def baseline(spec: CopyMemory) -> float:
    """Nats per step of whoever remembers nothing: blanks for nothing, and an even guess for every item."""
    return spec.items * math.log(SYMBOLS) / steps(spec)


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"recall": fraction in [0, 1] of the told symbols that were written back}; chance is 1 / SYMBOLS.

    Args:
        said: (count, steps, OUTPUTS) logits.
    """
    asked = y != BLANK
    return {"recall": float((said.argmax(axis=-1) == y)[asked].mean())}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps): rule_NAME is its word."""
    waited = (x == GO).cumsum(axis=1) > 0
    first = np.broadcast_to(x[:, :1], x.shape)
    return {"go": waited.astype(float), "first": first.astype(float)}


def rivals(spec: CopyMemory) -> dict[str, float]:
    """Whom a run must beat, as MEASURE/RIVAL."""
    return {"recall/chance": 1 / SYMBOLS}


SPEC = CopyMemory
QUESTIONS = ()


def cost(spec: CopyMemory) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
