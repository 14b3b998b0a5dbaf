"""Numbers as they are said, against a reader that adds up what the words are worth."""

import pytest

from rrn.data import numerals
from rrn.data.phrase import held

WORTH = {
    "es-en": dict(
        zip(
            "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
            "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis "
            "veintisiete veintiocho veintinueve treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento "
            "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split(),
            [*range(31), *range(40, 101, 10), *range(100, 901, 100)],
            strict=True,
        )
    ),
    "en-es": dict(
        zip(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety".split(),
            [*range(21), *range(30, 91, 10)],
            strict=True,
        )
    ),
}
TIMES = {"mil": 1000, "thousand": 1000, "hundred": 100}
DIRECTIONS = sorted(WORTH)


def heard(words, direction) -> int:
    """What is said, word for word."""
    whole = last = 0
    for word in words:
        if word in TIMES:
            whole, last = whole + (last or 1) * TIMES[word], 0
        elif word != "y":
            whole, last = whole + last, WORTH[direction][word]
    return whole + last


@pytest.mark.parametrize(
    ("n", "spanish", "english"),
    [
        (0, "cero", "zero"),
        (16, "dieciséis", "sixteen"),
        (21, "veintiuno", "twenty one"),
        (30, "treinta", "thirty"),
        (100, "cien", "one hundred"),
        (101, "ciento uno", "one hundred one"),
        (500, "quinientos", "five hundred"),
        (1000, "mil", "one thousand"),
        (1100, "mil cien", "one thousand one hundred"),
        (2345, "dos mil trescientos cuarenta y cinco", "two thousand three hundred forty five"),
        (9999, "nueve mil novecientos noventa y nueve", "nine thousand nine hundred ninety nine"),
    ],
)
def test_numbers_as_one_says_them(n, spanish, english):
    assert " ".join(numerals.of(n, "es-en").read) == spanish
    assert " ".join(numerals.of(n, "en-es").read) == english


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_number_is_heard_as_it_is_written(direction):
    longest = 0
    for n in range(numerals.MOST + 1):
        made = numerals.of(n, direction)
        assert heard(made.read, direction) == int("".join(made.written)) == n
        longest = max(longest, len(made.read), len(made.written))
    assert longest + 1 == numerals.LONGEST


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_digit_comes_from_a_word_that_has_it(direction):
    for n in range(numerals.MOST + 1):
        made = numerals.of(n, direction)
        for k, (digit, place) in enumerate(zip(made.written, made.aligned, strict=True)):
            power = len(made.written) - 1 - k
            if place < 0:
                assert digit == "0" and n > 0
                continue
            word, after = made.read[place], [*made.read, ""][place + 1]
            worth = WORTH[direction].get(word, TIMES.get(word, 0)) * TIMES.get(after, 1)
            assert worth // 10**power % 10 == int(digit), f"{digit} of {n} from {word}"


def test_the_words_are_those_that_are_used():
    assert set(numerals.words("es-en")) == {*WORTH["es-en"], "mil", "y"}
    assert set(numerals.words("en-es")) == {*WORTH["en-es"], "hundred", "thousand"}


def test_what_is_held_out_stays_held_out():
    """Another choice would measure the models that ship on what they learned from."""
    held_out = [14, 16, 20, 28, 48, 49, 57, 60, 63, 75, 77, 80, 82, 89, 94, 95, 97]
    assert [n for n in range(10, 100) if held(str(n))] == held_out
