"""Guessing the next word: what is asked for at every step, and that the layers learn from it."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from rrn.data.wording import Wording, learned
from rrn.events import Measured
from rrn.nn import next_word
from rrn.nn.next_word import NOTHING, STEPS, Pieces
from rrn.recipes import sentiment as recipe
from rrn.tasks.sentiment import Sentiment

pytestmark = pytest.mark.keras
WORDS = Wording(("a", "b", "c", "d"), 4)


class Given:
    compiling = 0.0
    weights = None

    def began(self, model):
        pass


def test_what_follows_every_word_is_asked_for_and_nothing_behind_the_last():
    pieces = Pieces(WORDS, [["a", "b", "c", "x"]], apart=2, seed=0)
    numbers, wanted = pieces[0]
    assert numbers.shape[1:] == (STEPS, 1) and wanted.shape[1:] == (STEPS,)
    assert list(wanted[0]) == [1, 2, 2] + [NOTHING] * (
        STEPS - 3
    )  # c and x are both rare: more than two are not told apart
    assert list(numbers[0, :4, 0]) == [WORDS.numbers(word)[0] for word in "abc"] + [0]


def test_a_long_text_is_read_in_pieces_and_every_word_but_the_first_is_guessed_once():
    text = [f"w{n}" for n in range(3 * STEPS + 5)]
    pieces = Pieces(learned([" ".join(text)] * 2, 100, grams=0, spelled=False), [text, ["alone"]], apart=100, seed=0)
    guessed = [word for piece in pieces.pieces for word in piece[1:]]
    assert guessed == text[1:]
    assert all(len(piece) <= STEPS + 1 for piece in pieces.pieces)


def test_the_layers_learn_and_it_is_told_before_step_0():
    texts = [["a", "b", "c", "d"] * 4] * 4000
    spec = Sentiment(guess=2)
    keras.utils.set_random_seed(0)
    table = recipe.WordTable(len(WORDS), 32, name="embed")
    layers = [recipe.recurrent("gru", 32, name="cell_1")]
    told = []
    next_word.learn(lambda x: recipe.read(x, table, layers, 0.0), WORDS, texts, 4, spec, told.append, Given())
    assert all(isinstance(event, Measured) and event.step <= 0 for event in told)
    losses = [event.values["next_word"] for event in told]
    assert losses[-1] < 0.5 < losses[0] < 2 * np.log(5)  # what comes next is certain here


def test_texts_without_a_label_are_guessed_from_and_not_judged():
    spec = Sentiment(texts="1" * 64, lines=80, also="2" * 64, more=3, words=500, units=4, embedding=4, epochs=1,
                     longest=10)  # fmt: skip
    tables = {"1" * 64: "".join(f"{'+-'[n % 2]}\t{('bueno', 'malo')[n % 2]} {n}\n" for n in range(80)),
              "2" * 64: "0.5\tsin etiqueta\n0.5\totra frase\n0.9\tjuzgada\n"}  # fmt: skip
    given = Given()
    given.bytes = lambda name: tables[name].encode()
    what = recipe.material(spec, given)
    assert what.unlabelled == ["sin etiqueta", "otra frase"]
    assert all(one.share != 0.5 for one in what.seen) and what.seen[-1].text == "juzgada"
    told = []
    recipe.run(replace(spec, guess=1), told.append, given)
    assert any(isinstance(event, Measured) and "next_word" in event.values for event in told)


def test_nothing_that_is_measured_on_is_learned_from_by_way_of_a_second_table():
    table = "".join(f"{'+-'[n % 2]}\t{('bueno', 'malo')[n % 2]} {n}\n" for n in range(80))
    spec = Sentiment(texts="1" * 64, lines=80, also="2" * 64, more=80, words=500)
    given = Given()
    given.bytes = lambda name: (table if name[0] == "1" else table.upper()).encode()
    what = recipe.material(spec, given)
    held = {one.text.lower() for one in what.tested}
    assert len(held) == 8 and not held & {one.text.lower() for one in what.seen}
    assert len(what.seen) == 72 * 2
