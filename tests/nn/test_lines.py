"""What is made of a line before and after a network reads it."""

from typing import Any

import pytest

from rrn.data import vocabulary
from rrn.data.vocabulary import Words
from rrn.nn.interpreter import WHOLE, Interpreter, Line

SENTENCES = [f"the dog sees {n} red houses and the girl reads a book." for n in range(60)]
NOBODY: Any = None  # a network that is not asked


@pytest.fixture(scope="module")
def reader() -> Interpreter:
    pieces = vocabulary.subwords(SENTENCES, 340)
    return Interpreter(NOBODY, pieces, pieces, 20)


def test_a_word_longer_than_any_sentence_is_copied(reader):
    address = "https://" + "reads.a.book." * 20
    line = Line()
    part = reader._prepared(line, f"the dog sees {address}")
    assert [word for _, word in part.copies] == [address]
    assert part.ids == reader.source.encode("the dog sees")


@pytest.mark.parametrize("words", [1, WHOLE, WHOLE + 1, 5000])
def test_a_line_of_a_small_language_is_whole_up_to_what_nobody_types(words):
    small = Interpreter(NOBODY, Words(("dos", "mil")), Words(("2",)), 20)
    parts = small.cut(" ".join(["dos"] * words))
    assert len(parts) == -(-words // WHOLE) and " ".join(parts).split() == ["dos"] * words
    letters = Interpreter(NOBODY, Words(("0", "1"), letters=True), Words(("2",)), 20)
    assert "".join(letters.cut("01" * words)) == "01" * words
    assert max(map(len, letters.cut("01" * words))) <= WHOLE


def test_a_blank_line_has_no_parts(reader):
    assert reader.cut(" \t") == Interpreter(NOBODY, Words(("dos",)), Words(("2",)), 20).cut(" \t") == []
