import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from rrn.data import ngram


def slow_bits(train, test, symbols, most):
    """The same by the book, with dictionaries: Witten-Bell, interpolated down to equal chances."""
    counts = defaultdict(Counter)
    for n in range(most + 1):
        for t in range(n, len(train)):
            counts[tuple(train[t - n : t])][train[t]] += 1
    whole, found = [*train, *test], []
    for longest in range(most + 1):
        total = 0.0
        for t in range(len(train), len(whole)):
            p = 1 / symbols
            for n in range(min(longest, t) + 1):
                after = counts.get(tuple(whole[t - n : t]))
                if after:
                    p = (after[whole[t]] + len(after) * p) / (after.total() + len(after))
            total -= math.log2(p)
        found.append(total / len(test))
    return found


@pytest.mark.parametrize(
    ("seed", "symbols", "train", "test", "most"),
    [
        (0, 4, 300, 80, 5),
        (1, 2, 500, 50, 5),
        (2, 30, 200, 100, 3),
        (3, 3, 4, 20, 5),
        (4, 5, 1, 9, 2),
        (5, 3, 90, 30, 0),
    ],
)
def test_equal_to_counting_with_dictionaries(seed, symbols, train, test, most):
    rng = np.random.default_rng(seed)
    ids = np.minimum(rng.integers(1, symbols + 1, train + test), rng.integers(1, symbols + 1, train + test))
    found = ngram.bits(ids[:train], ids[train:], symbols, most)
    assert found == pytest.approx(slow_bits(ids[:train].tolist(), ids[train:].tolist(), symbols, most), abs=1e-9)


def test_symbols_that_were_never_seen_cost_a_finite_number():
    found = ngram.bits(np.array([1, 2, 1, 2, 1]), np.array([3, 3, 4]), 4)
    assert found == pytest.approx(slow_bits([1, 2, 1, 2, 1], [3, 3, 4], 4, 5), abs=1e-9)
    assert np.isfinite(found).all()


def test_a_pattern_is_cheap_once_the_context_reaches_it():
    ids = np.resize([1, 1, 2], 3000)
    found = ngram.bits(ids[:2700], ids[2700:], 2)
    assert found[0] == pytest.approx(0.918, abs=0.01)  # the entropy of one in three
    assert found[2] < 0.01


def test_noise_costs_what_equal_chances_cost():
    ids = np.random.default_rng(0).integers(1, 9, 20_000)
    assert ngram.bits(ids[:18_000], ids[18_000:], 8)[0] == pytest.approx(3, abs=0.01)


def test_probabilities_of_all_next_symbols_add_up_to_one():
    rng = np.random.default_rng(1)
    train = rng.integers(1, 4, 60)
    p = [2 ** -np.array(ngram.bits(train, np.array([s]), 5, 3)) for s in range(1, 6)]
    assert sum(p) == pytest.approx(np.ones(4))
