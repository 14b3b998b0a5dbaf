"""Which sentences a translator is looked at with, and what of a typed one is refused."""

from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data import pairs as table
from rrn.data import phrases
from rrn.data.vocabulary import Words
from rrn.intake import sequence
from rrn.spec import Refused
from rrn.tasks.translation import Translation
from rrn.xray.pair import Languages, spelled
from rrn.xray.sentences import MANY, unseen
from rrn.xray.units import sentence_rules

COLOURS, PLACES = ("red", "green", "blue"), tuple(f"in{n}" for n in range(60))
TABLE = "".join(f"{colour} {place}\t{place.upper()} {colour.upper()}\n" for colour in COLOURS for place in PLACES)
FIRST = Words((*COLOURS, *PLACES))
SECOND = Words(tuple(word.lower() for word in FIRST.symbols))


def run_of(**fields):
    return SimpleNamespace(spec=Translation(**fields))


@pytest.mark.parametrize("name", phrases.NAMES)
def test_of_what_is_made_by_rules_the_same_held_out_sentences_are_read(name):
    words = Languages(*phrases.vocabularies(name, "es-en"))
    found, again = (unseen(run_of(pairs=name), words) for _ in range(2))
    assert 20 <= len(found) <= MANY
    for pair, same_pair in zip(found, again, strict=True):
        assert np.array_equal(pair.x, same_pair.x) and np.array_equal(pair.y, pair.written)
    learned = phrases.several(name, "es-en", 300, np.random.default_rng(0), unseen=False)
    learned = {words.source.joined(phrase.read) for phrase in learned if len(phrase.read) > phrases.SHORTEST}
    assert not learned & {spelled(words, pair) for pair in found}


@pytest.mark.parametrize(("direction", "words"), [("en-es", (FIRST, SECOND)), ("es-en", (SECOND, FIRST))])
def test_of_a_table_what_was_held_out_is_read_in_its_direction(direction, words):
    run = run_of(pairs="f" * 64, lines=180, direction=direction, hold_out=0.2, seed=3)
    held = table.split(table.rows(TABLE), 0.2, 3)[1]
    if direction == "es-en":
        held = table.split([(b, a) for a, b in table.rows(TABLE)], 0.2, 3)[1]
    found = unseen(run, Languages(*words), TABLE)
    assert 0 < len(found) <= MANY
    right = {(one.lower(), other.lower()) for one, other in held}
    assert {(spelled(Languages(*words), p), words[1].decode(p.written[0].tolist())) for p in found} <= right


def test_without_its_text_nothing_of_a_table_is_read():
    assert unseen(run_of(pairs="f" * 64, lines=180), Languages(FIRST, SECOND)) == []


def test_a_pair_that_is_longer_than_what_was_learned_from_is_left_out():
    run = run_of(pairs="f" * 64, lines=180, direction="en-es", longest=6)
    long = TABLE.replace("red ", "red green blue red green ")
    assert all(pair.x.shape[1] <= 6 for pair in unseen(run, Languages(FIRST, SECOND), long))


# What is typed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sequence_empty"),
        (" \n\t", "sequence_empty"),
        ("\ud83d", "sequence_empty"),
        ("red " * 121, "sequence_too_long"),
        ("red herring", "word_unknown"),
        ("red " + "x" * 5000, "word_unknown"),
    ],
)
def test_what_cannot_be_read_is_refused_and_says_why(text, code):
    with pytest.raises(Refused) as caught:
        sequence.sentence(text, FIRST)
    assert caught.value.code == code


def test_of_an_unknown_word_the_most_similar_known_ones_are_told():
    with pytest.raises(Refused) as caught:
        sequence.sentence("rad in7", FIRST)
    assert caught.value.values["word"] == "rad" and caught.value.values["known"].startswith("red")


def test_where_letters_are_read_the_known_ones_are_told():
    with pytest.raises(Refused) as caught:
        sequence.sentence("1 2x", Words(tuple("0123"), letters=True))
    assert caught.value.code == "symbol_unknown" and caught.value.values["symbol"] == "x"


def test_lines_are_read_as_one_sentence():
    assert sequence.sentence(" Red\n in7 ", FIRST) == FIRST.encode("red in7")


# What a unit may follow


def test_a_unit_may_follow_the_place_the_beginnings_of_words_and_where_the_attention_looks():
    found = sentence_rules(("▁ca", "sa", "▁ro", "⊣"), np.array([[1, 0], [0.5, 0.5], [0, 1], [0.25, 0.75]]))
    assert found["place"].tolist() == [0, 1, 2, 3] and found["begins"].tolist() == [1, 0, 1, 0]
    assert found["looked"].tolist() == [0, 0.5, 1, 0.75] and "looked" not in sentence_rules(("a", "b"))
