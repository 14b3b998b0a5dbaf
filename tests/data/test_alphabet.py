import numpy as np
import pytest

from rrn.data.alphabet import UNKNOWN, Alphabet

TEXTS = ["abcabc", "¿Qué?\nSí.", "🙂é👩\u200d🚀", "\uffff\U00010000a", "a"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back(text):
    alphabet = Alphabet.of(text)
    ids = alphabet.encode(text)
    assert alphabet.decode(ids) == text
    assert (ids.dtype, ids.shape) == (np.int32, (len(text),))
    assert ids.min() >= 1 and ids.max() == len(alphabet)


@pytest.mark.parametrize("text", TEXTS)
def test_ids_are_places_in_the_alphabet(text):
    alphabet = Alphabet.of(text)
    assert [alphabet.symbols[i - 1] for i in alphabet.encode(text)] == list(text)


def test_what_is_not_in_the_alphabet_is_unknown():
    alphabet = Alphabet.of("mnp")
    assert alphabet.encode("amopz🙂\0\ud83d").tolist() == [0, 1, 0, 3, 0, 0, 0, 0]
    assert alphabet.decode([UNKNOWN, 2]) == "\N{REPLACEMENT CHARACTER}n"


def test_nothing_has_no_ids():
    assert Alphabet.of("ab").encode("").tolist() == []
    assert Alphabet.of("ab").decode([]) == ""


def test_an_alphabet_does_not_depend_on_the_order_of_the_text():
    assert Alphabet.of("cab") == Alphabet.of("abccc")
