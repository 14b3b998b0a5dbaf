"""Ways to begin a recurrent matrix: its singular values, and what becomes of a vector that it is applied to often."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np

from rrn.scratch import initializers
from rrn.spec import Between, Settings


@dataclass(frozen=True, kw_only=True)
class Beginnings(Settings):
    units: Annotated[int, Between(4, 64, step=4)] = 32
    steps: Annotated[int, Between(1, 50)] = 20


class Seen(NamedTuple):
    """By way to begin: the singular values, the largest first, and the length of a vector of length 1 after each of so
    many multiplications.
    """

    singular: dict[str, np.ndarray]
    lengths: dict[str, np.ndarray]

    def left(self, name: str) -> float:
        """The length after the last multiplication."""
        return float(self.lengths[name][-1])


@lru_cache(maxsize=32)  # a page asks for the settings that it opens with each time one of them moves
def run(settings: Beginnings) -> Seen:
    rng, n = np.random.default_rng(settings.seed), settings.units
    shape = (n, n)
    matrices = {
        "zeros": initializers.zeros(shape),
        "normal": initializers.normal(rng, shape),
        "glorot": initializers.glorot(rng, shape),
        "orthogonal": initializers.orthogonal(rng, shape),
        "identity": initializers.identity(n),
    }
    start = rng.normal(size=n)
    start /= np.linalg.norm(start)
    lengths = {}
    for name, matrix in matrices.items():
        v, found = start, [1.0]
        for _ in range(settings.steps):
            v = v @ matrix
            found.append(float(np.linalg.norm(v)))
        lengths[name] = np.array(found)
    return Seen({name: np.linalg.svd(matrix, compute_uv=False) for name, matrix in matrices.items()}, lengths)
