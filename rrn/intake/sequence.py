"""The gate for short sequences that a visitor types into the X-ray: symbols of a task, numbers with marks, a
sentence or a review."""

import math
import re
from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from rrn.data.vocabulary import UNKNOWN, Vocabulary, Words
from rrn.data.wording import Word, Wording
from rrn.spec import Refused

MOST = 200  # steps
WORDS = 120  # or pieces of words, of a sentence
FEW = 8  # words that are told where one is not known
NUMBER = re.compile(r"-?\d{1,6}([.,]\d{1,9})?", re.ASCII)
LARGEST = 10.0  # of a number; the networks learned from numbers between 0 and 1


def symbols(text: str, names: str) -> np.ndarray:
    """(steps,) places of the typed characters in `names`; blanks between them do not count.

    Raises:
        Refused: sequence_empty, sequence_too_long, symbol_unknown.
    """
    typed = "".join(text.split())
    _length(len(typed))
    for character in typed:
        if character not in names:
            raise Refused("symbol_unknown", symbol=character, known=" ".join(names))
    return np.array([names.index(character) for character in typed])


def names(text: str, known: Sequence[str]) -> np.ndarray:
    """(steps,) places of the typed names in `known`, with blanks or commas between them; capitals do not matter.

    Raises:
        Refused: sequence_empty, sequence_too_long, word_unknown.
    """
    typed = text.encode("utf-8", "ignore").decode().replace(",", " ").split()
    _length(len(typed))
    places = {name.casefold(): place for place, name in enumerate(known)}
    for word in typed:
        if word.casefold() not in places:
            near = get_close_matches(word.casefold()[:16], places, n=FEW, cutoff=0)
            raise Refused("word_unknown", word=word[:16], known=", ".join(known[places[name]] for name in near))
    return np.array([places[word.casefold()] for word in typed])


def characters(text: str) -> str:
    """The same text, if it is not empty and not too long.

    Raises:
        Refused: sequence_empty, sequence_too_long.
    """
    _length(len(text))
    return text


def sentence(text: str, vocabulary: Vocabulary) -> list[int]:
    """The numbers of a sentence, its end last.

    Raises:
        Refused: sequence_empty, sequence_too_long, symbol_unknown, word_unknown.
    """
    line = " ".join(text.encode("utf-8", "ignore").decode().split())
    line = vocabulary.typed(line) if isinstance(vocabulary, Words) else line
    ids = vocabulary.encode(line)
    _length(len(ids) - 1, WORDS)
    if isinstance(vocabulary, Words) and UNKNOWN in ids:
        known = vocabulary.symbols
        word = ("".join(line.split()) if vocabulary.letters else line.split())[ids.index(UNKNOWN)]
        if vocabulary.letters:
            raise Refused("symbol_unknown", symbol=word, known=" ".join(known))
        near = get_close_matches(word.lower(), known, n=FEW, cutoff=0)
        raise Refused("word_unknown", word=word[:16], known=", ".join(near))
    return ids


def words(text: str, wording: Wording, most: int) -> list[Word]:
    """The words of a text, or its letters where those are read.

    Raises:
        Refused: sequence_empty, sequence_too_long.
    """
    found = wording.cut(text)
    _length(len(found), most)
    return found


def marked_numbers(text: str) -> np.ndarray:
    """(steps, 2) numbers, and 1 where a star stands behind one: "0.2 0.7* 0.1 0.4*".

    Raises:
        Refused: sequence_empty, sequence_too_long, number_unreadable, number_too_large.
    """
    words = text.replace(";", " ").split()
    _length(len(words))
    return np.array([(_number(word, word.removesuffix("*")), float(word.endswith("*"))) for word in words])


def numbers(text: str) -> np.ndarray:
    """(steps, 1) numbers: "0.2 0.7 0.1". A star behind one is no part of a number here.

    Raises:
        Refused: as marked_numbers.
    """
    found = marked_numbers(text)
    if found[:, 1].any():
        raise Refused("number_unreadable", word="*")
    return found[:, :1]


def weights(text: str, count: int) -> tuple[float, ...]:
    """So many numbers, typed with blanks between them.

    Raises:
        Refused: weights_count, number_unreadable, weight_too_large.
    """
    words = text.replace(";", " ").split()
    if len(words) != count:
        raise Refused("weights_count", wanted=count, found=len(words))
    return tuple(_number(word, word, "weight_too_large") for word in words)


def _number(word: str, digits: str, too_large: str = "number_too_large") -> float:
    if not NUMBER.fullmatch(digits):
        raise Refused("number_unreadable", word=word[:16])
    value = float(digits.replace(",", "."))
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise Refused(too_large, word=word[:16], most=LARGEST)
    return value


def _length(steps, most=MOST):
    if steps == 0:
        raise Refused("sequence_empty")
    if steps > most:
        raise Refused("sequence_too_long", most=most, steps=steps)
