"""A whole network, opened: from symbols or numbers through one or more recurrent layers to what it says, and back.

It is what the recipes of the course build: perhaps a table of embeddings, recurrent layers of one kind, a dense layer.
"""

from typing import NamedTuple

import numpy as np

from rrn.scratch import dense, opened, wiring
from rrn.scratch.losses import cross_entropy, squared_error
from rrn.scratch.surgery import Surgery
from rrn.scratch.trace import Back, Trace, Weights

NOBODY = -1  # a symbol that is none, a target that is not asked for


class Network(NamedTuple):
    """`table` (symbols, embedding) is None where symbols enter as one-hot vectors, or numbers as they are;
    `activation` is that of a simple cell.
    """

    cell: str
    table: np.ndarray | None
    layers: list[Weights]
    out: Weights
    activation: str = "tanh"

    @property
    def units(self) -> int:
        return self.layers[0]["Wh"].shape[0]

    @property
    def parts(self) -> tuple[int, ...]:
        """The recurrent layers, counted from 0."""
        return tuple(range(len(self.layers)))


class Pass(NamedTuple):
    """A way forward: one trace per recurrent layer, and the dense layer over all steps; `said` are its logits."""

    traces: list[Trace]
    out: dense.Trace

    @property
    def said(self) -> np.ndarray:
        """(batch, time, outputs) logits or numbers, at every step: also where only the last is asked for."""
        return self.out.a


class Return(NamedTuple):
    """A way back: one step per recurrent layer, the lowest first, the dense layer, and the gradient on what is read.

    `x` is (batch, time, features): of one-hot vectors or embeddings where symbols are read.
    """

    layers: list[Back]
    out: dense.Back
    x: np.ndarray


def opened_from(weights: dict[str, np.ndarray], cell: str, activation: str = "tanh") -> Network:
    """The network whose weights are named LAYER/WEIGHT. In float64: squares of small gradients underflow in float32.

    Raises:
        KeyError: there is no recurrent layer called cell_1, or no dense one called out.
    """
    exact = {name: w.astype(np.float64) for name, w in weights.items()}
    layers = opened.layers(exact)
    if not layers:
        raise KeyError("cell_1")
    return Network(cell, exact.get("embed/embeddings"), layers, opened.dense(exact), activation)


def read(network: Network, x: np.ndarray) -> np.ndarray:
    """(batch, time, features): what the lowest layer reads. Symbols become rows of the table, or one-hot vectors;
    NOBODY becomes zeros; numbers stay.
    """
    if x.ndim == 3:
        return x
    table = np.eye(network.layers[0]["Wx"].shape[0]) if network.table is None else network.table
    return np.concatenate([table, np.zeros((1, table.shape[1]))])[x]


def forward(network: Network, x: np.ndarray, surgery: dict[int, Surgery] | None = None) -> Pass:
    """Read sequences.

    Args:
        x: (batch, time) symbols or (batch, time, features).
        surgery: by layer, counted from 0.
    """
    how = _how(network)
    traces = wiring.stack_forward(read(network, x), network.cell, network.layers, surgery, **how)
    return Pass(traces, dense.forward(traces[-1].kept["h"], network.out))


def backward(network: Network, passed: Pass, dsaid: np.ndarray) -> Return:
    """From the gradient on what was said, (batch, time, outputs)."""
    out = dense.backward(passed.out, dsaid)
    layers = wiring.stack_backward(network.cell, passed.traces, out.x, **_how(network))
    return Return(layers, out, layers[0].x)


def _how(network):
    return {"activation": network.activation} if network.cell == "rnn" else {}


def blame(said: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(batch, time, outputs): the gradient, on what was said, of each sequence's loss at one step.

    Args:
        said: (batch, time, outputs).
        y: (batch, time) classes, or (batch, time, 1) numbers.
        at: (batch,) the step of each sequence.
    """
    every = np.arange(len(said))
    here, wanted = said[every, at], y[every, at]
    loss = squared_error if y.ndim == 3 else cross_entropy
    gradient = np.zeros_like(said)
    gradient[every, at] = loss(here, wanted)[1] * len(said)  # of each sequence's own loss, not of their mean
    return gradient
