"""The running mean of a network's weights, steadier than those of any one step.

While the rate stays high, weights wander about a good place; their mean lies nearer to it. Source: Polyak & Juditsky
1992; in networks, Izmailov et al. 2018.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np

EVERY = 10  # batches from one look at the weights to the next, at most
LOOKS = 20  # of a window, at least


class RunningMean:
    """The mean of the weights, looked at every few batches; older ones fade.

    Args:
        batches: how far back the mean reaches; 0: there is none, and nothing here does anything.
    """

    def __init__(self, batches: int):
        self.every = max(1, min(EVERY, batches // LOOKS))
        self.window = batches / self.every
        self.variables: Sequence[keras.Variable] = ()
        self.means: list[np.ndarray] = []
        self.batches = 0

    def step(self, model: keras.Model) -> None:
        """A batch has been learned from."""
        self.batches += 1
        if not self.window or (self.batches - 1) % self.every:
            return
        self.variables = model.trainable_variables
        now = [np.array(keras.ops.convert_to_numpy(variable)) for variable in self.variables]
        looks = (self.batches - 1) // self.every + 1
        share = 1 / min(looks, max(1.0, self.window))
        self.means = [mean + share * (w - mean) for mean, w in zip(self.means, now, strict=True)] if self.means else now

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Meanwhile the network has the mean for its weights."""
        learned = [np.array(keras.ops.convert_to_numpy(variable)) for variable in self.variables]
        self.keep()
        try:
            yield
        finally:
            _assign(self.variables, learned)

    def keep(self) -> None:
        """From now on the network has the mean for its weights."""
        _assign(self.variables, self.means)


def _assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
