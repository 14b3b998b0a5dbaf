"""Beam search: at every step the few best beginnings of a translation are kept and carried on.

Source: in speech, Lowerre 1976; for networks that translate, Sutskever et al. 2014.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rrn.data.vocabulary import END, NEVER, START
from rrn.nn.encoder_decoder import EncoderDecoder


@dataclass(eq=False)
class Step:
    """What was kept of one step, (batch, beam) each; `weights` is (batch, beam, read).

    `parent` is the place, in the step before, of the beginning that goes on with `word`; `score` is the log-probability
    of all up to here, −inf where nothing is.
    """

    parent: np.ndarray
    word: np.ndarray
    score: np.ndarray
    weights: np.ndarray | None

    def among(self, sentences: np.ndarray, batch: int) -> "Step":
        """The same for a whole batch of which it is some sentences; nothing is kept of the others."""
        if len(sentences) == batch:
            return self

        def spread(values, empty):
            whole = np.full((batch, *values.shape[1:]), empty, values.dtype)
            whole[sentences] = values
            return whole

        weights = None if self.weights is None else spread(self.weights, 0)
        return Step(spread(self.parent, 0), spread(self.word, END), spread(self.score, -np.inf), weights)


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
    """`best` of every sentence, first the one that won; `steps` are what the beam went through.

    Args:
        begun: numbers that every translation begins with; its attention is in `lead`, (batch, read) for each.
        normal: how much length is made up for.
    """

    begun: Sequence[int]
    normal: float
    best: list[list[Found]]
    lead: list[np.ndarray] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def take(self, sentence: int, place: int, *, ended: bool) -> None:
        """Take down the translation that stands at this place of the last step."""
        ids, weights = [], []
        score, at = float(self.steps[-1].score[sentence, place]), place
        for step in reversed(self.steps):
            ids.append(int(step.word[sentence, at]))
            if step.weights is not None:
                weights.append(step.weights[sentence, at])
            at = int(step.parent[sentence, at])
        ids = [*self.begun, *reversed(ids)]
        weights = [*(w[sentence] for w in self.lead), *reversed(weights)]
        found = Found(ids[:-1] if ended else ids, score, self.ranked(score, len(ids)), ended=ended)
        found.weights = np.array(weights) if weights else None
        self.best[sentence].append(found)

    def ranked(self, score: float, length: int) -> float:
        """A score that does not punish length: divided by ((5 + length) / 6)^normal. Source: Wu et al. 2016."""
        return score / ((5 + length) / 6) ** self.normal

    def settled(self, sentence: int, most: int) -> bool:
        """Enough translations have ended, or none that has not can win any more."""
        step, best = self.steps[-1], self.best[sentence]
        alive = step.score[sentence][step.word[sentence] != END]
        if len(best) >= step.word.shape[1] or not np.isfinite(alive).any():
            return True
        return bool(best) and max(f.ranked for f in best) >= self.ranked(float(alive.max()), len(self.begun) + most)


def search(
    network: EncoderDecoder,
    ids: np.ndarray,
    *,
    beam: int,
    normal: float,
    most: int | Sequence[int],
    begun: Sequence[int] = (),
) -> Search:
    """Write a sentence for each that is read, keeping the `beam` best beginnings at every step. With 1 it is greedy.

    Args:
        ids: (batch, read) numbers, PAD behind the shorter ones.
        normal: how much length is made up for; 0 not at all.
        most: numbers that are written at most, of all sentences or of each.
        begun: numbers that every translation begins with.
    """
    batch = len(ids)
    room = [most] * batch if isinstance(most, int) else most
    found = Search(begun, normal, [[] for _ in range(batch)])
    memory = network.read(ids)
    states, last = memory.states, np.full(batch, START)
    lead = np.zeros(batch, np.float32)
    for word in begun:
        log_p, states, weights = network.write(last, states, memory)
        found.lead += [] if weights is None else [weights]
        lead += log_p[:, word]
        last = np.full(batch, word)
    rows = np.repeat(np.arange(batch), beam)
    memory, last = memory.of(rows), last[rows]
    states = [tuple(s[rows] for s in layer) for layer in states]
    score = np.full((batch, beam), -np.inf, np.float32)
    score[:, 0] = lead  # all begin alike: only one of them counts at first
    open_ = np.arange(batch)  # sentences that go on; those that have ended leave the batch
    for written in range(1, max(room) + 1):
        log_p, states, weights = network.write(last, states, memory)
        log_p[:, NEVER] = -np.inf
        step = _kept(log_p, score, weights)
        found.steps.append(step.among(open_, batch))
        goes_on = np.ones(len(open_), bool)
        for at, sentence in enumerate(open_.tolist()):
            for place in np.flatnonzero((step.word[at] == END) & np.isfinite(step.score[at])):
                found.take(sentence, int(place), ended=True)
            if found.settled(sentence, room[sentence]) or written == room[sentence]:
                if not found.best[sentence]:  # the room is used up: the best beginning as it is
                    found.take(sentence, int(np.argmax(step.score[at])), ended=False)
                goes_on[at] = False
        if not goes_on.any():
            break
        rows = (np.arange(len(open_))[:, None] * beam + step.parent)[goes_on].ravel()
        states = [tuple(s[rows] for s in layer) for layer in states]
        last = step.word[goes_on].ravel()
        score = np.where(step.word == END, -np.inf, step.score)[goes_on]
        if not goes_on.all():
            memory, open_ = memory.of(np.flatnonzero(np.repeat(goes_on, beam))), open_[goes_on]
    for best in found.best:
        best.sort(key=lambda f: -f.ranked)
    return found


def _kept(log_p, score, weights) -> Step:
    """The best ways on for every sentence, from (batch * beam, target) log-probabilities."""
    batch, beam = score.shape
    if beam == 1:
        words = log_p.argmax(axis=1)[:, None]
    else:
        words = np.argpartition(-log_p, min(beam, log_p.shape[1]) - 1, axis=1)[:, :beam]
    scores = (np.take_along_axis(log_p, words, axis=1) + score.reshape(-1, 1)).reshape(batch, -1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :beam]
    parent = order // words.shape[1]
    if weights is not None:
        weights = np.take_along_axis(weights.reshape(batch, beam, -1), parent[..., None], axis=1)
    words = np.take_along_axis(words.reshape(batch, -1), order, axis=1)
    return Step(parent, words, np.take_along_axis(scores, order, axis=1), weights)
