"""What can be asked of sentiment, what it costs, and how it is scored."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from rrn import tasks
from rrn.data import opinions, reviews
from rrn.spec import check, choices, to_dict
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Explain, Judge, Sentiment, cost

WORDS = {name: allowed for name, allowed in choices(Sentiment).items() if isinstance(allowed, tuple)}
TABLE = Sentiment(texts="0" * 64, lines=321)


@pytest.mark.parametrize("texts", [*task.GENERATED, "0" * 64])
def test_every_spec_comes_back_from_what_is_saved(texts):
    for values in product(*WORDS.values()):
        spec = Sentiment(texts=texts, lines=200, **dict(zip(WORDS, values, strict=True)))
        check(spec)
        assert tasks.from_dict(json.loads(json.dumps(to_dict(spec)))) == spec
    assert {"cell", "reads"} <= set(WORDS)


@pytest.mark.parametrize("question", [Judge(), Explain()])
def test_questions_come_back_too(question):
    assert tasks.from_dict(to_dict(question)) == question


def test_sizes_are_those_of_the_words_or_of_the_table():
    rules = len(opinions.words("es")) + 2
    assert task.sizes(Sentiment()) == (rules, 1, task.EXAMPLES, opinions.LONGEST["es"])
    assert task.sizes(Sentiment(reads="letters", longest=80)) == (task.CHARACTERS + 2, 1, task.EXAMPLES, 80)
    assert task.sizes(replace(TABLE, words=900, longest=17)) == (902, 1, 321, 17)
    assert task.sizes(replace(TABLE, words=900, grams=1000)) == (1902, 14, 321, 40)
    assert task.sizes(replace(TABLE, reads="letters", grams=1000))[:2] == (202, 1)


@pytest.mark.parametrize("texts", [*task.GENERATED, "0" * 64])
def test_all_that_is_learned_from_is_counted_whatever_a_spec_says(texts):
    """A budget goes by it, and a link may say anything of texts that are not the visitor's."""
    plain = Sentiment(texts=texts, lines=321)
    own = task.sizes(plain)[2]
    if texts in task.GENERATED:
        assert own == task.sizes(replace(plain, lines=1))[2] >= 3000
    if texts in task.WRITTEN:
        assert own == len(reviews.seen())
    assert task.sizes(replace(plain, also="1" * 64, more=500))[2] == own + 500
    assert task.sizes(replace(plain, more=500))[2] == own


def test_parameters_by_hand():
    """Two layers of 8 units over 4 numbers for a word."""
    spec = replace(TABLE, cell="gru", units=8, embedding=4, layers=2, words=500, grams=1000)
    table, cells = (2 + 1500) * 4, 3 * (4 * 8 + 8 * 8 + 16) + 3 * (8 * 8 + 8 * 8 + 16)
    assert cost(spec).parameters == table + cells + (8 + 1) * 2


def test_what_costs_more_and_what_does_not():
    plain = replace(TABLE, lines=1000)
    for field, more in {"epochs": 16, "lines": 2000}.items():
        one, two = cost(plain), cost(replace(plain, **{field: more}))
        assert two.multiply_adds == 2 * one.multiply_adds and two.parameters == one.parameters
    wide = cost(replace(plain, batch=2 * plain.batch))
    assert wide.bytes > cost(plain).bytes and wide.multiply_adds == cost(plain).multiply_adds
    for field, more in {"units": 64, "longest": 80, "layers": 2, "grams": 1000}.items():
        assert cost(replace(plain, **{field: more})).multiply_adds > cost(plain).multiply_adds


@pytest.mark.keras
@pytest.mark.parametrize(
    ("cell", "layers", "fields"),
    [
        *product(("rnn", "gru", "lstm"), (1, 2, 3), ({},)),
        ("gru", 1, {"texts": "0" * 64, "grams": 1000}),
        ("gru", 1, {"reads": "letters"}),
        ("gru", 2, {"texts": "written-es", "dropout": 0.5, "hidden": 0.2}),
    ],
    ids=str,
)
def test_cost_counts_what_build_makes(cell, layers, fields):
    from rrn.recipes.sentiment import build

    spec = Sentiment(cell=cell, layers=layers, units=12, embedding=8, **fields)
    assert cost(spec).parameters == sum(int(np.prod(w.shape)) for w in build(spec).trainable_weights)


# How it is scored

POSITIVE = np.array([0.9, 0.8, 0.6, 0.55, 0.3, 0.2, 0.05, 0.5])
SHARES = np.array([1.0, 0.0, 1.0, 0.4, 0.0, 0.9, 0.1, 0.5])  # right: yes no yes no yes no yes yes


def test_a_text_is_right_on_its_side_of_a_half():
    assert task.right(POSITIVE, SHARES).tolist() == [True, False, True, False, True, False, True, True]


def test_the_calibration_error_is_that_of_a_case_by_hand():
    """Told 0.9 four times and right thrice, told 0.6 twice and never right: 4/6 · 0.15 + 2/6 · 0.6."""
    positive, shares = [0.9, 0.9, 0.1, 0.9, 0.6, 0.4], [1.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    assert task.calibration_error(positive, shares) == pytest.approx(4 / 6 * 0.15 + 2 / 6 * 0.6)
    assert task.calibration_error(np.ones(5), np.ones(5)) == 0
    assert task.calibration_error(np.ones(4), np.array([1, 1, 0, 0])) == pytest.approx(0.5)
    assert task.calibration_error(np.full(6, 0.5), np.array([1, 0] * 3)) == pytest.approx(0)
    assert task.calibration_error([], []) == 0


def test_it_is_calibrated_whoever_says_how_often_it_is_right():
    rng = np.random.default_rng(0)
    positive = rng.random(100_000)
    shares = (rng.random(100_000) < positive).astype(float)
    assert task.calibration_error(positive, shares) < 0.01
    assert task.calibration_error(positive > 0.5, shares) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_f1_and_its_parts_are_those_of_scikit_learn(seed):
    from sklearn import metrics

    rng = np.random.default_rng(seed)
    positive, shares = rng.random(50), (rng.random(50) < 0.3).astype(float)
    said = positive >= 0.5
    found = task.score(positive.tolist(), shares.tolist(), [False] * 50)
    assert found["f1"] == pytest.approx(metrics.f1_score(shares, said))
    assert found["precision"] == pytest.approx(metrics.precision_score(shares, said))
    assert found["found"] == pytest.approx(metrics.recall_score(shares, said))
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(shares, said))
    assert found["false_alarms"] == pytest.approx(1 - metrics.recall_score(1 - shares, ~said))
    assert np.array_equal(task.confusion(positive, shares), metrics.confusion_matrix(shares, said))


def test_where_nothing_is_positive_f1_is_nought_and_nobody_divides_by_it():
    for positive in ([0.1, 0.2], [0.9, 0.9]):
        found = task.score(positive, [0.0, 0.0], [False, False])
        assert found["f1"] == 0 and all(np.isfinite(value) for value in found.values())
    assert task.f1(np.array([0.1]), np.array([1.0])) == 0


def test_ordered_texts_are_scored_apart_where_there_are_any():
    found = task.score(POSITIVE.tolist(), SHARES.tolist(), [True, True, False, True, False, False, False, False])
    assert found["ordered"] == pytest.approx(1 / 3) and found["accuracy"] == pytest.approx(5 / 8)
    assert "ordered" not in task.score(POSITIVE.tolist(), SHARES.tolist(), [False] * 8)


@pytest.mark.parametrize("too_sure", [0.5, 1.0, 2.5])
def test_a_temperature_takes_back_what_was_too_sure(too_sure):
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, 20_000)
    shares = (rng.random(20_000) < 1 / (1 + np.exp(-honest))).astype(float)
    assert task.temperature(honest * too_sure, shares) == pytest.approx(too_sure, rel=0.05)
