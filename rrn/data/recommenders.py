"""Recommenders that count: what is popular, what followed the last item or the last two, and what came next in the
sessions that resemble this one. The rivals that a recurrent recommender must beat.

Each is counted in sessions, (count, steps) items with NOBODY after the last, and gives a function from such sessions to
(count, steps, items) probabilities of what follows every step. All give every item some probability.

Source: Ludewig & Jannach 2018, for the neighbours: weights that fall off towards the start of the session (V-SKNN), and
only what followed the last item in a neighbour is recommended (SF-SKNN).
"""

from collections.abc import Callable

import numpy as np

NOBODY = -1
BACK_OFF = 2.0  # how many observations what is known of a shorter context is worth
NEAREST = 100  # sessions that are asked
DUST = 1e-3  # weight of the popularity where the neighbours say nothing

Recommender = Callable[[np.ndarray], np.ndarray]


def popularity(seen: np.ndarray, items: int) -> Recommender:
    """Always the same: how often each item occurs."""
    p = _popular(seen, items)
    return lambda x: np.broadcast_to(p, (*x.shape, items))


def markov(seen: np.ndarray, items: int, order: int) -> Recommender:
    """What followed the last item, or with order 2 the last two; with few counts, more of the shorter context."""
    one = _smoothed(_followers(seen, items), _popular(seen, items))
    if order == 1:
        return lambda x: one[x]  # after the end of a session, nobody asks
    two = _smoothed(_followers_of_pairs(seen, items), one)
    two = np.concatenate([two, one[None]])  # NOBODY before the first item
    return lambda x: two[_before(x), x]


def neighbours(seen: np.ndarray, items: int) -> Recommender:
    """What followed the last item in the NEAREST sessions: those that share most with this one, its newest items above
    all.
    """
    popular = _popular(seen, items)
    holds = _holds(seen, items)
    after = [_after(seen, item, items) for item in range(items)]

    def recommend(x: np.ndarray) -> np.ndarray:
        weights = recency(x, items)
        p = np.broadcast_to(DUST * popular, (*x.shape, items)).copy()
        for item, (sessions, next_one) in enumerate(after):
            here = x == item
            if not here.any() or not len(sessions):
                continue
            alike = weights[here] @ holds[sessions].T
            if len(sessions) > NEAREST:
                least = np.partition(alike, -NEAREST, axis=1)[:, -NEAREST, None]
                alike = np.where(alike >= least, alike, 0.0)
            p[here] += alike @ next_one
        return p / p.sum(axis=-1, keepdims=True)

    return recommend


def recency(x: np.ndarray, items: int) -> np.ndarray:
    """(count, steps, items): how much each item counts at every step: 1 for the last one, falling evenly to the first;
    0 for those that did not occur.
    """
    count, steps = x.shape
    weights = np.zeros((count, steps, items))
    latest = np.zeros((count, items))  # the step, from 1, at which an item occurred last
    every = np.arange(count)
    for step in range(steps):
        there = x[:, step] != NOBODY
        latest[every[there], x[there, step]] = step + 1
        weights[:, step] = latest / (step + 1)
    return weights


def _popular(seen, items):
    counts = np.bincount(seen[seen != NOBODY], minlength=items) + 1.0
    return counts / counts.sum()


def _before(x):
    """The item before each, NOBODY before the first."""
    return np.concatenate([np.full((len(x), 1), NOBODY), x[:, :-1]], axis=1)


def _followers(seen, items):
    """(items, items) how often the second came right after the first."""
    last, after = seen[:, :-1].ravel(), seen[:, 1:].ravel()
    there = after != NOBODY
    return np.bincount(last[there] * items + after[there], minlength=items**2).reshape(items, items)


def _followers_of_pairs(seen, items):
    """(items, items, items) how often the third came right after the first two."""
    before, last, after = (seen[:, n : seen.shape[1] - 2 + n].ravel() for n in range(3))
    there = after != NOBODY
    at = (before[there] * items + last[there]) * items + after[there]
    return np.bincount(at, minlength=items**3).reshape(items, items, items)


def _smoothed(counts, shorter):
    return (counts + BACK_OFF * shorter) / (counts.sum(axis=-1, keepdims=True) + BACK_OFF)


def _holds(seen, items):
    """(count, items) whether a session holds an item."""
    return (seen[:, :, None] == np.arange(items)).any(axis=1).astype(float)


def _after(seen, item, items):
    """(sessions in which something followed the item, (sessions, items) whether each did)."""
    rows, steps = np.nonzero((seen[:, :-1] == item) & (seen[:, 1:] != NOBODY))
    sessions, places = np.unique(rows, return_inverse=True)
    after = np.zeros((len(sessions), items))
    after[places, seen[rows, steps + 1]] = 1.0
    return sessions, after
