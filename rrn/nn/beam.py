"""A trained encoder and decoder outside Keras, in NumPy from its weights: read a batch of sentences, write by beam search.

A step of the decoder in a graph would cost more in calls than in arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rrn.data.vocabulary import END, PAD, START, UNKNOWN
from rrn.nn.stepper import STEPS

NEVER = (PAD, START, UNKNOWN)  # numbers that are not written
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


@dataclass(eq=False)
class Step:
    """All that a beam looked at in one step, (batch, beam) each; `weights` is (batch, beam, read)."""

    parent: np.ndarray
    word: np.ndarray
    score: np.ndarray  # log-probability of all up to here
    weights: np.ndarray | None


@dataclass(eq=False)
class Found:
    """A sentence that was written.

    Args:
        ids: without START and END.
        score: log-probability of all of it, END included.
        ranked: the score by which it won, length normalised.
        weights: (written, read) of the attention, END included; None without one.
        ended: END was written before the room was used up.
    """

    ids: list[int]
    score: float
    ranked: float
    weights: np.ndarray | None = None
    ended: bool = True


@dataclass(eq=False)
class Search:
    """`best` of every sentence, first the one that won; `steps` are what the beam went through."""

    best: list[list[Found]]
    steps: list[Step] = field(default_factory=list)


def ranked(score: np.ndarray | float, length: int, normal: float):
    """A score that long sentences are not punished by: divided by ((5 + length) / 6)^normal. Source: Wu et al. 2016."""
    return score / ((5 + length) / 6) ** normal


def search(
    network: EncoderDecoder, ids: np.ndarray, *, beam: int, normal: float, most: int, begun: Sequence[int] = ()
) -> Search:
    """Write a sentence for each that is read, keeping the `beam` best beginnings at every step. With 1 it is greedy.

    Args:
        ids: (batch, read) numbers, PAD behind the shorter ones.
        normal: how much length is made up for; 0 not at all.
        most: numbers that are written at most.
        begun: numbers that every sentence begins with.
    """
    batch = len(ids)
    memory = network.read(ids)
    states = memory.states
    for n, word in enumerate((START, *begun[:-1]) if begun else ()):
        _, states, _ = network.write(np.full(batch, word), states, memory)
        del n
    rows = np.repeat(np.arange(batch), beam)
    memory = memory.of(rows)
    states = [tuple(s[rows] for s in layer) for layer in states]
    last = np.full(batch * beam, begun[-1] if begun else START)
    score = np.full((batch, beam), -np.inf, np.float32)
    score[:, 0] = 0  # all begin alike: only one of them counts at first
    found = Search([[] for _ in range(batch)])
    open_ = np.ones(batch, bool)
    for _ in range(most):
        log_p, states, weights = network.write(last, states, memory)
        log_p[:, NEVER] = -np.inf
        words, scores = _candidates(log_p, score, beam)
        parent, words = words // log_p.shape[1], words % log_p.shape[1]
        wide = None if weights is None else weights.reshape(batch, beam, -1)
        kept = None if wide is None else np.take_along_axis(wide, parent[..., None], axis=1)
        found.steps.append(Step(parent, words, scores, kept))
        for b in np.flatnonzero(open_):
            _close(found, int(b), begun, normal, beam)
            open_[b] = not _settled(found, int(b), scores[b], normal, beam, most)
        score = np.where(words == END, -np.inf, scores)
        if not open_.any():
            break
        flat = (np.arange(batch)[:, None] * beam + parent).ravel()
        states = [tuple(s[flat] for s in layer) for layer in states]
        last = words.ravel()
    for b in range(batch):
        if not found.best[b]:  # the room is used up: what is best so far, unfinished
            k = int(np.argmax(np.where(np.isfinite(score[b]), score[b], -np.inf)))
            found.best[b].append(_trace(found.steps, b, len(found.steps) - 1, k, begun, normal, ended=False))
        found.best[b].sort(key=lambda f: -f.ranked)
    return found


def _candidates(log_p, score, beam):
    """The `beam` best ways on for every sentence: (batch, beam) of row * target + word, and their scores."""
    batch, target = len(score), log_p.shape[1]
    few = min(beam, target)
    if beam == 1:
        words = log_p.argmax(axis=1)[:, None]
    else:
        words = np.argpartition(-log_p, few - 1, axis=1)[:, :few]
    each = np.take_along_axis(log_p, words, axis=1) + score.reshape(-1, 1)
    words = words.reshape(batch, -1) + np.repeat(np.arange(beam), words.shape[1])[None] * target
    each = each.reshape(batch, -1)
    order = np.argsort(-each, axis=1, kind="stable")[:, :beam]
    return np.take_along_axis(words, order, axis=1), np.take_along_axis(each, order, axis=1)


def _close(found, b, begun, normal, beam):
    """Take down the sentences that have just ended."""
    at = len(found.steps) - 1
    step = found.steps[at]
    for k in np.flatnonzero(step.word[b] == END):
        if np.isfinite(step.score[b, k]):
            found.best[b].append(_trace(found.steps, b, at, int(k), begun, normal, ended=True))


def _settled(found, b, scores, normal, beam, most):
    """Nothing that is still open can win any more, or enough have ended."""
    if len(found.best[b]) >= beam:
        return True
    alive = scores[found.steps[-1].word[b] != END]
    if not len(alive) or not np.isfinite(alive).any():
        return True
    best = max((f.ranked for f in found.best[b]), default=-np.inf)
    return best >= ranked(float(alive.max()), most, normal)


def _trace(steps, b, at, k, begun, normal, *, ended):
    """The sentence that ends in place k of step `at`."""
    ids, weights, score = [], [], float(steps[at].score[b, k])
    length = at + 1 + len(begun)
    for t in range(at, -1, -1):
        step = steps[t]
        ids.append(int(step.word[b, k]))
        if step.weights is not None:
            weights.append(step.weights[b, k])
        k = int(step.parent[b, k])
    ids = [*begun, *reversed(ids)]
    if ended:
        ids = ids[:-1]
    shown = np.array(weights[::-1]) if weights else None
    return Found(ids, score, float(ranked(score, length, normal)), shown, ended)
