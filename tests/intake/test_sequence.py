import random

import numpy as np
import pytest

from rrn.data.vocabulary import Words
from rrn.intake import sequence
from rrn.intake.sequence import LARGEST, MOST, characters, marked_numbers, numbers, symbols
from rrn.spec import Refused


def refusal(gate, *given):
    with pytest.raises(Refused) as caught:
        gate(*given)
    return caught.value


def test_symbols_are_read_as_their_places():
    assert symbols("cab", "abc").tolist() == [2, 0, 1]
    assert symbols(" c\ta\n\u00a0b ", "abc").tolist() == [2, 0, 1]


def test_an_unknown_symbol_is_named_with_those_that_are_known():
    refused = refusal(symbols, "abz", "abc")
    assert (refused.code, refused.values) == ("symbol_unknown", {"symbol": "z", "known": "a b c"})


@pytest.mark.parametrize(
    "text", ["A", "а", "á", "\u200b", "\0", "🙂", "\ud83d", "\u202e", "<b>", "**", "{symbol}", "%s"]
)
def test_what_looks_like_a_symbol_is_none(text):
    """Among them a Cyrillic letter, a blank of no width, half a surrogate pair, a mark that turns the writing."""
    refused = refusal(symbols, "ab" + text, "abc")
    assert refused.code == "symbol_unknown" and refused.values["symbol"] == text[0]


@pytest.mark.parametrize("gate", [lambda text: symbols(text, "ab"), characters])
def test_a_sequence_has_an_end(gate):
    assert len(gate("a" * MOST)) == MOST
    refused = refusal(gate, "a" * (MOST + 1))
    assert (refused.code, refused.values) == ("sequence_too_long", {"most": MOST, "steps": MOST + 1})
    assert refusal(gate, "a" * 3_000_000).code == "sequence_too_long"


@pytest.mark.parametrize("gate", [lambda text: symbols(text, "ab"), characters, marked_numbers, numbers])
def test_nothing_is_no_sequence(gate):
    assert refusal(gate, "").code == "sequence_empty"


@pytest.mark.parametrize("gate", [lambda text: symbols(text, "ab"), marked_numbers, numbers])
def test_blanks_alone_are_no_sequence(gate):
    assert refusal(gate, " \t\n\u2003").code == "sequence_empty"


def test_characters_stay_as_they_are():
    for text in (" ", "\n", " a  b\n", "🙂é\u0301", "a\0b", "\ud83d"):
        assert characters(text) == text


def test_numbers_are_read_as_people_write_them():
    assert marked_numbers("0.2 0.7* 0,1\n-1;10*").tolist() == [[0.2, 0], [0.7, 1], [0.1, 0], [-1, 0], [10, 1]]
    assert numbers("0.2 -0,7").tolist() == [[0.2], [-0.7]]
    assert marked_numbers("-0.00")[0, 0] == 0


@pytest.mark.parametrize(
    "word",
    ["1e300", "1e1", "1E5", "nan", "NaN", "inf", "-inf", "Infinity", "0x1", "0b1", "1_0", "--1", "+1", "1.2.3", "1,2,3",
     "0.5**", "*0.5", "*", "-", ".", ",", "1234567", "0." + "1" * 10, "٣", "½", "１", "1\0", "1\u200b", "0.5a", "<1>",
     "9" * 4000, "1" + "\u0301"],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_its_beginning(word):
    for gate in (marked_numbers, numbers):
        refused = refusal(gate, f"0.5 {word}")
        assert (refused.code, refused.values) == ("number_unreadable", {"word": word[:16]})


@pytest.mark.parametrize("word", ["10.000000001", "-10.1", "11*", "999999", "-999999,999999999"])
def test_a_number_may_be_too_large(word):
    refused = refusal(marked_numbers, word)
    assert (refused.code, refused.values) == ("number_too_large", {"word": word[:16], "most": LARGEST})


def test_a_star_has_no_place_where_nothing_is_added():
    assert refusal(numbers, "0.1 0.2*").values == {"word": "*"}


def test_so_many_numbers_and_no_more():
    longest = "-9.123456789* "  # a number of the allowed kind with all that may stand about it
    assert marked_numbers(longest * MOST).shape == (MOST, 2) and numbers("0 " * MOST).shape == (MOST, 1)
    assert refusal(marked_numbers, "0 " * (MOST + 1)).code == "sequence_too_long"
    assert refusal(numbers, "0 " * 2_000_000).code == "sequence_too_long"


def test_whatever_is_typed_gives_small_numbers_or_a_refusal():
    rng = random.Random(3)
    pieces = ["0.5", "-1", "9,75", "*", " ", ";", "\n", ".", "-", "e", "nan", "🙂", "\0", "\ud800", "99", "a", "b"]
    came_out = refused = 0
    for _ in range(3_000):
        few = rng.sample(pieces, rng.randrange(1, len(pieces)))
        text = "".join(rng.choice(few) for _ in range(rng.randrange(12)))
        for gate in (marked_numbers, numbers, lambda text: symbols(text, "ab")):
            try:
                found = gate(text)
            except Refused:
                refused += 1
                continue
            came_out += 1
            assert 0 < len(found) <= MOST and np.isfinite(found).all() and np.abs(found).max() <= LARGEST
    assert came_out > 100 and refused > 100  # neither gate that lets all through nor one that lets nothing


def test_blanks_between_symbols_do_not_count():
    assert len(sequence.symbols(" ".join("ab" * 90), "ab")) == 180


def test_a_sentence_may_be_typed_with_its_marks_at_the_words():
    talk = Words((".", "?", "¿", "ana", "me", "soy"))
    assert sequence.sentence("Soy Ana. ¿Me?", talk) == talk.encode("soy ana . ¿ me ?")
    assert sequence.sentence("Soy, ¡Ana!", talk) == talk.encode("soy ana")
    assert refusal(lambda text: sequence.sentence(text, talk), "Soy Eva.").values["word"] == "Eva"
    assert refusal(lambda text: sequence.sentence(text, talk), "!,").code == "sequence_empty"


def test_nothing_of_a_long_line_is_cut_off_unseen():
    assert sequence.numbers("0.1" + " " * 5000 + "0.2")[:, 0].tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    ("text", "code"),
    [("1 2", "weights_count"), ("1 2 3 4", "weights_count"), ("", "weights_count"), ("1 x 3", "number_unreadable"),
     ("1 nan 3", "number_unreadable"), ("1 1e300 3", "number_unreadable"), ("1 -11 3", "weight_too_large")],
)  # fmt: skip
def test_weights_are_so_many_numbers_of_a_size_that_makes_sense(text, code):
    with pytest.raises(Refused) as why:
        sequence.weights(text, 3)
    assert why.value.code == code
    assert sequence.weights("1 -0,5 0.25", 3) == (1.0, -0.5, 0.25)
