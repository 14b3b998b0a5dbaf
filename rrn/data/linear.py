"""What a linear model makes of texts: words, pairs of words and groups of letters, weighed by how rare they are.

The strongest rival without a network, and one of the teachers of a strong model. Source: TF-IDF, Salton & Buckley 1988.
"""

from collections.abc import Callable, Sequence

import numpy as np

WORD = r"(?u)\b\w+\b"


def fitted(texts: Sequence[str], shares: Sequence[float]) -> Callable[[Sequence[str]], np.ndarray]:
    """Learn from texts; gives the function from texts to (texts,) log-odds of the positive class.

    Args:
        shares: how positive each is; the nearer to a half, the less it counts.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union

    of_words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=WORD)
    of_letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)
    features = make_union(of_words, of_letters)
    share = np.asarray(shares, float)
    model = LogisticRegression(C=4.0, solver="liblinear", max_iter=300)
    model.fit(features.fit_transform(texts), share >= 0.5, sample_weight=2 * np.abs(share - 0.5))
    return lambda some: model.decision_function(features.transform(some))
