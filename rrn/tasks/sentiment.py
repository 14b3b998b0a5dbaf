"""Sentiment: read a text word by word and say to which of two classes it belongs.

Source: Pang & Lee 2008; Socher et al. 2013.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from rrn.data import labelled, messages, opinions, reviews
from rrn.data.labelled import Labelled
from rrn.data.wording import PARTS, SPECIAL
from rrn.spec import Between, Cost, Named, Question, Spec
from rrn.tasks import _cost

RULES = {"reviews-es": "es", "reviews-en": "en"}  # made by rules, in this language
WRITTEN = {"written-es": "es"}  # written for the course by several hands
MESSAGES = {"messages-es": "es", "messages-en": "en"}  # made by rules: ham, and spam as the positive class
GENERATED = (*RULES, *WRITTEN, *MESSAGES)
EXAMPLES = 3000  # reviews that are made by rules to learn from
SENT = 4000  # messages that are
UNSEEN = 400  # reviews that are held out of them, half of them ordered
UNSEEN_SENT = 800  # messages that are held out: the smaller class has to be large enough to measure an F1
CHARACTERS = 200  # that have a row of their own where letters are read
PROBLEM = ("texts", "hold_out")  # what makes it another problem
OUTPUTS = 2  # negative, positive
NEXT = 4000  # next words that are told apart where they are guessed first
TYPED = 2_000  # characters of a text that is scored on a page


@dataclass(frozen=True, kw_only=True)
class Sentiment(Spec):
    texts: Annotated[str, Named(GENERATED)] = "reviews-es"
    lines: Annotated[int, Between(1, 20_000, most=10_000_000)] = 1  # of a table; checked again by the worker
    also: Annotated[str, Named(("none",))] = (
        "none"  # a second table, of texts that are learned from and not measured on
    )
    more: Annotated[int, Between(0, 20_000, most=10_000_000)] = 0  # lines of it
    reads: Literal["words", "letters"] = "words"
    cell: Literal["rnn", "gru", "lstm"] = "gru"
    units: Annotated[int, Between(4, 128, step=4, most=1024)] = 16
    embedding: Annotated[int, Between(4, 128, step=4, most=1024)] = 16
    layers: Annotated[int, Between(1, 3, most=6)] = 1
    words: Annotated[int, Between(500, 20_000, step=500, most=500_000)] = 4000  # that have a row of their own
    grams: Annotated[int, Between(0, 20_000, step=1000, most=1_000_000)] = 0  # rows that letter groups share
    longest: Annotated[int, Between(10, 120, step=5, most=2000)] = 40  # words, or letters, of a text that are read
    dropout: Annotated[float, Between(0.0, 0.7, step=0.05)] = 0.0
    hidden: Annotated[float, Between(0.0, 0.5, step=0.05)] = 0.0  # of a word's numbers, while training
    masked: Literal["none", "positive", "all"] = "none"  # texts whose letters are disguised while training
    disguise: Annotated[float, Between(0.0, 0.6, step=0.05)] = 0.4  # of their letters, at most
    guess: Annotated[int, Between(0, 5, most=100)] = 0  # epochs in which it first guesses the next word, in all texts
    clip: Annotated[float, Between(0.0, 10.0, step=0.25)] = 1.0
    average: Annotated[int, Between(0, 20, most=1000)] = 0  # epochs that a running mean of the weights reaches back
    hold_out: Annotated[float, Between(0.01, 0.3, step=0.01)] = 0.1  # of a table
    calibration: Literal["none", "temperature"] = "none"  # after training, on the held-out texts
    epochs: Annotated[int, Between(1, 60, most=10_000)] = 8
    rate: Annotated[float, Between(1e-5, 1.0, log=True)] = 5e-3


@dataclass(frozen=True, kw_only=True)
class Judge(Question):
    """To which class these lines belong; they travel as UTF-8 in the question's data."""


@dataclass(frozen=True, kw_only=True)
class Explain(Question):
    """What of one text, in the question's data, made the network say what it says."""


SPEC = Sentiment
QUESTIONS = (Judge, Explain)


def cost(spec: Sentiment) -> Cost:
    """Closed formulas for what `build` makes; a test holds them against the built model."""
    table, parts, examples, steps = sizes(spec)
    cells = sum(_cost.recurrent(spec.cell, n, spec.units) for n in [spec.embedding] + [spec.units] * (spec.layers - 1))
    dense = (spec.units + 1) * OUTPUTS
    parameters = table * spec.embedding + cells + dense
    per_step = spec.layers * 14 * spec.units + (parts + 2) * spec.embedding
    tensors = 4 * (5 * parameters + spec.batch * steps * per_step)
    per_text = steps * (cells + parts * spec.embedding) + dense
    guessing = spec.guess * steps * (cells + spec.units * NEXT)
    adam = parameters / 16  # the optimizer goes over the whole table at every step, in batches of a usual size
    return Cost(parameters, tensors, examples * (spec.epochs * (3.0 * per_text + adam) + 3.0 * guessing))


def generated(spec: Sentiment) -> bool:
    """Made by rules."""
    return spec.texts in RULES


def unseen(spec: Sentiment) -> list[tuple[Labelled, bool]]:
    """The held-out texts that the course has: reviews, where order may decide, or messages; none of a table."""
    if generated(spec):
        made = opinions.unseen(RULES[spec.texts], UNSEEN, spec.seed)
        return [(Labelled(float(one.positive), one.text), one.ordered) for one in made]
    if spec.texts in MESSAGES:
        return [(one, False) for one in sent(spec, np.random.default_rng([spec.seed, 1]), unseen=True)]
    return [(one, False) for one in reviews.unseen()] if spec.texts in WRITTEN else []


def sent(spec: Sentiment, rng: np.random.Generator, *, unseen: bool = False) -> list[Labelled]:
    """Messages to learn from, or those that are measured on."""
    count = UNSEEN_SENT if unseen else SENT
    found = messages.several(MESSAGES[spec.texts], count, rng, unseen=unseen)
    return [Labelled(float(one.spam), one.text) for one in found]


def parted(spec: Sentiment, table: str) -> tuple[list[Labelled], list[Labelled]]:
    """The texts of a table that are learned from, and those that are measured on."""
    texts = labelled.labelled(labelled.rows(table))
    return labelled.split(texts, spec.hold_out, spec.seed, labelled.documents(table))


def disguises(spec: Sentiment) -> bool:
    """Whether it is measured how a text is judged whose words are disguised."""
    return spec.texts in MESSAGES or spec.masked != "none"


def sizes(spec: Sentiment) -> tuple[int, int, int, int]:
    """Rows of the table of words, numbers of a word at most, texts of an epoch, steps of the longest text."""
    examples = _own(spec) + (0 if spec.also == "none" else spec.more)
    if generated(spec) and spec.reads == "words":
        return SPECIAL + len(opinions.words(RULES[spec.texts])), 1, examples, opinions.LONGEST[RULES[spec.texts]]
    if spec.reads == "letters":
        return SPECIAL + CHARACTERS, 1, examples, spec.longest
    return SPECIAL + spec.words + spec.grams, PARTS if spec.grams else 1, examples, spec.longest


def _own(spec):
    """Texts that are learned from, without those of a second table."""
    if spec.texts in WRITTEN:
        return len(reviews.seen())
    return EXAMPLES if generated(spec) else SENT if spec.texts in MESSAGES else spec.lines


def right(positive: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(texts,) whether a text is put into its class.

    Args:
        positive: (texts,) probability of the positive class.
        shares: (texts,) how positive each is.
    """
    return (np.asarray(positive) >= 0.5) == (np.asarray(shares) >= 0.5)


def calibration_error(positive: np.ndarray, shares: np.ndarray, bins: int = 10) -> float:
    """How far, on average, the share of texts that are right lies from the probability that was told.

    Source: expected calibration error, Guo et al. 2017; bins of equal width over [0.5, 1].
    """
    told = np.maximum(positive, 1 - np.asarray(positive))
    hits = right(positive, shares)
    bin_of = np.minimum(((told - 0.5) * 2 * bins).astype(int), bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    gaps = np.bincount(bin_of, hits - told, minlength=bins)
    return float(np.abs(gaps).sum() / max(1, counts.sum()))


def f1(positive: np.ndarray, shares: np.ndarray) -> float:
    """Of the positive class: the harmonic mean of precision and recall; 0 where none is found."""
    said, is_so = np.asarray(positive) >= 0.5, np.asarray(shares) >= 0.5
    both = float((said & is_so).sum())
    return 2 * both / max(1.0, float(said.sum() + is_so.sum()))


def confusion(positive: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(is, said) counts of texts: 0 for the negative class, 1 for the positive one."""
    said, is_so = np.asarray(positive) >= 0.5, np.asarray(shares) >= 0.5
    return np.array([[np.sum((is_so == one) & (said == other)) for other in (0, 1)] for one in (0, 1)])


def score(positive: Sequence[float], shares: Sequence[float], ordered: Sequence[bool]) -> dict[str, float]:
    """Accuracy, F1 and calibration error; of the positive class precision, the share that is found, and false alarms;
    where there are ordered texts, also the accuracy on those alone.
    """
    p, y, o = np.asarray(positive), np.asarray(shares), np.asarray(ordered, bool)
    (kept, alarms), (missed, hits) = confusion(p, y).tolist()
    found = {"accuracy": float(right(p, y).mean()), "f1": f1(p, y), "calibration": calibration_error(p, y)}
    found |= {"precision": hits / max(1, hits + alarms), "found": hits / max(1, hits + missed)}
    found |= {"false_alarms": alarms / max(1, alarms + kept)}
    return found | ({"ordered": float(right(p, y)[o].mean())} if o.any() else {})


def temperature(log_odds: np.ndarray, shares: np.ndarray) -> float:
    """What log-odds are to be divided by so that the right classes are least surprising; above 1 they were too sure.

    Args:
        log_odds: (texts,) of the positive class.
        shares: (texts,) how positive each is.

    Source: temperature scaling, Guo et al. 2017.
    """
    signed = np.where(np.asarray(shares) >= 0.5, 1.0, -1.0) * np.asarray(log_odds, np.float64)
    candidates = np.geomspace(0.3, 3.0, 93)  # steps of 2.5 %
    return float(min(candidates, key=lambda t: float(np.logaddexp(0, -signed / t).mean())))
