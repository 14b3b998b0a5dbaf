"""Events in, one number out: what a run came to, and what it is compared with."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from rrn.events import Captured, Ended, Event, Listed, Measured, Wrote


@dataclass(frozen=True)
class Rival:
    """Whom a run is compared with: rival_NAME is its word, `values` what the word needs.

    Where a figure lacks room the lowest `rank` leaves; with less than 1 it is not told beside the number either.
    """

    name: str
    value: float
    values: dict[str, int] = field(default_factory=dict)
    rank: float = math.inf


@dataclass(frozen=True)
class Measure:
    """A number that a run comes to; called with its events, it gives the newest one, or None.

    measure_NAME and measure_NAME_help are its words.

    Args:
        key: what the recipe calls it in `Measured`. A rival is told at step 0 as KEY/RIVAL.
        less: less is better.
        span: the ends of the ruler that it is drawn on; the last is None where the rivals decide.
        zoom: a figure of it begins below its lowest value rather than at the ruler's end.
        loss: by how much the training loss is multiplied to be comparable with it; None where it is not.
        solved: from this value on, the task counts as solved; None where there is no such value.
        rivals_of: finds the rivals where they are not called KEY/RIVAL.
    """

    name: str
    key: str
    less: bool = False
    span: tuple[float, float | None] = (0.0, 1.0)
    zoom: bool = False
    loss: float | None = None
    solved: float | None = None
    rivals_of: "Callable[[Iterable[Event]], list[Rival]] | None" = None

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, events: Iterable[Event]) -> float | None:
        return last(events, self.key)

    def rivals(self, events: Iterable[Event]) -> list[Rival]:
        """The one to beat comes last."""
        if self.rivals_of:
            return self.rivals_of(events)
        start = f"{self.key}/"
        return [Rival(k.removeprefix(start), v) for k, v in _at_start(events).items() if k.startswith(start)]

    def ahead(self, events: Iterable[Event]) -> float | None:
        """By how much the newest value is better than the rival to beat; None where either is missing."""
        value, rivals = self(events), self.rivals(events)
        return None if value is None or not rivals else self.gain(value, rivals[-1].value)

    def first_solved(self, events: Iterable[Event]) -> float | None:
        """The first epoch at which the task counted as solved."""
        if self.solved is None:
            return None
        told = ((e.step, e.values[self.key]) for e in events if isinstance(e, Measured) and self.key in e.values)
        return next((step for step, value in told if self.gain(value, self.solved) >= 0), None)

    def gain(self, value: float, rival: float) -> float:
        """By how much the value is better; negative where it is worse."""
        return rival - value if self.less else value - rival


def last(events: Iterable[Event], name: str) -> float | None:
    """The newest value of that name, None where it was never measured."""
    found = [e.values[name] for e in events if isinstance(e, Measured) and name in e.values]
    return found[-1] if found else None


def _at_start(events: Iterable[Event]) -> dict[str, float]:
    """What was measured before the first batch."""
    return {k: v for e in events if isinstance(e, Measured) and e.step == 0 for k, v in e.values.items()}


def uniform(events: Iterable[Event]) -> float | None:
    """Bits per character of whoever gives every symbol the same chance."""
    return last(events, "uniform")


def ngrams(events: Iterable[Event]) -> dict[int, float]:
    """Bits per character of the n-grams, by the number of characters of context that they see."""
    return {int(k[6:]): v for k, v in _at_start(events).items() if k.startswith("ngram_")}


def _readers(events: Iterable[Event]) -> list[Rival]:
    """Whoever guesses blindly, and n-grams, the best one last."""
    blind, counts = uniform(events), ngrams(events)
    found = [] if blind is None else [Rival("uniform", blind, rank=2.0)]
    order = sorted(counts, key=counts.__getitem__, reverse=True)
    ranks = {n: 1 - (n + 1) / 10 for n in order} | {n: math.inf for n in order[-1:]}
    return found + [Rival("ngram", counts[n], {"n": n}, ranks[n]) for n in order]


def _recommenders(key: str) -> Callable[[Iterable[Event]], list[Rival]]:
    """Whoever recommends without a network, the best one last; first the ceiling, which is beaten by luck alone."""

    def rivals(events: Iterable[Event]) -> list[Rival]:
        told = _at_start(events)
        found = {k.removeprefix(f"{key}/"): v for k, v in told.items() if k.startswith(f"{key}/")}
        order = sorted(found.keys() - {"ceiling"}, key=lambda name: found[name])
        ranks = {name: 1 - (n + 1) / 10 for n, name in enumerate(reversed(order))}
        ranks |= {"popularity": 2.0} | {name: math.inf for name in ("ceiling", *order[-1:])}
        return [Rival(name, found[name], rank=ranks[name]) for name in ("ceiling", *order) if name in found]

    return rivals


def _silent(events: Iterable[Event]) -> list[Rival]:
    """Whoever writes nothing leaves out every symbol: one edit for each."""
    return [] if last(events, "ler") is None else [Rival("silence", 1.0)]


# Each measured on what was not learned from, with the weights that the run has now.
bits_per_character = Measure(
    "bits_per_character", "bits", less=True, span=(0.0, None), zoom=True, loss=1 / math.log(2), rivals_of=_readers
)
error = Measure("error", "error", less=True, span=(0.0, None), loss=1.0, solved=0.01)
recall = Measure("recall", "recall", solved=0.95)
accuracy = Measure("accuracy", "accuracy", solved=0.95)
letter = Measure("letter", "letter", solved=0.95)
strings = Measure("strings", "strings")
counted = Measure("counted", "counted", span=(0.0, None))
exact = Measure("exact", "exact", solved=0.95)
aligned = Measure("aligned", "aligned")
bleu = Measure("bleu", "bleu", span=(0.0, 100.0))
chrf = Measure("chrf", "chrf", span=(0.0, 100.0))
ordered = Measure("ordered", "ordered", solved=0.95)
flips = Measure("flips", "flips")
f1 = Measure("f1", "f1")
unmasked = Measure("unmasked", "unmasked")
odd_alarms = Measure("odd_alarms", "odd_alarms", less=True)
calibration = Measure("calibration", "calibration", less=True, span=(0.0, 0.5))
recall_at_5 = Measure("recall_at_5", "recall_at_5", rivals_of=_recommenders("recall_at_5"))
mrr = Measure("mrr", "mrr", rivals_of=_recommenders("mrr"))
ler = Measure("ler", "ler", less=True, span=(0.0, None), solved=0.05, rivals_of=_silent)
clean = Measure("clean", "exact", solved=0.95)
blanks = Measure("blanks", "blanks")
invented = Measure("invented", "false", less=True)
left_out = Measure("left_out", "accuracy", solved=0.95)
real_time = Measure("real_time", "latency", less=True)
clipped = Measure("clipped", "clipped", less=True)
one_step_error = replace(error, solved=None)  # where noise sets a floor, no error solves the task
ALL: tuple[Measure, ...]
ALL = (
    bits_per_character,
    error,
    recall,
    accuracy,
    letter,
    strings,
    counted,
    exact,
    aligned,
    bleu,
    chrf,
    ordered,
    flips,
    f1,
    unmasked,
    calibration,
    recall_at_5,
    mrr,
    ler,
    clean,
    blanks,
    invented,
    real_time,
)


# What a task is judged by first.
FIRST = {
    "adding": error,
    "copy_memory": recall,
    "counting": counted,
    "keywords": left_out,
    "language_model": bits_per_character,
    "mixture": one_step_error,
    "reber": letter,
    "recall": recall,
    "sentiment": accuracy,
    "sessions": recall_at_5,
    "speech": ler,
    "temporal_order": accuracy,
    "translation": exact,
}


def measured(events: Iterable[Event]) -> list[Measured]:
    """All that was measured, in order."""
    return [e for e in events if isinstance(e, Measured)]


def captured(events: Iterable[Event], name: str) -> list[tuple[float, np.ndarray]]:
    """(step, values) of every array of that name, in order."""
    return [(e.step, e.values) for e in events if isinstance(e, Captured) and e.name == name]


def listed(events: Iterable[Event], name: str) -> tuple[str, ...]:
    """The newest words of that name."""
    found = [e.words for e in events if isinstance(e, Listed) and e.name == name]
    return found[-1] if found else ()


def gradient_ratio(events: Iterable[Event]) -> float | None:
    """The gradient at the first step over the one at the last, before training; None where it was not captured."""
    return _ratio(captured(events, "gradient")[:1])


def gradient_ratio_after(events: Iterable[Event]) -> float | None:
    """The same, the last time that it was looked at."""
    return _ratio(captured(events, "gradient")[-1:])


def _ratio(found):
    return next((float(values[-1] / values[0]) for _, values in found if values[0]), None)


def epoch(events: Iterable[Event]) -> float:
    """How far the training has come, in epochs."""
    return max((e.step for e in events if isinstance(e, Measured)), default=0.0)


def seconds(events: Iterable[Event]) -> tuple[float, float] | None:
    """(training, compiling) seconds of a run that has ended."""
    return next(((e.training, e.compiling) for e in events if isinstance(e, Ended)), None)


def counts(events: Iterable[Event]) -> bool:
    """Did a run end, by itself or by its owner, and learn before it? What failed has no number to judge by."""
    events = list(events)
    how = next((e.how for e in events if isinstance(e, Ended)), "")
    return how in ("done", "stopped") and epoch(events) >= 1


def training(events: Iterable[Event]) -> float | None:
    """Seconds of a run that has ended, without those of compiling."""
    spent = seconds(events)
    return spent[0] if spent else None


def samples(events: Iterable[Event]) -> dict[int, str]:
    """What the run wrote before it learned, at 0, and at the end of each epoch, always from the same prompt."""
    return {round(e.step): e.text for e in events if isinstance(e, Wrote)}


def copied(events: Iterable[Event]) -> tuple[int, str] | None:
    """(characters, passage): the longest passage that stands letter by letter in what was learned from."""
    number = last(events, "copied")
    if number is None:
        return None
    return int(number), next((e.text for e in events if isinstance(e, Wrote) and e.step == -1), "")


def written(events: Iterable[Event]) -> str:
    """What was written on from a prompt, its pieces joined."""
    return "".join(e.text for e in events if isinstance(e, Wrote) and e.step >= 0)


def rows(events: Iterable[Event], name: str) -> list:
    """The rows along time of a captured array that came in pieces."""
    return [row for e in events if isinstance(e, Captured) and e.name == name for row in e.values]
