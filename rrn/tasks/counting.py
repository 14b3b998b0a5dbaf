"""Counting: aⁿbⁿ. As many b as there were a, and then the end: whoever knows it has counted.

Source: Gers & Schmidhuber 2001.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from rrn.spec import Between, Cost, Spec
from rrn.tasks import _cost

START, A, B, END = 0, 1, 2, 3
NAMES = ANSWERS = "⊢ab⊣"  # how the symbols are written, in their order
INPUTS = OUTPUTS = 4
EACH = True  # answer at every step
PAD = -1
TESTED = 3  # lengths up to so many times the longest that was learned from
EXAMPLES = 640  # drawn anew for every epoch
PROBLEM = ("longest",)  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class Counting(Spec):
    units: Annotated[int, Between(2, 32, step=2)] = 8
    longest: Annotated[int, Between(3, 20)] = 10  # n of the longest string that is learned from
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    epochs: Annotated[int, Between(1, 60)] = 30
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2


def string(n: int, room: int) -> np.ndarray:
    """(room + 1,) START, n times A, n times B, END, PAD."""
    letters = np.full(room + 1, PAD)
    letters[0], letters[1 : n + 1], letters[n + 1 : 2 * n + 1], letters[2 * n + 1] = START, A, B, END
    return letters


def _pairs(strings):
    """(x, y): what is read, and what follows it; nothing is read after the end."""
    x, y = strings[:, :-1], strings[:, 1:]
    return np.where(y == PAD, PAD, x), y


def steps(spec: Counting) -> int:
    """Of a sequence."""
    return 2 * spec.longest + 1


def examples(spec: Counting, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw strings with n from 1 to `longest`.

    Returns:
        x: (count, 2 * longest + 1) letters, PAD after the last.
        y: the same shape: the letter that follows each.
    """
    return _pairs(np.stack([string(int(n), steps(spec)) for n in rng.integers(1, spec.longest + 1, count)]))


def test(spec: Counting, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Every n from 1 to TESTED times the longest, in order: (n, 2 * TESTED * longest + 1) each. Nothing is drawn."""
    most = TESTED * spec.longest
    return _pairs(np.stack([string(n, 2 * most + 1) for n in range(1, most + 1)]))


def score(said: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """{"counted": of how many n the string was right}: b after b, and the end at the right place.

    How many a there will be nobody can know, so what is said before the first b does not count.

    Args:
        said: (n, steps, OUTPUTS) logits for the strings of `test`.
    """
    wrong = ((x == B) & (said.argmax(axis=-1) != y)).any(axis=-1)
    return {"counted": float((~wrong).sum())}


def remembers(x: np.ndarray) -> dict[str, np.ndarray]:
    """What a network has to keep, at every step of (count, steps): rule_NAME is its word."""
    return {
        "open": ((x == A).cumsum(axis=1) - (x == B).cumsum(axis=1)).astype(float),
        "letter_b": (x == B).astype(float),
    }


def rivals(spec: Counting) -> dict[str, float]:
    """What a run is compared with, as MEASURE/RIVAL: whoever knows by heart what was learned from."""
    return {"counted/read": float(spec.longest)}


SPEC = Counting
QUESTIONS = ()


def cost(spec: Counting) -> Cost:
    return _cost.sequences(spec, steps=steps(spec), inputs=INPUTS, outputs=OUTPUTS, examples=EXAMPLES)
