"""Recommenders that count, beside the same written out with loops."""

from collections import Counter

import numpy as np
import pytest

from rrn.data import recommenders
from rrn.data.recommenders import BACK_OFF, DUST, NOBODY

ITEMS = 5
SEEN = np.array([[0, 1, 2, 0, 1], [1, 2, 0, -1, -1], [0, 1, 3, 0, 1], [3, 3, 3, -1, -1], [2, 0, 4, 1, 2]])
X = np.array([[0, 1, 2], [3, 3, 0], [4, 0, 1], [4, 4, -1]])


def sessions(count, rng):
    """Sessions of random lengths in which 4 is rare."""
    drawn = rng.choice(ITEMS, size=(count, 7), p=[0.3, 0.3, 0.2, 0.15, 0.05])
    return np.where(np.arange(7) < rng.integers(2, 8, size=(count, 1)), drawn, NOBODY)


def words(row):
    return [int(item) for item in row if item != NOBODY]


def popular(seen):
    counts = Counter(item for row in seen for item in words(row))
    total = sum(counts.values()) + ITEMS
    return [(counts[item] + 1) / total for item in range(ITEMS)]


def by_hand(seen, context):
    """Probabilities after a context of one item or two, one count after another."""
    shorter = popular(seen) if len(context) == 1 else by_hand(seen, context[1:])
    counts = Counter()
    for row in map(words, seen):
        for at in range(len(context), len(row)):
            if row[at - len(context) : at] == context:
                counts[row[at]] += 1
    total = sum(counts.values()) + BACK_OFF
    return [(counts[item] + BACK_OFF * shorter[item]) / total for item in range(ITEMS)]


def neighbours_by_hand(seen, session, nearest):
    """What followed the last item in the sessions most alike."""
    newest = {item: place / len(session) for place, item in enumerate(session, 1)}
    found = []
    for row in map(words, seen):
        after = {b for a, b in zip(row, row[1:], strict=False) if a == session[-1]}
        if after:
            found.append((sum(newest.get(item, 0) for item in set(row)), after))
    found.sort(key=lambda pair: -pair[0])
    least = found[min(nearest, len(found)) - 1][0] if found else 0
    scores = [DUST * p for p in popular(seen)]
    for alike, after in found:
        if alike >= least:
            for item in after:
                scores[item] += alike
    return [score / sum(scores) for score in scores]


def every_step(x):
    return [(row, step) for row in range(len(x)) for step in range(x.shape[1]) if x[row, step] != NOBODY]


@pytest.fixture(params=["written", "drawn"])
def data(request):
    rng = np.random.default_rng(4)
    return (SEEN, X) if request.param == "written" else (sessions(60, rng), sessions(12, rng))


def test_popularity_says_the_same_after_everything(data):
    seen, x = data
    p = recommenders.popularity(seen, ITEMS)(x)
    assert p.shape == (*x.shape, ITEMS) and np.allclose(p, popular(seen))


@pytest.mark.parametrize("order", [1, 2])
def test_markov_counts_what_followed(data, order):
    seen, x = data
    p = recommenders.markov(seen, ITEMS, order)(x)
    for row, step in every_step(x):
        context = words(x[row, max(0, step - order + 1) : step + 1])
        assert p[row, step] == pytest.approx(by_hand(seen, context))


def test_a_pair_that_nobody_saw_leaves_the_shorter_context():
    one, two = (recommenders.markov(SEEN, ITEMS, order)(np.array([[4, 3]])) for order in (1, 2))
    assert np.allclose(one[0, 1], two[0, 1])


@pytest.mark.parametrize("nearest", [1, 3, 100])
def test_neighbours_are_the_sessions_most_alike(data, nearest, monkeypatch):
    seen, x = data
    monkeypatch.setattr(recommenders, "NEAREST", nearest)
    p = recommenders.neighbours(seen, ITEMS)(x)
    for row, step in every_step(x):
        assert p[row, step] == pytest.approx(neighbours_by_hand(seen, words(x[row, : step + 1]), nearest))


def test_every_recommendation_is_a_distribution_that_leaves_nothing_out(data):
    seen, x = data
    made = [recommenders.popularity(seen, ITEMS), recommenders.neighbours(seen, ITEMS)]
    made += [recommenders.markov(seen, ITEMS, order) for order in (1, 2)]
    there = x != NOBODY
    for recommend in made:
        p = recommend(x)[there]
        assert np.allclose(p.sum(axis=-1), 1) and (p > 0).all()


def test_an_item_that_occurs_again_counts_as_its_last_occurrence():
    assert recommenders.recency(np.array([[2, 0, 2, 1]]), ITEMS)[0, -1].tolist() == [0.5, 1, 0.75, 0, 0]
