"""Events in, one number out: what a run came to, and what it is compared with."""

from collections.abc import Iterable

from rrn.events import Captured, Ended, Event, Measured, Wrote


def last(events: Iterable[Event], name: str) -> float | None:
    """The newest value of that name, None where it was never measured."""
    found = [e.values[name] for e in events if isinstance(e, Measured) and name in e.values]
    return found[-1] if found else None


def bits_per_character(events: Iterable[Event]) -> float | None:
    """Bits per character on text that was never read, with the weights that the run has now."""
    return last(events, "bits")


def uniform(events: Iterable[Event]) -> float | None:
    """Bits per character of whoever gives every symbol the same chance."""
    return last(events, "uniform")


def ngrams(events: Iterable[Event]) -> dict[int, float]:
    """Bits per character of the n-grams, by the number of characters of context that they see."""
    at_start = [e.values for e in events if isinstance(e, Measured) and e.step == 0]
    return {int(k[6:]): v for values in at_start for k, v in values.items() if k.startswith("ngram_")}


def best_ngram(events: Iterable[Event]) -> float | None:
    return min(ngrams(events).values(), default=None)


def epoch(events: Iterable[Event]) -> float:
    """How far the training has come, in epochs."""
    return max((e.step for e in events if isinstance(e, Measured)), default=0.0)


def seconds(events: Iterable[Event]) -> tuple[float, float] | None:
    """(training, compiling) seconds of a run that has ended."""
    return next(((e.training, e.compiling) for e in events if isinstance(e, Ended)), None)


def samples(events: Iterable[Event]) -> dict[int, str]:
    """What the run wrote at the end of each epoch, always from the same prompt."""
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
