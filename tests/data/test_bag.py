"""A bag of words says what scikit-learn's own prediction says, and nothing of order."""

import numpy as np
import pytest

from rrn.data import bag as bags
from rrn.data import opinions


@pytest.fixture(scope="module")
def learned():
    made = opinions.several("es", 600, np.random.default_rng(0), unseen=False)
    return [one.text.split() for one in made], [float(one.positive) for one in made]


def test_it_is_the_one_that_scikit_learn_fits(learned):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    read, shares = learned
    count = CountVectorizer(analyzer=list)
    model = LogisticRegression(max_iter=1000).fit(count.fit_transform(read), np.array(shares) >= 0.5)
    new = [one.text.split() for one in opinions.unseen("es", 60, 0)] + [["nunca", "visto"], []]
    found = bags.fitted(read, shares)
    assert [found.log_odds(text) for text in new] == pytest.approx(
        model.decision_function(count.transform(new)), abs=1e-3
    )


def test_a_word_that_stands_twice_counts_twice():
    found = bags.Bag({"bien": 1.5, "mal": -2.0}, 0.25)
    assert found.log_odds(["bien", "bien", "x"]) == pytest.approx(3.25) and found.log_odds([]) == 0.25


def test_the_order_of_words_is_all_the_same_to_it(learned):
    read, shares = learned
    found = bags.fitted(read, shares)
    assert all(found.log_odds(text) == pytest.approx(found.log_odds(text[::-1])) for text in read[:50])


def test_only_the_heaviest_weights_are_kept(learned):
    whole, few = bags.fitted(*learned), bags.fitted(*learned, most=5)
    heaviest = sorted(map(abs, whole.weights.values()))[-5:]
    assert sorted(map(abs, few.weights.values())) == pytest.approx(heaviest) and few.bias == whole.bias


def test_what_is_kept_comes_back_to_three_digits(learned):
    found = bags.fitted(*learned)
    again = bags.from_bytes(found.to_bytes())
    assert dict(again.weights) == pytest.approx(dict(found.weights), abs=6e-4)
    assert again.bias == pytest.approx(found.bias, abs=6e-4)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_all_texts_say_the_same_so_does_the_bag(share):
    found = bags.fitted([["a"], ["b"]], [share, share])
    assert (found.log_odds(["a"]) > 0) == (share > 0.5) and not found.weights


def test_a_teacher_s_shares_count_from_a_half_on():
    one, other = (bags.fitted([["a"], ["b"], ["c"]], shares) for shares in ([0.5, 0.2, 0.9], [1.0, 0.0, 1.0]))
    assert dict(one.weights) == pytest.approx(dict(other.weights))


def test_a_text_of_very_many_words_is_counted_once_through():
    long = [f"w{n % 40_000}" for n in range(80_000)]
    assert bags.fitted([long, ["b"]], [1.0, 0.0], most=3).log_odds(["b"]) < 0
