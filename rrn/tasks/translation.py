"""Translation: read a sentence in one language, write it in another.

Source: Sutskever et al. 2014; Cho et al. 2014; Bahdanau et al. 2015.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from rrn.data import phrases
from rrn.data.phrase import Phrase
from rrn.spec import Between, Cost, Named, Question, Spec
from rrn.tasks import _cost

GENERATED = phrases.NAMES  # made by rules
EXAMPLES = 4000  # of generated pairs, the same in every epoch
UNSEEN = 400  # that are held out of them, or sentences of a table that are translated at the end of every epoch
PROBLEM = ("pairs", "direction", "hold_out")  # what makes it another problem
TYPED = 2_000  # characters of a sentence that is handed in

Attention = Literal["none", "dot", "general", "additive"]


@dataclass(frozen=True, kw_only=True)
class Translation(Spec):
    pairs: Annotated[str, Named(GENERATED)] = "grammar"
    lines: Annotated[int, Between(1, 20_000, most=10_000_000)] = 1  # of a table; checked again by the worker
    direction: Literal["es-en", "en-es"] = "es-en"  # en-es reads a table's first column and writes its second
    cell: Literal["rnn", "gru", "lstm"] = "gru"
    units: Annotated[int, Between(8, 256, step=8, most=2048)] = 64
    embedding: Annotated[int, Between(4, 128, step=4, most=1024)] = 32
    layers: Annotated[int, Between(1, 3, most=6)] = 1  # of the encoder, and as many of the decoder
    attention: Attention = "general"
    reading: Literal["both", "forward", "backward"] = "both"  # which way the encoder reads
    teacher: Annotated[float, Between(0.0, 1.0, step=0.05)] = 1.0  # share of right words that the decoder is given
    pieces: Annotated[int, Between(300, 4000, step=100, most=32_000)] = 1500  # subwords of each language of a table
    longest: Annotated[int, Between(6, 60, most=200)] = 24  # pieces of a sentence that is learned from
    dropout: Annotated[float, Between(0.0, 0.7, step=0.05)] = 0.0
    smoothing: Annotated[float, Between(0.0, 0.3, step=0.05)] = 0.0
    sampling: Annotated[float, Between(0.0, 0.5, step=0.05)] = 0.0  # how often a word is cut in another way
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    hold_out: Annotated[float, Between(0.01, 0.3, step=0.01)] = 0.1
    epochs: Annotated[int, Between(1, 60, most=10_000)] = 12
    batch: Annotated[int, Between(8, 128, step=8, most=1024)] = 64
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 5e-3


@dataclass(frozen=True, kw_only=True)
class Translate(Question):
    """Write these lines in the other language; they travel as UTF-8 in the question's data."""

    # Of what was measured on the held-out pairs of the shipped models within 0.4 BLEU of the best, in half its time.
    beam: Annotated[int, Between(1, 8, most=32)] = 4
    normal: Annotated[float, Between(0.0, 2.0, step=0.1)] = 1.0  # how much length is made up for


@dataclass(frozen=True, kw_only=True)
class Grow(Translate):
    """Show all that the beam looks at; [line, beginning of its translation] travels as JSON in the question's data."""


SPEC = Translation
QUESTIONS = (Translate, Grow)


def cost(spec: Translation) -> Cost:
    """Closed formulas for what `build` makes; a test holds them against the built model."""
    source, target, examples, steps = sizes(spec)
    e, u = spec.embedding, spec.units
    ways = 2 if spec.reading == "both" else 1
    wide = u if spec.attention == "none" else 2 * u  # what is read above the decoder's lowest layer
    encoder = ways * sum(_cost.recurrent(spec.cell, n, u) for n in [e] + [u] * (spec.layers - 1))
    decoder = sum(_cost.recurrent(spec.cell, n, u) for n in [e] + [wide] * (spec.layers - 1))
    attention = {"none": 0, "dot": 0, "general": u * u, "additive": 2 * u * u + u}[spec.attention]
    combine = (wide + 1) * e
    tables = (source + target) * e
    parameters = tables + encoder + decoder + attention + combine
    compared = steps * u * {"none": 0, "dot": 2, "general": 2, "additive": 3}[spec.attention]
    per_step = encoder + decoder + attention + combine + target * e + compared
    passes = 4 if spec.teacher < 1 else 3
    states = (
        (ways + 1) * spec.layers * 14 * u + 4 * wide + 3 * target + steps * (u if spec.attention == "additive" else 3)
    )
    tensors = 4 * (5 * parameters + spec.batch * steps * states)
    return Cost(parameters, tensors, float(passes) * spec.epochs * examples * steps * per_step)


def generated(spec: Translation) -> bool:
    return spec.pairs in GENERATED


def sizes(spec: Translation) -> tuple[int, int, int, int]:
    """Numbers of the vocabularies that are read and written, pairs of an epoch, steps of the longest sentence."""
    if generated(spec):
        source, target = phrases.vocabularies(spec.pairs, spec.direction)
        return len(source), len(target), EXAMPLES, phrases.longest(spec.pairs, spec.direction)
    return spec.pieces, spec.pieces, spec.lines, spec.longest


def by_size(right: Sequence[bool], sizes: Sequence[int]) -> np.ndarray:
    """(largest + 1,) the share that is right of those of every size; NaN where there are none."""
    counts, sums = np.bincount(sizes), np.bincount(sizes, weights=np.array(right, float))
    return np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)


def pointed(weights: np.ndarray, aligned: Sequence[int]) -> tuple[int, int]:
    """How many written words attend most to the word that they come from, and how many have one.

    Args:
        weights: (written, read) of the attention; rows and columns beyond the words are ends.
        aligned: for every written word the place of its source, −1 for none.
    """
    known = [(row, place) for row, place in enumerate(aligned) if place >= 0]
    return sum(int(weights[row].argmax()) == place for row, place in known), len(known)


def chance(seen: Sequence[Phrase]) -> dict[str, float]:
    """What is reached without a network where a reply is wanted: one of all that were given, each as likely."""
    return {"exact/chance": 1 / len({phrase.written for phrase in seen})}


def rivals(seen: Sequence[Phrase], unseen: Sequence[Phrase], *, attends: bool) -> dict[str, float]:
    """What is reached without a network: every word replaced by its most frequent translation, in the order read; and
    an attention that always looks straight along the diagonal.
    """
    counts: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for phrase in seen:
        for place, word in enumerate(phrase.read):
            pairs = zip(phrase.written, phrase.aligned, strict=True)
            counts[word][tuple(written for written, source in pairs if source == place)] += 1
    best = {word: found.most_common(1)[0][0] for word, found in counts.items()}
    right = [sum((best.get(word, ()) for word in p.read), ()) == p.written for p in unseen]
    known = [(row, place) for p in unseen for row, place in enumerate(p.aligned) if place >= 0]
    found = {"exact/word_by_word": sum(right) / len(right)}
    if attends and known:
        found["aligned/diagonal"] = sum(row == place for row, place in known) / len(known)
    return found
