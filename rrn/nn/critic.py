"""Texts through a trained reader: long ones in parts, with what it cannot judge by; and one text taken apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rrn.data import language
from rrn.data.bag import Bag
from rrn.data.wording import TRUSTED, Word, Wording, words
from rrn.nn.reader import Reader, odds
from rrn.scratch import network as net
from rrn.scratch.network import opened_from

TOGETHER = 256  # texts that are read at once, those of about one length
ENDS = tuple(".!?…")  # marks that a sentence ends with
DENIALS = {"es": "no", "en": "not"}


@dataclass(frozen=True)
class Judged:
    """What a text came to, in log-odds of the positive class.

    Args:
        network: of all parts together.
        bag: what the bag of words says.
        known: share, of its words with letters, of those that the network has met often enough to know.
        words: that were read.
        parts: what was read on its own, one after the other; `network` weighs them by their length.
        foreign: it is in another language than the network's.
    """

    network: float
    bag: float
    known: float
    words: int
    parts: int
    foreign: bool


@dataclass(frozen=True, eq=False)
class Explained:
    """One text, (words,) each in log-odds; of a long text its first part.

    Args:
        running: what the network thinks after each word.
        missed: how much the last one falls when this word is left out.
        pull: the gradient on a word times the word: what it adds, as far as a straight line goes.
        bag: the weight that a bag of words gives it.
        denied: what is thought of the whole text with a "no" before this word.
    """

    words: list[Word]
    running: np.ndarray
    missed: np.ndarray
    pull: np.ndarray
    bag: np.ndarray
    denied: np.ndarray


@dataclass(frozen=True, eq=False)
class Critic:
    """A network with what it reads, and the bag of words that learned from the same texts.

    Args:
        weights: by LAYER/WEIGHT.
        longest: words of a part; what is longer than the network learned from is cut.
        names: of the negative and the positive class.
    """

    cell: str
    weights: dict[str, np.ndarray]
    wording: Wording
    bag: Bag
    longest: int
    names: tuple[str, str]

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.cell, self.weights)

    def log_odds(self, read: Sequence[Sequence[str]]) -> np.ndarray:
        """(texts,) of the positive class, after the last word of each."""
        found = np.zeros(len(read), np.float32)
        order = sorted((n for n, text in enumerate(read) if text), key=lambda n: len(read[n]))
        for start in range(0, len(order), TOGETHER):
            here = order[start : start + TOGETHER]
            numbers = self.wording.encode([read[n] for n in here], max(len(read[n]) for n in here))
            found[here] = odds(self.reader.read(numbers)[:, -1])
        return found

    def judge(self, texts: Sequence[str]) -> list[Judged]:
        """One for every text; without any word it is as likely positive as negative."""
        return [
            Judged(
                network=network,
                bag=self.bag.log_odds([word.read for word in words(text)]) if read else 0.0,
                known=self.known(read),
                words=len(read),
                parts=parts,
                foreign=language.foreign(read, self.wording.language),
            )
            for text, (read, parts, network) in zip(texts, self._heard(texts), strict=True)
        ]

    def networks(self, texts: Sequence[str]) -> np.ndarray:
        """(texts,) what the network says of each, and nothing else of it."""
        return np.array([network for _, _, network in self._heard(texts)])

    def _heard(self, texts) -> Iterator[tuple[list[str], int, float]]:
        """What is read of every text, in how many parts, and what the network says of them all."""
        cut = [self.wording.read(text) for text in texts]
        parts = [self._parts(read) for read in cut]
        said = iter(self.log_odds([part for of_text in parts for part in of_text]).tolist())
        for read, of_text in zip(cut, parts, strict=True):
            whole = sum(len(part) * next(said) for part in of_text) / max(1, len(read))
            yield read, len(of_text), whole * self._trust(read)

    def _trust(self, read):
        """What a judgement is multiplied by: less than 1 where too few of the words are known."""
        return min(1.0, self.known(read) / TRUSTED)

    def known(self, words: Sequence[str]) -> float:
        """Share of the words with letters that have a number of their own; 0 where there are none."""
        lettered = [word for word in words if any(map(str.isalpha, word))]
        return sum(map(self.wording.knows, lettered)) / max(1, len(lettered))

    def _parts(self, words: list[str]) -> list[list[str]]:
        """Of at most `longest` words; one ends where a sentence does, if that is in its second half."""
        parts = []
        while len(words) > self.longest:
            ends = [n for n in range(self.longest // 2, self.longest) if words[n][0] in ENDS]
            at = ends[-1] + 1 if ends else self.longest
            parts.append(words[:at])
            words = words[at:]
        return [*parts, words] if words else parts

    def explain(self, text: str) -> Explained:
        """Take one text apart; of a long one its first part."""
        cut = self.wording.cut(text)
        cut = cut[: len(self._parts([word.read for word in cut])[0])] if cut else []
        read = [word.read for word in cut]
        if not read:
            none = np.zeros(0)
            return Explained([], none, none, none, none, none)
        trust = self._trust(read)
        running = trust * odds(self.reader.read(self.wording.encode([read], len(read)))[0])
        no = DENIALS.get(self.wording.language or "", "no")
        changed = [read[:n] + read[n + 1 :] for n in range(len(read))]
        changed += [[*read[:n], no, *read[n:]] for n in range(len(read))]
        said = trust * self.log_odds(changed)
        missed, pull = running[-1] - said[: len(read)], trust * self.pull(read)
        return Explained(cut, running, missed, pull, self._weights(text, cut), said[len(read) :])

    def _weights(self, text, cut):
        """What the bag gives each of these; where they are letters, each has its part of its word's weight."""
        found = np.zeros(len(cut))
        for word in words(text):
            here = [n for n, part in enumerate(cut) if word.start <= part.start < word.end]
            found[here] = self.bag.weights.get(word.read, 0.0) / max(1, len(here))
        return found

    def pull(self, read: Sequence[str]) -> np.ndarray:
        """(words,) the gradient of the log-odds on what is read for each word, times that.

        Source: gradient times input, Shrikumar et al. 2016; words of a text, Li et al. 2016.
        """
        x = self.reader.vectors(self.wording.encode([read], len(read))).astype(np.float64)
        passed = net.forward(self._network, x)
        dsaid = np.zeros_like(passed.said)
        dsaid[0, -1] = -1.0, 1.0
        return (net.backward(self._network, passed, dsaid).x * x)[0].sum(axis=-1)

    @cached_property
    def _network(self):
        return opened_from(self.weights, self.cell)
