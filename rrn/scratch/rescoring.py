"""Labellings weighed against each other by all their paths, not only by those that a search has kept.

`log_p` is (steps, symbols) with symbol 0 the blank, as in `rrn.scratch.ctc`.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from rrn.scratch.ctc import Labels, log_likelihood, log_likelihoods


def best_of(log_p: np.ndarray, candidates: Iterable[Sequence[int]]) -> list[tuple[float, tuple[int, ...]]]:
    """(ln p, labels) of every candidate, the most probable first; −inf for what no path gives."""
    by_length: dict[int, list[tuple[int, ...]]] = {}
    for labels in candidates:
        by_length.setdefault(len(labels), []).append(tuple(map(int, labels)))
    found: list[tuple[float, tuple[int, ...]]] = []
    for alike in by_length.values():  # those of one length are counted together
        found += zip(log_likelihoods(log_p, alike).tolist(), alike, strict=True)
    return sorted(found, key=lambda each: -each[0])


def in_lexicon(
    log_p: np.ndarray, entries: Iterable[Sequence[int]], *, repeats: bool = True
) -> list[tuple[float, tuple[int, ...]]]:
    """`best_of` a lexicon; without `repeats`, of its entries in which no symbol is said twice."""
    return best_of(log_p, [labels for labels in entries if repeats or len(set(labels)) == len(labels)])


def confidences(log_p: np.ndarray, labels: Labels) -> np.ndarray:
    """(labels,): how sure each label is, the others taken for right: raw log-odds in nats, not calibrated.

    ln p(labels), less ln of the probability of all labellings in which this one label is another or is left out. It is
    inf where nothing else is possible, and −inf throughout if the labels themselves are not.
    """
    labels = np.asarray(labels, int)
    count, symbols = len(labels), np.arange(1, log_p.shape[1])
    whole = log_likelihood(log_p, labels)
    if not count or whole == -np.inf:
        return np.full(count, -np.inf)
    each = np.arange(count)
    replaced = np.tile(labels, (count, len(symbols), 1))
    replaced[each, :, each] = symbols
    against = log_likelihoods(log_p, replaced)  # (labels, symbols)
    # A label is no alternative to itself: its own place in the table takes the labelling without it.
    against[each, labels - 1] = log_likelihoods(log_p, [np.delete(labels, n) for n in each])
    return whole - np.logaddexp.reduce(against, axis=1)
