"""A sentence becomes numbers and comes back from them, whatever stands in it."""

import pytest

from rrn.data import casing, vocabulary
from rrn.data.vocabulary import END, PAD, SPECIAL, START, UNKNOWN, Subwords, Words
from rrn.spec import Refused

LINES = [
    "Tom is here.",
    "Mary sees the red flower.",
    "I want to go home now.",
    "Where is the house?",
    "The dog sees the cat.",
    "We met Tom and Mary in Boston.",
    "Yesterday the flowers were red, and the houses too.",
] * 5
ODD = [
    "Tom is here.",
    "🙂🚀 👩\u200d🚀",
    "Привет, мир.",
    "日本語。",
    "Ünḯcødé ½ ﬁ",
    "<0x41> <s> </s> <unk> <pad>",
    "⊢⊣� ▁ _",
    "A\0b\x07c",
    "\ud83d half",
    "Hello\nworld\ttoo",
    "X" * 80,
    "",
    "  \u200b ",
    "¿Qué? ¡No! «Sí.»",
    "100 % of 3.14€",
]


@pytest.fixture(scope="module")
def cut() -> Subwords:
    return vocabulary.subwords(LINES, 340)


def test_specials_have_the_first_numbers():
    assert (PAD, START, END, UNKNOWN) == tuple(range(len(SPECIAL)))


@pytest.mark.parametrize(
    ("words", "letters", "line", "read"),
    [
        (("el", "perro"), False, "El perro,  el perro.", "El perro el perro"),
        ((".", "¿", "?", "me"), False, "Me. ¿Me?", "Me . ¿ Me ?"),
        (("1", "+", "."), True, "1+ 1.", "1+ 1."),
    ],
)
def test_marks_that_are_typed_at_a_word_stand_apart_or_are_left_out(words, letters, line, read):
    language = Words(words, letters)
    assert language.typed(line) == language.typed(read) == read
    assert UNKNOWN not in language.encode(read)


@pytest.mark.parametrize("text", ODD)
def test_nothing_is_lost_in_subwords(cut, text):
    ids = cut.encode(text)
    assert ids[-1] == END and not {PAD, START, END, UNKNOWN} & set(ids[:-1]) and max(ids) < len(cut)
    assert cut.decode(ids).casefold() == casing.plain(text).casefold()
    capital = casing.raised(casing.plain(text))
    if text.upper() != text:
        assert cut.decode(cut.encode(capital)) == capital


def test_numbers_of_the_subwords_are_those_of_the_specials_too(cut):
    """sentencepiece was told of them: none is a piece of its own."""
    assert cut.pieces(range(len(SPECIAL))) == list(SPECIAL)
    assert cut.decode([START, *cut.encode("Tom is here."), PAD, PAD]) == "Tom is here."
    assert len({piece for piece in cut.pieces(range(4, 260)) if piece.startswith("<0x")}) == 256


def test_what_was_never_seen_is_bytes_and_what_was_is_not(cut):
    assert [p for p in cut.pieces(cut.encode("🙂")) if p.startswith("<0x")] == ["<0xF0>", "<0x9F>", "<0x99>", "<0x82>"]
    assert not any(p.startswith("<0x") for line in LINES for p in cut.pieces(cut.encode(line)))


def test_a_word_at_the_start_is_the_word_inside_and_a_name_keeps_its_capital(cut):
    assert cut.names == {"Tom", "Mary", "Boston"}
    assert cut.encode("The")[:-1] == cut.encode("the")[:-1]
    assert cut.encode("THE DOG SEES MARY.") == cut.encode("The dog sees Mary.")


def test_sampling_cuts_in_other_ways_that_say_the_same(cut):
    ways = {tuple(cut.encode("The flowers were red.", 0.2)) for _ in range(30)}
    assert len(ways) > 3
    assert {cut.decode(ids) for ids in ways} == {"The flowers were red."}


@pytest.mark.parametrize("size", [300, 320, 1000])
def test_any_size_that_can_be_asked_for_is_kept(size):
    """Also one with less room than there are letters: the rarest are bytes then."""
    letters = "abcdefghijklmnopqrstuvwxyzáéíóúüñçàèâêîôûäö0123456789.,;:¿?¡!-'"
    made = vocabulary.subwords([*LINES, *(" ".join(letters[n:] + letters[:n]) for n in range(len(letters)))], size)
    assert len(made) == size and made._cutter.get_piece_size() <= size
    assert max(made.encode(" ".join(letters))) < size
    assert made.decode(made.encode("The ñandú.")) == "The ñandú."


@pytest.mark.parametrize("lines", [["a"], ["Hola."], ["a b"] * 3])
def test_next_to_nothing_can_be_cut_too(lines):
    made = vocabulary.subwords(lines, 300)
    assert made.decode(made.encode("Hola.")) == "Hola."


def test_a_number_that_no_piece_was_found_for_is_written_as_nothing():
    made = vocabulary.subwords(["Hola.", "Adiós."], 1000)
    beyond = made._cutter.get_piece_size()
    assert len(made) == 1000 > beyond
    assert made.decode([beyond, *made.encode("Hola."), 999]) == "Hola."
    assert made.pieces([beyond, 999, END]) == ["�", "�", "⊣"]


@pytest.mark.parametrize("made", [Words(("árbol", "rojo")), Words(tuple("01+"), letters=True), "cut"], ids=str)
def test_a_vocabulary_comes_back_from_its_bytes(made, cut):
    made = cut if made == "cut" else made
    again = vocabulary.from_bytes(made.to_bytes())
    assert again == made and len(again) == len(made)
    for text in ("árbol rojo", "10+1", "Tom is here. 🙂"):
        assert again.encode(text) == made.encode(text)


def test_words_of_a_small_language_have_a_number_each():
    made = Words(("árbol", "el", "rojo"))
    assert len(made) == 7
    assert made.encode("el Árbol verde") == [5, 4, UNKNOWN, END]
    assert made.decode([START, 5, 4, 6, END, PAD]) == "el árbol rojo"
    assert made.pieces([5, UNKNOWN, END]) == ["el", "�", "⊣"]


def test_letters_need_no_spaces_between_them():
    made = Words(tuple("0123456789+"), letters=True)
    assert made.encode("1 2+3") == made.encode("12+3") == [5, 6, 14, 7, END]
    assert made.decode(made.encode("12+3")) == made.joined("12+3") == "12+3"


@pytest.mark.parametrize("line", ["word " * 1000, "x" * 5000, "", "\u200b"], ids=["words", "a word", "empty", "unseen"])
def test_lines_that_no_piece_can_be_learned_from_are_refused(line):
    with pytest.raises(Refused) as why:
        vocabulary.subwords([line] * 3, 340)
    assert why.value.code == "pairs_too_long"
    assert vocabulary.subwords([line, *LINES], 340).decode([]) == ""  # one among others is left out
