"""Labellings weighed against each other by all their paths, not only by those that a search has kept.

`log_p` is (steps, symbols) with symbol 0 the blank, as in `rrn.scratch.ctc`.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from rrn.scratch.ctc import Labels, backward, extended, forward, log_likelihood, log_likelihoods


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


def confidences(log_p: np.ndarray, labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    """How sure each label is, the others taken for right: raw log-odds in nats, not calibrated.

    ln p(labels), less ln of the probability of other labellings. It is inf where nothing else is possible, and −inf
    throughout if the labels themselves are not.

    Returns:
        Two of (labels,): against all in which this one label is another or is left out, which says whether it is right;
        and against the one in which it is left out, which says whether there is any.
    """
    labels = np.asarray(labels, int)
    count, whole = len(labels), log_likelihood(log_p, labels)
    if not count or whole == -np.inf:
        return np.full(count, -np.inf), np.full(count, -np.inf)
    around = _Around(log_p, labels)
    against, without = around.replaced(), around.left_out()
    # A label is no alternative to itself: its own place in the table takes the labelling without it.
    against[np.arange(count), labels - 1] = without
    return whole - np.logaddexp.reduce(against, axis=1), whole - without


class _Around:
    """The lattice of some labels, of which each is taken out in turn: what comes before it and what comes behind it do
    not depend on it, and so are counted once for all.

    Its parts are (steps, labels): all ways that have come to the blank before a label, or to the label before that, at
    a step; and all ways on from the blank behind it, or from the next label, that step's symbol included.
    """

    def __init__(self, log_p: np.ndarray, labels: np.ndarray):
        self.log_p, self.labels = np.asarray(log_p, float), labels
        to = forward(log_p, labels)
        on = self.log_p[:, extended(labels)] + backward(log_p, labels)
        none = np.full((len(to), 1), -np.inf)
        self.to_blank, self.to_label = to[:, :-1:2], np.concatenate([none, to[:, 1:-2:2]], axis=1)
        self.from_blank, self.from_label = on[:, 2::2], np.concatenate([on[:, 3::2], none], axis=1)
        self.before, self.behind = (np.pad(labels, 1)[at : at + len(labels)] for at in (0, 2))

    def replaced(self) -> np.ndarray:
        """(labels, symbols): ln p of the labels with one of them replaced by this symbol."""
        symbols, last = np.arange(1, self.log_p.shape[1]), len(self.log_p) - 1
        # Between two that are equal there must be a blank.
        after = np.where(self.before[:, None] == symbols, -np.inf, 0.0)
        ahead = np.where(self.behind[:, None] == symbols, -np.inf, 0.0)
        inside = found = np.full((len(self.labels), len(symbols)), -np.inf)  # inside: all ways to the symbol
        for t in range(last + 1):
            if t:
                come = np.logaddexp(self.to_blank[t - 1][:, None], self.to_label[t - 1][:, None] + after)
            else:  # a path may begin with the first label
                come = np.where(np.arange(len(self.labels))[:, None] == 0, 0.0, -np.inf)
            inside = self.log_p[t, 1:] + np.logaddexp(inside, come)
            if t < last:
                go = np.logaddexp(self.from_blank[t + 1][:, None], self.from_label[t + 1][:, None] + ahead)
                found = np.logaddexp(found, inside + go)
        found[-1] = np.logaddexp(found[-1], inside[-1])  # and end with the last
        return found

    def left_out(self) -> np.ndarray:
        """(labels,): ln p of the labels without each of them."""
        skips = np.where(self.before == self.behind, -np.inf, 0.0)
        ways = np.logaddexp(self.to_blank, self.to_label + skips)[:-1] + self.from_label[1:]
        found = np.logaddexp.reduce(ways, axis=0, initial=-np.inf)
        found[0] = np.logaddexp(found[0], self.from_label[0, 0])
        found[-1] = np.logaddexp(found[-1], np.logaddexp(self.to_blank[-1, -1], self.to_label[-1, -1]))
        return found
