"""The encoder of a translator: layers that read from the first word to the last, from the last to the first, or both.

Two directions are added up, so that what is handed on is as wide as each: to the layer above, step by step; to the
decoder's layer of the same height, the last state. What the uppermost layer makes of every step is the memory.

Source: Sutskever et al. 2014; both directions, Schuster & Paliwal 1997 and Bahdanau et al. 2015.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rrn.scratch.surgery import NONE, Surgery
from rrn.scratch.trace import Back, State, Trace, Weights
from rrn.scratch.wiring import CELLS

BACK = "_back"  # at the end of the name of a layer that reads from the last word to the first


class Encoded(NamedTuple):
    """One trace per layer and direction, by name; one that reads backwards has its steps in its own order.

    `memory` is (batch, read, units); `states` are the last ones of every height, the lowest first.
    """

    traces: dict[str, Trace]
    memory: np.ndarray
    states: list[State]


class Return(NamedTuple):
    """A step back per layer and direction, by name, and the gradient on what was read, (batch, read, features)."""

    layers: dict[str, Back]
    x: np.ndarray


def heights(layers: Iterable[str]) -> list[list[str]]:
    """The names of the layers of every height, the lowest first: cell_1 and cell_1_back, cell_2 …"""
    known = set(layers)
    found: list[list[str]] = []
    while here := [name for name in (f"cell_{len(found) + 1}", f"cell_{len(found) + 1}{BACK}") if name in known]:
        found.append(here)
    return found


def forward(x: np.ndarray, cell: str, layers: dict[str, Weights], surgery: dict[str, Surgery] | None = None) -> Encoded:
    """Read sequences of one length.

    Args:
        x: (batch, read, features).
        surgery: by name; on a layer that reads backwards, by its own steps.
    """
    traces: dict[str, Trace] = {}
    states: list[State] = []
    for names in heights(layers):
        for name in names:
            how = (surgery or {}).get(name, NONE)
            traces[name] = CELLS[cell].forward(in_its_order(name, x), layers[name], surgery=how)
        x = sum_of([in_its_order(name, traces[name].kept["h"]) for name in names])
        states.append(tuple(map(sum_of, zip(*(traces[name].state for name in names), strict=True))))
    return Encoded(traces, x, states)


def backward(cell: str, traces: dict[str, Trace], dmemory: np.ndarray, dstates: list[State]) -> Return:
    """From the gradient on the memory, and on the last states of every height."""
    steps: dict[str, Back] = {}
    dh = dmemory
    for names, dstate in zip(heights(traces)[::-1], dstates[::-1], strict=True):
        for name in names:
            reaches = in_its_order(name, dh).copy()
            reaches[:, -1] += dstate[0]
            steps[name] = CELLS[cell].backward(traces[name], reaches, *dstate[1:])
        dh = sum_of([in_its_order(name, steps[name].x) for name in names])
    return Return(steps, dh)


def in_its_order(name: str, values: np.ndarray) -> np.ndarray:
    """(batch, time, …) in the order in which a layer reads; the same again turns it back."""
    return values[:, ::-1] if name.endswith(BACK) else values


def sum_of(parts) -> np.ndarray:
    """Of one or two arrays."""
    first, *rest = parts
    return first + rest[0] if rest else first
