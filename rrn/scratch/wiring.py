"""Layers put together: one over the other, or one in each direction."""

from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np

from rrn.scratch import gru, lstm, simple
from rrn.scratch.surgery import NONE, Surgery
from rrn.scratch.trace import Back, Trace, Weights

CELLS: dict[str, ModuleType] = {"rnn": simple, "gru": gru, "lstm": lstm}


def stack_forward(
    x: np.ndarray, cell: str, layers: Sequence[Weights], surgery: dict[int, Surgery] | None = None, **how
) -> list[Trace]:
    """Layers of one kind, each reading the h of the one below.

    Args:
        x: (batch, time, features), or (batch, time) symbols.
        surgery: by layer, counted from 0.
        how: what the cell's `forward` takes besides, the same for every layer.

    Returns:
        one trace per layer, the lowest first.
    """
    traces: list[Trace] = []
    for n, weights in enumerate(layers):
        x = traces[-1].kept["h"] if traces else x
        traces.append(CELLS[cell].forward(x, weights, surgery=(surgery or {}).get(n, NONE), **how))
    return traces


def stack_backward(cell: str, traces: Sequence[Trace], dh: np.ndarray, **how) -> list[Back]:
    """From the gradient on the uppermost h down; one step back per trace, the lowest first."""
    steps: list[Back] = []
    for trace in reversed(traces):
        steps.append(CELLS[cell].backward(trace, steps[-1].x if steps else dh, **how))
    return steps[::-1]


class BothWays(NamedTuple):
    """Two layers of one kind: one reads from the first step to the last, the other from the last to the first."""

    there: Trace
    back: Trace

    @property
    def h(self) -> np.ndarray:
        """(batch, time, 2·units): at each step, what was read up to it and what was read from the end down to it."""
        return np.concatenate([self.there.kept["h"], self.back.kept["h"][:, ::-1]], axis=-1)


def both_ways_forward(x: np.ndarray, cell: str, there: Weights, back: Weights) -> BothWays:
    """Source: Schuster & Paliwal 1997."""
    return BothWays(CELLS[cell].forward(x, there), CELLS[cell].forward(x[:, ::-1], back))


def both_ways_backward(cell: str, traces: BothWays, dh: np.ndarray) -> tuple[Back, Back, np.ndarray]:
    """The steps back of both layers, and the gradient on x."""
    units = dh.shape[-1] // 2
    there = CELLS[cell].backward(traces.there, dh[..., :units])
    back = CELLS[cell].backward(traces.back, dh[:, ::-1, units:])
    return there, back, there.x + back.x[:, ::-1]
