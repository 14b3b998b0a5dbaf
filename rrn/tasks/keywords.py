"""Keywords: learn a few words of one's own, each from a handful of takes, on top of a network that hears digits.

Source: small vocabularies, Warden 2018; leaving out one take, Stone 1974.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np

from rrn.data import templates
from rrn.data.frames import KERNEL, MARGIN, STRIDES
from rrn.data.takes import EXAMPLE, FOLDS, TAKES
from rrn.spec import Between, Cost, Named, Spec
from rrn.tasks import _cost, speech

TRUNK = "ear"  # the shipped recogniser whose lower layers are taken over
EAR = (128, 256)  # its filters, and the units of its first recurrent layer, each way
SMALL = 32  # filters of a network that learns from nothing
EMPTY = 12  # clips in which nothing is said
UNKNOWN = 24  # words that nobody recorded, to learn from, and as many others to measure with
ROWS = 1  # clips of several words, for each fold and copy
EXAMPLE_CLIPS = TAKES * len(EXAMPLE)
LASTS = 0.9  # seconds of a clip, about; for the cost alone
PROBLEM = ("recordings",)  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class Keywords(Spec):
    recordings: Annotated[str, Named(("example",))] = "example"
    clips: Annotated[int, Between(0, 120, most=10_000)] = EXAMPLE_CLIPS  # checked again by the worker, as what follows
    symbols: Annotated[int, Between(0, 6, most=60)] = len(EXAMPLE)
    takes: Annotated[int, Between(0, 20, most=1000)] = TAKES  # of the word that has most
    start: Literal["ear", "scratch"] = "ear"
    copies: Annotated[int, Between(0, 12)] = 6  # spoiled ones of every take
    snr: Annotated[int, Between(-5, 40, step=5)] = 10  # decibels by which a voice is louder than the noise, at least
    speed: Annotated[float, Between(0.0, 0.6, step=0.05)] = 0.15  # how much faster or slower a copy may be
    masks: Annotated[int, Between(0, 4)] = 1  # stretches of time, and of pitch, that are silenced in a copy
    cell: Literal["gru"] = "gru"
    units: Annotated[int, Between(4, 128, step=4)] = 32
    dropout: Annotated[float, Between(0.0, 0.7, step=0.05)] = 0.2
    epochs: Annotated[int, Between(1, 60, most=1000)] = 12
    batch: Annotated[int, Between(4, 128, step=4)] = 64  # a step of 64 clips takes hardly longer than one of 8
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2

    # How the shipped recogniser hears; one that learns from nothing hears so too.
    window: ClassVar[int] = 25
    hop: ClassVar[int] = 10
    bands: ClassVar[int] = 40
    stride: ClassVar[int] = 4
    reading: ClassVar[str] = "both"
    clip: ClassVar[float] = 1.0
    sounds: ClassVar[str] = "takes"  # nothing that is made by rules of `rrn.tasks.speech`

    @property
    def filters(self) -> int:
        return EAR[0] if self.start == "ear" else SMALL

    @property
    def layers(self) -> int:
        """Recurrent ones, those that were taken over included."""
        return 2 if self.start == "ear" else 1


@dataclass(frozen=True, kw_only=True)
class Transcribe(speech.Transcribe):
    """Which words are said in these clips; they travel in the question's data as `rrn.data.clips` packs them."""


@dataclass(frozen=True, kw_only=True)
class Listen(speech.Listen):
    """One clip taken apart: its frames, and how probable every word is at each step."""


SPEC = Keywords
QUESTIONS = (Transcribe, Listen)


def sizes(spec: Keywords) -> tuple[int, int, int]:
    """Words, takes of all of them, and times that some are left out."""
    if spec.recordings == "example":
        return len(EXAMPLE), EXAMPLE_CLIPS, TAKES
    return spec.symbols, spec.clips, min(spec.takes, FOLDS)


def cost(spec: Keywords) -> Cost:
    """Closed formulas for what `build` makes; a test holds them against the built model."""
    words, clips, folds = sizes(spec)
    outputs = 1 + words
    convolutions = [(KERNEL * inputs + 1) * spec.filters for inputs in (spec.bands, spec.filters)]
    below = spec.filters if spec.start == "scratch" else 2 * EAR[1]
    learned = 2 * _cost.recurrent("gru", below, spec.units) + (2 * spec.units + 1) * outputs
    count = 2 * MARGIN + 1000 * LASTS / spec.hop  # of frames
    first, second = count / STRIDES[spec.stride][0], count / spec.stride
    taken = first * convolutions[0] + second * convolutions[1]
    examples = (1 + spec.copies) * (clips + ROWS * folds) + clips + UNKNOWN + EMPTY
    per_clip, once = second * learned, taken
    if spec.start == "ear":
        once += second * 2 * _cost.recurrent("gru", EAR[0], EAR[1])
    else:
        learned, per_clip, once = learned + sum(convolutions), per_clip + taken, 0.0
    minds = folds + 1
    width = 2 * EAR[1] if spec.start == "ear" else 4 * spec.bands
    tensors = examples * second * width + 3 * spec.batch * second * (28 * spec.units + width)
    return Cost(learned, int(4 * (5 * learned * minds + tensors)),
                examples * (once + 3.0 * spec.epochs * minds * per_clip))  # fmt: skip


def nearest(frames: Sequence[np.ndarray], folds: np.ndarray) -> np.ndarray:
    """(takes,) the take that each is most alike to, of those that are not left out with it."""
    loose = [one[MARGIN:-MARGIN:2] for one in frames]
    found = templates.distances(loose, loose)
    found[folds[:, None] == folds[None]] = np.inf
    return found.argmin(axis=1)


def rivals(said: Sequence[str], frames: Sequence[np.ndarray], folds: np.ndarray) -> dict[str, float]:
    """The share of left-out takes that are right: for whoever says the most frequent word of the others, and whoever
    says what the most similar of them is.
    """
    words = np.array(said)
    usual = []
    for fold in folds:
        names, counts = np.unique(words[folds != fold], return_counts=True)
        usual.append(names[counts.argmax()] if len(names) else "")
    return {
        "majority": float(np.mean(np.array(usual) == words)),
        "nearest": float(np.mean(words[nearest(frames, folds)] == words)),
    }


def interval(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The shares that may lie behind so many right ones, at 95 %.

    Source: Wilson 1927.
    """
    centre = (right + z**2 / 2) / (of + z**2)
    half = z / (of + z**2) * (right * (of - right) / of + z**2 / 4) ** 0.5
    return centre - half, centre + half
