"""Texts through a trained reader: long ones in parts, with what it cannot judge by; and one text taken apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rrn.data import language
from rrn.data.bag import Bag
from rrn.data.wording import Word, Wording
from rrn.nn.reader import Reader, odds
from rrn.scratch import network as net
from rrn.scratch.network import opened_from

TOGETHER = 256  # texts that are read at once, those of about one length
TRUSTED = 1 / 3  # share of known words below which a judgement is taken for less
ENDS = tuple(".!?…")  # marks that a sentence ends with
DENIALS = {"es": "no", "en": "not"}
COMMON = 60  # of the most frequent words, that tell which language is read


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

    @cached_property
    def language(self) -> str | None:
        """What it reads, told by its most frequent words."""
        return None if self.wording.spelled else language.of(self.wording.symbols[:COMMON])

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
        cut = [[word.read for word in self.wording.cut(text)] for text in texts]
        parts = [self._parts(words) for words in cut]
        said = iter(self.log_odds([part for of_text in parts for part in of_text]).tolist())
        return [self._judged(words, [(len(part), next(said)) for part in of_text])
                for words, of_text in zip(cut, parts, strict=True)]  # fmt: skip

    def _judged(self, words, parts):
        known = self.known(words)
        whole = sum(length * value for length, value in parts) / max(1, len(words))
        return Judged(
            network=whole * min(1.0, known / TRUSTED),
            bag=self.bag.log_odds(words) if words else 0.0,
            known=known,
            words=len(words),
            parts=len(parts),
            foreign=language.foreign(words, self.language),
        )

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
        words = self.wording.cut(text)
        words = words[: len(self._parts([word.read for word in words])[0])] if words else []
        read = [word.read for word in words]
        if not read:
            none = np.zeros(0)
            return Explained([], none, none, none, none, none)
        running = odds(self.reader.read(self.wording.encode([read], len(read)))[0])
        no = DENIALS.get(self.language or "", "no")
        changed = [read[:n] + read[n + 1 :] for n in range(len(read))]
        changed += [[*read[:n], no, *read[n:]] for n in range(len(read))]
        said = self.log_odds(changed)
        weights = np.array([self.bag.weights.get(word, 0.0) for word in read])
        return Explained(words, running, running[-1] - said[: len(read)], self.pull(read), weights, said[len(read) :])

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
