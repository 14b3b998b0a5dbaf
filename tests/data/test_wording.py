"""A text becomes words, a word numbers, and numbers vectors, whatever is typed."""

import tracemalloc
import unicodedata
import zlib

import numpy as np
import pytest

from rrn.data import reviews, wording
from rrn.data.wording import PAD, PARTS, SPECIAL, UNKNOWN, Wording, learned, letters, vectors, words

ODD = (
    "",
    " \n\t\u00a0",
    "\u200b\u200d\ufeff",
    "\ufe0f",
    "\ud83d",
    "a\ud83db \udc00",
    "\u0301",
    "x" * 5000,
    "\u200fمرحبا، كيف حالك؟\u202e abc",
    "👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽 🇪🇸",
    "नमस्ते ไทย 漢字",
    "\x00\x07",
    "İstanbul ẞ ﬁn",
    "_____ __a__ 1.2.3,4 ''' d’’x",
)


def read(text):
    return [word.read for word in words(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Buenísimooooo", ["buenísimooo"]),
        ("Nooo!!!! ... ..", ["nooo", "!!!", "...", ".."]),
        ("cooperar, leer", ["cooperar", ",", "leer"]),
        ("10000 euros por 1.000,50", ["10000", "euros", "por", "1.000,50"]),
        ("don’t D'Artagnan l'été", ["don't", "d'artagnan", "l'été"]),
        ("gra\u200btis bue\u00adno", ["gratis", "bueno"]),
        ("cancio\u0301n CANCIÓN", ["canción", "canción"]),
        ("❤\ufe0f❤", ["❤", "❤"]),
        ("👍🏽 👨\u200d👩", ["👍", "🏽", "👨", "👩"]),
        ("\u200fمرحبا\u200f!", ["مرحبا", "!"]),
        ("a_b __", ["a", "_", "b", "__"]),
        ("medio\ud83d emoji \ud83d", ["medio", "emoji"]),
    ],
)
def test_a_text_is_read_word_by_word(text, wanted):
    assert read(text) == wanted


@pytest.mark.parametrize("text", ODD, ids=ascii)
@pytest.mark.parametrize("cut", [words, letters])
def test_nothing_that_is_typed_is_stumbled_over(cut, text):
    found = cut(text)
    ends = [place for word in found for place in (word.start, word.end)]
    assert ends == sorted(ends) and all(0 <= place <= len(text) for place in ends)
    for word in found:
        assert word.read and word.start < word.end and not set(word.read) & set("\u200b\u200d\u200f\ufeff\ud83d\udc00")
        assert word.read == unicodedata.normalize("NFC", word.read).lower()
        word.read.encode()
    for rows in (Wording(("a",), 1), Wording(("a",), 1, grams=50)):
        assert rows.encode([[word.read for word in found]], 5).shape == (1, 5, rows.parts)


def test_outside_the_words_stand_only_blanks():
    for _, text in reviews.unseen():
        left = list(text)
        for word in words(text):
            left[word.start : word.end] = " " * (word.end - word.start)
        assert not "".join(left).strip()


def test_letters_are_all_that_is_seen_and_a_run_of_blanks_is_one():
    assert [word.read for word in letters("Ño  \n¡1\u200b\ufe0f!")] == ["ñ", "o", " ", "¡", "1", "!"]
    assert [word.read for word in letters("e\u0301\u200b")] == ["é"]


def test_what_is_frequent_has_a_number_the_most_frequent_the_first():
    texts = ["b a a", "a b c", "B d d d d"]
    found = learned(texts, 3, grams=0, spelled=False)
    assert found.symbols == ("d", "a", "b") and found.numbers("d") == (SPECIAL,) and len(found) == SPECIAL + 3
    assert found.numbers("c") == (UNKNOWN,) and not found.knows("c")
    few = learned(texts, 100, grams=0, spelled=False)
    assert few.symbols == ("d", "a", "b") and len(few) == SPECIAL + 100  # c occurs once
    assert learned(["aab"], 5, grams=0, spelled=True).symbols == ("a",)


def groups(word):
    """The second road to letter groups."""
    whole = f"<{word}>"
    return [whole[n : n + size] for size in (3, 4, 5) for n in range(len(whole)) if n + size <= len(whole)]


@pytest.mark.parametrize("word", ["a", "no", "bueno", "buenísimo", "x" * 60, "🙂"])
def test_a_word_is_looked_up_by_itself_and_by_its_letter_groups(word):
    known = Wording((word,), 10, grams=1000)
    own, *others = known.numbers(word)
    assert own == SPECIAL and all(SPECIAL + 10 <= n < len(known) for n in others)
    assert len(others) == min(len(groups(word)), PARTS - 1)
    assert known.numbers(word) == known.numbers(word)
    stranger = Wording((), 10, grams=1000)
    assert list(stranger.numbers(word)) == others


def test_words_that_are_spelled_alike_share_numbers():
    known = Wording((), 0, grams=20_000)
    alike = set(known.numbers("buenísimo")) & set(known.numbers("buenísima"))
    assert len(alike) >= 4 > len(set(known.numbers("buenísimo")) & set(known.numbers("horrible")))


def test_numbers_are_padded_and_longer_texts_lose_their_end():
    known = Wording(("a", "b"), 2)
    found = known.encode([["a", "b", "x"], [], ["b"]], 2)
    assert found[..., 0].tolist() == [[2, 3], [PAD, PAD], [3, PAD]] and found.shape == (3, 2, 1)


@pytest.mark.parametrize("spelled", [False, True])
def test_what_is_kept_comes_back(spelled):
    found = learned(['ñandú 🙂 "q" ñandú 🙂'] * 2, 50, grams=0 if spelled else 70, spelled=spelled)
    again = wording.from_bytes(found.to_bytes())
    assert again == found and again.numbers("ñandú") == found.numbers("ñandú")


def test_a_vector_is_the_sum_of_its_rows_over_the_root_of_their_count():
    table = np.random.default_rng(0).normal(size=(9, 3))
    found = vectors(
        np.array([[[2, 5, PAD], [4, PAD, PAD], [PAD, PAD, PAD]], [[8, 8, 8], [1, 2, PAD], [3, 4, 5]]]), table
    )
    assert found[0, 0] == pytest.approx((table[2] + table[5]) / np.sqrt(2))
    assert found[0, 1] == pytest.approx(table[4]) and not found[0, 2].any()
    assert found[1, 0] == pytest.approx(table[8] * np.sqrt(3))
    assert found[1, 2] == pytest.approx((table[3] + table[4] + table[5]) / np.sqrt(3))
    single = vectors(np.array([[[2], [PAD]]]), table)
    assert single[0, 0] == pytest.approx(table[2]) and not single[0, 1].any()


def test_the_groups_of_a_word_as_long_as_a_file_are_picked_evenly_without_making_all():
    def all_of(word):
        whole = f"<{word}>"
        found = [whole[at : at + size] for size in wording.SIZES for at in range(len(whole) - size + 1)]
        if len(found) >= wording.PARTS:
            found = [found[int(at)] for at in np.linspace(0, len(found) - 1, wording.PARTS - 1)]
        return [wording.SPECIAL + 1 + zlib.crc32(group.encode()) % 1000 for group in found]

    some = wording.Wording(("a",), 1, grams=1000)
    for word in ("x", "no", "buen", "bueno", "buenos", "buenísimo", "abc" * 50):
        assert list(some.numbers(word)) == all_of(word)
    tracemalloc.start()
    some.numbers("ab" * 200_000)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
