import numpy as np

from rrn.data import linear


def test_words_and_parts_of_words_decide():
    texts = [f"{'buenísimo' if n % 2 else 'malísimo'} producto {n}" for n in range(60)]
    judge = linear.fitted(texts, [float(n % 2) for n in range(60)])
    found = judge(["buenisimo de verdad", "malisimo de verdad"])
    assert found.shape == (2,) and found[0] > 0 > found[1]


def test_what_is_half_positive_counts_nothing():
    texts = ["uno bueno", "uno malo"] * 20 + ["raro raro"] * 20
    shares = [1.0, 0.0] * 20 + [0.5] * 20
    with_half = linear.fitted(texts, shares)(["uno bueno", "uno malo"])
    assert with_half[0] > 0 > with_half[1] and np.isfinite(with_half).all()
