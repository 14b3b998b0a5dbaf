"""One look into a network while it reads a specimen: every gate, state and gradient, before and after surgery."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rrn.scratch import network as net
from rrn.scratch.activations import softmax
from rrn.scratch.surgery import Surgery
from rrn.xray.specimen import Specimen

GATES = {"rnn": (), "gru": ("z", "r", "g"), "lstm": ("f", "i", "o", "g")}
STATES = {"rnn": ("h",), "gru": ("h",), "lstm": ("c", "h")}
SHARES = ("z", "r", "f", "i", "o")  # gates between 0 and 1; the candidate g lies between −1 and 1


@dataclass(frozen=True, eq=False)
class Look:
    """All arrays are of the one specimen: (steps, units) unless said otherwise. Layers are counted from 0. A look is
    equal to itself alone.
    """

    network: net.Network
    specimen: Specimen
    surgery: dict[int, Surgery]
    passed: net.Pass

    @property
    def layers(self) -> int:
        return len(self.network.layers)

    def kept(self, layer: int, name: str) -> np.ndarray:
        """A gate or state by its letter."""
        return self.passed.traces[layer].kept[name][0]

    @property
    def said(self) -> np.ndarray:
        """(steps, outputs) probabilities, or (steps, 1) numbers."""
        return self.passed.said[0] if self.specimen.numbers else softmax(self.passed.said[0])

    @property
    def answer(self) -> int | float:
        """What is said at the followed step: the likeliest class, or the number."""
        said = self.said[self.specimen.at]
        return float(said[0]) if self.specimen.numbers else int(said.argmax())

    @property
    def gradient(self) -> list[np.ndarray]:
        """By layer, (steps,) the length of ∂L/∂h."""
        return [self.gradient_on("h", layer) for layer in range(self.layers)]

    def gradient_on(self, state: str, layer: int) -> np.ndarray:
        """(steps,) the length of the loss's gradient on a state, h or an LSTM's c."""
        return np.linalg.norm(self._back.layers[layer].local[state][0], axis=-1)

    @cached_property
    def _back(self) -> net.Return:
        """Back from the loss of the followed answer; where nobody knows what is right, of the answer that was given."""
        at, y = self.specimen.at, self.specimen.y.copy()
        if self.specimen.numbers:
            y[0, at] = np.where(np.isnan(y[0, at]), self.answer + 1, y[0, at])  # one off: a gradient of a known length
        elif y[0, at] == net.NOBODY:
            y[0, at] = self.answer
        dsaid = net.blame(self.passed.said, y, np.array([at]))
        return net.backward(self.network, self.passed, dsaid)

    def saliency(self, at: int, output: int) -> np.ndarray:
        """(steps,) how strongly one output at step `at` answers to each input: the length of its gradient on what was
        read there. Zero after `at`. Source: Simonyan et al. 2014.
        """
        dsaid = np.zeros_like(self.passed.said)
        dsaid[0, at, output] = 1
        return np.linalg.norm(net.backward(self.network, self.passed, dsaid).x[0], axis=-1)


def look(run_weights: dict[str, np.ndarray], cell: str, specimen: Specimen, surgery: dict[int, Surgery] | None = None):
    """Let a network read a specimen.

    Args:
        run_weights: by LAYER/WEIGHT, as a run keeps them.
        surgery: by layer, counted from 0.
    """
    network = net.opened_from(run_weights, cell)
    return look_with(network, specimen, surgery)


def look_with(network: net.Network, specimen: Specimen, surgery: dict[int, Surgery] | None = None) -> Look:
    """The same, for a network that is open already."""
    return Look(network, specimen, surgery or {}, net.forward(network, specimen.x, surgery))
