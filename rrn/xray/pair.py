"""What a translator reads and writes under the X-ray: a sentence with its translation, a right one or its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rrn.data.vocabulary import END, NEVER, START, Vocabulary, from_bytes
from rrn.intake import sequence
from rrn.scratch import encoder, seq2seq
from rrn.scratch.network import NOBODY
from rrn.scratch.surgery import Surgery
from rrn.xray.specimen import Part

ROOM, MOST = 10, 120  # words that may be written beyond twice as many as were read, and at all


@dataclass(frozen=True, eq=False)
class Pair:
    """A sentence that is read and one that is written; equal to itself alone.

    Args:
        x: (1, read) numbers, the end last.
        written: (1, steps) numbers that are followed, the end last where there is one.
        y: (1, steps) the same where it is known to be right, else NOBODY.
        at: the written word that is followed, counted from 0.
        marks: the words that are read.
        answers: all words that could be written, by their numbers.
    """

    x: np.ndarray
    written: np.ndarray
    y: np.ndarray
    at: int
    marks: tuple[str, ...]
    answers: tuple[str, ...]

    numbers = False  # words are written

    @property
    def given(self) -> np.ndarray:
        """(1, steps) what the decoder reads at every step: the start, then what was written before."""
        return np.concatenate([np.full((1, 1), START), self.written[:, :-1]], axis=1)

    @property
    def reads(self) -> tuple[np.ndarray, np.ndarray]:
        """What goes into the network."""
        return self.x, self.given

    @property
    def words(self) -> tuple[str, ...]:
        """What is written, step by step."""
        return tuple(self.answers[n] for n in self.written[0])

    @property
    def steps(self) -> int:
        """At which something is answered."""
        return self.written.shape[1]

    def marks_of(self, part: Part) -> tuple[str, ...]:
        """What a layer reads at each of its steps."""
        if str(part).startswith("decoder"):
            return tuple(self.answers[n] for n in self.given[0])
        return self.marks[::-1] if str(part).endswith(encoder.BACK) else self.marks

    def at_in(self, part: Part) -> int | None:
        """The step of a layer at which the followed word is written; None in the encoder, which is done by then."""
        return self.at if str(part).startswith("decoder") else None

    def followed(self, answer) -> np.ndarray:
        """(1, steps) words whose surprise is the loss: what is written here, whatever was answered."""
        return self.written


@dataclass(frozen=True)
class Languages:
    """What a run reads and what it writes."""

    source: Vocabulary
    target: Vocabulary

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return tuple(self.target.pieces(range(len(self.target))))


def languages(run) -> Languages:
    return Languages(from_bytes(run.kept("source")), from_bytes(run.kept("target")))


def translates(spec) -> bool:
    """Whether a run reads one sentence and writes another."""
    return hasattr(spec, "pairs")


def known(words: Languages, read: str, written: str) -> Pair:
    """A sentence and a right translation of it; its last word before the end is followed."""
    return _pair(words, words.source.encode(read), words.target.encode(written), right=True)


def typed(words: Languages, network: seq2seq.Translator, text: str) -> Pair:
    """A sentence that a learner typed, and what the network writes.

    Raises:
        Refused: what rrn.intake.sequence refuses.
    """
    read = sequence.sentence(text, words.source)
    return _pair(words, read, written_alone(network, np.array([read])), right=False)


def spelled(words: Languages, pair: Pair) -> str:
    """What is read, as it would be typed."""
    return words.source.decode(pair.x[0].tolist())


def _pair(words, read, written, *, right):
    x, y = np.array([read]), np.array([written])
    at = max(0, len(written) - 1 - (written[-1] == END))
    marks = tuple(words.source.pieces(read))
    return Pair(x, y, y if right else np.full_like(y, NOBODY), at, marks, words.answers)


def most(read: int) -> int:
    """How many words are written at most where so many were read."""
    return min(2 * read + ROOM, MOST)


def written_alone(
    network: seq2seq.Translator, x: np.ndarray, surgery: dict[str, Surgery] | None = None
) -> Sequence[int]:
    """What it writes word by word, the likeliest each time; what is forced in the decoder reaches over `most` steps."""
    return seq2seq.write(network, x, start=START, end=END, never=NEVER, most=most(x.shape[1]), surgery=surgery)
