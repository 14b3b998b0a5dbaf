"""One look into a network while it reads a specimen: every gate, state and gradient, before and after surgery."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rrn.scratch import network as net
from rrn.scratch import seq2seq
from rrn.scratch.activations import softmax
from rrn.scratch.surgery import Surgery
from rrn.scratch.trace import Trace
from rrn.xray.pair import Pair, translates
from rrn.xray.specimen import Part, Specimen

GATES = {"rnn": (), "gru": ("z", "r", "g"), "lstm": ("f", "i", "o", "g")}
STATES = {"rnn": ("h",), "gru": ("h",), "lstm": ("c", "h")}
SHARES = ("z", "r", "f", "i", "o")  # gates between 0 and 1; the candidate g lies between −1 and 1
WAYS = {net.Network: net, seq2seq.Translator: seq2seq}  # there and back through each kind

Network = net.Network | seq2seq.Translator
Reading = Specimen | Pair
Surgeries = Mapping[int, Surgery] | Mapping[str, Surgery] | Mapping[Part, Surgery]


@dataclass(frozen=True, eq=False)
class Look:
    """All arrays are of the one specimen: (steps, units) unless said otherwise. A look is equal to itself alone."""

    network: Network
    specimen: Reading
    surgery: Surgeries
    passed: net.Pass | seq2seq.Pass

    @property
    def parts(self) -> tuple[Part, ...]:
        """The layers that can be looked into."""
        return self.network.parts

    @property
    def layers(self) -> int:
        return len(self.parts)

    def trace(self, part: Part) -> Trace:
        """All that one layer left behind, (1, steps, units) each."""
        return self.passed.traces[part]  # type: ignore[index]

    def kept(self, part: Part, name: str) -> np.ndarray:
        """A gate or state by its letter."""
        return self.trace(part).kept[name][0]

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
    def attention(self) -> np.ndarray | None:
        """(written, read) weights; None where nothing attends."""
        weights = getattr(self.passed, "attention", None)
        return None if weights is None else weights[0]

    @property
    def log_p(self) -> float:
        """The log-probability, in nats, of all that is written here."""
        wanted = self.specimen.followed(self.answer)[0]
        return float(np.log(self.said[np.arange(len(wanted)), wanted]).sum())

    @property
    def gradient(self) -> list[np.ndarray]:
        """By layer, (steps,) the length of ∂L/∂h."""
        return [self.gradient_on("h", part) for part in self.parts]

    def gradient_on(self, state: str, part: Part) -> np.ndarray:
        """(steps,) the length of the loss's gradient on a state, h or an LSTM's c."""
        return np.linalg.norm(self._back.layers[part].local[state][0], axis=-1)

    @cached_property
    def _back(self):
        """Back from the loss of the followed answer; where nobody knows what is right, of the answer that was given."""
        wanted, at = self.specimen.followed(self.answer), np.array([self.specimen.at])
        return self._backward(net.blame(self.passed.said, wanted, at))

    def saliency(self, at: int, output: int) -> np.ndarray:
        """(read,) how strongly one output at step `at` answers to each input: the length of its gradient on what was
        read there. Zero after `at`, but for a translator, which had read all before. Source: Simonyan et al. 2014.
        """
        dsaid = np.zeros_like(self.passed.said)
        dsaid[0, at, output] = 1
        return np.linalg.norm(self._backward(dsaid).x[0], axis=-1)

    def _backward(self, dsaid):
        return WAYS[type(self.network)].backward(self.network, self.passed, dsaid)


def opened(run) -> Network:
    """A run's network, from its weights."""
    weights, spec = run.weights(), run.spec
    if translates(spec):
        return seq2seq.opened_from(weights, spec.cell, spec.attention)
    return net.opened_from(weights, spec.cell, getattr(spec, "activation", "tanh"))


def look(run_weights: dict[str, np.ndarray], cell: str, specimen: Specimen, surgery: dict[int, Surgery] | None = None):
    """Let a network read a specimen.

    Args:
        run_weights: by LAYER/WEIGHT, as a run keeps them.
        surgery: by layer, counted from 0.
    """
    network = net.opened_from(run_weights, cell)
    return look_with(network, specimen, surgery)


def look_with(network: Network, specimen: Reading, surgery: Surgeries | None = None) -> Look:
    """The same, for a network that is open already."""
    passed = WAYS[type(network)].forward(network, *specimen.reads, surgery)
    return Look(network, specimen, surgery or {}, passed)
