"""A trained encoder and decoder outside Keras, in NumPy from its weights: it reads a batch and writes word by word.

A step of the decoder in a graph would cost more in calls than in arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rrn.data.vocabulary import PAD, START
from rrn.nn.stepper import STEPS

Weights = dict[str, np.ndarray]
States = list[tuple[np.ndarray, ...]]  # of every layer: h, or h and c


@dataclass(frozen=True, eq=False)
class Memory:
    """What the encoder made of a batch.

    Args:
        h: (batch, read, units).
        keys: (batch, read, wide) what queries are compared with; h itself, or a projection of it.
        keep: (batch, read) False where it is padding.
        states: the last of every layer, (batch, units).
    """

    h: np.ndarray
    keys: np.ndarray
    keep: np.ndarray
    states: States

    def of(self, rows: np.ndarray) -> "Memory":
        """The same for other rows of the batch, some of them perhaps more than once."""
        states = [tuple(s[rows] for s in layer) for layer in self.states]
        return Memory(self.h[rows], self.keys[rows], self.keep[rows], states)


class EncoderDecoder:
    """The layers of `rrn.nn.seq2seq`, forward.

    Args:
        spec: with cell, layers, attention and reading.
        weights: by LAYER/WEIGHT.
    """

    def __init__(self, spec, weights: Weights):
        self.spec = spec
        self.w = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in weights.items()}
        self.step, self.kept = STEPS[spec.cell]
        self.table = self.w["embed_target/embeddings"]
        self.columns = np.ascontiguousarray(self.table.T)
        self.first = self._projected("decoder_1", self.table)  # of every word that can be written, once and for all

    @property
    def units(self) -> int:
        return self.w["decoder_1/recurrent_kernel"].shape[0]

    def _layer(self, name):
        return self.w[f"{name}/kernel"], self.w[f"{name}/recurrent_kernel"], np.atleast_2d(self.w[f"{name}/bias"])

    def _projected(self, name, x):
        kernel, _, bias = self._layer(name)
        return x @ kernel + bias[0]

    def _through(self, name, x, keep):
        """(batch, read, units) states of one layer, and the last; padding leaves a state as it is."""
        _, recurrent, bias = self._layer(name)
        z = self._projected(name, x)
        state = tuple(np.zeros((len(x), self.units), np.float32) for _ in range(self.kept))
        h = np.empty((*x.shape[:2], self.units), np.float32)
        for t in range(x.shape[1]):
            new = self.step(z[:, t], state, recurrent, bias)
            state = tuple(np.where(keep[:, t, None], a, b) for a, b in zip(new, state, strict=True))
            h[:, t] = state[0]
        return h, state

    def read(self, ids: np.ndarray) -> Memory:
        """Read a batch, (batch, read) numbers with PAD behind the shorter ones."""
        keep = ids != PAD
        x = self.w["embed/embeddings"][ids]
        last: States = []
        for n in range(1, self.spec.layers + 1):
            ways = []
            if self.spec.reading != "backward":
                ways.append(self._through(f"cell_{n}", x, keep))
            if self.spec.reading != "forward":
                h, state = self._through(f"cell_{n}_back", x[:, ::-1], keep[:, ::-1])
                ways.append((h[:, ::-1], state))
            x = sum(h for h, _ in ways)
            last.append(tuple(sum(parts) for parts in zip(*(state for _, state in ways), strict=True)))
        keys = x
        if self.spec.attention == "general":
            keys = x @ self.w["attention/kernel"].T
        elif self.spec.attention == "additive":
            keys = x @ self.w["attention/memory"]
        return Memory(x, keys, keep, last)

    def attend(self, h: np.ndarray, memory: Memory) -> np.ndarray:
        """(batch, read) weights of the attention for one state of the decoder each."""
        if self.spec.attention == "additive":
            asked = np.tanh((h @ self.w["attention/query"])[:, None] + memory.keys)
            scores = asked @ self.w["attention/combine"]
        else:
            scores = (memory.keys @ h[:, :, None])[..., 0]
        scores = np.where(memory.keep, scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def write(self, last: np.ndarray, states: States, memory: Memory) -> tuple[np.ndarray, States, np.ndarray | None]:
        """One step: from the numbers written last, (batch,), the log-probabilities of what comes next, (batch, target),
        the new states, and the weights of the attention.
        """
        _, recurrent, bias = self._layer("decoder_1")
        new = [self.step(self.first[last], states[0], recurrent, bias)]
        x, weights = new[0][0], None
        context = []
        if self.spec.attention != "none":
            weights = self.attend(x, memory)
            context = [(weights[:, None] @ memory.h)[:, 0]]
        for n in range(1, self.spec.layers):
            name = f"decoder_{n + 1}"
            _, recurrent, bias = self._layer(name)
            new.append(
                self.step(self._projected(name, np.concatenate([x, *context], axis=1)), states[n], recurrent, bias)
            )
            x = new[-1][0]
        x = np.concatenate([x, *context], axis=1) @ self.w["combine/kernel"] + self.w["combine/bias"]
        logits = np.tanh(x) @ self.columns
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return logits, new, weights


@dataclass(frozen=True, eq=False)
class Forced:
    """What a decoder says that is given the right words: of every wanted word its log-probability, (batch, written),
    and the weights of the attention, (batch, written, read).
    """

    log_p: np.ndarray
    weights: np.ndarray | None


def forced(network: EncoderDecoder, read: np.ndarray, wanted: np.ndarray) -> Forced:
    """Go through right translations, (batch, written) numbers with END and PAD behind them."""
    memory = network.read(read)
    states, last = memory.states, np.full(len(read), START)
    log_p = np.empty(wanted.shape, np.float32)
    weights: list[np.ndarray] = []
    for t in range(wanted.shape[1]):
        said, states, looked = network.write(last, states, memory)
        last = wanted[:, t]
        log_p[:, t] = said[np.arange(len(read)), last]
        if looked is not None:
            weights.append(looked)
    return Forced(log_p, np.stack(weights, axis=1) if weights else None)


def padded(ids: Sequence[Sequence[int]], steps: int) -> np.ndarray:
    """(sentences, steps) numbers, PAD behind each."""
    found = np.full((len(ids), steps), PAD, np.int32)
    for row, one in zip(found, ids, strict=True):
        row[: len(one)] = one
    return found
