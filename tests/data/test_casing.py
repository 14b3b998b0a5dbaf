"""Capital letters that only begin a sentence go and come back; those of names stay."""

import gzip
from pathlib import Path

import pytest

from rrn.data import casing

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "translation-en-es" / "pairs.tsv.gz"
NAMES = frozenset({"Tom", "I", "Boston", "I'm", "María"})


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("The dog sees Tom.", "the dog sees Tom."),
        ("Tom sees the dog.", "Tom sees the dog."),
        ("I'm here. The dog isn't.", "I'm here. the dog isn't."),
        ("Wait… Who? Me! Yes.", "wait… who? me! yes."),
        ("¿Quién es? ¡Es María! ¿Y él?", "¿quién es? ¡es María! ¿y él?"),
        ('"Go," he said. "Now!" They left.', '"go," he said. "now!" they left.'),
        ("«Ven.» Y vino.", "«ven.» y vino."),
        ("(Él lo sabe.)", "(él lo sabe.)"),
        ("Ñandúes y ñus.", "ñandúes y ñus."),
        ("3 dogs. 4 cats.", "3 dogs. 4 cats."),
        ("", ""),
    ],
)
def test_only_what_begins_a_sentence_is_made_small_and_comes_back(text, small):
    assert casing.lowered(text, NAMES) == small
    assert casing.raised(small) == text


@pytest.mark.parametrize(
    ("text", "small", "back"),
    [
        ("TOM IS IN BOSTON.", "Tom is in Boston.", "Tom is in Boston."),
        ("tom and i are in boston", "Tom and I are in Boston", "Tom and I are in Boston"),
        ("GO AWAY! NOW!", "go away! now!", "Go away! Now!"),
    ],
)
def test_all_in_capitals_or_without_any_gets_those_of_its_names(text, small, back):
    assert casing.lowered(text, NAMES) == small
    assert casing.raised(small) == back


def test_names_are_what_is_large_inside_of_sentences():
    lines = [
        "The man saw Tom.",
        "Then Tom left.",
        "I saw the Queen.",
        "A queen, a queen, and I.",
        "What? Nobody saw it.",
    ]
    assert casing.names_of(lines) == {"Tom", "I"}


def test_a_word_that_somebody_shouted_is_no_name():
    """Or all who type in small letters would shout it too; and of a name only the commonest way is one."""
    lines = ["I said NO.", "We say no.", "It is no TV.", "The TV is on.", "A Tv, for Tom.", "See TOM.", "Yes, Tom."]
    assert casing.names_of(lines) == {"TV", "Tom"}
    assert casing.lowered("no tv, tom", casing.names_of(lines)) == "no TV, Tom"


def test_names_are_sorted_once_for_every_line():
    """Or each line of a text all in small letters would cost as much as there are names."""
    names = frozenset(f"Name{'abcdefghij'[n % 10]}{n}" for n in range(50)) | NAMES
    before = casing._by_small.cache_info().misses
    assert [casing.lowered("tom and i", names) for _ in range(20)] == ["Tom and I"] * 20
    assert casing.lowered("tom and i", frozenset({"TOM"})) == "TOM and i"
    assert casing._by_small.cache_info().misses == before + 2


def test_plain_is_one_line_in_the_usual_letters():
    assert casing.plain("  ﬁne\u00a0day\u200b\n½ e\u0301\ufeff ") == "fine day 1⁄2 é"


def test_plain_has_neither_half_a_letter_nor_the_mark_of_a_space():
    """sentencepiece cannot read the one and would take the other for a space."""
    assert casing.plain("a\ud83d b▁c") == "a b_c"


@pytest.mark.shared
@pytest.mark.skipif(not TABLE.exists(), reason="the table of sentences is not here")
@pytest.mark.parametrize("side", [0, 1])
def test_of_everyday_sentences_hardly_any_comes_back_otherwise(side):
    with gzip.open(TABLE, "rt", encoding="utf-8") as rows:
        lines = [casing.plain(row.rstrip("\n").split("\t")[side]) for row in rows][::10]
    names = casing.names_of(lines)
    other = [line for line in lines if casing.raised(casing.lowered(line, names)) != line]
    print(len(other), "of", len(lines), "come back otherwise")
    assert len(lines) > 10_000 and len(other) < len(lines) / 1000
