"""The decoder of a translator: it reads what has been written so far and says what comes next.

The lowest layer's state asks the attention; the context that comes back is read by the layers above and by the dense
layer below the answer, beside the state. Every layer begins with the last state of the encoder's at the same height.

Source: Sutskever et al. 2014; the place of the attention, behind the cell, Luong et al. 2015. What is said is compared
with the same table that is read: Press & Wolf 2017.
"""

from typing import NamedTuple

import numpy as np

from rrn.scratch import attention, dense
from rrn.scratch.surgery import NONE, Surgery
from rrn.scratch.trace import Back, State, Trace, Weights
from rrn.scratch.wiring import CELLS


class Decoder(NamedTuple):
    """Layers by name, decoder_1 the lowest; `score` of the attention, "none" where there is none; the dense layer."""

    cell: str
    layers: dict[str, Weights]
    score: str
    attention: Weights
    combine: Weights


class Decoded(NamedTuple):
    """One trace per layer, by name; the attention's, or None; the dense layer's: its `a` meets the table."""

    traces: dict[str, Trace]
    looked: attention.Trace | None
    combined: dense.Trace

    @property
    def states(self) -> list[State]:
        """After the last step, the lowest layer first."""
        return [trace.state for trace in self.traces.values()]


class Return(NamedTuple):
    """A step back per layer, by name; of the attention, or None; of the dense layer. The gradient on what is read, on
    the memory, and on the state that every layer began with, the lowest first.
    """

    layers: dict[str, Back]
    looked: attention.Back | None
    combined: dense.Back
    x: np.ndarray
    memory: np.ndarray | None
    starts: list[State]


def forward(
    x: np.ndarray,
    memory: np.ndarray,
    starts: list[State],
    decoder: Decoder,
    surgery: dict[str, Surgery] | None = None,
) -> Decoded:
    """Go through what has been written, or through one more step of it.

    Args:
        x: (batch, written, features).
        memory: (batch, read, units).
        starts: the state that every layer begins with, the lowest first.
        surgery: by name of the layer.
    """
    traces: dict[str, Trace] = {}
    looked = None
    for (name, weights), start in zip(decoder.layers.items(), starts, strict=True):
        how = (surgery or {}).get(name, NONE)
        traces[name] = CELLS[decoder.cell].forward(x, weights, start, surgery=how)
        h = traces[name].kept["h"]
        if looked is None and decoder.score != "none":
            looked = attention.forward(h, memory, decoder.attention, decoder.score)
        x = h if looked is None else np.concatenate([h, looked.context], axis=-1)
    return Decoded(traces, looked, dense.forward(x, decoder.combine, "tanh"))


def backward(decoder: Decoder, passed: Decoded, dcombined: np.ndarray) -> Return:
    """From the gradient on what the dense layer gives, (batch, written, embedding)."""
    combined = dense.backward(passed.combined, dcombined)
    layers: dict[str, Back] = {}
    looked, dx = None, combined.x
    lowest = next(iter(passed.traces))
    units = passed.traces[lowest].kept["h"].shape[-1]
    dcontext = np.zeros_like(dx[..., units:])
    for name, trace in reversed(passed.traces.items()):
        dh, dcontext = dx[..., :units], dcontext + dx[..., units:]
        if name == lowest and passed.looked is not None:  # it asked, and those above read what came back
            looked = attention.backward(passed.looked, dcontext)
            dh = dh + looked.s
        layers[name] = CELLS[decoder.cell].backward(trace, dh)
        dx = layers[name].x
    layers = dict(reversed(layers.items()))
    starts = [step.start for step in layers.values()]
    return Return(layers, looked, combined, dx, None if looked is None else looked.m, starts)
