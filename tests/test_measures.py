import pytest

from rrn import measures
from rrn.events import Captured, Ended, Measured, Wrote

EVENTS = [
    Measured(0, {"uniform": 6.0, "ngram_0": 4.5, "ngram_1": 3.6, "ngram_2": 3.7}),
    Measured(0.5, {"loss": 3.0, "gradient_norm": 0.4}),
    Measured(1, {"bits": 4.2}),
    Wrote(1, "uno"),
    Measured(2, {"bits": 3.5}),
    Wrote(2, "dos"),
    Ended("done", "", 1.5, 9.0),
]


def test_the_last_measurement_counts():
    assert measures.bits_per_character(EVENTS) == 3.5


def test_the_best_ngram_is_the_one_with_fewest_bits():
    assert measures.ngrams(EVENTS) == {0: 4.5, 1: 3.6, 2: 3.7}
    best = measures.bits_per_character.rivals(EVENTS)[-1]
    assert (best.name, best.values, best.value) == ("ngram", {"n": 1}, 3.6)
    assert measures.uniform(EVENTS) == 6.0


def test_of_recommenders_the_best_that_only_counts_is_to_be_beaten_not_the_ceiling():
    told = [
        Measured(0, {"recall_at_5/ceiling": 0.84, "recall_at_5/markov_2": 0.67, "recall_at_5/popularity": 0.38}),
        Measured(0, {"recall_at_5/neighbours": 0.7, "mrr/ceiling": 0.6, "recall_at_5": 0.1}),
        Measured(1, {"recall_at_5": 0.64}),
    ]
    names = [rival.name for rival in measures.recall_at_5.rivals(told)]
    assert names == ["ceiling", "popularity", "markov_2", "neighbours"]
    assert measures.recall_at_5.ahead(told) == pytest.approx(0.64 - 0.7)
    assert [rival.name for rival in measures.recall_at_5.rivals(told) if rival.rank < 1] == ["markov_2"]
    assert measures.mrr.ahead(told) is None and measures.recall_at_5.ahead(told[:0]) is None
    assert measures.bits_per_character.ahead(EVENTS) == pytest.approx(3.6 - 3.5)


def test_epoch_seconds_and_samples():
    assert measures.epoch(EVENTS) == 2
    assert measures.seconds(EVENTS) == (9.0, 1.5)
    assert measures.samples(EVENTS) == {1: "uno", 2: "dos"}


@pytest.mark.parametrize("measure", [measures.bits_per_character, measures.uniform, measures.gradient_ratio])
def test_nothing_was_measured_in_an_empty_run(measure):
    assert measure([]) is None


def test_an_answer_is_joined_and_its_copied_passage_set_apart():
    answer = [Wrote(0, "ab"), Wrote(2, "c"), Measured(3, {"copied": 2}), Wrote(-1, "bc")]
    assert measures.written(answer) == "abc"
    assert measures.copied(answer) == (2, "bc")
    assert measures.copied(answer[:2]) is None


def test_rows_of_an_array_that_came_in_pieces_follow_each_other():
    import numpy as np

    pieces = [Captured(0, "p", ("time",), np.array([0.1, 0.2])), Captured(2, "p", ("time",), np.array([0.3]))]
    assert measures.rows(pieces, "p") == [0.1, 0.2, 0.3]
