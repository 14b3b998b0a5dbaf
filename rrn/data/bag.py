"""A bag of words: every word has a weight, and their sum decides. It knows which words there are, not in which order.

What a network that reads in order must beat. Source: logistic regression on word counts, as in Pang & Lee 2008.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bag:
    """`weights` in log-odds: above 0 a word speaks for the positive class."""

    weights: Mapping[str, float]
    bias: float = 0.0

    def log_odds(self, read: Sequence[str]) -> float:
        """Of a text's words being positive; words without a weight count nothing."""
        return self.bias + sum(self.weights.get(word, 0.0) for word in read)

    def to_bytes(self) -> bytes:
        rounded = {word: round(weight, 3) for word, weight in self.weights.items()}
        return json.dumps({"weights": rounded, "bias": round(self.bias, 3)}, ensure_ascii=False).encode()


def from_bytes(data: bytes) -> Bag:
    """What `to_bytes` wrote."""
    return Bag(**json.loads(data))


def fitted(read: Sequence[Sequence[str]], shares: Sequence[float], most: int = 15_000) -> Bag:
    """The bag that fits these texts best, its weights held small.

    Args:
        read: the words of every text.
        shares: how positive each is; from a half on it counts as positive.
        most: weights that are kept, the largest first.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    positive = np.asarray(shares) >= 0.5
    if positive.all() or not positive.any():  # all texts say the same, and so does the bag
        return Bag({}, 5.0 if positive.all() else -5.0)
    count = DictVectorizer()
    x = count.fit_transform(map(Counter, read))
    found = LogisticRegression(C=1.0, max_iter=1000).fit(x, positive)
    named = dict(zip(count.get_feature_names_out(), found.coef_[0].tolist(), strict=True))
    heavy = sorted(named, key=lambda word: -abs(named[word]))[:most]
    return Bag({word: named[word] for word in heavy}, float(found.intercept_[0]))
