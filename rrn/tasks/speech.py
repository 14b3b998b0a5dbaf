"""Speech: read the frames of a sound and write down the symbols that were spoken; nobody tells where each one stands.

Source: connectionist temporal classification, Graves et al. 2006.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, cast

import numpy as np

from rrn.data import frames, voice
from rrn.data.frames import KERNEL, MARGIN, STRIDES
from rrn.data.sound import RATE
from rrn.spec import Between, Cost, Named, Question, Spec
from rrn.tasks import _cost

GENERATED = ("tones", "vowels", "digits")
PROBLEM = ("sounds", "most", "snr", "speed", "overlap", "codec", "hold_out")  # what makes it another problem
UNSEEN = 200  # clips made by rules that are held out
THRICE = 15  # seconds up to which a sound is heard at three speeds


@dataclass(frozen=True, kw_only=True)
class Speech(Spec):
    sounds: Annotated[str, Named(GENERATED)] = "vowels"
    clips: Annotated[int, Between(1, 5000, most=1_000_000)] = 1  # of a pack of recordings; checked again by the worker
    symbols: Annotated[int, Between(1, 60)] = 5  # that are told apart in a pack, likewise
    phones: Annotated[int, Between(0, 100)] = 0  # speech sounds that a pack tells of its clips, likewise
    most: Annotated[int, Between(1, 8)] = 5  # symbols of a clip
    examples: Annotated[int, Between(100, 5000, step=100, most=1_000_000)] = 500  # clips of an epoch
    snr: Annotated[int, Between(-5, 40, step=5)] = 10  # decibels by which a voice is louder than the noise, at least
    speed: Annotated[float, Between(0.0, 0.6, step=0.05)] = 0.2  # how much faster or slower a clip may be
    overlap: Annotated[float, Between(0.0, 0.9, step=0.1)] = 0.2  # how far neighbouring sounds run into each other
    codec: Literal["none", "mu-law", "8-bit", "mp3", "ogg"] = "none"
    life: Literal["off", "on"] = "off"  # anything that may happen to a recording, by chance
    # Share of the clips composed of a pack that are sayings without a symbol.
    others: Annotated[float, Between(0.0, 0.95, step=0.05)] = 0.3
    masks: Annotated[int, Between(0, 4)] = 0  # stretches of time, and of pitch, that are silenced while training
    window: Annotated[int, Between(10, 60, step=5)] = 25  # milliseconds
    hop: Annotated[int, Between(5, 25, step=5)] = 10  # likewise
    bands: Annotated[int, Between(8, 64, step=4)] = 40
    filters: Annotated[int, Between(8, 128, step=8, most=512)] = 32
    stride: Annotated[int, Between(1, 4)] = 2  # frames that become one step
    cell: Literal["rnn", "gru", "lstm"] = "gru"
    units: Annotated[int, Between(4, 128, step=4, most=1024)] = 32
    layers: Annotated[int, Between(1, 3, most=6)] = 1
    reading: Literal["both", "forward"] = "both"
    spelling: Annotated[float, Between(0.0, 1.0, step=0.05)] = 0.0  # how much the phones count beside the symbols
    dropout: Annotated[float, Between(0.0, 0.7, step=0.05)] = 0.0
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    average: Annotated[int, Between(0, 20, most=1000)] = 0  # epochs that a running mean of the weights reaches back
    # How much the weights that it goes on from count in those that it ends with; a mean may be better than either.
    blend: Annotated[float, Between(0.0, 0.9, step=0.05)] = 0.0
    hold_out: Annotated[float, Between(0.05, 0.5, step=0.05)] = (
        0.2  # of the machines, and of the people, that speak in a pack
    )
    apart: Annotated[int, Between(0, 9999)] = 0  # which of them: the seed of their choice
    epochs: Annotated[int, Between(1, 60, most=10_000)] = 10
    batch: Annotated[int, Between(4, 128, step=4, most=1024)] = 32
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 5e-3


@dataclass(frozen=True, kw_only=True)
class Transcribe(Question):
    """What is said in these clips; they travel in the question's data as `rrn.data.clips` packs them."""

    language: Literal["auto", "es", "en"] = "auto"
    width: Annotated[int, Between(1, 32)] = 8  # prefixes that the search keeps; 1: the best symbol of every step


@dataclass(frozen=True, kw_only=True)
class Listen(Question):
    """A clip taken apart: what is said, how probable every symbol is at each step, and the phones, if it tells any."""


SPEC = Speech
QUESTIONS = (Transcribe, Listen)
# What was learned from some recordings may be trained on with others, or with other shares of them.
ONWARD = ("sounds", "clips", "phones", "spelling", "others")


def generated(spec: Speech) -> bool:
    """Made by rules."""
    return spec.sounds in GENERATED


def kind(spec: Speech) -> voice.Kind:
    """What is made, where it is made by rules."""
    return cast(voice.Kind, spec.sounds)


def outputs(spec: Speech) -> int:
    """Symbols, and the blank."""
    return 1 + (len(voice.SYMBOLS[kind(spec)]) if generated(spec) else spec.symbols)


def spells(spec: Speech) -> bool:
    """Whether it learns to hear phones besides."""
    return not generated(spec) and spec.spelling > 0 and spec.phones > 0


def fits(spec: Speech, parent: Speech) -> bool:
    """Whether one may go on from the other's weights; what tells the phones is learned anew where they are others."""
    alike = (replace(one, spelling=0.0) for one in (spec, parent))
    return len({cost(one).parameters for one in alike}) == 1


def seconds(spec: Speech) -> float:
    """How long a clip is after it was filled up, about; for the cost alone."""
    if not generated(spec):
        return 3.0
    return {"tones": 0.5, "vowels": 1.2, "digits": 3.0}[spec.sounds] * spec.most / 5 * (1 + spec.speed)


def cost(spec: Speech) -> Cost:
    """Closed formulas for what `build` makes; a test holds them against the built model."""
    ways = 1 + (spec.reading == "both")
    convolutions = [(KERNEL * inputs + 1) * spec.filters for inputs in (spec.bands, spec.filters)]
    reads = [spec.filters] + [ways * spec.units] * (spec.layers - 1)
    cells = ways * sum(_cost.recurrent(spec.cell, n, spec.units) for n in reads)
    dense = (ways * spec.units + 1) * (outputs(spec) + spells(spec) * (1 + spec.phones))
    count = 2 * MARGIN + 1000 * seconds(spec) / spec.hop  # of frames
    first, second = count / STRIDES[spec.stride][0], count / spec.stride
    ways_through = spells(spec) * second * (2 * second + 1)  # places at every step on the way through the phones
    per_clip = first * convolutions[0] + second * (convolutions[1] + cells + dense) + ways_through
    parameters = sum(convolutions) + cells + dense
    tensors = (
        count * spec.bands
        + first * spec.filters
        + second * (spec.layers * ways * 14 * spec.units + 3 * outputs(spec))
        + 2 * ways_through
    )
    kept = (spec.examples + UNSEEN) * (count * spec.bands + RATE * seconds(spec))  # frames, and the sound itself
    if not generated(spec):
        kept += spec.clips * RATE  # about a second each
    return Cost(parameters, int(4 * (5 * parameters + spec.batch * 3 * tensors + kept)),
                3.0 * spec.epochs * spec.examples * per_clip)  # fmt: skip


def speeds(spec, samples: int) -> tuple[float, ...]:
    """At which a sound of so many samples is heard. Where a network learned from voices in any state, it hears also
    slower and faster, as from a larger and a smaller throat: what it says of all three holds better for a stranger. Not
    of a long sound, which would take too long.
    """
    thrice = isinstance(spec, Speech) and spec.life == "on" and samples <= THRICE * RATE
    return (1.0, 0.9, 1.1) if thrice else (1.0,)


def features(spec: Speech, samples: np.ndarray) -> np.ndarray:
    """(frames, bands) of a sound as the network reads them, with silence at both ends."""
    return frames.of_sound(samples, spec.window, spec.hop, spec.bands)


def edits(said: Sequence, right: Sequence) -> tuple[int, int, int]:
    """How many symbols are to be replaced, taken out and put in, so that the right ones stand there.

    Source: Levenshtein 1966.
    """
    pairs = aligned(said, right)
    replaced = sum(a is not None and b is not None and a != b for a, b in pairs)
    return replaced, sum(b is None for _, b in pairs), sum(a is None for a, _ in pairs)


def aligned(said: Sequence, right: Sequence) -> list[tuple]:
    """Pairs of what was said and what is right, with as few edits as can be; None where one of them has nothing."""
    cost = np.zeros((len(said) + 1, len(right) + 1), int)
    cost[:, 0], cost[0] = np.arange(len(said) + 1), np.arange(len(right) + 1)
    for i, a in enumerate(said, 1):
        for j, b in enumerate(right, 1):
            cost[i, j] = min(cost[i - 1, j - 1] + (a != b), cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j, found = len(said), len(right), []
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (said[i - 1] != right[j - 1]):
            i, j = i - 1, j - 1
            found.append((said[i], right[j]))
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            found.append((said[i], None))
        else:
            j -= 1
            found.append((None, right[j]))
    return found[::-1]


def score(said: Sequence[Sequence], right: Sequence[Sequence]) -> dict[str, float]:
    """The label error rate, edits per right symbol, and the share of clips without an edit."""
    counts = [sum(edits(a, b)) for a, b in zip(said, right, strict=True)]
    return {"ler": sum(counts) / max(1, sum(map(len, right))), "exact": float(np.mean([c == 0 for c in counts]))}
