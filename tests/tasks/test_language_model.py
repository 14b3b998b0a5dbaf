import random

import numpy as np
import pytest

from rrn.tasks.language_model import LanguageModel, WriteOn, cost, distribution, longest_copy, split

LOGITS = np.random.default_rng(0).normal(0, 2, 60).astype(np.float32)


def p(**how):
    return distribution(LOGITS, WriteOn(**how))


@pytest.mark.parametrize("temperature", [0.0, 0.05, 0.8, 1.0, 2.0])
@pytest.mark.parametrize("top_k", [0, 1, 5, 59, 60, 100])
@pytest.mark.parametrize("top_p", [0.05, 0.5, 0.95, 1.0])
def test_a_distribution_adds_up_to_one_without_the_unknown(temperature, top_k, top_p):
    found = p(temperature=temperature, top_k=top_k, top_p=top_p)
    assert found.shape == (60,) and found.dtype == np.float64
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert found[0] == 0 and (found >= 0).all()


def test_unknown_is_never_written_even_where_it_is_likeliest():
    for logits in ([50.0, 1.0, 2.0], [1e9, -1e9, -1e9], [np.inf, 0.0, 0.0]):
        for temperature in (0.0, 0.05, 1.0):
            assert distribution(np.array(logits), WriteOn(temperature=temperature))[0] == 0


def test_at_temperature_one_it_is_softmax_of_what_is_known():
    known = np.exp(LOGITS[1:].astype(float))
    np.testing.assert_allclose(p(temperature=1.0)[1:], known / known.sum(), rtol=1e-12)


def test_at_temperature_zero_all_is_on_the_favourite():
    found = p(temperature=0.0)
    assert found[1 + LOGITS[1:].argmax()] == 1 and np.count_nonzero(found) == 1


def test_temperature_is_a_power():
    warm, cold = p(temperature=1.0), p(temperature=0.5)
    np.testing.assert_allclose(cold, warm**2 / (warm**2).sum(), rtol=1e-9)


def test_top_k_keeps_k_and_their_proportions():
    whole, found = p(temperature=1.0), p(temperature=1.0, top_k=7)
    kept = np.argsort(-whole)[:7]
    assert set(np.flatnonzero(found)) == set(kept)
    np.testing.assert_allclose(found[kept], whole[kept] / whole[kept].sum(), rtol=1e-12)


def test_top_k_keeps_k_among_equals_too():
    assert np.count_nonzero(distribution(np.zeros(20), WriteOn(top_k=3))) == 3


def test_top_p_keeps_the_fewest_that_reach_p():
    whole = p(temperature=1.0)
    for top_p in (0.05, 0.3, 0.9):
        found = p(temperature=1.0, top_p=top_p)
        kept = np.flatnonzero(found)
        assert whole[kept].sum() >= top_p - 1e-12
        assert whole[kept].sum() - whole[kept].min() < top_p
        assert set(kept) == set(np.argsort(-whole)[: len(kept)])
        np.testing.assert_allclose(found[kept], whole[kept] / whole[kept].sum(), rtol=1e-9)


def test_top_p_is_taken_of_what_top_k_left():
    logits = np.log(np.array([1, 40, 30, 20, 10]))
    kept = np.flatnonzero(distribution(logits, WriteOn(temperature=1.0, top_k=2, top_p=0.55)))
    assert kept.tolist() == [1]  # 40 of the 70 that are left


def test_the_part_held_out_is_the_end_or_the_beginning():
    seen, unseen = split(np.arange(1000), LanguageModel(hold_out=0.1))
    assert seen.tolist() == list(range(900)) and unseen.tolist() == list(range(900, 1000))
    seen, unseen = split(np.arange(1000), LanguageModel(hold_out=0.1, hold_out_part="first"))
    assert seen.tolist() == list(range(100, 1000)) and unseen.tolist() == list(range(100))
    assert len(split(np.arange(200), LanguageModel(hold_out=0.02))[1]) == 4


def slow_copy(written, text):
    pieces = [written[a:b] for a in range(len(written)) for b in range(a + 1, len(written) + 1)]
    return max((piece for piece in pieces if piece in text), key=len, default="")


def test_the_longest_copy_is_the_longest():
    rng = random.Random(0)
    for _ in range(300):
        written = "".join(rng.choices("abc", k=rng.randrange(25)))
        text = "".join(rng.choices("abcd", k=rng.randrange(60)))
        assert longest_copy(written, text) == slow_copy(written, text)


def test_a_copy_of_everything_and_of_nothing():
    assert longest_copy("abc", "xxabcxx") == "abc"
    assert longest_copy("abc", "xyz") == longest_copy("", "xyz") == longest_copy("abc", "") == ""


def test_a_copy_in_a_long_text_is_found_in_time():
    text = "".join(random.Random(1).choices("abcdefgh ", k=300_000))
    assert longest_copy("#" + text[200_000:200_050] + "#" * 1_900, text) == text[200_000:200_050]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_parameters_are_those_of_the_formulas_by_hand(cell):
    """One layer of 8 units that reads 4 numbers; an alphabet of 10 and the unknown."""
    gates = {"rnn": 1, "gru": 3, "lstm": 4}[cell]
    biases = 2 if cell == "gru" else 1
    by_hand = 11 * 4 + gates * (4 * 8 + 8 * 8 + biases * 8) + 8 * 11 + 11
    assert cost(LanguageModel(cell=cell, units=8, embedding=4, symbols=10)).parameters == by_hand


def test_learning_costs_three_times_reading():
    spec = LanguageModel(characters=1000, hold_out=0.1, epochs=1)
    weights = cost(spec).parameters - 81 * spec.embedding
    assert cost(spec).multiply_adds == pytest.approx(weights * (3 * 900 + 100))
