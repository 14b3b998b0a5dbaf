"""A recurrent unit whose weights are set by hand, opened like any trained network."""

from typing import NamedTuple

import numpy as np

from rrn.scratch import gru, lstm
from rrn.scratch.network import Network
from rrn.xray.specimen import Specimen, shown_numbers

ROWS = {"rnn": ("h",), "gru": gru.GATES, "lstm": lstm.GATES}  # what has weights of its own, in the order of the columns


class Unit(NamedTuple):
    """By gate: a weight for each input, the weight of h, the bias; `reads` is the sequence as it is typed, a star for a
    mark of 1.
    """

    cell: str
    rows: dict[str, tuple[float, ...]]
    reads: str

    @property
    def inputs(self) -> int:
        return len(next(iter(self.rows.values()))) - 2


# The worked examples of the lessons.
SIMPLE = Unit("rnn", {"h": (1.0, 0.9, 0.0)}, "1 0 0")
GRU = Unit(
    "gru", {"z": (0.0, -10.0, 0.0, 6.0), "r": (0.0, 0.0, 0.0, 2.0), "g": (1.0, 0.0, 1.0, 0.0)}, "0.6* 0.9 0.3 0.8"
)
LSTM = Unit(
    "lstm",
    {"i": (8.0, 0.0, 0.0, -5.0), "f": (0.0, 0.0, 0.0, 4.0), "g": (2.0, 0.0, 0.0, 0.0), "o": (0.0, 6.0, 0.0, -3.0)},
    "1 0 0 0 0 0 0*",
)


def network(cell: str, rows: dict[str, tuple[float, ...]]) -> Network:
    """One unit; what it says is its h. A GRU's second bias is 0: then both readings of the reset gate agree."""
    table = np.array([rows[name] for name in ROWS[cell]], dtype=float)
    b = table[:, -1]
    weights = {"Wx": table[:, :-2].T, "Wh": table[:, -2][None], "b": np.stack([b, 0 * b]) if cell == "gru" else b}
    return Network(cell, None, [weights], {"W": np.ones((1, 1)), "b": np.zeros(1)})


def specimen(x: np.ndarray) -> Specimen:
    """A sequence with no right answer; the h after the last step is followed.

    Args:
        x: (steps, inputs).
    """
    return Specimen(x[None], np.full((1, len(x), 1), np.nan), len(x) - 1, shown_numbers(x), "")
