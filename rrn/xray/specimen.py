"""What is read under the X-ray: one of the task's own sequences, or what a learner typed."""

import json
from dataclasses import dataclass

import numpy as np

from rrn import tasks
from rrn.data.alphabet import UNKNOWN, Alphabet
from rrn.intake import sequence
from rrn.scratch.network import NOBODY
from rrn.scratch.reach import last_asked, targets

Part = int | str  # a layer, counted from 0, or one of a translator by its name
WINDOW = 40  # characters of a text that are read as one example


@dataclass(frozen=True, eq=False)
class Specimen:
    """One sequence; equal to itself alone.

    Args:
        x: (1, steps) symbols, or (1, steps, features) numbers.
        y: (1, steps) classes or (1, steps, 1) numbers, NOBODY where nothing is known to be right.
        at: the step whose answer is followed, counted from 0.
        marks: what is written under every step.
        answers: what the outputs are called; empty where a number is said.
    """

    x: np.ndarray
    y: np.ndarray
    at: int
    marks: tuple[str, ...]
    answers: str | tuple[str, ...]

    @property
    def steps(self) -> int:
        return self.x.shape[1]

    @property
    def numbers(self) -> bool:
        return self.y.ndim == 3

    @property
    def reads(self) -> tuple[np.ndarray]:
        """What goes into the network."""
        return (self.x,)

    def marks_of(self, part: Part) -> tuple[str, ...]:
        """What is written under each step of a layer: all layers go along with what is read."""
        return self.marks

    def at_in(self, part: Part) -> int | None:
        """The step of a layer whose answer is followed."""
        return self.at

    def followed(self, answer: int | float) -> np.ndarray:
        """y, where the loss is known at the followed step: where nobody knows what is right, of the answer given."""
        y = self.y.copy()
        if self.numbers:
            y[0, self.at] = np.where(np.isnan(y[0, self.at]), answer + 1, y[0, self.at])  # one off: a known length
        elif y[0, self.at] == NOBODY:
            y[0, self.at] = answer
        return y


def alphabet(run) -> Alphabet:
    """The symbols that a language model knows."""
    return Alphabet(json.loads(run.kept("alphabet")))


def reads_text(spec) -> bool:
    return hasattr(spec, "text")


def example(run, number: int, text: str = "") -> Specimen:
    """One of the task's own sequences: the same number is always the same sequence.

    Args:
        number: from 0.
        text: what a language model is read from.

    Raises:
        Refused: sequence_empty, where there is no text.
    """
    if reads_text(run.spec):
        at = (number * 997) % max(1, len(text) - WINDOW)
        piece = sequence.characters(text[at : at + WINDOW])
        return _of_text(run, piece, text[at + WINDOW : at + WINDOW + 1])
    task = tasks.of(run.spec)
    x, y = task.examples(run.spec, 1, np.random.default_rng([run.spec.seed, 3, number]))
    y = targets(y, x.shape[1])
    whole = int((x[0] != NOBODY).sum()) if x.ndim == 2 else x.shape[1]  # padding is not looked at
    asked = int(task.asked(x, y)[0]) if hasattr(task, "asked") else int(last_asked(y)[0])
    return Specimen(x[:, :whole], y[:, :whole], asked, _marks(task, x[0, :whole]), getattr(task, "ANSWERS", ""))


def typed(run, text: str) -> Specimen:
    """What a learner typed; the answer after the last step is followed.

    Raises:
        Refused: what rrn.intake.sequence refuses.
    """
    if reads_text(run.spec):
        return _of_text(run, sequence.characters(text))
    task = tasks.of(run.spec)
    if getattr(task, "NUMBERS", False):
        x, y = _numbers(task, text)
    else:
        x = (sequence.symbols if in_letters(task) else sequence.names)(text, task.NAMES)[None]
        y = np.full(x.shape, NOBODY)
    return Specimen(x, y, x.shape[1] - 1, _marks(task, x[0]), getattr(task, "ANSWERS", ""))


def written(run, specimen: Specimen) -> str:
    """A specimen as it would be typed."""
    if specimen.numbers:
        return " ".join(specimen.marks)
    together = reads_text(run.spec) or in_letters(tasks.of(run.spec))
    return ("" if together else " ").join(specimen.marks)


def in_letters(task) -> bool:
    """Whether each of a task's symbols is one character; else they are names, with blanks between them."""
    return isinstance(task.NAMES, str)


def _of_text(run, text, following=""):
    """A piece of text, and what is known to come after it."""
    known = alphabet(run)
    ids = known.encode(text + following)[None].astype(int)
    y = np.full((1, len(text)), NOBODY)
    y[:, : ids.shape[1] - 1] = ids[:, 1:]
    ids = ids[:, : len(text)]
    names = ("\N{REPLACEMENT CHARACTER}", *known.symbols)
    return Specimen(ids, np.where(y == UNKNOWN, NOBODY, y), len(text) - 1, tuple(text), names)


def _numbers(task, text):
    """Numbers, and what is right: the sum of those with a star, or at every step the number that follows."""
    if task.EACH:
        x = sequence.numbers(text)[None]
        return x, np.concatenate([x[:, 1:], np.full((1, 1, 1), np.nan)], axis=1)
    x = sequence.marked_numbers(text)[None]
    return x, targets((x[..., 0] * x[..., 1]).sum(axis=1)[:, None, None], x.shape[1])


def _marks(task, x):
    return tuple(task.NAMES[n] for n in x) if x.ndim == 1 else shown_numbers(x)


def shown_numbers(x: np.ndarray) -> tuple[str, ...]:
    """Numbers as they would be typed, a star behind those with a mark.

    Args:
        x: (steps, features), a number and perhaps its mark.
    """
    return tuple(f"{row[0]:.2f}{'*' if row[1:].any() else ''}" for row in x)
