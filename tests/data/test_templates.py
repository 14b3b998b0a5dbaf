"""Distances under warping, beside the recursion written out."""

import numpy as np
import pytest

from rrn.data import templates


def slow(a, b):
    cost = np.full((len(a), len(b)), np.inf)
    for i in range(len(a)):
        for j in range(len(b)):
            here = np.linalg.norm(a[i] - b[j])
            before = [cost[i - 1, j] + here] if i else []
            before += [cost[i, j - 1] + here] if j else []
            before += [cost[i - 1, j - 1] + 2 * here] if i and j else []
            cost[i, j] = min(before, default=here)
    return cost[-1, -1] / (len(a) + len(b))


def test_distances_are_those_of_the_recursion():
    rng = np.random.default_rng(0)
    clips = [rng.normal(size=(n, 3)) for n in (1, 4, 7, 6)]
    others = [rng.normal(size=(n, 3)) for n in (5, 1, 8)]
    assert templates.distances(clips, others) == pytest.approx(np.array([[slow(a, b) for b in others] for a in clips]))


def test_what_is_only_spoken_slower_is_near():
    rng = np.random.default_rng(1)
    clip = rng.normal(size=(20, 5))
    slower = np.repeat(clip, 2, axis=0)
    same, other = templates.distances([clip], [slower, rng.normal(size=(40, 5))])[0]
    assert same == pytest.approx(0, abs=1e-6) and other > 0.5
