"""Language model: read a text character by character and say what comes next.

Source: Mikolov et al. 2010; at the level of characters, Graves 2013.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import numpy as np

from rrn.spec import Between, Cost, Named, Question, Spec
from rrn.tasks import _cost

Whole = TypeVar("Whole", str, np.ndarray)
UNKNOWN_BITS = 20.0  # what naming a symbol outside the alphabet costs, on top of the model's bits for "unknown"
PROMPT = 2_000  # characters to write on from
SAMPLE = 240  # characters written at the end of every epoch
PROBLEM = ("text", "hold_out", "hold_out_part")  # what makes it another problem


@dataclass(frozen=True, kw_only=True)
class LanguageModel(Spec):
    text: Annotated[str, Named(("course", "course-es", "course-en"))] = "course"
    symbols: Annotated[int, Between(2, 4096)] = 80  # of the text; checked again by the worker
    characters: Annotated[int, Between(200, 2_000_000, most=1e9)] = 90_000  # of the text, likewise
    units: Annotated[int, Between(8, 512, step=8, most=4096)] = 128
    layers: Annotated[int, Between(1, 3, most=8)] = 1
    embedding: Annotated[int, Between(4, 128, step=4, most=1024)] = 32
    length: Annotated[int, Between(8, 256, step=8, most=2048)] = 16
    dropout: Annotated[float, Between(0.0, 0.7, step=0.05)] = 0.1
    weight_drop: Annotated[float, Between(0.0, 0.7, step=0.05)] = 0.0
    fresh_starts: Annotated[float, Between(0.0, 0.5, step=0.01)] = 0.03  # chance per window and stream
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    hold_out: Annotated[float, Between(0.02, 0.3, step=0.01)] = 0.1
    hold_out_part: Literal["last", "first"] = "last"
    calibration: Literal["none", "temperature"] = "none"  # after training, on the held-out part
    epochs: Annotated[int, Between(1, 60, most=10_000)] = 14
    batch: Annotated[int, Between(4, 128, step=4, most=1024)] = 64
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 1e-2


@dataclass(frozen=True, kw_only=True)
class WriteOn(Question):
    """Go on from a prompt, which travels as UTF-8 in the question's data."""

    length: Annotated[int, Between(1, 2000, most=100_000)] = 400
    temperature: Annotated[float, Between(0.0, 2.0, step=0.05)] = 0.8
    top_k: Annotated[int, Between(0, 100)] = 0  # 0: no limit
    top_p: Annotated[float, Between(0.05, 1.0, step=0.05)] = 1.0


@dataclass(frozen=True, kw_only=True)
class Score(Question):
    """How many bits per character does this text need? The text travels as UTF-8 in the question's data."""


SPEC = LanguageModel
QUESTIONS = (WriteOn, Score)


def cost(spec: LanguageModel) -> Cost:
    """Closed formulas for what `build` makes; a test holds them against the built model."""
    outputs, u = spec.symbols + 1, spec.units
    table = outputs * spec.embedding
    dense = (u + 1) * outputs
    reads = [spec.embedding] + [u] * (spec.layers - 1)
    cells = sum(_cost.recurrent(spec.cell, n, u) for n in reads)
    parameters = table + cells + dense
    # Per character of a batch: gates and states of every layer, twice over for the way back, and the output thrice.
    per_character = spec.layers * 14 * u + spec.embedding + 3 * outputs
    tensors = 4 * (5 * parameters + spec.batch * spec.length * per_character) + 16 * spec.characters
    trained = spec.characters * (1 - spec.hold_out)
    return Cost(parameters, tensors, spec.epochs * (cells + dense) * (3 * trained + spec.characters * spec.hold_out))


def split(whole: Whole, spec: LanguageModel) -> tuple[Whole, Whole]:
    """Of a text or its ids, the part to learn from and the part at one end to be measured on. Never shuffled."""
    share = max(1, int(len(whole) * spec.hold_out))
    if spec.hold_out_part == "first":
        return whole[share:], whole[:share]
    return whole[:-share], whole[-share:]


def distribution(logits: np.ndarray, ask: WriteOn) -> np.ndarray:
    """(symbols,) probabilities after temperature, top-k and top-p, in this order.

    Symbol 0 (unknown) is never written. Source: top-k, Fan et al. 2018; top-p, Holtzman et al. 2020.
    """
    logits = np.where(np.arange(len(logits)) == 0, -np.inf, logits.astype(np.float64))
    if ask.temperature == 0:
        return (np.arange(len(logits)) == logits.argmax()).astype(np.float64)
    scaled = (logits - logits.max()) / ask.temperature
    p = np.exp(scaled)
    p /= p.sum()
    order = np.argsort(-p, kind="stable")
    if ask.top_k:
        p[order[ask.top_k :]] = 0.0
        p /= p.sum()
    if ask.top_p < 1:
        before = np.concatenate([[0.0], np.cumsum(p[order])[:-1]])  # 0 for the most likely symbol: it always stays
        p[order[before >= ask.top_p]] = 0.0
        p /= p.sum()
    return p


def longest_copy(written: str, text: str) -> str:
    """The longest passage of `written` that stands in `text`, letter by letter."""
    best = ""
    for start in range(len(written)):
        while start + len(best) < len(written) and written[start : start + len(best) + 1] in text:
            best = written[start : start + len(best) + 1]
    return best
