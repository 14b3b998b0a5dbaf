"""Lines through a network that writes what it reads: whatever differs then comes from the interpreter."""

import re

import numpy as np
import pytest

from rrn.data import course, vocabulary
from rrn.data.vocabulary import START, UNKNOWN, Words
from rrn.nn.encoder_decoder import Memory
from rrn.nn.interpreter import Interpreter

LINES = [
    "Tom is here, and Mary is here too.",
    "The dog sees Tom, but Mary sees the cat.",
    "I know that John is at home now.",
    "When the red dog comes, the cat goes home.",
    "Do you know where Mary and Tom are?",
    "We saw Tom, John and Mary at the house.",
] * 10


class Echo:
    """Writes what it reads, or what stands for it in `other`."""

    def __init__(self, size, other=()):
        self.says = np.arange(size)
        for one, two in dict(other).items():
            self.says[one] = two
        self.asked = []

    def read(self, ids):
        self.asked += [[n for n in row if n] for row in ids.tolist()]
        h = ids[..., None].astype(np.float32)
        return Memory(h, h, ids != 0, [(np.zeros((len(ids), 1), int),)])

    def write(self, last, states, memory):
        at = np.minimum(states[0][0][:, 0], memory.h.shape[1] - 1)
        rows = np.arange(len(at))
        log_p = np.full((len(at), len(self.says)), -20.0, np.float32)
        log_p[rows, self.says[memory.h[rows, at, 0].astype(int)]] = -0.01
        return log_p, [(at[:, None] + 1,)], np.eye(memory.h.shape[1], dtype=np.float32)[at]


@pytest.fixture(scope="module")
def pieces():
    return vocabulary.subwords([*course.read("en").split("\n"), *LINES], 1500)


@pytest.fixture
def echo(pieces):
    return Interpreter(Echo(len(pieces)), pieces, pieces, 60)


@pytest.fixture
def short(pieces):
    """One that reads no more than 16 pieces at once."""
    return Interpreter(Echo(len(pieces)), pieces, pieces, 16)


def said(interpreter, *lines, **how):
    return interpreter.translate(lines, **{"beam": 1, "normal": 0.0} | how)


def read(interpreter):
    """What the network was asked, as text."""
    return [interpreter.source.decode(ids) for ids in interpreter.network.asked]


@pytest.mark.parametrize("beam", [1, 4])
def test_every_line_has_its_translation_in_its_place(echo, beam):
    lines = ["Tom is here.", "", "The dog sees the cat.", "  \t", "Is it? It is.", "Mary."]
    found = said(echo, *lines, beam=beam, normal=1.0)
    assert [line.text for line in found] == ["Tom is here.", "", "The dog sees the cat.", "", "Is it? It is.", "Mary."]
    assert [len(line.parts) for line in found] == [1, 0, 1, 0, 2, 1]
    assert found[1].score == 0 and found[0].score == pytest.approx(-0.01 * len(found[0].ids), rel=1e-3)


def test_more_parts_than_are_translated_together_come_out_in_order(echo):
    lines = [" ".join(["the", *["red"] * (n % 7), "dog"]) for n in range(150)]
    assert [line.text.lower() for line in said(echo, *lines)] == lines


@pytest.mark.parametrize("line", ["🙂", "🙂 🚀", "🙂 🚀 🌍 🎈 🧩", "日本語 日本語", "?!", '"."', "🙂 !"])
def test_what_has_no_letters_of_the_language_comes_back(echo, line):
    (found,) = said(echo, line)
    assert found.text == line and not echo.network.asked


@pytest.mark.parametrize(
    "line",
    [
        "Tom is here 🙂",
        "🙂 Tom is here",
        "🙂 🚀 Tom is here",
        "Tom 🙂 is 🚀 🌍 here 🎈 🧩",
        "The 日本語 dog sees 🙂 the cat",
    ],
)
def test_what_cannot_be_read_is_copied_to_its_place(echo, line):
    (found,) = said(echo, line)
    strange = [word for word in line.split() if not word.isascii()]
    assert found.text == line and found.copied == strange
    assert read(echo) == [" ".join(word for word in line.split() if word.isascii())]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("Zbigniew is here.", "Tom is here."),
        ("The dog sees Zbigniew, but not Wolfgang?", "The dog sees Tom, but not Mary?"),
        ("Tom sees Zbigniew.", "Tom sees Mary."),
        ('Is "Zbigniew" here?', 'Is "Tom" here?'),
        ("Zbigniew sees Zbigniew.", "Tom sees Mary."),
    ],
)
def test_an_unknown_name_goes_by_another_and_comes_back(echo, line, asked):
    (found,) = said(echo, line)
    assert found.text == line
    assert read(echo) == [asked]
    assert found.copied == re.findall("Zbigniew|Wolfgang", line)


@pytest.mark.parametrize("line", ["Tom is here.", "The house is red.", "ZBIGNIEW is here.", "The zbigniew is here."])
def test_what_is_no_unknown_name_is_spelled(echo, line):
    (found,) = said(echo, line)
    assert found.text == line and not found.copied and read(echo) == [line]


def test_a_fourth_name_is_spelled(echo):
    line = "Zbigniew, Wolfgang, Szymborska and Krzysztof."
    (found,) = said(echo, line)
    assert found.text == line and read(echo) == ["Tom, Mary, John and Krzysztof."]


def test_where_the_stand_in_is_not_written_the_name_is_spelled_after_all(pieces):
    (tom,) = (n for n in pieces.encode("the Tom") if pieces.pieces([n]) == ["▁Tom"])
    (the,) = (n for n in pieces.encode("dog the") if pieces.pieces([n]) == ["▁the"])
    forgetful = Interpreter(Echo(len(pieces), {tom: the}), pieces, pieces, 24)
    found = said(forgetful, "The dog sees Zbigniew.", "Is Mary here?")
    assert [line.text for line in found] == ["The dog sees Zbigniew.", "Is Mary here?"]
    assert found[0].copied == [] and read(forgetful)[-1] == "The dog sees Zbigniew."


def test_a_long_line_is_cut_behind_a_comma(short):
    line = "When the red dog comes home, the cat goes home, but Mary and John are at the house, and Tom is here too."
    (found,) = said(short, line)
    assert " ".join(found.parts) == line and len(found.parts) > 2
    assert all(part.endswith((",", ".")) for part in found.parts)
    assert all(len(short.source.encode(part)) <= short.longest for part in found.parts)
    assert found.text == line  # no capital letter where a part goes on


def test_without_a_comma_it_is_cut_between_words(short):
    line = "the red dog and the red cat and Mary and John and Tom and the dog and the cat are here now"
    (found,) = said(short, line)
    assert " ".join(found.parts) == line and len(found.parts) > 1
    assert all(len(short.source.encode(part)) <= short.longest for part in found.parts)
    assert found.text == "T" + line[1:]


def test_no_part_is_longer_than_what_was_learned_from_wherever_it_was_cut(short):
    rng = np.random.default_rng(0)
    words = "the dog, unfortunately Mississippi; a incomprehensible, house and I".split()
    for _ in range(60):
        line = " ".join(words[int(n)] for n in rng.integers(len(words), size=40))
        parts = short.cut(line)
        assert " ".join(parts) == line
        assert all(len(short.source.encode(part)) <= short.longest for part in parts if " " in part)


def test_sentences_are_translated_each_on_its_own(echo):
    (found,) = said(echo, "Tom is here. Is Mary here? No. But John is.")
    assert found.parts == ["Tom is here.", "Is Mary here?", "No.", "But John is."]
    assert sorted(read(echo)) == sorted(found.parts)
    assert found.text == "Tom is here. Is Mary here? No. But John is."


@pytest.mark.parametrize(("language", "other"), [("en", "es"), ("es", "en")])
def test_another_language_is_noticed(language, other):
    """By pieces of the course's own texts; of either language the last sentences were not learned from."""
    mine, theirs = (re.split(r"(?<=[.?!])\s+", course.read(name))[-400:] for name in (language, other))
    made = vocabulary.subwords(course.read(language).split("\n")[:-200], 2000)
    interpreter = Interpreter(Echo(10), made, made, 24)
    shares = [np.mean([interpreter.strange(line) for line in lines if line.count(" ") > 3]) for lines in (mine, theirs)]
    print(language, "taken for another:", shares[0], other, "noticed:", shares[1])
    assert shares[0] < 0.05 and shares[1] > 0.5
    for line in ("Szukam książki, którą wczoraj zgubiłem w pociągu.", "Wir müssen morgen früh aufstehen, fürchte ich."):
        assert interpreter.strange(line)
    assert not interpreter.strange("Wir zwei") and not interpreter.strange("🙂 🙂 🙂 1 2 3")


def test_words_that_a_small_language_does_not_have_are_named():
    words = Words(("dog", "red", "the"))
    interpreter = Interpreter(Echo(len(words)), words, words, 8)
    (found,) = said(interpreter, "the blue dog")
    assert found.unknown == ["blue"] and not found.strange and not found.copied
    assert UNKNOWN in interpreter.network.asked[0]
    letters = Words(tuple("abc"), letters=True)
    (found,) = said(Interpreter(Echo(len(letters)), letters, letters, 8), "a b?c")
    assert found.unknown == ["?"]


def test_a_small_language_is_read_with_its_marks_apart():
    """Whoever asks: page and shell send a line as it was typed, and the tree is of the same words."""
    words = Words((".", "dog", "the"))
    interpreter = Interpreter(Echo(len(words)), words, words, 8)
    (found,) = said(interpreter, "The dog, the dog.")
    assert not found.unknown and found.text == "the dog the dog ."
    ids, _ = interpreter.grow("The dog, the dog.", "", beam=1, normal=0.0)
    assert ids == found.ids


def test_a_tree_grows_from_a_beginning(echo):
    ids, grown = echo.grow("Tom is here.", "Mary", beam=2, normal=1.0)
    assert echo.source.decode(ids) == "Tom is here."
    begun = echo.target.encode("Mary")[:-1]
    assert list(grown.begun) == begun and grown.best[0][0].ids[: len(begun)] == begun
    _, free = echo.grow("Tom is here.", "  ", beam=2, normal=1.0)
    assert not free.begun and echo.target.decode(free.best[0][0].ids) == "Tom is here."
    ids, _ = echo.grow("the red dog " * 20, "", beam=1, normal=0.0)
    assert len(ids) <= echo.longest and ids[-1] == 2 and START not in ids


@pytest.mark.parametrize("line", ["The dog sees Zbigniew 🙂.", "🙂 Tom is here", "Zbigniew sees Wolfgang."])
def test_the_tree_is_of_what_is_translated(echo, line):
    (found,) = said(echo, line, beam=2, normal=1.0)
    ids, grown = echo.grow(line, "", beam=2, normal=1.0)
    assert ids == found.ids and grown.best[0][0].ids == found.found[0].ids
    assert grown.best[0][0].score == pytest.approx(found.score)


def test_where_the_stand_in_is_not_written_the_tree_is_of_the_name(pieces):
    (tom,) = (n for n in pieces.encode("the Tom") if pieces.pieces([n]) == ["▁Tom"])
    (the,) = (n for n in pieces.encode("dog the") if pieces.pieces([n]) == ["▁the"])
    forgetful = Interpreter(Echo(len(pieces), {tom: the}), pieces, pieces, 24)
    ids, _ = forgetful.grow("The dog sees Zbigniew.", "", beam=1, normal=0.0)
    assert pieces.decode(ids) == "The dog sees Zbigniew."


def test_of_a_small_language_the_tree_is_of_the_whole_line():
    """How far a network gets with what is longer than it learned from is what is looked at."""
    letters = Words(tuple("abc"), letters=True)
    interpreter = Interpreter(Echo(len(letters)), letters, letters, 9)
    (found,) = said(interpreter, "abcabcabcabc")
    ids, grown = interpreter.grow("abcabcabcabc", "", beam=1, normal=0.0)
    assert len(ids) == 13 and ids == found.ids and letters.decode(grown.best[0][0].ids) == found.text == "abcabcabcabc"


def test_of_nothing_that_can_be_read_grows_an_empty_sentence(echo):
    ids, _ = echo.grow("🙂", "", beam=1, normal=0.0)
    assert ids == [2]
