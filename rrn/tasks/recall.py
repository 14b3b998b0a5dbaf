"""Recall over a gap: a symbol is shown once, noise follows, and at the end it is asked for.

Source: Hochreiter 1991; Bengio et al. 1994.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cost, Spec
from rrn.tasks import _cost

SYMBOLS = 4  # what may be shown; chance is 1 / SYMBOLS
NOISE = 4  # other symbols, which mean nothing
ASK = SYMBOLS + NOISE  # stands on the last step
INPUTS, OUTPUTS, EACH = ASK + 1, SYMBOLS, False  # EACH: answer at every step
NAMES = "ABCDabcd?"  # how the symbols are written, in their order
ANSWERS = NAMES[:SYMBOLS]
EXAMPLES = 2000  # drawn anew for every epoch
PROBLEM = ("gap",)  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class Recall(Spec):
    gap: Annotated[int, Between(1, 100)] = 20  # noisy steps between the symbol and the question
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 10


def steps(spec: Recall) -> int:
    """Of a sequence."""
    return spec.gap + 2


def examples(spec: Recall, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences.

    Returns:
        x: (count, gap + 2) symbols: what is shown, noise, ASK.
        y: (count, 1) the symbol that was shown.
    """
    shown = rng.integers(SYMBOLS, size=(count, 1))
    noise = SYMBOLS + rng.integers(NOISE, size=(count, spec.gap))
    return np.concatenate([shown, noise, np.full((count, 1), ASK)], axis=1), shown


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"recall": fraction in [0, 1] of the symbols that were named}; chance is 1 / SYMBOLS.

    Args:
        said: (count, 1, SYMBOLS) logits.
    """
    return {"recall": float((said.argmax(axis=-1) == y).mean())}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps): rule_NAME is its word."""
    shown = np.broadcast_to(x[:, :1], x.shape)
    return {f"symbol_{NAMES[n]}": (shown == n).astype(float) for n in range(SYMBOLS)}


def rivals(spec: Recall) -> dict[str, float]:
    """Whom a run must beat, as MEASURE/RIVAL."""
    return {"recall/chance": 1 / SYMBOLS}


SPEC = Recall
QUESTIONS = ()


def cost(spec: Recall) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
