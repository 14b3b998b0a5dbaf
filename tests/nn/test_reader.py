"""The reader in NumPy says what the model in Keras says, after every word and whatever it is padded with."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from rrn.data import wording
from rrn.data.wording import PAD, Wording
from rrn.nn.reader import Reader, chance, odds
from rrn.spec import CELLS
from rrn.tasks.sentiment import Sentiment
from tests.nn.readers import drawn, log_odds, vector

TEXTS = ["no es nada buena", "buena", "", "la comida es buenísima , pero el servicio es lento y nadie lo dice nunca"]
SYMBOLS = ("no", "es", "buena", "la", "comida", ",", "pero", "el", "lento")
SPEC = Sentiment(texts="0" * 64, lines=10, units=8, embedding=4, longest=15, words=500)
ROWS = 500


def words_of(spec):
    if spec.reads == "letters":
        return Wording(tuple("abcdeilmnopst "), 200, spelled=True)
    return Wording(SYMBOLS, ROWS, spec.grams)


def read(words):
    return [[word.read for word in words.cut(text)] for text in TEXTS]


@pytest.mark.keras
@pytest.mark.parametrize(
    ("cell", "layers", "fields"),
    [*product(CELLS, (1, 2), ({}, {"grams": 1000})), ("gru", 3, {"reads": "letters", "longest": 75})],
    ids=str,
)
def test_it_says_what_the_model_says(cell, layers, fields):
    from rrn.nn import weights as named
    from rrn.recipes.sentiment import build

    spec = replace(SPEC, cell=cell, layers=layers, **fields)
    model, words = build(spec), words_of(spec)
    rng = np.random.default_rng(1)
    named.put(model, {name: rng.normal(0, 0.5, w.shape) for name, w in named.take(model).items()})
    numbers = words.encode(read(words), spec.longest)
    theirs = np.asarray(model(numbers, training=False))
    reader = Reader(cell, named.take(model))
    mine = reader.read(numbers)
    assert np.abs(mine[:, -1] - theirs).max() <= 1e-5 * max(1, np.abs(theirs).max())
    # After every word it thinks what it would think of a text that ends there.
    whole = max(range(len(TEXTS)), key=lambda n: len(read(words)[n]))
    begun = [read(words)[whole][:n] for n in range(1, spec.longest + 1)]
    ends = np.asarray(model(words.encode(begun, spec.longest), training=False))
    assert mine[whole] == pytest.approx(ends, abs=1e-4)


@pytest.mark.parametrize(("cell", "layers", "grams"), list(product(CELLS, (1, 2), (0, 300))))
def test_it_says_what_the_formulas_say_alone_and_beside_longer_texts(cell, layers, grams):
    words = Wording(SYMBOLS, 20, grams)
    weights = drawn(len(words), cell, layers)
    reader, texts = Reader(cell, weights), [text for text in read(words) if text]
    longest = max(map(len, texts))
    together = odds(reader.read(words.encode(texts, longest + 4)))
    for text, row in zip(texts, together, strict=True):
        wanted = log_odds(weights, cell, np.array([vector(weights, words.numbers(word)) for word in text]))
        assert row[: len(text)] == pytest.approx(wanted, abs=1e-4)
        assert row[len(text) :] == pytest.approx(wanted[-1], abs=1e-4)
        alone = odds(reader.read(words.encode([text], len(text))))[0]
        assert alone == pytest.approx(wanted, abs=1e-4)


def test_it_reads_vectors_as_everybody_does():
    words = Wording(SYMBOLS, 20, 300)
    weights = drawn(len(words))
    numbers = words.encode(read(words), 15)
    found = Reader("gru", weights).vectors(numbers)
    assert found.dtype == np.float32 and found.shape == (len(TEXTS), 15, 5)
    assert found == pytest.approx(wording.vectors(numbers, weights["embed/embeddings"]), abs=1e-5)
    assert not found[(numbers == PAD).all(axis=2)].any()


def test_chances_come_from_log_odds_however_large():
    values = np.array([-1e4, -2.0, 0.0, 2.0, 1e4])
    assert chance(values) == pytest.approx([0, 1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-2)), 1])
    assert chance(odds(np.array([[1.0, 3.0]]))) == pytest.approx(np.exp(3) / (np.exp(1) + np.exp(3)))
