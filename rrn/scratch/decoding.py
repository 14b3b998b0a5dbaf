"""From the log-probabilities of every step to labels: what a network with a blank has heard.

A path has one symbol per step. What repeats is one symbol, and the blank is none: a a _ a b b _ is read a a b.

`log_p` is (steps, symbols) with symbol 0 the blank, as in `rrn.scratch.ctc`.
"""

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

import numpy as np

from rrn.scratch.ctc import BLANK

# Labels that a minute may have, five a second. A network that has learned nothing writes thousands, and to weigh so
# many against each other takes gigabytes.
MOST = 300


class Read(NamedTuple):
    """One step of a path, and what becomes of its symbol."""

    step: int
    symbol: int
    what: Literal["kept", "repeated", "blank"]


class Prefix(NamedTuple):
    """The labels up to some step; the log-probability of the paths that end with a blank, of those that end with the
    last label, and of both.
    """

    labels: tuple[int, ...]
    blank: float
    label: float
    log_p: float


class Beam(NamedTuple):
    """`best`, the most probable first; `steps` has what was kept after each step, in the same order.

    What a prefix grew from is the same without its last label, or itself.
    """

    best: list[Prefix]
    steps: list[list[Prefix]]


def read(path: Iterable[int]) -> list[Read]:
    """A path of symbols, step by step."""
    steps: list[Read] = []
    last = BLANK
    for step, symbol in enumerate(map(int, path)):
        what: Literal["kept", "repeated", "blank"] = "repeated" if symbol == last else "kept"
        steps.append(Read(step, symbol, "blank" if symbol == BLANK else what))
        last = symbol
    return steps


def collapse(path: Iterable[int]) -> tuple[int, ...]:
    """The labels that a path of symbols gives."""
    return tuple(step.symbol for step in read(path) if step.what == "kept")


def greedy(log_p: np.ndarray) -> tuple[int, ...]:
    """The labels of the one most probable path. Others may be more probable, from many paths together."""
    return collapse(log_p.argmax(axis=1))


def masked(log_p: np.ndarray, allowed: Collection[int]) -> np.ndarray:
    """The same with only these symbols and the blank, such as those of one language; each step adds up to 1 again.

    A step at which all that was possible is forbidden keeps −inf throughout.
    """
    left = [BLANK, *allowed]
    only = np.full(log_p.shape, -np.inf)
    only[:, left] = log_p[:, left]
    whole = np.logaddexp.reduce(only, axis=1, keepdims=True)
    return only - np.where(whole == -np.inf, 0, whole)


def prefix_beam(log_p: np.ndarray, width: int, *, most: int | None = None) -> Beam:
    """Keep the most probable beginnings at every step, each with all the paths that give it.

    The probabilities are too small by the paths that were dropped; `rescoring.best_of` counts them all. Nothing is kept
    from the step on at which nothing is possible.

    Args:
        width: beginnings that are kept.
        most: labels at most.

    Source: Graves 2012, section 7.5.3; as it is done here, Hannun et al. 2014.
    """
    kept = [Prefix((), 0.0, -np.inf, 0.0)]
    steps = []
    for said in np.asarray(log_p, float):
        kept = _next(kept, said, width, most) if kept else []
        steps.append(kept)
    return Beam(kept, steps)


def _next(kept: list[Prefix], said: np.ndarray, width: int, most: int | None) -> list[Prefix]:
    """The beginnings kept after one more step, in which the symbols are `said`, (symbols,)."""
    place = {prefix.labels: n for n, prefix in enumerate(kept)}
    last = np.array([prefix.labels[-1] if prefix.labels else BLANK for prefix in kept])
    ended, label, whole = np.array([prefix[1:] for prefix in kept]).T
    blank, label = whole + said[BLANK], label + said[last]  # they stay as they are: by a blank, or by their last label
    longer = whole[:, None] + said  # (kept, symbols): they grow by one label
    rows = np.arange(len(kept))
    longer[rows, last] = ended + said[last]  # by the same once more only behind a blank
    longer[:, BLANK] = -np.inf
    if most is not None:
        longer[[len(prefix.labels) >= most for prefix in kept]] = -np.inf
    for n, prefix in enumerate(kept):  # what grows into a beginning that is here already joins it
        grown = place.get(prefix.labels[:-1]) if prefix.labels else None
        if grown is not None:
            label[n] = np.logaddexp(label[n], longer[grown, last[n]])
            longer[grown, last[n]] = -np.inf
    stays = np.logaddexp(blank, label)
    scores = np.concatenate([stays, longer.ravel()])
    found = []
    for at in np.argsort(-scores, kind="stable")[:width].tolist():
        score = float(scores[at])
        if score == -np.inf:
            break
        if at < len(kept):
            found.append(Prefix(kept[at].labels, float(blank[at]), float(label[at]), score))
        else:
            grown, symbol = divmod(at - len(kept), len(said))
            found.append(Prefix((*kept[grown].labels, symbol), -np.inf, score, score))
    return found
